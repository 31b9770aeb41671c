"""Which letters the glyphs of a font are, by what the font says beside its table of meanings.

An encoding names glyphs (ISO 32000-1, 9.6.6), and so does a font file: by names, or by its own table of
characters (OpenType, ``cmap``). A file that was made smaller may say nothing of it; then nothing is known.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Stream

from pipeline.errors import is_memory_error
from pipeline.packet.pdf.objects import values_of

_CODECS: Final = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_SYMBOLIC: Final = 4
_COMPARED: Final = frozenset(range(0x30, 0x7F))
"""The letters and figures that are compared, of a font in the file."""
_LARGEST: Final = 20_000_000
"""Bytes of a font file that is read, at most."""


@dataclass(frozen=True)
class Letters:
    """What is known of the letters that a font draws.

    :param drawn: a letter for each code that is known.
    :param sure: whether the shapes are those of the letters: they are the viewer's own. Those of a font in
        the file may be of another alphabet.
    """

    drawn: Mapping[int, str] = field(default_factory=dict)
    sure: bool = False


def letters_of(font: Any) -> Letters:
    """What is known of the letters of a font."""
    if font.get("/Subtype") == Name.Type3:
        return Letters()  # its names are those of drawings
    try:
        if font.get("/Subtype") == Name.Type0:
            return Letters(_by_glyph(font))
        return _by_code(font)
    except Exception as error:  # fontTools raises all kinds of things on a broken font
        if is_memory_error(error):
            raise
        return Letters()


def _by_code(font: Any) -> Letters:
    """Letters of a font whose codes are single bytes."""
    encoding, descriptor = font.get("/Encoding"), font.get("/FontDescriptor")
    inside = isinstance(descriptor, Dictionary) and any(key in descriptor for key in _FILES)
    flags = descriptor.get("/Flags", 0) if isinstance(descriptor, Dictionary) else 0
    if inside and font.get("/Subtype") == Name.TrueType and int(flags) & _SYMBOLIC:
        return Letters()  # its encoding does not count (9.6.6.4)
    found: dict[int, str] = {}
    based = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
    codec = _CODECS.get(str(based), "") if isinstance(based, Name) else ""
    if codec:
        found = {code: bytes([code]).decode(codec, "ignore") for code in range(256)}
    if isinstance(encoding, Dictionary) and inside:
        found |= _differences(encoding.get("/Differences"))
    elif not isinstance(encoding, Name):
        return Letters()
    return Letters(found, not inside)


def _differences(listed: Any) -> dict[int, str]:
    from fontTools.agl import toUnicode

    found, code = dict[int, str](), 0
    for one in listed if isinstance(listed, Array) else ():
        if isinstance(one, Name):
            found[code] = toUnicode(str(one)[1:])
            code += 1
        else:
            code = int(one)
    return found


def _by_glyph(font: Any) -> dict[int, str]:
    """Letters of a font whose codes are the numbers of glyphs (9.7.5.2)."""
    inner = next(iter(values_of(font.get("/DescendantFonts"))), None)
    if str(font.get("/Encoding", "")) not in {"/Identity-H", "/Identity-V"} or not isinstance(
        inner, Dictionary
    ):
        return {}
    descriptor = inner.get("/FontDescriptor")
    file = descriptor.get("/FontFile2") if isinstance(descriptor, Dictionary) else None
    if not isinstance(file, Stream) or inner.get("/Subtype") != Name.CIDFontType2:
        return {}
    data = file.read_bytes()
    if len(data) > _LARGEST:
        return {}
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(data), lazy=True) as read:
        # Numbers in place of names, which would all have to be read first.
        read.setGlyphOrder(range(read["maxp"].numGlyphs))
        table: dict[int, Any] = (read.getBestCmap() if "cmap" in read else None) or {}
        given = {table[code]: code for code in sorted(table.keys() & _COMPARED, reverse=True)}
    glyphs = inner.get("/CIDToGIDMap")
    if isinstance(glyphs, Stream):
        pairs = glyphs.read_bytes()
        given = {
            number: given[glyph]
            for number in range(len(pairs) // 2)
            if (glyph := int.from_bytes(pairs[number * 2 : number * 2 + 2], "big")) in given
        }
    return {glyph: chr(code) for glyph, code in given.items()}
