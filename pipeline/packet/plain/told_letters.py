"""What the letters of an annex are said to mean: a font may tell a search other words than it shows.

A font says in a table (ISO 32000-1, 9.10.3, ``ToUnicode``) which characters each of its glyphs stands for. No
page shows that table: it may say a sentence of one glyph, or another letter than the one that is drawn.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from pikepdf import Stream

from pipeline.packet.pdf.objects import rewrite
from pipeline.packet.plain.drawn_letters import Letters, letters_of

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
_CALLED: Final = re.compile(rb"(/CMapName\s*)/(?!Adobe-Identity-)[^\s/<>\[\](){}%]*(?=\s+def)")
_STRING: Final = re.compile(rb"\([^()]*\)")
_SYSTEMS: Final = frozenset((b"(Adobe)", b"(UCS)", b"(Identity)", b"(UCS2)"))
_LONGEST_ROW: Final = 256
"""How many glyphs a row may have, where each of them is looked at."""


def plain_letters(font: Any, heard: list[str]) -> None:
    """Take out of the table of a font what no glyph shows, in place.

    :param heard: gets what was taken out.
    """
    table = font.get("/ToUnicode")
    if not isinstance(table, Stream):
        return
    for key in set(table.keys()) - _OF_TABLE:
        del table[key]
    known = letters_of(font)

    def change(data: bytes) -> bytes:
        data = _STRING.sub(_of_system, _CALLED.sub(rb"\1/Adobe-Identity-UCS", REMARK.sub(b"", data)))
        return _BLOCK.sub(lambda found: _block(found, known, heard), data)

    rewrite(table, change)


def _of_system(found: re.Match[bytes]) -> bytes:
    """What a table may say of the system of its numbers (9.7.3)."""
    return found[0] if found[0] in _SYSTEMS else b"(UCS)"


def _block(found: re.Match[bytes], known: Letters, heard: list[str]) -> bytes:
    body = found[2]
    if found[1] == b"char":
        pairs = [(code, _meant(code, meant, known, heard)) for code, meant in _CHAR.findall(body)]
        kept = [b"<%s> <%s>" % (code, meant) for code, meant in pairs if meant is not None]
    else:
        kept = [
            line
            for first, last, meant in _RANGE.findall(body)
            for line in _row(first, last, meant, known, heard)
        ]
    if not kept:
        return b""
    return b"beginbf%s\n%s\nendbf%s" % (found[1], b"\n".join(kept), found[1])


def _row(first: bytes, last: bytes, meant: bytes, known: Letters, heard: list[str]) -> list[bytes]:
    """A row of glyphs in sequence; what is said of each may stand in a list."""
    start, width = int(first or b"0", 16), len(first)
    if meant.startswith(b"["):
        given = re.findall(rb"<([0-9A-Fa-f\s]*)>", meant)
    else:
        plain = b"".join(meant[1:-1].split())
        given, count = [plain], int(last or b"0", 16) - start + 1
        if 1 < count <= _LONGEST_ROW and plain:
            value = int(plain, 16)
            given = [b"%0*X" % (len(plain), value + at) for at in range(count)]
    good = [
        _meant(b"%0*X" % (width, start + at), one, known, heard, least=b"FFFD")
        for at, one in enumerate(given)
    ]
    if not meant.startswith(b"[") and good == given:
        return [b"<%s> <%s> %s" % (first, last, meant)]
    if not meant.startswith(b"[") and len(given) == 1:
        return [] if good == [b"FFFD"] else [b"<%s> <%s> <%s>" % (first, first, good[0] or b"FFFD")]
    return [b"<%s> <%s> [%s]" % (first, last, b" ".join(b"<%s>" % (one or b"FFFD") for one in good))]


def _meant(
    code: bytes, meant: bytes, known: Letters, heard: list[str], least: bytes | None = None
) -> bytes | None:
    """What a glyph may stand for: what it is said to, or the letter that it shows.

    :param least: where it shows nothing that is known, and may not stand for what it is said to.
    """
    try:
        text = bytes.fromhex(b"".join(meant.split()).decode("ascii")).decode("utf-16-be", "replace")
        number = int(b"".join(code.split()) or b"0", 16)
    except ValueError:
        return meant
    plain = unicodedata.normalize("NFD", text)
    letters = [one for one in plain if one.isalnum()]
    shown = known.drawn.get(number, "")
    if len(letters) > _LONGEST and not unicodedata.name(letters[0], "").startswith("ARABIC"):
        heard.append(text)
        return least
    drawn, said = _letters(shown), _letters(text)
    if not drawn or not said or drawn[0].casefold() == said[0].casefold():
        return meant
    if known.sure:
        heard.append(text)
        return least
    if drawn[0].isascii() and said[0].isascii():
        heard.append(text)
        return shown.encode("utf-16-be").hex().upper().encode("ascii")
    return meant


def _letters(text: str) -> list[str]:
    return [one for one in unicodedata.normalize("NFKD", text) if one.isalnum()]
