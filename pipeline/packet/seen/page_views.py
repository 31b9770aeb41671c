"""What is seen on the pages of an annex (PDFium): their free margins, the words that can be read, the rest.

A word is seen when the page looks different without it. So text is told that is white on white, lies below a
black box or a picture, is not painted, or stands outside what a viewer shows of the page. One kind of unseen
text is meant to be there: the words that were recognised in a scanned page. They count when the scan covers
most of the page and shows something where they stand, so that not even they tell what a box in it covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pipeline.check.seen.boxes import Box, around
from pipeline.check.seen.ink import PALE, Drawing, core
from pipeline.check.seen.sheet import Letter, letters_of
from pipeline.packet.pdf.geometry import scale
from pipeline.packet.pdf.stamp import BAND, MARGIN, MM
from pipeline.packet.seen import faint_words
from pipeline.packet.seen.overprinted import Overprinted
from pipeline.packet.seen.unseen_pictures import DARK, OUTSIDE, UNSEEN, PicturesSeen, look

_LIGHT: Final = 190
_SPECK: Final = 40
_SHARE: Final = 0.001
_LONGEST: Final = 15_000
"""The longest text that a page is described with (ISO 19005-3, 6.1.13, in UTF-16)."""
_INK: Final = 60
"""The least contrast of what a scan shows."""
_DARK: Final = 110
_SCAN: Final = 0.6
"""The share of a page that a scan covers."""
_ROW: Final = 3
_LEAST: Final = 0.1
"""The least extent of a letter, in points."""
_NO_SPACES: Final = 0x2E80
"""The first code of scripts that put no spaces between words."""
_BOX: Final = 4
"""Pillow's way of making means."""
_UNPAINTED: Final = frozenset((3, 7))

INSIDE: Final = "inside patterns, masks or drawn letters, where nobody can tell whether it is seen,"
_TINY: Final = 0.8
_FLAT: Final = 0.15
_STEM: Final = 1.6
_REPEATED: Final = 12
"""The least height of the highest letter of a word that can be read, and the least breadth, in points."""


@dataclass
class Word:
    """A word on a page, its box in points of the page's own coordinates.

    :param drawn: whether it is drawn here: the fonts of some are not in the file, and not on this machine.
    """

    text: str
    box: Box
    drawn: bool = True


@dataclass
class View:
    """What a page looks like.

    :param bottom_free: whether its lower margin is free, as `top_free`.
    :param words: those that can be read, in order.
    :param hidden: how many words can't be seen, by where they are.
    :param text: what the page says, for those who don't see it.
    :param scan: whether it is one picture that shows something, without words.
    :param pictures: which of its pictures can be seen.
    """

    bottom_free: bool = False
    top_free: bool = False
    words: list[Word] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    text: str = ""
    scan: bool = False
    pictures: PicturesSeen = field(default_factory=PicturesSeen)


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


@dataclass(slots=True)
class _Letter(Letter):
    """A letter, its box in points.

    :param seen: whether it shows.
    :param told: whether that can be told here.
    :param drawn: whether it is drawn here.
    :param faint: of the first of a word: whether nothing of it has much contrast.
    """

    seen: bool = True
    told: bool = True
    drawn: bool = True
    faint: bool = False


class _Viewer:
    """Looks at one page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.drawing = Drawing(page)
        self.width, self.height = self.drawing.width, self.drawing.height

    def view(self) -> View:
        """All that is told of the page."""
        picture = self.drawing.picture
        bottom, top = self._margins(picture)
        found = View(bottom, top, pictures=look(self.drawing))
        textpage = self.page.get_textpage()
        try:
            has_text = textpage.count_chars() > 0
            if has_text:
                self._read(textpage, picture, found)
        finally:
            textpage.close()
        found.text = " ".join(word.text for word in found.words)[:_LONGEST]
        if not found.words and not _free(picture):
            if not has_text:
                self.drawing.ink()  # which finds where the pictures are
            covered = sum(box.width * box.height for box in self.drawing.images)
            found.scan = covered >= _SCAN * self.width * self.height
        return found

    def _margins(self, picture: Any) -> tuple[bool, bool]:
        size, dots = scale(Box(0, 0, self.width, self.height)), self.drawing.dots
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

        words = list(self._words(textpage, pdfium))
        over = Overprinted(self.drawing, textpage, [letter for word in words for letter in word])
        words = [part for word in words for part in _parted(word, over)]
        ink = self.drawing.ink(faint_words.LEAST)
        images, ground = self.drawing.images, self.drawing.ground
        for word in words:
            own = over.ink(word[0])
            self._see(word, ink if own is None else own)
        self._see_faint(words)
        seen = [word for word in words if not _is_hidden(word)]
        again = _Again(seen)
        scanned = len(seen) * 2 <= len(words)
        area = max(self.width * self.height, 1.0)
        scans = [box for box in images if box.width * box.height >= _SCAN * area]
        strips = sum(box.width * box.height for box in images) >= _SCAN * area
        for word in words:
            hidden = _is_hidden(word)
            if hidden and scanned and (scans or strips) and self._recognised(word, ground):
                hidden = False
            if hidden and again.holds(word):
                continue
            if hidden:
                found.hidden[self._where(word, textpage, picture, pdfium)] += 1
            else:
                drawn = all(letter.drawn or not letter.character.isalnum() for letter in word)
                found.words.append(Word(_text(word), around([letter.box for letter in word]), drawn))

    def _words(self, textpage: Any, pdfium: Any) -> Iterator[list[_Letter]]:
        """The words of the page. Each sign of a script that parts no words is one."""
        word: list[_Letter] = []
        for one in letters_of(textpage):
            character, box = one.character, one.box
            if character.isspace() or not character.isprintable():
                if word:
                    yield word
                word = []
                continue
            letter = _Letter(character, box, one.index)
            if box.height < _LEAST or box.width < _LEAST:
                self._without_shape(letter, textpage, pdfium)
            if ord(character) >= _NO_SPACES and word:
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
        high, broad = max(letter.box.height for letter in word), max(letter.box.width for letter in word)
        if _turned(word):
            high, broad = broad, high
        # Some signs of Chinese, such as the one for "one", are a line by nature; each is a word of its own.
        least = _LEAST if ord(word[0].character) >= _NO_SPACES else _TINY
        if (high < least or broad < _FLAT) and not _is_rule(word):
            for letter in word:
                letter.seen = False
            return
        place = self.drawing.place(around([core(letter.box) for letter in word]))
        piece = ink.crop(place)
        word[0].faint = piece.getextrema()[1] == PALE
        if piece.getbbox() is None and ord(word[0].character) >= _NO_SPACES:
            # Others have nothing but lines above and below, such as the one for "two".
            piece = ink.crop(self.drawing.place(word[0].box))
        if piece.getbbox() is None:
            beside = not self._is_on_page(place)
            for letter in word:
                letter.seen, letter.drawn = not letter.told and not beside, beside
            return
        if len(word) == 1:
            return
        row = piece.resize((piece.width, 1), resample=_BOX).tobytes()
        for letter in word:
            left, upper, right, lower = self.drawing.place(core(letter.box))
            if not any(row[max(left - place[0], 0) : right - place[0]]):
                letter.seen, letter.drawn = not letter.told, letter.told
            elif lower - upper < piece.height - 1:
                letter.seen = ink.crop((left, upper, right, lower)).getbbox() is not None

    def _see_faint(self, words: list[list[_Letter]]) -> None:
        """Note which words are so faint that nobody reads them."""
        faint = [word for word in words if word[0].faint and any(letter.seen for letter in word)]
        boxes = [around([letter.box for letter in word]) for word in faint]
        for word, unread in zip(faint, faint_words.unreadable(self.drawing, boxes), strict=True):
            for letter in word:
                letter.seen &= not unread

    def _is_on_page(self, place: tuple[int, int, int, int]) -> bool:
        width, height = self.drawing.picture.size
        return place[0] < width and place[1] < height and place[2] > 0 and place[3] > 0

    def _recognised(self, word: list[_Letter], ground: Any) -> bool:
        """Whether a scan shows something where a word stands that was recognised in it."""
        told = 0
        if not self._is_on_page(self.drawing.place(around([letter.box for letter in word]))):
            return False
        for letter in word:
            low, high = ground.crop(self._inside(self.drawing.place(_broad(letter.box)), ground)).getextrema()
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
        left, upper, right, lower = self.drawing.place(around([letter.box for letter in word]))
        if not self._is_on_page((left, upper, right, lower)):
            return OUTSIDE
        text = pdfium.FPDFText_GetTextObject(textpage, word[0].index)
        if text and pdfium.FPDFTextObj_GetTextRenderMode(text) in _UNPAINTED:
            return UNSEEN
        shades = picture.crop(self._inside((left, upper, right, lower), picture)).getextrema()
        return DARK if shades[1] <= _DARK else UNSEEN


def _parted(word: list[_Letter], over: Overprinted) -> Iterator[list[_Letter]]:
    """A word in parts, where letters of texts that stand over one another are taken for one."""
    for _, letters in groupby(word, key=lambda letter: id(over.ink(letter))):
        yield list(letters)


class _Again:
    """Words that are seen, to find those that stand below themselves: nothing is hidden by that."""

    def __init__(self, seen: list[list[_Letter]]) -> None:
        self._boxes: dict[str, list[Box]] = {}
        for word in seen:
            self._boxes.setdefault(_text(word), []).append(around([letter.box for letter in word]))

    def holds(self, word: list[_Letter]) -> bool:
        """Whether the same word is seen over this one."""
        own = around([letter.box for letter in word])
        return any(min(own.shared(box)) > 0 for box in self._boxes.get(_text(word), ()))


def _broad(box: Box) -> Box:
    """The box of a letter that is no narrower than a stem and the paper beside it."""
    beside = max(0.0, (_STEM - box.width) / 2)
    return Box(box.left - beside, box.bottom, box.right + beside, box.top)


def _is_rule(word: list[_Letter]) -> bool:
    """Whether a word is a glyph again and again, as of which the line above a root is made."""
    return len(word) >= _REPEATED and len({letter.character for letter in word}) * 4 <= len(word)


def _turned(word: list[_Letter]) -> bool:
    """Whether a word runs up or down the page."""
    first, last = word[0].box, word[-1].box
    if len(word) == 1:
        return first.width > first.height
    return abs(last.bottom - first.bottom) > abs(last.left - first.left)


def _text(word: list[_Letter]) -> str:
    return "".join(letter.character for letter in word)


def _is_hidden(word: list[_Letter]) -> bool:
    """Whether a word can't be read: a third of its letters and figures does not show, or three in a row."""
    told = [letter.seen for letter in word if letter.character.isalnum()]
    run = longest = 0
    for seen in told:
        run = 0 if seen else run + 1
        longest = max(longest, run)
    return bool(told) and (told.count(False) * 3 >= len(told) or longest >= _ROW)


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
