"""Photographs with what says how they are drawn, and no more: JPEG and JPEG 2000.

A camera or a program writes into them where, when and by whom they were made, remarks, and small pictures of
what they showed before they were cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_START: Final = b"\xff\xd8"
_SCAN: Final = 0xDA
_END: Final = 0xD9
_RESTARTS: Final = range(0xD0, 0xD8)
_FRAMES: Final = frozenset((*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF)) - {0xC8}
"""Segments of JPEG that say how it is drawn (ISO/IEC 10918-1, table B.1)."""
_APPLICATIONS: Final = {0xE0: (b"JFIF\0", 12, b"\0\0"), 0xEE: (b"Adobe", 12, b"")}
"""Of those of programs two say how its colours and dots are meant: in so many bytes, without pictures."""
_BOXES: Final = frozenset((b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"))
"""What says how a picture of JPEG 2000 is drawn (ISO/IEC 15444-1, annex I)."""
_INNER: Final = frozenset((b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"cgrp", b"opct", b"creg"))
_HOLDERS: Final = frozenset((b"jp2h", b"jpch", b"jplh", b"cgrp"))
_PICTURE: Final = b"jp2c"
_LAST: Final = b"\xff\xd9"
_STREAM: Final = b"\xff\x4f"
_TILE: Final = b"\xff\x90"
_DATA: Final = b"\xff\x93"
_REMARK: Final = b"\xff\x64"
_TILE_HEAD: Final = 12


def plain_jpeg(data: bytes) -> bytes:
    """A JPEG file without records; as it is, when it is not built as one."""
    if data[:2] != _START:
        return data
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # a fill byte
            at += 1
            continue
        if kind == _END:
            break
        if kind in _RESTARTS or kind in (0x01, 0xD8):  # without content
            kept.append(data[at : at + 2])
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        content = data[at + 4 : end]
        if kind in _FRAMES:
            kept.append(data[at:end])
        elif kind in _APPLICATIONS:
            start, length, rest = _APPLICATIONS[kind]
            if content.startswith(start) and len(content) >= length:
                content = content[:length] + rest
                kept.append(data[at : at + 2] + (len(content) + 2).to_bytes(2, "big") + content)
        at = end
        if kind == _SCAN:
            at = _end_of_scan(data, end)
            kept.append(data[end:at])
    return b"".join([*kept, data[at : _end(data, at)]])


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the bytes of a scan end: at the next sign that is neither a byte of it nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] and data[at + 1] not in _RESTARTS and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _end(data: bytes, at: int) -> int:
    """Where the picture ends: some cameras write another one behind it."""
    end = data.find(_LAST, at)
    return end + len(_LAST) if end >= 0 else len(data)


def plain_jpeg_2000(data: bytes) -> bytes:
    """A JPEG 2000 file, or the stream of one, without records; as it is, when it is not built as one."""
    if data.startswith(_STREAM):
        return _plain_stream(data)
    kept: list[bytes] = []
    for kind, content, open_end in _boxes(data):
        if not kept and kind != b"jP  ":
            return data
        if kind in _BOXES:
            kept.append(_box(kind, _plain_content(kind, content, cut=open_end)))
    return b"".join(kept) if kept else data


def _plain_content(kind: bytes, content: bytes, *, cut: bool = False) -> bytes:
    if kind == _PICTURE:
        return _plain_stream(content) if cut or content.startswith(_STREAM) else content
    if kind in _HOLDERS:
        inner = ((one, _plain_content(one, part)) for one, part, _ in _boxes(content) if one in _INNER)
        return b"".join(_box(one, part) for one, part in inner)
    return content


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Kind and content of boxes, and whether one ends with the file."""
    at = 0
    while at + 8 <= len(data):
        length, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        open_end = length == 0
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length == 0:
            length = len(data) - at
        if length < head:
            return
        yield kind, data[at + head : at + length], open_end
        at += length


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _plain_stream(data: bytes) -> bytes:
    """The stream of a picture without remarks and what stands behind it (annex A, A.9.2)."""
    kept, at = _segments(data, 2, _TILE)
    out = [data[:2], *kept]
    while data[at : at + 2] == _TILE:
        length = int.from_bytes(data[at + 6 : at + 10], "big")
        end = at + length if length else len(data)
        if end < at + _TILE_HEAD or end > len(data):
            break
        kept, start = _segments(data[:end], at + _TILE_HEAD, _DATA)
        head = b"".join(kept)
        part = data[start:end]
        if not length:
            last = part.rfind(_LAST)
            part = part[:last] if last >= 0 else part
        made = _TILE_HEAD + len(head) + len(part)
        size = made.to_bytes(4, "big") if length else bytes(4)
        out += [data[at : at + 6], size, data[at + 10 : at + _TILE_HEAD], head, part]
        at = end
    if data[at : at + 2] not in (b"", _LAST):  # it is not built as one
        last = data.rfind(_LAST)
        return data[: last + 2] if last > 0 else data
    return b"".join([*out, _LAST])


def _segments(data: bytes, at: int, until: bytes) -> tuple[list[bytes], int]:
    """The segments of a header but for remarks, and where it ends."""
    kept: list[bytes] = []
    while at + 4 <= len(data) and data[at : at + 2] != until and data[at] == 0xFF:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 2] != _REMARK:
            kept.append(data[at:end])
        at = end
    return kept, at
