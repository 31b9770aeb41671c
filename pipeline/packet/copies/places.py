"""Where the line of a copy goes on each page: where nothing else is drawn.

At the upper edge, to the right or to the left of the marking; else along the left or the right edge, from
below to above; else the page grows by a strip. Each page is drawn, and looked at: no line lies over anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.packet.pdf.copy_mark import Place
from pipeline.packet.pdf.geometry import scale
from pipeline.packet.pdf.stamp import BAND, BASELINE, MARGIN, MM

ASCENT: Final = 7.5
DESCENT: Final = 2.5
"""What the line takes above and below its baseline, in points, at 8 points."""
_TOP: Final = BASELINE + 6.3
"""The baseline that the marking at the upper edge has, below the edge."""
_SIZES: Final = (1.0, 0.85, 0.7)
"""How small the line may become, to have room beside the marking."""
_FOOT: Final = 25 * MM
"""How high a line along the side begins."""
_AROUND: Final = 1.5
"""Points around the line that stay free as well."""
_DOTS: Final = 2.0
"""For each point, when a page is looked at."""
_WHITE: Final = 225
"""The darkest grey that counts as paper: that of a scan is not white."""


def places(data: Any, width: float, password: str = "") -> list[Place]:
    """The place of the line on each page of a PDF.

    :param data: the file, its path or its bytes.
    :param width: of the longest line, in points.
    :raises pypdfium2.PdfiumError: when it can't be drawn.
    """
    import pypdfium2

    found = []
    document = pypdfium2.PdfDocument(data, password=password or None)
    try:
        for page in document:
            look = page.render(scale=_DOTS, draw_annots=True).to_pil().convert("L")
            box = Box(*page.get_cropbox())
            tries = _tries(box, width)
            place = next((place for place, taken in tries if _is_free(look, box, taken)), None)
            found.append(place or _above(box, width))
            page.close()
    finally:
        document.close()
    return found


def _tries(box: Box, width: float) -> Iterator[tuple[Place, Box]]:
    """Places to try on a page, in their order, with what the line takes there."""
    unit = scale(box)
    base = box.top - _TOP * unit
    for size in (unit * one for one in _SIZES):
        length, up, down = width * size, ASCENT * size, DESCENT * size
        right = box.right - MARGIN * unit
        left = box.left + MARGIN * unit
        yield (
            Place("Right", (size, 0, 0, size, right - length, base)),
            Box(right - length, base - down, right, base + up),
        )
        yield (
            Place("Left", (size, 0, 0, size, left, base)),
            Box(left, base - down, left + length, base + up),
        )
    for size in (unit * one for one in _SIZES):
        length, up, down = width * size, ASCENT * size, DESCENT * size
        low = box.bottom + _FOOT * unit
        for x in (box.left + BASELINE * unit + up, box.right - BASELINE * unit + down):
            yield (
                Place("Left", (0, size, -size, 0, x, low)),
                Box(x - up, low, x + down, low + length),
            )


def _above(box: Box, width: float) -> Place:
    """A strip above the page."""
    unit = scale(box)
    strip = float(round(BAND[1] * unit))
    size = unit * min(1.0, (box.width / unit - 2 * MARGIN) / width)
    x = box.right - MARGIN * unit - width * size
    return Place("Right", (size, 0, 0, size, x, box.top + strip - _TOP * unit), strip)


def _is_free(look: Any, box: Box, taken: Box) -> bool:
    """Whether nothing is drawn in a box of a page.

    :param look: the page, drawn in grey.
    """
    if taken.left < box.left or taken.right > box.right or taken.top > box.top or taken.bottom < box.bottom:
        return False
    edges = (
        (taken.left - _AROUND - box.left) * _DOTS,
        (box.top - taken.top - _AROUND) * _DOTS,
        (taken.right + _AROUND - box.left) * _DOTS,
        (box.top - taken.bottom + _AROUND) * _DOTS,
    )
    across, down = look.size
    part = (max(0, int(edges[0])), max(0, int(edges[1])), min(across, int(edges[2]) + 1),
            min(down, int(edges[3]) + 1))  # fmt: skip
    return bool(look.crop(part).getextrema()[0] >= _WHITE)
