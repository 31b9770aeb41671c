"""Font files with the tables that draw letters, and no more (OpenType 1.9, "Font file").

Others say who made a font, under which licence, or what a program has kept in it: no page shows that, and a
PDF needs none of them (ISO 32000-1, 9.9).
"""

from __future__ import annotations

import re
import struct
from typing import Final

_KINDS: Final = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_HEAD: Final = struct.Struct(">4sHHHH")
_ENTRY: Final = struct.Struct(">4sLLL")
"""Of the directory: name, checksum, place and length of a table."""
_TABLES: Final = frozenset(
    (
        *(b"cmap", b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp", b"cvt ", b"fpgm", b"prep", b"post"),
        *(b"OS/2", b"CFF ", b"CFF2", b"vhea", b"vmtx", b"VORG", b"gasp", b"hdmx", b"VDMX", b"LTSH"),
        *(b"EBDT", b"EBLC", b"EBSC", b"CBDT", b"CBLC", b"sbix", b"COLR", b"CPAL", b"fvar", b"gvar", b"avar"),
    )
)
_ENCRYPTED: Final = b"eexec"
"""Behind this word a Type 1 font is encrypted."""
_REMARK: Final = re.compile(rb"%(?!!)[^\r\n]*")
_NOTICE: Final = re.compile(
    rb"(/(?:Notice|Copyright|version|FullName|FamilyName|Weight)\s*\()([^()]*)\)", re.DOTALL
)
_MOST: Final = 200
"""Tables of a font at most."""


def plain_type1(data: bytes) -> bytes:
    """A Type 1 font, as long as before, with blanks for remarks and notices (Type 1 Font Format, 2.2)."""
    end = data.find(_ENCRYPTED)
    if end < 0:
        return data
    head = _REMARK.sub(lambda found: b" " * len(found[0]), data[:end])
    return _NOTICE.sub(lambda found: found[1] + b" " * len(found[2]) + b")", head) + data[end:]


def plain_font(data: bytes) -> bytes:
    """A TrueType or OpenType font without what draws nothing; as it is, where it is not built as one."""
    if data[:4] not in _KINDS or len(data) < _HEAD.size:
        return data
    kind, count, *_ = _HEAD.unpack_from(data)
    if not 0 < count <= _MOST or len(data) < _HEAD.size + count * _ENTRY.size:
        return data
    entries = [_ENTRY.unpack_from(data, _HEAD.size + at * _ENTRY.size) for at in range(count)]
    if any(place + length > len(data) for _, _, place, length in entries):
        return data
    kept = [entry for entry in entries if entry[0] in _TABLES]
    if len(kept) == count and not _has_rest(data, entries):
        return data
    power = max(len(kept).bit_length() - 1, 0)
    head = _HEAD.pack(kind, len(kept), 16 << power, power, (len(kept) << 4) - (16 << power))
    directory, tables, at = b"", b"", _HEAD.size + len(kept) * _ENTRY.size
    for name, checksum, place, length in kept:
        directory += _ENTRY.pack(name, checksum, at + len(tables), length)
        tables += data[place : place + length] + bytes(-length % 4)
    return head + directory + tables


def _has_rest(data: bytes, entries: list[tuple[bytes, int, int, int]]) -> bool:
    """Whether something stands between the tables, or behind them."""
    at = _HEAD.size + len(entries) * _ENTRY.size
    for place, length in sorted((place, length) for _, _, place, length in entries):
        if data[at:place].strip(b"\0"):
            return True
        at = max(at, place + length)
    return bool(data[at:].strip(b"\0\r\n"))
