"""Pictures lose what a camera or a program has written into them, and what stands behind their data.

How photographs are freed stands in `photos`; here is what their filters and sizes say (ISO 32000-1, 8.9.5).
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any, Final

from pikepdf import Array, Name, PdfError

from pipeline.packet.pdf.objects import rewrite
from pipeline.packet.plain.photos import plain_jpeg, plain_jpeg_2000

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
    plain = plain_jpeg(data) if filters[-1] != "/JPXDecode" else plain_jpeg_2000(data)
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
