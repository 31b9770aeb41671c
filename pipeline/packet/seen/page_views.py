"""What is seen on the pages of an annex (PDFium): their free margins, the words that can be read, the rest.

A word is seen when the page looks different without it. So text is told that is white on white, lies below a
black box or a picture, is not painted, or stands outside what a viewer shows of the page. One kind of unseen
text is meant to be there: the words that were recognised in a scanned page. They count when the scan covers
most of the page and shows something where they stand, so that not even they tell what a box in it covers.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.packet.pdf.geometry import Box, scale
from pipeline.packet.pdf.stamp import BAND, MARGIN, MM

SCALE: Final = 100 / 72
"""Dots in a point: small type has a few to be seen by."""
_WIDEST: Final = 2400
"""The longest side of a picture, in dots."""
_LIGHT: Final = 190
_SPECK: Final = 40
_SHARE: Final = 0.001
_LONGEST: Final = 15_000
"""The longest text that a page is described with (ISO 19005-3, 6.1.13, in UTF-16)."""
_FAINT: Final = 8
"""The least difference, of 255, that an eye may see."""
_INK: Final = 60
"""The least contrast of what a scan shows."""
_DARK: Final = 110
_CORE: Final = 0.25
"""The share of a letter's height, above and below, that does not count: a box may leave its tips free."""
_SCAN: Final = 0.6
"""The share of a page that a scan covers."""
_FORMS: Final = 20
_ROW: Final = 3
_LEAST: Final = 0.1
"""The least extent of a letter, in points."""
_NARROW: Final = 1.6
"""How broad the middle of a letter is at least, in points: a stem may stand between two dots."""
_NO_SPACES: Final = 0x2E80
"""The first code of scripts that put no spaces between words."""
_BOX: Final = 4
"""Pillow's way of making means."""
_UNPAINTED: Final = frozenset((3, 7))

DARK: Final = "under a dark area"
OUTSIDE: Final = "outside what is shown of the page"
UNSEEN: Final = "that can't be seen"


@dataclass
class Word:
    """A word on a page, its box in points of the page's own coordinates."""

    text: str
    box: Box


@dataclass
class View:
    """What a page looks like.

    :param bottom_free: whether its lower margin is free, as `top_free`.
    :param words: those that can be read, in order.
    :param hidden: how many words can't be seen, by where they are.
    :param text: what the page says, for those who don't see it.
    """

    bottom_free: bool = False
    top_free: bool = False
    words: list[Word] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    text: str = ""


def views(path: Path) -> Iterator[View]:
    """Look at each page of a file.

    :raises pypdfium2.PdfiumError: when it can't be drawn.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(len(document)):
            page = document[index]
            yield _Viewer(page).view()
            page.close()
    finally:
        document.close()


@dataclass
class _Letter:
    """A letter, its box in points.

    :param seen: whether it shows.
    :param told: whether that can be told here.
    """

    character: str
    box: Box
    seen: bool
    index: int
    told: bool = True


class _Viewer:
    """Looks at one page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.width, self.height = page.get_size()
        self.dots = min(SCALE, _WIDEST / max(self.width, self.height, 1.0))
        self.size = (1, 1)
        self.grid: tuple[float, ...] | None = None

    def view(self) -> View:
        """All that is told of the page."""
        picture = self._picture()
        bottom, top = self._margins(picture)
        found = View(bottom, top)
        textpage = self.page.get_textpage()
        try:
            if textpage.count_chars():
                self._read(textpage, picture, found)
        finally:
            textpage.close()
        found.text = " ".join(word.text for word in found.words)[:_LONGEST]
        return found

    def _picture(self) -> Any:
        picture = self.page.render(scale=self.dots, grayscale=True).to_pil().convert("L")
        self.size = picture.size
        return picture

    def _margins(self, picture: Any) -> tuple[bool, bool]:
        size, dots = scale(Box(0, 0, self.width, self.height)), self.dots
        low, high = BAND[0] * size * dots, BAND[1] * size * dots
        left = max(0.0, (MARGIN * size - 2 * MM) * dots)
        sides = (int(left), int(picture.width - left))
        if sides[0] >= sides[1] or high >= picture.height:  # a page that is narrower than what is stamped
            return False, False
        bottom = (sides[0], int(picture.height - high), sides[1], int(picture.height - low) + 1)
        top = (sides[0], int(low), sides[1], int(high) + 1)
        return _free(picture.crop(bottom)), _free(picture.crop(top))

    def _read(self, textpage: Any, picture: Any, found: View) -> None:
        import pypdfium2.raw as pdfium
        from PIL import ImageChops

        images = _switch_off_text(self.page, pdfium)
        ground = self._picture()
        ink = ImageChops.difference(picture, ground).point(lambda value: 255 * (value >= _FAINT))
        words = list(self._words(textpage, pdfium))
        for word in words:
            self._see(word, ink)
        seen = [word for word in words if not _is_hidden(word)]
        scanned = len(seen) * 2 <= len(words)
        area = max(self.width * self.height, 1.0)
        scans = [box for box in images if box.width * box.height >= _SCAN * area]
        strips = sum(box.width * box.height for box in images) >= _SCAN * area
        for word in words:
            hidden = _is_hidden(word)
            if hidden and scanned and (scans or strips) and self._recognised(word, ground):
                hidden = False
            if hidden:
                found.hidden[self._where(word, textpage, picture, pdfium)] += 1
            else:
                text = "".join(letter.character for letter in word)
                found.words.append(Word(text, _around([letter.box for letter in word])))

    def _words(self, textpage: Any, pdfium: Any) -> Iterator[list[_Letter]]:
        """The words of the page. Each sign of a script that parts no words is one."""
        word: list[_Letter] = []
        sides = [ctypes.c_double() for _ in range(4)]
        get_code, get_box, handle = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharBox, textpage.raw
        for index in range(textpage.count_chars()):
            code = get_code(handle, index)
            character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
            if character == "\ufffe":  # PDFium's sign for a hyphen at the end of a line
                character = "-"
            if character.isspace() or not character.isprintable():
                if word:
                    yield word
                word = []
                continue
            get_box(handle, index, *sides)
            left, right, bottom, top = (side.value for side in sides)
            letter = _Letter(character, Box(left, bottom, right, top), True, index)
            if top - bottom < _LEAST or right - left < _LEAST:
                self._without_shape(letter, textpage, pdfium)
            if code >= _NO_SPACES and word:
                yield word
                word = []
            word.append(letter)
        if word:
            yield word

    @staticmethod
    def _without_shape(letter: _Letter, textpage: Any, pdfium: Any) -> None:
        """A letter without extent has a place in its line. Its font may be missing here and not elsewhere."""
        sides = pdfium.FS_RECTF()
        if pdfium.FPDFText_GetLooseCharBox(textpage, letter.index, sides):
            letter.box = Box(sides.left, sides.bottom, sides.right, sides.top)
        text = pdfium.FPDFText_GetTextObject(textpage, letter.index)
        if text and pdfium.FPDFTextObj_GetTextRenderMode(text) not in _UNPAINTED:
            font = pdfium.FPDFTextObj_GetFont(text)
            letter.told = bool(font) and pdfium.FPDFFont_GetIsEmbedded(font) != 0

    def _see(self, word: list[_Letter], ink: Any) -> None:
        """Note which letters show. The whole word is looked at first: most words show all over."""
        around = self._dots(_around([_core(letter.box) for letter in word]))
        piece = ink.crop(around)
        if piece.getbbox() is None:
            for letter in word:
                letter.seen = not letter.told
            return
        if len(word) == 1:
            return
        row = piece.resize((piece.width, 1), resample=_BOX).tobytes()
        for letter in word:
            left, upper, right, lower = self._dots(_core(letter.box))
            if not any(row[max(left - around[0], 0) : right - around[0]]):
                letter.seen = not letter.told
            elif lower - upper < piece.height - 1:
                letter.seen = ink.crop((left, upper, right, lower)).getbbox() is not None

    def _dots(self, box: Box) -> tuple[int, int, int, int]:
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
            width, height = (side * 100 for side in self.size)
            pdfium.FPDF_PageToDevice(self.page, 0, 0, width, height, 0, x, y, across, down)
            return across.value / 100, down.value / 100

        (e, f), (x1, y1), (x2, y2) = at(0, 0), at(1000, 0), at(0, 1000)
        return (x1 - e) / 1000, (y1 - f) / 1000, (x2 - e) / 1000, (y2 - f) / 1000, e, f

    def _recognised(self, word: list[_Letter], ground: Any) -> bool:
        """Whether a scan shows something where a word stands that was recognised in it."""
        told = 0
        for letter in word:
            low, high = ground.crop(self._inside(self._dots(letter.box), ground)).getextrema()
            told += high - low >= _INK
        return told * 2 >= len(word)

    @staticmethod
    def _inside(box: tuple[int, int, int, int], picture: Any) -> tuple[int, int, int, int]:
        left, upper = min(max(box[0], 0), picture.width - 1), min(max(box[1], 0), picture.height - 1)
        return (
            left,
            upper,
            min(max(box[2], left + 1), picture.width),
            min(max(box[3], upper + 1), picture.height),
        )

    def _where(self, word: list[_Letter], textpage: Any, picture: Any, pdfium: Any) -> str:
        left, upper, right, lower = self._dots(_around([letter.box for letter in word]))
        if right <= 0 or lower <= 0 or left >= picture.width or upper >= picture.height:
            return OUTSIDE
        text = pdfium.FPDFText_GetTextObject(textpage, word[0].index)
        if text and pdfium.FPDFTextObj_GetTextRenderMode(text) in _UNPAINTED:
            return UNSEEN
        shades = picture.crop(self._inside((left, upper, right, lower), picture)).getextrema()
        return DARK if shades[1] <= _DARK else UNSEEN


def _core(box: Box) -> Box:
    """The middle of a letter."""
    margin, beside = box.height * _CORE, max(0.0, (_NARROW - box.width) / 2)
    return Box(box.left - beside, box.bottom + margin, box.right + beside, box.top - margin)


def _is_hidden(word: list[_Letter]) -> bool:
    """Whether a word can't be read: a third of its letters and figures does not show, or three in a row."""
    told = [letter.seen for letter in word if letter.character.isalnum()]
    run = longest = 0
    for seen in told:
        run = 0 if seen else run + 1
        longest = max(longest, run)
    return bool(told) and (told.count(False) * 3 >= len(told) or longest >= _ROW)


def _switch_off_text(page: Any, pdfium: Any) -> list[Box]:
    """Take all text off a page that is open, until it is closed.

    :returns: where its pictures are, in points.
    """
    images: list[Box] = []
    sides = [ctypes.c_float() for _ in range(4)]

    def visit(count: int, get: Any, holder: Any, depth: int) -> None:
        for index in range(count):
            one = get(holder, index)
            kind = pdfium.FPDFPageObj_GetType(one)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                pdfium.FPDFPageObj_SetIsActive(one, False)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                if depth <= 2 and pdfium.FPDFPageObj_GetBounds(one, *sides):
                    left, bottom, right, top = (side.value for side in sides)
                    images.append(Box(left, bottom, right, top))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _FORMS:
                inner = pdfium.FPDFFormObj_CountObjects(one)
                visit(inner, pdfium.FPDFFormObj_GetObject, one, depth + 1)

    visit(pdfium.FPDFPage_CountObjects(page), pdfium.FPDFPage_GetObject, page, 0)
    return images


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )


def _free(picture: Any) -> bool:
    """Whether a strip is light, and nothing stands on it."""
    counts = picture.histogram()
    total = sum(counts)
    if not total:
        return False
    seen, median = 0, 255
    for shade, count in enumerate(counts):
        seen += count
        if seen * 2 >= total:
            median = shade
            break
    dark = sum(counts[: max(median - _SPECK, 0)])
    return median >= _LIGHT and dark <= total * _SHARE
