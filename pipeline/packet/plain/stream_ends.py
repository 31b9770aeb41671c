"""Streams end where their data do: what stands behind them is read by no viewer.

Packed data say themselves where they end (ISO 32000-1, 7.4); a stream may be longer, and whoever opens the
file in an editor reads the rest.
"""

from __future__ import annotations

import binascii
import zlib
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream, StreamDecodeLevel

from pipeline.packet.pdf.objects import unpack, values_of
from pipeline.packet.plain.image_records import unpacked

_FLATE: Final = ("/FlateDecode", "/Fl")
_ENDED: Final = frozenset(
    (
        *("/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"),
        *("/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"),
    )
)
"""Filters whose data have a sign at their end (7.4.2 to 7.4.5)."""
_RUNS: Final = ("/RunLengthDecode", "/RL")
_END_OF_RUNS: Final = 128
_FAX: Final = ("/CCITTFaxDecode", "/CCF")
_END_OF_FAX: Final = "000000000001" * 2
_PARAMETERS: Final = frozenset(
    (
        *("/Predictor", "/Colors", "/BitsPerComponent", "/Columns", "/EarlyChange", "/ColorTransform"),
        *("/K", "/EndOfLine", "/EncodedByteAlign", "/Rows", "/EndOfBlock", "/BlackIs1"),
        "/DamagedRowsBeforeError",
    )
)
_LINE_END: Final = 2


def cut_ends(pdf: Pdf) -> None:
    """Cut off what stands behind the data of all streams of a file, in place."""
    for one in pdf.objects:
        if isinstance(one, Stream):
            cut_end(one)


def cut_end(stream: Any) -> None:
    """Cut off what stands behind the data of a stream, in place; what can't be read is left as it is."""
    filters = [str(one) for one in values_of(stream.get("/Filter"))]
    for one in values_of(stream.get("/DecodeParms")):
        _drop_unknown(one)
    if not filters or "/Crypt" in filters:
        return
    try:
        if filters[0] in _FLATE:
            _cut_flate(stream)
        elif filters[0] in _ENDED:
            _unwrap(stream, filters)
        elif filters[0] in _FAX:
            _cut_fax(stream)
    except (PdfError, ValueError, zlib.error, binascii.Error):
        return


def _cut_flate(stream: Any) -> None:
    raw = bytes(stream.read_raw_bytes())
    rest = unpack(raw, len) or b""  # only the end is looked for
    if len(rest) > _LINE_END:
        filters, parameters = stream.get("/Filter"), stream.get("/DecodeParms")
        stream.write(raw[: len(raw) - len(rest)], filter=filters, decode_parms=parameters)


def _runs(raw: bytes) -> bytes:
    """Undo run lengths until the sign at their end (7.4.5), which qpdf reads over."""
    out, at = [], 0
    while at < len(raw) and raw[at] != _END_OF_RUNS:
        if raw[at] < _END_OF_RUNS:
            out.append(raw[at + 1 : at + 2 + raw[at]])
            at += 2 + raw[at]
        else:
            out.append(raw[at + 1 : at + 2] * (257 - raw[at]))
            at += 2
    return b"".join(out)


def _drop_unknown(parameters: Any) -> None:
    """Drop what no filter looks at (7.4, tables 8, 11, 12 and 13; 7.4.10)."""
    if not isinstance(parameters, Dictionary):
        return
    for key in list(parameters.keys()):
        value = parameters[key]
        known = key in _PARAMETERS and not isinstance(value, Object)
        if not known and not (key == "/JBIG2Globals" and isinstance(value, Stream)):
            del parameters[key]


def _cut_fax(stream: Any) -> None:
    """Cut what stands behind the sign at the end of a page of a fax (ITU-T T.6, 2.4.1.1)."""
    given = next(iter(values_of(stream.get("/DecodeParms"))), None)
    if not isinstance(given, Dictionary) or not isinstance(given.get("/K"), int) or given.K >= 0:
        return
    raw = bytes(stream.read_raw_bytes())
    bits = format(int.from_bytes(raw, "big"), f"0{len(raw) * 8}b")
    at = bits.find(_END_OF_FAX)
    end = -(-(at + len(_END_OF_FAX)) // 8)
    if at >= 0 and len(raw) - end > _LINE_END:
        stream.write(raw[:end], filter=stream.get("/Filter"), decode_parms=stream.get("/DecodeParms"))


def _unwrap(stream: Any, filters: list[str]) -> None:
    """Pack data anew; of a picture in figures, the figures go, and the picture stays as it is packed."""
    if set(filters) <= {*_FLATE, *_ENDED}:
        data = bytes(stream.read_bytes(StreamDecodeLevel.specialized))
        if filters[0] in _RUNS:
            data = _runs(bytes(stream.read_raw_bytes())) if len(filters) == 1 else data
        stream.write(zlib.compress(data, 6), filter=Name.FlateDecode)
        return
    data = unpacked(bytes(stream.read_raw_bytes()), filters[:1])
    given = stream.get("/DecodeParms")
    parameters = values_of(given)[1:] if isinstance(given, Array) else []
    stream.write(
        data,
        filter=Array([Name(one) for one in filters[1:]]),
        decode_parms=Array(parameters) if any(one is not None for one in parameters) else None,
    )
