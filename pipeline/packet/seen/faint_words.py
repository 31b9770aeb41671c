"""Words that are printed so faintly that nobody reads them: nearly white on white, or below a veil.

What is thin looks faint as well where a page is drawn small. So pages with such words are drawn once more,
larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.check.seen.ink import Drawing, text_objects

LEAST: Final = 20
"""The least contrast, of 255, of a word that can be read: that of grey of 92 % on white."""
_LARGE: Final = 24.0
"""Letters that are higher are read all the same, in points: a word across the page may be a faint one."""
_ZOOM: Final = 3
_WIDEST: Final = 5000
"""The longest side of a picture, in dots."""


def unreadable(drawing: Drawing, boxes: Sequence[Box]) -> list[bool]:
    """Whether words are so faint that they can't be read.

    :param drawing: of the page, whose text is gone.
    :param boxes: where the words are, in points.
    """
    small = [box for box in boxes if min(box.height, box.width) <= _LARGE]
    if not small:
        return [False] * len(boxes)
    import pypdfium2.raw as pdfium
    from PIL import ImageChops

    longest = max(drawing.width, drawing.height, 1.0) * drawing.dots
    zoom = max(1.0, min(_ZOOM, _WIDEST / longest))
    without = _drawn(drawing, zoom)
    texts = [text for text, _ in text_objects(drawing.page)]
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text, True)
    difference: Any = ImageChops.difference(without, _drawn(drawing, zoom))
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text, False)

    def contrast(box: Box) -> int:
        place = tuple(round(side * zoom) for side in drawing.place(box))
        lightest: int = difference.crop(place).getextrema()[1]
        return lightest

    return [min(box.height, box.width) <= _LARGE and contrast(box) < LEAST for box in boxes]


def _drawn(drawing: Drawing, zoom: float) -> Any:
    return drawing.page.render(scale=drawing.dots * zoom, grayscale=True).to_pil().convert("L")
