"""Values as spreadsheet programs save them, in UTF-8 or not."""

from __future__ import annotations

import re
from typing import Final

from pipeline.read.input.decoding import office_file

_WORD: Final = re.compile(r"[^\s,;|\"]+")
_LIKELY: Final = "cp1252"
"""What programs save on Windows in the west and the middle of Europe, where UTF-8 is not asked for."""


def as_utf8(data: bytes, named: str = "") -> tuple[bytes, str]:
    """The bytes of a text in UTF-8.

    :param data: in UTF-8, in UTF-16 with or without a byte order mark, or in Windows-1252.
    :param named: the encoding, where its author says which it is.
    :returns: the bytes, unchanged where they are no text; and the first word that a guess depends on, or "".
    :raises ValueError: when they are not in the encoding that is named.
    """
    if named:
        return data.decode(named).encode(), ""
    if office_file(data):
        return data, ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode(), ""
    if data.count(0) * 3 > len(data):
        little = data[1::2].count(0) > data[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", "replace").encode(), ""
    try:
        data.decode("utf-8-sig")
        return data, ""
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode(_LIKELY)
    except UnicodeDecodeError:
        return data, ""
    return text.encode(), next((word for word in _WORD.findall(text) if not word.isascii()), "")
