"""Images within content without what they carry along: entries of other programs, bytes behind their pixels.

The data of such an image end where the pixels do (ISO 32000-1, 8.9.7); what stands between them and ``EI`` is
drawn by no viewer, and read by whoever opens the file in an editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.packet.pdf.content_streams import instructions
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.plain.image_records import components, row_bytes, without_records, without_rest
from pipeline.packet.plain.plain_resources import PlainResources
from pipeline.packet.plain.stream_ends import cut_end

_HEAD: Final = re.compile(
    rb"(?<![^\x00\t\n\x0c\r ])BI[\x00\t\n\x0c\r ](.{0,2000}?)[\x00\t\n\x0c\r ]ID\s", re.DOTALL
)
_TOKEN: Final = re.compile(rb"/([A-Za-z]+)\s*(/[A-Za-z0-9]+|\d+|true|false|\[[^\]]*\]|)")
_END: Final = re.compile(rb"[\x00\t\n\x0c\r ]{0,2}EI(?![A-Za-z])")
_PLAIN_SPACES: Final = {
    b"/G": 1,
    b"/DeviceGray": 1,
    b"/RGB": 3,
    b"/DeviceRGB": 3,
    b"/CMYK": 4,
    b"/DeviceCMYK": 4,
}
_SHORT: Final = {
    "/BitsPerComponent": b"/BPC",
    "/ColorSpace": b"/CS",
    "/Decode": b"/D",
    "/DecodeParms": b"/DP",
    "/Filter": b"/F",
    "/Height": b"/H",
    "/ImageMask": b"/IM",
    "/Interpolate": b"/I",
    "/Width": b"/W",
}
_LONG: Final = frozenset((*_SHORT, "/Intent"))
"""Entries of an image within content (table 93)."""
_PLAIN_KEYS: Final = frozenset(
    (
        b"BPC",
        b"CS",
        b"D",
        b"H",
        b"IM",
        b"I",
        b"W",
        *(key[1:].encode() for key in _LONG - {"/Filter", "/DecodeParms"}),
    )
)


def may_carry(data: bytes) -> bool:
    """Whether a content stream has an image that may carry something along.

    Images as most programs write them, of plain pixels and of the length that they must have, do not.
    """
    at = 0
    while (head := _HEAD.search(data, at)) is not None:
        length = _plain_length(head[1])
        if length is None or _END.match(data, head.end() + length) is None:
            return True
        at = head.end() + length
    return False


def _plain_length(head: bytes) -> int | None:
    """How many bytes the pixels have; ``None`` where that is not plain to see."""
    if b"(" in head or b"<" in head or _TOKEN.sub(b"", head).strip():
        return None
    found: dict[bytes, bytes] = dict(_TOKEN.findall(head))
    if found.keys() - _PLAIN_KEYS:
        return None
    mask = found.get(b"IM", found.get(b"ImageMask")) == b"true"
    parts = 1 if mask else _PLAIN_SPACES.get(found.get(b"CS", found.get(b"ColorSpace", b"")), 0)
    sizes = [found.get(short, found.get(long, b"")) for short, long in ((b"W", b"Width"), (b"H", b"Height"))]
    bits = b"1" if mask else found.get(b"BPC", found.get(b"BitsPerComponent", b""))
    if not parts or not all(size.isdigit() for size in (*sizes, bits)):
        return None
    return row_bytes(int(sizes[0]), int(bits), parts) * int(sizes[1])


def plain_image(one: Any, spaces: Mapping[str, Any]) -> Any:
    """An image within content, with the entries that it may have and its pixels.

    :param one: the instruction.
    :param spaces: colour spaces by their names.
    :returns: the same object, when there was nothing to do.
    """
    image = one.iimage
    named = image.obj.get("/ColorSpace")
    holder = pikepdf.new()  # a stream lives no longer than its file
    stream = Stream(holder, bytes(image.read_raw_bytes()))
    for key in sorted(_LONG & set(image.obj.keys())):
        stream[key] = image.obj[key]
    known = isinstance(named, Name) and str(named) in spaces
    if known:  # how many values a colour has is all that counts here
        count = components(spaces[str(named)])
        stream.ColorSpace = Array([Name.DeviceN, Array([Name("/Any")] * count)])
    before = _said(stream)
    if isinstance(named, Array):
        PlainResources([]).space(stream.get("/ColorSpace"))
    without_records(stream)
    without_rest(stream)
    cut_end(stream)
    if _said(stream) == before and not set(image.obj.keys()) - _LONG:
        return one
    if known:
        stream.ColorSpace = named
    return _written(stream)


def _said(stream: Any) -> tuple[bytes, bytes]:
    return bytes(stream.read_raw_bytes()), bytes(
        stream.get("/ColorSpace", Name("/None")).unparse(resolved=True)
    )


def _written(stream: Any) -> Any:
    """The instruction that draws an image, its data in figures, in which no ``EI`` stands."""
    filters, parameters = values_of(stream.get("/Filter")), stream.get("/DecodeParms")
    given = list(parameters) if isinstance(parameters, Array) else [parameters] * bool(filters)
    stream.Filter = Array([Name.ASCIIHexDecode, *filters])
    if any(one is not None for one in given):
        stream.DecodeParms = Array(
            [Dictionary(), *(one if one is not None else Dictionary() for one in given)]
        )
    head = b" ".join(
        _SHORT.get(key, key.encode()) + b" " + _unparsed(stream.get(key))
        for key in sorted(_LONG & set(stream.keys()))
    )
    data = b"BI %s ID %s> EI" % (head, bytes(stream.read_raw_bytes()).hex().encode("ascii"))
    return instructions(data)[0]


def _unparsed(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, pikepdf.Object):
        return bytes(value.unparse(resolved=True))
    return str(value).encode("ascii")
