"""Which letters of a page show: a letter is seen when the page looks different without it (PDFium)."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.check.seen.sheet import address_of, moved, times

DOTS: Final = 100 / 72
"""Dots in a point: small type has a few to be seen by."""
_WIDEST: Final = 2400
"""The longest side of a picture, in dots."""
_FAINT: Final = 8
"""The least difference, of 255, that an eye may see."""
PALE: Final = 128
_CORE: Final = 0.25
"""The share of a letter's height, above and below, that does not count: a box may leave its tips free."""
_NARROW: Final = 1.6
"""How broad the middle of a letter is at least, in points: a stem may stand between two dots."""
_FORMS: Final = 20
_Matrix = tuple[float, ...]
Place = tuple[int, int, int, int]
"""A part of a picture, in dots: left, upper, right, lower."""


class Drawing:
    """A page drawn in grey, and where its points are in that picture.

    :param page: PDFium's; its text is gone once `ink` was asked for, until it is closed.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.width, self.height = page.get_size()
        self.dots = min(DOTS, _WIDEST / max(self.width, self.height, 1.0))
        self.picture = self._draw()
        self.ground: Any = None
        """The page without its text, once `ink` was asked for."""
        self.images: list[Box] = []
        """Where its images are, in points, once `ink` was asked for."""
        self.grid: tuple[float, ...] | None = None

    def _draw(self, place: Place | None = None) -> Any:
        """The page as it is now.

        :param place: the part of it that is drawn, with the dots that it has in `picture`.
        """
        crop = (0.0, 0.0, 0.0, 0.0)
        if place is not None:
            left, upper, right, lower = place
            width, height = self.picture.size
            # The sides are in points, and rounded up to dots.
            sides = (left, height - lower, width - right, upper)
            crop = tuple(max(side - 0.5, 0.0) / self.dots for side in sides)
        return self.page.render(scale=self.dots, crop=crop, grayscale=True).to_pil().convert("L")

    def ink(self, pale: int = 0) -> Any:
        """A picture of what the text alone puts on the page.

        :param pale: what has less contrast than this, of 255, is grey in the picture and not white.
        """
        self.images = _switch_off_text(self.page)
        self.ground = self._draw()
        return self._differing(self.ground, pale)

    def ink_of(self, texts: Sequence[Any]) -> Any:
        """A picture of what some texts put on the page, while all others are there.

        :param texts: objects of the page, which stay on it.
        """
        return self._differing(self.without(texts))

    def _differing(self, other: Any, pale: int = 0) -> Any:
        """A picture of what is seen on the page and not in another picture of it.

        :param pale: of `ink`.
        """
        from PIL import ImageChops

        difference = ImageChops.difference(self.picture, other)
        return difference.point(lambda value: 0 if value < _FAINT else PALE if value < pale else 255)

    def without(self, objects: Sequence[Any], place: Place | None = None) -> Any:
        """A picture of the page without some of its objects, which stay on it.

        :param place: the part of the page that is looked at, in dots: around it all is as in `picture`.
        """
        import pypdfium2.raw as pdfium

        for one in objects:
            pdfium.FPDFPageObj_SetIsActive(one, False)
        try:
            drawn = self._draw(place)
        finally:
            for one in objects:
                pdfium.FPDFPageObj_SetIsActive(one, True)
        if place is None:
            return drawn
        whole = self.picture.copy()
        whole.paste(drawn, place[:2])
        return whole

    def alone(self, image: Any, place: Place | None = None) -> Any:
        """A picture of the page with one of its images, and else only the forms that it may stand in.

        :param place: of `without`.
        """
        import pypdfium2.raw as pdfium

        own = address_of(image)
        drawn = (one for one, kind, *_ in _objects(self.page) if kind != pdfium.FPDF_PAGEOBJ_FORM)
        return self.without([one for one in drawn if address_of(one) != own], place)

    def place(self, box: Box) -> Place:
        """A box of the page, in dots of its picture, one at least."""
        if self.grid is None:
            self.grid = self._grid()
        a, b, c, d, e, f = self.grid
        x1, y1 = a * box.left + c * box.bottom + e, b * box.left + d * box.bottom + f
        x2, y2 = a * box.right + c * box.top + e, b * box.right + d * box.top + f
        if x1 > x2:
            x1, x2 = x2, x1
        if y1 > y2:
            y1, y2 = y2, y1
        left, upper = math.floor(x1), math.floor(y1)
        return left, upper, max(math.ceil(x2), left + 1), max(math.ceil(y2), upper + 1)

    def _grid(self) -> tuple[float, ...]:
        """The matrix from the page to its picture."""
        import pypdfium2.raw as pdfium

        def at(x: float, y: float) -> tuple[float, float]:
            across, down = ctypes.c_int(), ctypes.c_int()
            # A hundred times as large, because it gives whole numbers.
            width, height = (side * 100 for side in self.picture.size)
            pdfium.FPDF_PageToDevice(self.page, 0, 0, width, height, 0, x, y, across, down)
            return across.value / 100, down.value / 100

        (e, f), (x1, y1), (x2, y2) = at(0, 0), at(1000, 0), at(0, 1000)
        return (x1 - e) / 1000, (y1 - f) / 1000, (x2 - e) / 1000, (y2 - f) / 1000, e, f


def core(box: Box) -> Box:
    """The middle of a letter."""
    # In a line that runs up the page, a letter may be no higher than a stem is broad.
    margin = min(box.height * _CORE, (box.height - _NARROW) / 2)
    beside = max(0.0, (_NARROW - box.width) / 2)
    return Box(box.left - beside, box.bottom + margin, box.right + beside, box.top - margin)


def _switch_off_text(page: Any) -> list[Box]:
    """Take all text off a page that is open, until it is closed.

    :returns: where its pictures are, in points.
    """
    import pypdfium2.raw as pdfium

    images: list[Box] = []
    for one, kind, depth, matrix in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            pdfium.FPDFPageObj_SetIsActive(one, False)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE and depth <= 2 and (box := _bounds(one, matrix)) is not None:
            images.append(box)
    return images


def text_objects(page: Any) -> Iterator[tuple[Any, Box | None]]:
    """The texts of a page, also those in its forms, and where they stand, in points of the page."""
    import pypdfium2.raw as pdfium

    return _placed(page, pdfium.FPDF_PAGEOBJ_TEXT)


def image_objects(page: Any) -> Iterator[tuple[Any, Box | None]]:
    """The images of a page in the order of painting, also those in its forms, and where they stand."""
    import pypdfium2.raw as pdfium

    return _placed(page, pdfium.FPDF_PAGEOBJ_IMAGE)


def images_in_forms(page: Any) -> Iterator[tuple[Any, Box | None, tuple[float, ...] | None]]:
    """As `image_objects`, with the matrix of the forms that each stands in; ``None`` for none."""
    import pypdfium2.raw as pdfium

    for one, kind, _, matrix in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield one, _bounds(one, matrix), matrix


def _placed(page: Any, wanted: int) -> Iterator[tuple[Any, Box | None]]:
    return ((one, _bounds(one, matrix)) for one, kind, _, matrix in _objects(page) if kind == wanted)


def _bounds(one: Any, matrix: _Matrix | None) -> Box | None:
    """The box of an object on its page; ``None`` where it has none.

    :param matrix: of the forms that it stands in: PDFium tells the box within them.
    """
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(one, *sides):
        return None
    return Box(*(side.value for side in sides)) if matrix is None else moved(matrix, sides)


def _objects(page: Any) -> Iterator[tuple[Any, int, int, _Matrix | None]]:
    """What a page draws, with its kind, the number of forms that it stands in, and their matrix."""
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()

    def visit(
        count: int, get: Any, holder: Any, depth: int, outer: _Matrix | None
    ) -> Iterator[tuple[Any, int, int, _Matrix | None]]:
        for index in range(count):
            one = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(one)
            yield one, kind, depth, outer
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _FORMS:
                pdfium.FPDFPageObj_GetMatrix(one, found)
                own = tuple(getattr(found, name) for name in "abcdef")
                inner = pdfium.FPDFFormObj_CountObjects(one)
                matrix = own if outer is None else times(own, outer)
                yield from visit(inner, pdfium.FPDFFormObj_GetObject, one, depth + 1, matrix)

    yield from visit(pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject, page, 0, None)
