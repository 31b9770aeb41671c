"""What the letters of an annex are said to mean: a font may tell a search other words than it shows.

A font says in a table (ISO 32000-1, 9.10.3, ``ToUnicode``) which characters each of its glyphs stands for. No
page shows that table: it may say a sentence of one glyph, or another letter than the one that is drawn.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from pikepdf import Dictionary, Name, Stream

from pipeline.packet.pdf.objects import rewrite

_LONGEST: Final = 4
"""How many letters a glyph shows at most: a ligature of Latin, such as “ffi”, has up to four."""
REMARK: Final = re.compile(rb"%[^\r\n]*")
"""What a program between instructions remarks (ISO 32000-1, 7.2.3)."""
_OF_TABLE: Final = frozenset(
    ("/Type", "/CMapName", "/CIDSystemInfo", "/WMode", "/UseCMap", "/Length", "/Filter", "/DecodeParms")
)
_BLOCK: Final = re.compile(rb"beginbf(char|range)\b(.*?)\bendbf(?:char|range)", re.DOTALL)
_CHAR: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE: Final = re.compile(
    rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(<[0-9A-Fa-f\s]*>|\[[^\]]*\])", re.DOTALL
)
_CODECS: Final = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}


def plain_letters(font: Any, heard: list[str]) -> None:
    """Take out of the table of a font what no glyph shows, in place.

    :param heard: gets what was taken out.
    """
    table = font.get("/ToUnicode")
    if not isinstance(table, Stream):
        return
    for key in set(table.keys()) - _OF_TABLE:
        del table[key]
    codec = _codec(font)
    rewrite(table, lambda data: _BLOCK.sub(lambda found: _block(found, codec, heard), REMARK.sub(b"", data)))


def _codec(font: Any) -> str:
    """The encoding that says which letters a font draws, where a name says it and it brings no shapes."""
    encoding = font.get("/Encoding")
    descriptor = font.get("/FontDescriptor")
    embedded = isinstance(descriptor, Dictionary) and any(
        key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )
    return "" if embedded or not isinstance(encoding, Name) else _CODECS.get(str(encoding), "")


def _block(found: re.Match[bytes], codec: str, heard: list[str]) -> bytes:
    body = found[2]
    if found[1] == b"char":
        kept = [
            b"<%s> <%s>" % (code, meant)
            for code, meant in _CHAR.findall(body)
            if _holds(code, meant, codec, heard)
        ]
    else:
        kept = [
            line
            for first, last, meant in _RANGE.findall(body)
            for line in _row(first, last, meant, codec, heard)
        ]
    if not kept:
        return b""
    return b"beginbf%s\n%s\nendbf%s" % (found[1], b"\n".join(kept), found[1])


def _row(first: bytes, last: bytes, meant: bytes, codec: str, heard: list[str]) -> list[bytes]:
    """A row of glyphs in sequence; what is said of each may stand in a list."""
    if meant.startswith(b"["):
        given = re.findall(rb"<([0-9A-Fa-f\s]*)>", meant)
        start = int(first or b"0", 16)
        width = len(first)
        good = [
            one if _holds(b"%0*X" % (width, start + at), one, codec, heard) else b"FFFD"
            for at, one in enumerate(given)
        ]
        return [b"<%s> <%s> [%s]" % (first, last, b" ".join(b"<%s>" % one for one in good))]
    if not _holds(first, meant[1:-1], codec, heard):
        return []
    return [b"<%s> <%s> %s" % (first, last, meant)]


def _holds(code: bytes, meant: bytes, codec: str, heard: list[str]) -> bool:
    """Whether a glyph may stand for a text."""
    try:
        text = bytes.fromhex(b"".join(meant.split()).decode("ascii")).decode("utf-16-be", "replace")
        number = int(b"".join(code.split()) or b"0", 16)
    except ValueError:
        return True
    plain = unicodedata.normalize("NFD", text)
    letters = [one for one in plain if one.isalnum()]
    if len(letters) > _LONGEST and not unicodedata.name(letters[0], "").startswith("ARABIC"):
        heard.append(text)
        return False
    if codec and number < 256:
        drawn, said = _letters(bytes([number]).decode(codec, "ignore")), _letters(text)
        if drawn and said and drawn[0].casefold() != said[0].casefold():
            heard.append(text)
            return False
    return True


def _letters(text: str) -> list[str]:
    return [one for one in unicodedata.normalize("NFKD", text) if one.isalnum()]
