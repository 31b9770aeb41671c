"""Pages as people see them: boxes, sizes, and how large what is stamped on them has to be."""

from __future__ import annotations

from typing import Any, Final

from pipeline.check.seen.boxes import Box

A4_WIDTH: Final = 595.28
_LARGE: Final = 1.15
_SMALL: Final = 480.0
_LEAST: Final = 0.7


def rectangle(values: Any) -> Box | None:
    """A rectangle (ISO 32000-1, 7.9.5), its corners in any order; ``None`` when it is none."""
    try:
        x1, y1, x2, y2 = (float(value) for value in values)
    except (TypeError, ValueError):
        return None
    box = Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    return box if box.width > 0 and box.height > 0 else None


def box_of(page: Any) -> Box:
    """What a viewer shows of a page: its crop box within its media box (14.11.2), else US Letter."""
    media = rectangle(page.get("/MediaBox")) or Box(0, 0, 612, 792)
    crop = rectangle(page.get("/CropBox"))
    if crop is None:
        return media
    left, bottom = max(media.left, crop.left), max(media.bottom, crop.bottom)
    right, top = min(media.right, crop.right), min(media.top, crop.top)
    return Box(left, bottom, right, top) if right > left and top > bottom else media


def scale_of(page: Any) -> float:
    """How large stamps are on a page, 1 on A4 and Letter: a large sheet is often printed on A4."""
    return scale(box_of(page))


def scale(box: Box) -> float:
    """As `scale_of`, for a page's box."""
    side = min(box.width, box.height)
    if side > A4_WIDTH * _LARGE:
        return side / A4_WIDTH
    return max(_LEAST, min(1.0, side / _SMALL))
