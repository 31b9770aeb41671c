"""The objects of a PDF as they may be written: one value or an array, keys that are no UTF-8, name trees."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, PdfError, String

_PIECE: Final = 1 << 20
"""So much is unpacked at once, in bytes."""


def values_of(value: Any) -> list[Any]:
    """The values of an array, or the one that may stand for it (as in ISO 32000-1, table 323, ``K``)."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def entries(value: Any) -> dict[str, Any]:
    """The entries of a dictionary; of anything else, none. Keys need not be UTF-8 (ISO 32000-1, 7.3.5)."""
    return {key: value[key] for key in sorted(value.keys())} if isinstance(value, Dictionary) else {}


def rewrite(stream: Any, change: Callable[[bytes], bytes]) -> None:
    """Change the data of a stream, in place; data that can't be read are left as they are.

    :param change: makes the new data of the old ones; where they are the same, nothing is written.
    """
    try:
        data = bytes(stream.read_bytes())
    except PdfError:
        return
    changed = change(data)
    if changed != data:
        stream.write(zlib.compress(changed, 6), filter=Name.FlateDecode)


def unpack(raw: bytes, take: Callable[[bytes], object]) -> bytes | None:
    """Unpack data that are packed with Flate (ISO 32000-1, 7.4.4), piece by piece.

    :param take: is given each piece.
    :returns: what stands behind the data; ``None`` where they have no end.
    :raises zlib.error: when they can't be unpacked.
    """
    reader, rest = zlib.decompressobj(), raw
    while not reader.eof:
        piece = reader.decompress(rest, _PIECE)
        rest = reader.unconsumed_tail
        if not piece and not rest:
            return None
        take(piece)
    return reader.unused_data


def name_tree(pdf: Pdf, values: dict[str, Any]) -> Dictionary:
    """A name tree (ISO 32000-1, 7.9.6) of texts and values, ordered, in leaves of bounded length."""
    pairs = sorted((bytes(String(name)), value) for name, value in values.items())
    size = 500
    if len(pairs) <= size * 4:
        return Dictionary(Names=Array([part for key, value in pairs for part in (String(key), value)]))
    leaves = []
    for start in range(0, len(pairs), size):
        chunk = pairs[start : start + size]
        flat = Array([part for key, value in chunk for part in (String(key), value)])
        limits = Array([String(chunk[0][0]), String(chunk[-1][0])])
        leaves.append(pdf.make_indirect(Dictionary(Limits=limits, Names=flat)))
    return Dictionary(Kids=Array(leaves))
