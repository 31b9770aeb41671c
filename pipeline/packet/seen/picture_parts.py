"""Which part of a picture its page shows: one may be cut to a part of itself, or reach beyond the page.

Programs that set pages crop a picture by a path around the part that is to be seen (ISO 32000-1, 8.5.4). The
rest stays in the file, with all that it shows.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.check.seen.sheet import times

WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)
"""A picture, in its own coordinates (8.9.5.1)."""
_FAR: Final = 1e6
_SPARE: Final = 1.5
"""What is kept beside the part that is seen, in points: engines mix dots with those beside them."""
_LEAST: Final = 8
"""The least side of a part that could show something, in dots of the picture."""
_DETAIL: Final = 40
"""The least contrast, of 255, of what shows something."""
_Matrix = tuple[float, ...]


def seen_part(image: Any, outer: _Matrix | None, page: Any) -> Box:
    """The part of a picture that its page shows, in the coordinates of the picture.

    It is the box around that part: of what is cut slantwise, more is taken for seen than is.

    :param image: PDFium's.
    :param outer: the matrix of the forms that it stands in.
    :param page: PDFium's.
    """
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(image, found)
    own = tuple(getattr(found, name) for name in "abcdef")
    part = WHOLE
    cut = _clip(image, pdfium)
    if cut is not None:
        part = part.within(_back(own, cut))
    shown = pdfium.FS_RECTF()
    if pdfium.FPDF_GetPageBoundingBox(page, shown):
        box = Box(shown.left, min(shown.bottom, shown.top), shown.right, max(shown.bottom, shown.top))
        part = part.within(_back(own if outer is None else times(own, outer), box))
    return part


def shows_more(image: Any, part: Box) -> bool:
    """Whether a picture shows something beside a part of it."""
    if part == WHOLE:
        return False
    import pypdfium2
    import pypdfium2.raw as pdfium

    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
    fields = [
        one
        for one in _beside(part, width.value, height.value)
        if min(one[2] - one[0], one[3] - one[1]) >= _LEAST
    ]
    bitmap = pdfium.FPDFImageObj_GetBitmap(image) if fields else None
    if not bitmap:
        return False
    # The bitmap is freed with what is made of it.
    picture = pypdfium2.PdfBitmap.from_raw(bitmap).to_pil().convert("L")
    lows, highs = zip(*(picture.crop(one).getextrema() for one in fields), strict=True)
    return any(high - low >= _DETAIL for low, high in zip(lows, highs, strict=True))


def pixels(part: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """The pixels of a part: left, upper, right, lower, the last two not in it."""
    left, right = int(part.left * width), -int(-part.right * width // 1)
    upper, lower = int((1 - part.top) * height), -int(-(1 - part.bottom) * height // 1)
    return max(left - 1, 0), max(upper - 1, 0), min(right + 1, width), min(lower + 1, height)


def _beside(part: Box, width: int, height: int) -> list[tuple[int, int, int, int]]:
    left, upper, right, lower = pixels(part, width, height)
    return [
        (0, 0, left, height),
        (right, 0, width, height),
        (left, 0, right, upper),
        (left, lower, right, height),
    ]


def _clip(one: Any, pdfium: Any) -> Box | None:
    """The least box around all that an object is cut to."""
    path = pdfium.FPDFPageObj_GetClipPath(one)
    left, bottom, right, top = -_FAR, -_FAR, _FAR, _FAR
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(max(pdfium.FPDFClipPath_CountPaths(path), 0)):
        across, up = [], []
        for index in range(max(pdfium.FPDFClipPath_CountPathSegments(path, number), 0)):
            segment = pdfium.FPDFClipPath_GetPathSegment(path, number, index)
            if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                across.append(x.value)
                up.append(y.value)
        if across:
            left, bottom = max(left, min(across)), max(bottom, min(up))
            right, top = min(right, max(across)), min(top, max(up))
    return Box(left, bottom, right, top) if right - left < _FAR and left <= right and bottom <= top else None


def _back(matrix: _Matrix, box: Box) -> Box:
    """A box of the page in the coordinates of a picture, with something to spare."""
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    if abs(size) < 1e-6:
        return WHOLE
    points = [
        ((d * (x - e) - c * (y - f)) / size, (a * (y - f) - b * (x - e)) / size)
        for x in (box.left - _SPARE, box.right + _SPARE)
        for y in (box.bottom - _SPARE, box.top + _SPARE)
    ]
    across, up = [x for x, _ in points], [y for _, y in points]
    return Box(min(across), min(up), max(across), max(up))
