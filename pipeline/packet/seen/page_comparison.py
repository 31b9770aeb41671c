"""Whether the pages of an annex still look as they did, page by page (PDFium).

Whatever is done to a page, and whatever somebody has thought of putting on one: a page that looks different
afterwards is not taken over. The comparison is coarse enough for edges that fall otherwise on the grid of
dots, and fine enough for a single word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.check.seen.boxes import Box

_DOTS: Final = 1.0
"""In a point."""
_SIDE: Final = 1500
_TOLERANCE: Final = 96
"""Between dots, of 255: letters may be drawn a little lighter, and fall otherwise on the grid."""
_SPOTS: Final = 6
"""So many dots may differ more, by chance."""
_COARSE: Final = 8
_COARSE_TOLERANCE: Final = 24
"""Between the means of squares of so many dots a side: what is pale and large is told there."""


def unlike(seen: Path, made: Path, places: Mapping[int, Box]) -> list[int]:
    """Compare pages with what they were.

    :param seen: the file as it was; `made`: as it is.
    :param places: where the old pages are on the new ones, by the indices of those that are compared.
    :returns: the indices of pages that look different.
    :raises pypdfium2.PdfiumError: when a file can't be drawn.
    """
    import pypdfium2

    old, new = pypdfium2.PdfDocument(seen), pypdfium2.PdfDocument(made)
    found = []
    try:
        for index, place in places.items():
            first, second = old[index], new[index]
            whole = Box(0, 0, *first.get_size())
            dots = min(_DOTS, _SIDE / max(whole.width, whole.height))
            size = max(1, math.ceil(whole.width * dots)), max(1, math.ceil(whole.height * dots))
            if not alike(_part(first, whole, size), _part(second, place, size)):
                found.append(index)
            first.close()
            second.close()
    finally:
        old.close()
        new.close()
    return found


def _part(page: Any, place: Box, size: tuple[int, int]) -> Any:
    """A part of a page as a picture of a given size: on the same grid as if it were a page of its own."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    across, down = size[0] / place.width, size[1] / place.height
    bitmap = pypdfium2.PdfBitmap.new_native(*size, pdfium.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
    left, top = place.left, page.get_height() - place.top
    matrix = pdfium.FS_MATRIX(across, 0, 0, down, -left * across, -top * down)
    clip = pdfium.FS_RECTF(0, 0, *size)
    pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, pdfium.FPDF_ANNOT)
    return bitmap.to_pil().convert("L")


def alike(old: Any, new: Any) -> bool:
    """Whether two pictures show the same."""
    from PIL import ImageChops

    difference = ImageChops.difference(old, new)
    if not _beside(difference, _COARSE_TOLERANCE):
        return True
    coarse = _beyond(old.reduce(_COARSE), new.reduce(_COARSE), 1)
    if _beside(coarse, _COARSE_TOLERANCE):
        return False
    far = difference.point(lambda value: 255 * (value >= _TOLERANCE)).getbbox()
    if far is None:
        return True
    # No dot is further from those around it than from the one in its place: the rest is not looked at again.
    steps = 2
    left, top, right, bottom = far
    around = left - steps, top - steps, right + steps, bottom + steps
    old, new = (picture.crop(_within(around, picture.size)) for picture in (old, new))
    return _beside(_beyond(old, new, steps), _TOLERANCE) <= _SPOTS


def _within(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of a box that is on a picture."""
    left, top, right, bottom = box
    return max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1])


def _beside(picture: Any, least: int) -> int:
    """How many dots are as light as that, or lighter."""
    return sum(picture.histogram()[least:])


def _beyond(old: Any, new: Any, steps: int) -> Any:
    """How far each dot is from the darkest and the lightest of those around it, in both directions.

    :param steps: how far around it.
    """
    from PIL import ImageChops, ImageFilter

    found = None
    for one, other in ((old, new), (new, old)):
        low = high = other
        for _ in range(steps):
            low, high = low.filter(ImageFilter.MinFilter(3)), high.filter(ImageFilter.MaxFilter(3))
        beyond = ImageChops.lighter(ImageChops.subtract(one, high), ImageChops.subtract(low, one))
        found = beyond if found is None else ImageChops.lighter(found, beyond)
    return found
