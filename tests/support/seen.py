"""What a reader sees of a printed page: letters that nothing covers, and where they stand."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw as pdfium

from tests.support.readback import Char, PdfFile, PdfPage

_SCALE = 3
_CONTRAST = 40


def covered(pdf: PdfFile) -> str:
    """The letters that are in the text of a print edition and that its pages do not show, as PDFium draws."""
    return "".join(letter for sheet in pdf.document for letter in _covered(sheet))


def _covered(sheet: pypdfium2.PdfPage) -> Iterator[str]:
    picture = sheet.render(scale=_SCALE).to_pil().convert("L")
    text, height = sheet.get_textpage(), sheet.get_height()
    box = [ctypes.c_double() for _ in range(4)]
    for index in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        if not letter.isalnum() or pdfium.FPDFText_IsGenerated(text, index):
            continue
        pdfium.FPDFText_GetCharBox(text, index, *box)  # left, right, bottom, top
        left, right, bottom, top = (side.value for side in box)
        place = (left, height - top, right, height - bottom)
        lowest, highest = picture.crop(tuple(round(side * _SCALE) for side in place)).getextrema()
        if highest - lowest < _CONTRAST:
            yield letter


def letters_of(page: PdfPage, words: str) -> list[Char]:
    """The letters of some words that stand in one line of a page; the line may have others beside them."""
    wanted = "".join(words.split())
    for row in page.lines:
        line = [char for char in row if not char.text.isspace()]
        at = "".join(char.text for char in line).find(wanted)
        if at >= 0:
            return line[at : at + len(wanted)]
    raise AssertionError(f"no line has {words!r}")
