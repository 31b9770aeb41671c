"""Of letters whose font is in the file counts what is drawn, and not what a table says that they mean."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.support.drawn_papers import everything, paper
from tests.support.packet_papers import codes, prepared, words

SHOWN = "Bolzano"
TABLE = "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange {space} endcodespacerange\n"


@cache
def font_file() -> bytes:
    """A TrueType font with letters as squares of their own sizes, and a table of characters."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", *(f"g{ord(letter)}" for letter in letters)]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"g{ord(letter)}" for letter in letters})
    shapes = {}
    for at, name in enumerate(names):
        pen = TTGlyphPen(None)
        for x, y in ((50, 0), (50, 700 - at), (450, 700 - at), (450, 0)):
            (pen.moveTo if (x, y) == (50, 0) else pen.lineTo)((x, y))
        pen.closePath()
        shapes[name] = pen.glyph()
    builder.setupGlyf(shapes)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    target = io.BytesIO()
    builder.save(target)
    return target.getvalue()


def glyph(letter: str) -> int:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(font_file()))
    number: int = font.getGlyphID(font.getBestCmap()[ord(letter)])
    return number


def descriptor(pdf: Pdf, flags: int) -> Any:
    return pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Squares, Flags=flags, FontBBox=Array([0, -200, 500, 800]),
            ItalicAngle=0, Ascent=800, Descent=-200, CapHeight=700, StemV=80,
            FontFile2=pdf.make_stream(font_file()),
        )
    )  # fmt: skip


def table(pdf: Pdf, lines: list[str], space: str, kind: str = "char") -> Any:
    text = TABLE.format(space=space) + f"{len(lines)} beginbf{kind}\n" + "\n".join(lines)
    return pdf.make_stream(f"{text}\nendbf{kind}\nendcmap end".encode())


def hexed(text: str) -> str:
    return text.encode("utf-16-be").hex()


def by_glyph(lines: Callable[[], list[str]], kind: str = "char", *, mapped: bool = False) -> Any:
    """The word in a font whose codes are numbers of glyphs, or lead to them by a stream."""

    def change(pdf: Pdf, page: Any) -> None:
        inner = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.Squares, DW=500,
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            FontDescriptor=descriptor(pdf, 4), CIDToGIDMap=Name.Identity,
        )  # fmt: skip
        if mapped:
            pairs = b"".join(glyph(letter).to_bytes(2, "big") for letter in SHOWN)
            inner.CIDToGIDMap = pdf.make_stream(bytes(2) + pairs)
        page.Resources.Font.F1 = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Squares, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
            ToUnicode=table(pdf, lines(), "<0000> <ffff>", kind),
        )  # fmt: skip
        given = range(1, len(SHOWN) + 1) if mapped else map(glyph, SHOWN)
        data = "".join(f"{code:04x}" for code in given)
        page.Contents = pdf.make_stream(f"BT /F1 14 Tf 72 700 Td <{data}> Tj ET".encode())

    return change


def by_code(encoding: Any, lines: list[str], kind: str = "char") -> Any:
    """The word in a font with an encoding."""

    def change(pdf: Pdf, page: Any) -> None:
        page.Resources.Font.F1 = Dictionary(
            Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Squares, FirstChar=65, LastChar=122,
            Widths=Array([500] * 58), FontDescriptor=descriptor(pdf, 32), Encoding=encoding,
            ToUnicode=table(pdf, lines, "<00> <ff>", kind),
        )  # fmt: skip
        page.Contents = pdf.make_stream(f"BT /F1 14 Tf 72 700 Td ({SHOWN}) Tj ET".encode())

    return change


BACKWARDS = " ".join(f"<{ord(letter):04x}>" for letter in "zyxwvutsrqponmlkjihgfedcba")
LIE = dict(zip(SHOWN, "Secrxto", strict=True))
NAMES = Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([66, Name.B]))
LIES: dict[str, Any] = {
    "by glyph": by_glyph(lambda: [f"<{glyph(own):04x}> <{hexed(said)}>" for own, said in LIE.items()]),
    "by glyph, mapped": by_glyph(
        lambda: [f"<{at + 1:04x}> <{hexed(said)}>" for at, said in enumerate("SecretX")], mapped=True
    ),
    "in rows": by_glyph(
        lambda: [
            f"<{glyph('a'):04x}> <{glyph('v'):04x}> <0065>",
            f"<{glyph('z'):04x}> <{glyph('z'):04x}> <0061>",
        ],
        "range",
    ),
    "in a row with a list": by_glyph(
        lambda: [f"<{glyph('a'):04x}> <{glyph('z'):04x}> [{BACKWARDS}]"],
        "range",
    ),
    "by code": by_code(
        Name.WinAnsiEncoding, [f"<{ord(own):02x}> <{hexed(said)}>" for own, said in LIE.items()]
    ),
    "by code, with names": by_code(NAMES, [f"<{ord(own):02x}> <{hexed(said)}>" for own, said in LIE.items()]),
    "by code, in rows": by_code(Name.WinAnsiEncoding, ["<61> <76> <0065>", "<7a> <7a> <0061>"], "range"),
}


@pytest.mark.parametrize("name", LIES)
def test_what_is_drawn_is_what_counts(tmp_path: Path, name: str) -> None:
    made = prepared(paper(b"", LIES[name]), tmp_path)
    assert "annex-hidden-text" in codes(made)
    assert words(made.part.pdf)[-6:] == SHOWN[-6:]
    assert SHOWN.encode() in everything(made.part.pdf) or SHOWN[1:].encode() in everything(made.part.pdf)


TRUE: dict[str, Any] = {
    "by glyph": by_glyph(lambda: [f"<{glyph(own):04x}> <{hexed(own)}>" for own in dict.fromkeys(SHOWN)]),
    "in rows": by_glyph(
        lambda: [
            f"<{glyph('A'):04x}> <{glyph('Z'):04x}> <0041>",
            f"<{glyph('a'):04x}> <{glyph('z'):04x}> <0061>",
        ],
        "range",
    ),
    "by code": by_code(Name.WinAnsiEncoding, ["<41> <5a> <0041>", "<61> <7a> <0061>"], "range"),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_table_that_says_what_is_drawn_stays(tmp_path: Path, name: str) -> None:
    made = prepared(paper(b"", TRUE[name]), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    assert words(made.part.pdf) == SHOWN


def test_letters_of_another_alphabet_may_stand_in_the_places_of_these(tmp_path: Path) -> None:
    cyrillic = [f"<{ord(own):02x}> <{hexed(said)}>" for own, said in zip("Bolzan", "Больцан", strict=False)]
    made = prepared(paper(b"", by_code(Name.WinAnsiEncoding, cyrillic)), tmp_path)
    assert "annex-hidden-text" not in codes(made)
    assert words(made.part.pdf).startswith("Больца")
