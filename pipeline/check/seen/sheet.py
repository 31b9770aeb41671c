"""A page as PDFium draws it: its objects in the order in which they are painted, and the letters in them."""

from __future__ import annotations

import ctypes
import enum
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.check.vocabulary.verdict import Verdict

_FORMS: Final = 20
"""How deep forms are followed into forms."""
_FAINT: Final = 96
"""Of 255: what is thinner than this is a veil, and what is below it can be read."""
_PALE: Final = 225
"""Of 255: writing that is lighter may not show."""
_CORNERS: Final = 13
"""The most segments of a rectangle: each of its corners may be round."""
_PLAIN: Final = 5
"""The segments of a rectangle whose corners are not."""
_FAR: Final = 1e6
_EVEN_ODD: Final = 1
"""Draw mode of a path: what two of its rings enclose is left free (FPDF_FILLMODE_ALTERNATE)."""


class Sort(enum.Enum):
    """What a thing on a page is."""

    TEXT = "text"
    AREA = "area"
    """A rectangle that is filled."""
    FRAME = "frame"
    """The edge of a box."""
    DRAWING = "drawing"
    """A path that belongs to a tag: a formula, a tick."""
    SHAPE = "shape"
    """A path of page furniture with curves or many corners: the figure of a number."""
    IMAGE = "image"


@dataclass(slots=True)
class Thing:
    """An object on a page.

    :param rank: its place in the order of painting: what has a higher one lies over it.
    :param mcid: of its marked content; -1 where it has none.
    :param artifact: whether it is page furniture and no content.
    :param turned: whether its writing does not run across the page.
    :param pale: whether its colour is nearly that of paper.
    :param cut: what it is cut to, where it is.
    :param key: the address of PDFium's object.
    """

    sort: Sort
    box: Box
    rank: int
    mcid: int
    artifact: bool
    key: int = 0
    turned: bool = False
    pale: bool = False
    cut: Box | None = None


@dataclass(slots=True)
class Letter:
    """A character on a page.

    :param index: its number in PDFium's text of the page.
    :param thing: the address of the object that draws it.
    """

    character: str
    box: Box
    index: int
    thing: int = 0


@dataclass
class Sheet:
    """A page.

    :param number: from 0.
    :param box: what is shown of it, in points of its own coordinates.
    :param page: PDFium's.
    """

    number: int
    box: Box
    page: Any
    things: list[Thing] = field(default_factory=list)
    _letters: dict[int, list[Letter]] | None = None

    def of(self, *sorts: Sort) -> list[Thing]:
        """The things of some sorts, in the order of painting."""
        return [thing for thing in self.things if thing.sort in sorts]

    def letters(self, thing: Thing) -> list[Letter]:
        """The letters that a text shows; white space has no ink and is none."""
        return [letter for letter in self._all(thing) if not letter.character.isspace()]

    def words(self, thing: Thing) -> str:
        """What a text says, to be quoted."""
        return "".join(letter.character for letter in self._all(thing))

    def _all(self, thing: Thing) -> list[Letter]:
        if self._letters is None:
            self._letters = {}
            text = self.page.get_textpage()
            try:
                for letter in letters_of(text, things=True):
                    self._letters.setdefault(letter.thing, []).append(letter)
            finally:
                text.close()
        return self._letters.get(thing.key, [])


def letters_of(text: Any, *, things: bool = False) -> Iterator[Letter]:
    """The characters of a page, in the order of its content.

    :param text: a ``PdfTextPage``.
    :param things: whether each is told which object draws it.
    """
    import pypdfium2.raw as pdfium

    sides = [ctypes.c_double() for _ in range(4)]
    get_code, get_box, handle = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharBox, text.raw
    for index in range(text.count_chars()):
        code = get_code(handle, index)
        character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if character == "\ufffe":  # PDFium's sign for a hyphen at the end of a line
            character = "-"
        get_box(handle, index, *sides)
        left, right, bottom, top = (side.value for side in sides)
        letter = Letter(character, Box(left, bottom, right, top), index)
        if things:
            letter.thing = address_of(pdfium.FPDFText_GetTextObject(handle, index))
        yield letter


def drawable(path: Path, verdict: Verdict) -> Any | None:
    """A PDF as a ``PdfDocument``; ``None`` where it can't be drawn, which is told."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        verdict.add("check-damaged", f"the PDF can't be drawn: {error}")
        return None


def sheets_of(document: Any, without: Container[int] = ()) -> Iterator[Sheet]:
    """Read the pages of a ``PdfDocument``, one after the other, and close it.

    :param without: pages (from 0) that are left out.
    """
    try:
        for number in range(len(document)):
            if number not in without:
                sheet = sheet_of(document, number)
                yield sheet
                sheet.page.close()
    finally:
        document.close()


def sheet_of(document: Any, number: int) -> Sheet:
    """Read a page of a ``PdfDocument``. Close its `page` afterwards."""
    import pypdfium2.raw as pdfium

    page = document[number]
    sheet = Sheet(number, Box(*page.get_cropbox()), page)
    reader = _Reader(sheet, pdfium)
    reader.read(pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject, page.raw, None, 0)
    return sheet


class _Reader:
    """Reads the objects of a page, and of the forms on it."""

    def __init__(self, sheet: Sheet, pdfium: Any) -> None:
        self.sheet, self.pdfium = sheet, pdfium
        self.sides = [ctypes.c_float() for _ in range(4)]
        self.colour = [ctypes.c_uint() for _ in range(4)]
        self.mode, self.stroked = ctypes.c_int(), ctypes.c_int()
        self.point = ctypes.c_float(), ctypes.c_float()
        self.matrix = pdfium.FS_MATRIX()

    def read(self, count: int, get: Any, holder: Any, outer: Any, depth: int) -> None:
        """Read objects.

        :param outer: from the coordinates of a form to those of the page, and the form's own mark.
        """
        pdfium = self.pdfium
        for index in range(count):
            one = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(one)
            mcid = pdfium.FPDFPageObj_GetMarkedContentID(one)
            if mcid < 0 and outer is not None:
                mcid = outer[1]
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                if depth < _FORMS:
                    pdfium.FPDFPageObj_GetMatrix(one, self.matrix)
                    own = tuple(getattr(self.matrix, name) for name in "abcdef")
                    inner = pdfium.FPDFFormObj_CountObjects(one)
                    matrix = own if outer is None else times(own, outer[0])
                    self.read(inner, pdfium.FPDFFormObj_GetObject, one, (matrix, mcid), depth + 1)
                continue
            if not pdfium.FPDFPageObj_GetBounds(one, *self.sides):
                continue
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._cut_spikes(one)
            left, bottom, right, top = (side.value for side in self.sides)
            box = Box(left, bottom, right, top) if outer is None else moved(outer[0], self.sides)
            sort = self._sort(one, kind, mcid)
            if sort is not None:
                things = self.sheet.things
                thing = Thing(sort, box, len(things), mcid, mcid < 0, address_of(one))
                if sort is Sort.TEXT:
                    pdfium.FPDFPageObj_GetMatrix(one, self.matrix)
                    thing.turned = abs(self.matrix.b) > 0.01 * abs(self.matrix.a)
                    pdfium.FPDFPageObj_GetFillColor(one, *self.colour)
                    red, green, blue, alpha = (part.value for part in self.colour)
                    thing.cut = self._cut(one)
                    thing.pale = min(red, green, blue) > _PALE or alpha < 255 - _PALE
                things.append(thing)

    def _cut_spikes(self, one: Any) -> None:
        """Correct the bounds of a line with round joints: PDFium's reach as far as pointed ones would,
        beyond the page where a line goes up and down steeply.
        """
        pdfium = self.pdfium
        if pdfium.FPDFPageObj_GetLineJoin(one) != pdfium.FPDF_LINEJOIN_ROUND:
            return
        x, y = self.point
        pdfium.FPDFPageObj_GetMatrix(one, self.matrix)
        a, b, c, d, e, f = (getattr(self.matrix, name) for name in "abcdef")
        across, up = [], []
        for number in range(pdfium.FPDFPath_CountSegments(one)):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(one, number), x, y)
            across.append(a * x.value + c * y.value + e)
            up.append(b * x.value + d * y.value + f)
        if not across:
            return
        pdfium.FPDFPageObj_GetStrokeWidth(one, x)
        half = x.value / 2 * max(abs(a) + abs(c), abs(b) + abs(d))
        bounds = (min(across) - half, min(up) - half, max(across) + half, max(up) + half)
        left, bottom, right, top = self.sides
        left.value, bottom.value = max(left.value, bounds[0]), max(bottom.value, bounds[1])
        right.value, top.value = min(right.value, bounds[2]), min(top.value, bounds[3])

    def _cut(self, one: Any) -> Box | None:
        """The least box around all that an object is cut to (ISO 32000-1, 8.5.4)."""
        pdfium = self.pdfium
        path = pdfium.FPDFPageObj_GetClipPath(one)
        left, bottom, right, top = -_FAR, -_FAR, _FAR, _FAR
        for number in range(max(pdfium.FPDFClipPath_CountPaths(path), 0)):
            across, up = [], []
            for index in range(max(pdfium.FPDFClipPath_CountPathSegments(path, number), 0)):
                segment = pdfium.FPDFClipPath_GetPathSegment(path, number, index)
                if pdfium.FPDFPathSegment_GetPoint(segment, self.sides[0], self.sides[1]):
                    across.append(self.sides[0].value)
                    up.append(self.sides[1].value)
            if across:
                left, bottom = max(left, min(across)), max(bottom, min(up))
                right, top = min(right, max(across)), min(top, max(up))
        return Box(left, bottom, right, top) if right - left < _FAR else None

    def _sort(self, one: Any, kind: int, mcid: int) -> Sort | None:
        pdfium = self.pdfium
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            return Sort.TEXT
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            return Sort.IMAGE
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            return None
        pdfium.FPDFPath_GetDrawMode(one, self.mode, self.stroked)
        if mcid >= 0 and (self.mode.value or self.stroked.value):
            return Sort.DRAWING
        if not self.mode.value:
            return None
        pdfium.FPDFPageObj_GetFillColor(one, *self.colour)
        if self.colour[3].value < _FAINT:
            return None
        segments = pdfium.FPDFPath_CountSegments(one)
        if self.mode.value == _EVEN_ODD and segments > _PLAIN:
            return Sort.FRAME
        return Sort.AREA if segments <= _CORNERS else Sort.SHAPE if mcid < 0 else None


def address_of(pointer: Any) -> int:
    """What tells an object of a page from the others."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def times(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    """One matrix, then another (ISO 32000-1, 8.3.4)."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def moved(matrix: tuple[float, ...], sides: list[Any]) -> Box:
    """The box around a box that a matrix has turned and moved.

    :param sides: left, bottom, right and top, as PDFium gives them.
    """
    a, b, c, d, e, f = matrix
    left, bottom, right, top = (side.value for side in sides)
    points = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, up = [x for x, _ in points], [y for _, y in points]
    return Box(min(across), min(up), max(across), max(up))
