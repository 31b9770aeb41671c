"""Pictures lose what a camera or a program has written into them: where, when, by whom they were made.

Of a JPEG file its application segments and comments go (ISO/IEC 10918-1, B.2.4.6), but for that which says
how its colours are meant; of JPEG 2000 the boxes of texts and records (ISO/IEC 15444-1, annex I).
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any, Final

from pikepdf import Array, Name, PdfError

from pipeline.packet.pdf.objects import rewrite

_KEPT_APPS: Final = {0xE0: b"JFIF\0", 0xEE: b"Adobe"}
_COMMENT: Final = 0xFE
_SCAN: Final = 0xDA
_END: Final = 0xD9
PACKED: Final = frozenset(
    (
        *("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"),
        *("/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"),
    )
)
_COMPONENTS: Final = {
    **dict.fromkeys(("/DeviceGray", "/CalGray", "/Indexed", "/Separation", "/G", "/I"), 1),
    **dict.fromkeys(("/DeviceRGB", "/CalRGB", "/Lab", "/RGB"), 3),
    **dict.fromkeys(("/DeviceCMYK", "/CMYK"), 4),
}
_LARGEST: Final = 100_000_000
"""Bytes of pixels; of larger images the end is not looked at."""
_BOXES: Final = frozenset((b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"))
"""What says how a picture of JPEG 2000 is drawn."""
_PICTURE: Final = b"jp2c"
_LAST: Final = b"\xff\xd9"


def without_records(image: Any) -> None:
    """Take the records out of an image, in place; its pixels are not touched.

    :param image: an image XObject.
    """
    given = image.get("/Filter")
    filters = [
        str(one) for one in (given if isinstance(given, Array) else [given] if given is not None else [])
    ]
    if not filters or filters[-1] not in {"/DCTDecode", "/DCT", "/JPXDecode"}:
        return
    try:
        data = unpacked(bytes(image.read_raw_bytes()), filters[:-1])
    except (PdfError, ValueError, zlib.error, binascii.Error):
        return
    plain = _plain_jpeg(data) if filters[-1] != "/JPXDecode" else _plain_jpeg_2000(data)
    if plain == data:
        return
    parameters = image.get("/DecodeParms")
    last = (
        parameters[len(filters) - 1]
        if isinstance(parameters, Array) and len(parameters) == len(filters)
        else None
    )
    own = last if isinstance(parameters, Array) else parameters
    image.write(plain, filter=Name(filters[-1]), decode_parms=own if own else None)


def without_rest(image: Any) -> None:
    """Cut off what stands behind the pixels of an image, in place."""
    given = image.get("/Filter")
    filters = [
        str(one) for one in (given if isinstance(given, Array) else [given] if given is not None else [])
    ]
    if not set(filters) <= PACKED:
        return
    length = _length(image)
    if length is None or length > _LARGEST:
        return
    # A line end is nobody's text.
    rewrite(image, lambda data: data[:length] if len(data) > length + 2 else data)


def _length(image: Any) -> int | None:
    """How many bytes the pixels of an image have; ``None`` where that can't be told."""
    width, height = image.get("/Width"), image.get("/Height")
    mask = image.get("/ImageMask") is True
    bits = 1 if mask else image.get("/BitsPerComponent")
    parts = 1 if mask else components(image.get("/ColorSpace"))
    if not parts or not all(isinstance(one, int) and one > 0 for one in (width, height, bits)):
        return None
    return row_bytes(width, bits, parts) * int(height)


def row_bytes(width: int, bits: int, parts: int) -> int:
    """How many bytes a row of pixels has (ISO 32000-1, 8.9.3).

    :param parts: how many values a pixel has, of so many bits each.
    """
    return -(-width * bits * parts // 8)


def components(space: Any) -> int:
    """How many values a colour has (ISO 32000-1, 8.6); 0 where that can't be told."""
    name = str(space[0]) if isinstance(space, Array) and len(space) else str(space)
    if name == "/ICCBased" and isinstance(space, Array) and len(space) > 1:
        return int(space[1].get("/N", 0))
    if name == "/DeviceN" and isinstance(space, Array) and len(space) > 1:
        return len(space[1])
    return _COMPONENTS.get(name, 0)


def unpacked(data: bytes, filters: list[str]) -> bytes:
    """Undo the filters around that of the picture.

    :raises ValueError: for one that is not known here.
    """
    for name in filters:
        if name in {"/FlateDecode", "/Fl"}:
            data = zlib.decompressobj().decompress(data)
        elif name in {"/ASCII85Decode", "/A85"}:
            text = b"".join(data.split()).removeprefix(b"<~")
            data = base64.a85decode(text[: text.find(b"~")] if b"~" in text else text)
        elif name in {"/ASCIIHexDecode", "/AHx"}:
            text = b"".join(data.split()).partition(b">")[0]
            data = bytes.fromhex((text + b"0" * (len(text) % 2)).decode("ascii"))
        else:
            raise ValueError(name)
    return data


def _plain_jpeg(data: bytes) -> bytes:
    """A JPEG file without records; as it is, when it is not built as one."""
    if data[:2] != b"\xff\xd8":
        return data
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # a fill byte
            at += 1
            continue
        if kind == _SCAN:
            break
        if 0xD0 <= kind <= 0xD8 or kind == 0x01:  # without content
            kept.append(data[at : at + 2])
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        content = data[at + 4 : at + 2 + length]
        application = 0xE0 <= kind <= 0xEF
        meant = kind in _KEPT_APPS and content.startswith(_KEPT_APPS[kind])
        if kind != _COMMENT and (meant or not application):
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    return b"".join([*kept, data[at : _end_of_scan(data, at)]])


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the picture ends: some cameras write another one behind it."""
    while at + 4 <= len(data):
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            break
        kind = data[at + 1]
        if kind == _END:
            return at + 2
        if kind == 0xFF:
            at += 1
        elif kind == 0 or 0xD0 <= kind <= 0xD7:  # a byte of the picture, or a restart
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return len(data)


def _plain_jpeg_2000(data: bytes) -> bytes:
    if data.startswith(b"\xff\x4f"):
        return _until_last(data)
    kept: list[bytes] = []
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0:
            length = len(data) - at
        if length < 8 or (not kept and kind != b"jP  "):
            return data
        box = data[at : at + length]
        if kind == _PICTURE and data[at : at + 4] == bytes(4):
            box = _until_last(box)
        if kind in _BOXES:
            kept.append(box)
        at += length
    return b"".join(kept) if kept else data


def _until_last(data: bytes) -> bytes:
    """What ends with the last sign that a picture ends (ISO/IEC 15444-1, A.4.4)."""
    end = data.rfind(_LAST)
    return data[: end + len(_LAST)] if end > 0 else data
