"""What stands in the file of a packet and belongs to none of its pages and to nothing else that it shows.

A PDF may hold objects that nothing leads to, earlier states of itself (ISO 32000-1, 7.5.6), and bytes between
its objects that no viewer reads: text that travels along unseen. A packet has none of that, also when another
program has stored it anew. The file is read from its first byte to its last, as 7.5 describes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Any, Final

from pikepdf import Dictionary, Name, Pdf, Stream

_Number = tuple[int, int]

_HEADER: Final = re.compile(rb"%PDF-1\.7[ \t]*[\r\n]+(?:%[\x80-\xff]{4,12}[ \t]*[\r\n]+)?")
"""The version that packets have, and the bytes that call the file a binary one (7.5.2)."""
_SPACE: Final = re.compile(rb"[\0\t\n\f\r ]*")
_OBJECT: Final = re.compile(rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj\b")
_TABLE: Final = re.compile(rb"xref\s+(?:\d+ \d+\s+(?:\d{10} \d{5} [nf]\s{1,3})*)+(?=trailer)")
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF(?=\s|\Z)")
_REFERENCE: Final = re.compile(rb"\d+\s+\d+\s+R(?![^\s/<>\[\]()])")
_NULL: Final = re.compile(rb"\s*null\s+endobj")
_STREAM: Final = re.compile(rb"stream\r?\n")
_STREAM_END: Final = re.compile(rb"(?:\r\n|\n|\r)?endstream\s+endobj\b")
_TOKEN: Final = re.compile(
    rb"<<|>>|[\[\]]|\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|/[^\0\t\n\f\r ()<>\[\]{}/%]*|"
    rb"[^\0\t\n\f\r ()<>\[\]{}/%]+",
    re.DOTALL,
)
_OF_STREAMS: Final = frozenset(("/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms", "/DL"))
_OF_OBJECT_STREAMS: Final = frozenset((*_OF_STREAMS, "/N", "/First", "/Extends"))
_OF_LINEARIZED: Final = frozenset(("/Linearized", "/L", "/H", "/O", "/E", "/N", "/T", "/P"))
_OF_HINTS: Final = frozenset(("/Length", "/Filter", *(f"/{letter}" for letter in "STOABLEVICPR")))
_BETWEEN: Final = "between its objects stands what belongs to none of them"
_BEHIND: Final = "something stands behind its end"
_REPLACED: Final = "it holds objects that were deleted or replaced"
_IDENTIFIER: Final = 32
"""The longest identifier of a file, in bytes; 16 is what all programs write."""


class _OddError(ValueError):
    """Bytes that are no part of a file as it should be."""


def leftovers(data: bytes, pdf: Pdf, reached: Set[_Number]) -> Iterator[str]:
    """Say what is in a file beside what counts.

    :param data: the file.
    :param pdf: the same, open.
    :param reached: numbers of all objects that count.
    :returns: a sentence for each kind.
    """
    if "/XRefStm" in pdf.trailer or ("/Prev" in pdf.trailer and not pdf.is_linearized):
        yield "an earlier state of it is still inside: another program has saved it behind its end"
    try:
        stored = _objects(data, pdf)
        structural, within = _structural(pdf, data)
    except _OddError as error:
        yield str(error)
        return
    known = {thing.objgen for thing in pdf.objects if getattr(thing, "objgen", (0, 0))[0]}
    # Numbers and the like, which are objects of their own, have no number in pikepdf.
    if any(pdf.get_object(number) is None for number in (stored | within) - known):
        yield _REPLACED
    if known - reached - {one.objgen for one in structural}:
        yield "it holds objects that nothing on its pages leads to"
    identifiers = list(pdf.trailer.get("/ID", ()))
    if len(identifiers) > 2 or any(len(bytes(one)) > _IDENTIFIER for one in identifiers):
        yield "its identifier is not what it was"


def _structural(pdf: Pdf, data: bytes) -> tuple[list[Any], set[_Number]]:
    """What belongs to the form of the file: streams that hold other objects (7.5.7), or the list of all.

    Also what lets a page be shown before all have arrived (annex F).

    :returns: with the numbers of the objects that are held.
    :raises _OddError: where something stands between these.
    """
    found: list[Any] = []
    within: set[_Number] = set()
    hints: _Number | None = None
    for one in pdf.objects:
        if pdf.is_linearized and isinstance(one, Dictionary) and set(one.keys()) <= _OF_LINEARIZED:
            found.append(one)
            table = _OBJECT.match(data, int(one.get("/H", [len(data)])[0]))
            hints = (int(table[1]), int(table[2])) if table is not None else None
        elif isinstance(one, Stream) and one.get("/Type") == Name.ObjStm:
            if set(one.keys()) - _OF_OBJECT_STREAMS:
                raise _OddError("an object that holds others has entries of its own")
            found.append(one)
            within |= _held(one)
        elif isinstance(one, Stream):
            hint = one.objgen == hints and set(one.keys()) <= _OF_HINTS
            found += [one] if hint or one.get("/Type") == Name.XRef else []
    return found, within


def _held(stream: Any) -> set[_Number]:
    """The numbers of the objects in a stream that holds some."""
    data, first = bytes(stream.read_bytes()), int(stream.First)
    numbers = [int(number) for number in data[:first].split()]
    starts = sorted(first + start for start in numbers[1::2])
    for start, following in zip(starts, [*starts[1:], len(data)], strict=True):
        if _skip(data, _value(data, start)) != following:
            raise _OddError(_BETWEEN)
    if len(numbers) != 2 * int(stream.N) or (starts and _skip(data, first) != starts[0]):
        raise _OddError(_BETWEEN)
    return {(number, 0) for number in numbers[::2]}


def _objects(data: bytes, pdf: Pdf) -> set[_Number]:
    """Read a file from its beginning to its end.

    :returns: the numbers of the objects that are stored in it by themselves.
    :raises _OddError: at the first byte that belongs to nothing.
    """
    head = _HEADER.match(data)
    if head is None:
        raise _OddError("it does not begin as it did")
    found: set[_Number] = set()
    at, ended = head.end(), 0
    while True:
        at = _skip(data, at)
        if at >= len(data):
            break
        if (match := _OBJECT.match(data, at)) is not None:
            number = (int(match[1]), int(match[2]))
            if number in found:
                raise _OddError(_REPLACED)
            if not _NULL.match(data, match.end()):
                found.add(number)
            at = _body(data, match.end(), pdf.get_object(number), encrypted=pdf.is_encrypted)
        elif (match := _TABLE.match(data, at)) is not None:
            at = _value(data, _skip(data, match.end() + len(b"trailer")))
            if _OF_STREAMS & set(pdf.trailer.keys()):
                raise _OddError("the end of the file is not what it was")
        elif (match := _END.match(data, at)) is not None:
            ended, at = ended + 1, match.end()
        else:
            raise _OddError(_BEHIND if ended else _BETWEEN)
    if ended not in ((1, 2) if pdf.is_linearized else (1,)):
        raise _OddError(_BEHIND if ended else "its end is missing")
    return found


def _skip(data: bytes, at: int) -> int:
    match = _SPACE.match(data, at)
    return match.end() if match is not None else at


def _body(data: bytes, at: int, thing: Any, *, encrypted: bool) -> int:
    """The end of an object."""
    at = _skip(data, _value(data, _skip(data, at)))
    if data.startswith(b"endobj", at):
        return at + len(b"endobj")
    start = _STREAM.match(data, at)
    if start is None or not isinstance(thing, Stream):
        raise _OddError(_BETWEEN)
    if encrypted:  # what is read is not what stands there
        length, same = int(thing.stream_dict.get("/Length", 0)), True
    else:
        raw = bytes(thing.read_raw_bytes())
        length, same = len(raw), data.startswith(raw, start.end())
    end = _STREAM_END.match(data, start.end() + length)
    if end is None or not same:
        raise _OddError(_REPLACED)
    return end.end()


def _value(data: bytes, at: int) -> int:
    """The end of one value (7.3)."""
    reference = _REFERENCE.match(data, at)
    if reference is not None:
        return reference.end()
    depth = 0
    while True:
        match = _TOKEN.match(data, at)
        if match is not None:
            token, at = match[0], match.end()
        elif data.startswith(b"(", at):
            token, at = b"()", _string(data, at)
        else:
            raise _OddError(_BETWEEN)
        if token in (b"<<", b"["):
            depth += 1
        elif token in (b">>", b"]"):
            depth -= 1
        if depth <= 0:
            return at
        at = _skip(data, at)


def _string(data: bytes, at: int) -> int:
    """The end of a string with brackets in it (7.3.4.2)."""
    depth = 0
    for match in re.compile(rb"\\.|[()]", re.DOTALL).finditer(data, at):
        depth += {b"(": 1, b")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    raise _OddError("a text in it has no end")
