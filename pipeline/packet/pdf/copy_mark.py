"""What makes a copy of a packet: a line on each page, and what the file says of itself.

The line is drawn by a form that all pages share, so that one copy differs from another in that form alone. It
is an artifact of pagination (ISO 32000-1, 14.8.2.2.2). What the file says of itself stands in its information
(14.3.3). Taken off, it leaves the packet as it was: so `verify` compares a copy with the packet's record.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, PdfError, Stream, String

from pipeline.packet.base.model import PacketInfo
from pipeline.packet.pdf.drawn_lines import Mark
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.pdf.sharing import Fingerprints

SIDES: Final = ("Left", "Right")
"""From which end the line begins: its form is set flush there."""
_FORM: Final = "/DespatchCopy"
"""How the names of the forms begin; a side follows."""
_KEYS: Final = ("/Copy", "/CopyOf", "/CopyFor", "/CopyGrown", "/CopySeal")
"""What the file says of itself: number, how many there are, whom it is for; the pages that have grown, and by
how much; the checksum of all this and of the line."""
_LINE: Final = "the line that says whose copy it is"
_STAMP: Final = re.compile(
    rb"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q"
    rb"(?: -?[\d.]+){6} cm /DespatchCopy(?:Left|Right) Do Q EMC\n"
)


@dataclass(frozen=True)
class Place:
    """The place of the line on a page.

    :param side: one of `SIDES`.
    :param matrix: of the form, whose baseline begins at the origin.
    :param grown: by how much the page grows at its upper edge, in points.
    """

    side: str
    matrix: tuple[float, float, float, float, float, float]
    grown: float = 0.0


@dataclass(frozen=True)
class Copy:
    """Which copy a file is.

    :param number: from 1, of `count`.
    :param recipient: whom it is for.
    """

    number: int
    count: int
    recipient: str

    def __str__(self) -> str:
        return f"copy {self.number} of {self.count}, for {self.recipient}"


class Marked:
    """A packet whose pages have room for the line of a copy: that line is written for one copy after another.

    :param pdf: the packet, open.
    :param places: where the line goes on each page.
    :param width: of the longest line, in points.
    """

    def __init__(self, pdf: Pdf, info: PacketInfo, places: Sequence[Place], width: float) -> None:
        self.pdf, self.info, self.width = pdf, info, width
        self.forms = {
            side: pdf.make_stream(
                b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, -10, round(width, 3), 20])
            )
            for side in SIDES
            if any(place.side == side for place in places)
        }
        for page, place in zip(pdf.pages, places, strict=True):
            self._stamp(page.obj, place)
        grown = [(index, round(place.grown, 3)) for index, place in enumerate(places) if place.grown]
        self.grown = " ".join(f"{index} {height}" for index, height in grown)

    def _stamp(self, page: Any, place: Place) -> None:
        form = f"{_FORM}{place.side}"
        numbers = b" ".join(b"%.4f" % value for value in place.matrix)
        text = b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q %s cm %s Do Q EMC\n"
        page.Contents = Array([*page.Contents, self.pdf.make_stream(text % (numbers, form.encode()))])
        resources = copy(page.Resources)
        own = resources.get("/XObject")
        resources.XObject = copy(own) if isinstance(own, Dictionary) else Dictionary()
        resources.XObject[form] = self.forms[place.side]
        page.Resources = resources
        if place.grown:
            _grow(page, place.grown)

    def write(self, one: Copy, mark: Mark) -> None:
        """Let the file be one of the copies.

        :param mark: its line, drawn.
        """
        size = min(1.0, self.width / mark.width)
        for side, form in self.forms.items():
            x = 0.0 if side == "Left" else self.width - mark.width * size
            place = b"%.4f 0 0 %.4f %.3f %.3f cm\n" % (size, size, x, -mark.base * size)
            form.write(place + mark.content)
            form.Resources = Dictionary(Font=Dictionary(mark.fonts))
        stamps = [page.obj.Contents[-1].read_bytes() for page in self.pdf.pages]
        said = (one.number, one.count, one.recipient, self.grown)
        values = (*said, _seal(one, list(self.forms.values()), stamps))
        for key, value in zip(_KEYS, values, strict=True):
            self.pdf.docinfo[key] = String(str(value))


@dataclass(frozen=True)
class TakenOff:
    """What was taken off a file.

    :param copy: which copy it was; ``None`` where it was none, or does not say.
    :param faults: what of its line is not what it was, in words.
    :param objects: numbers of the objects that have drawn the line.
    """

    copy: Copy | None = None
    faults: tuple[str, ...] = ()
    objects: frozenset[tuple[int, int]] = frozenset()


def take_off(pdf: Pdf) -> TakenOff:
    """Make a copy, open, the packet that it is a copy of."""
    data = _said(pdf)
    if data is None:
        return TakenOff()
    try:
        number, count, recipient, grown, seal = (str(data[key]) for key in _KEYS)
        one = Copy(int(number), int(count), recipient)
        stamps, forms = [], dict[str, Any]()
        for page in pdf.pages:
            stamps.append(_unstamp(page.obj, forms))
        found = [forms[name] for name in (f"{_FORM}{side}" for side in SIDES) if name in forms]
        faults = () if seal == _seal(one, found, [stamp.read_bytes() for stamp in stamps]) else (_LINE,)
        pairs = grown.split()
        for index, height in zip(pairs[::2], pairs[1::2], strict=True):
            _grow(pdf.pages[int(index)].obj, -float(height))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, PdfError):
        return TakenOff(faults=(_LINE,))
    for key in _KEYS:
        del data[key]
    return TakenOff(one, faults, frozenset(_numbers([*stamps, *found])))


def _numbers(values: Sequence[Any]) -> set[tuple[int, int]]:
    """The numbers of objects, and of all that they lead to."""
    found: set[tuple[int, int]] = set()
    waiting = list(values)
    while waiting:
        one = waiting.pop()
        if not isinstance(one, (Array, Dictionary, Stream)) or one.objgen in found:
            continue
        if one.is_indirect:
            found.add(one.objgen)
        waiting += list(one) if isinstance(one, Array) else [one[key] for key in one.keys()]  # noqa: SIM118
    return found


def is_copy(pdf: Pdf) -> bool:
    """Whether a file says of itself that it is a copy."""
    return _said(pdf) is not None


def _said(pdf: Pdf) -> Any | None:
    data = pdf.trailer.get("/Info")
    return data if isinstance(data, Dictionary) and _KEYS[0] in data else None


def _unstamp(page: Any, forms: dict[str, Any]) -> Any:
    """Take the line off a page.

    :param forms: gets the forms that draw it.
    :returns: what has drawn it.
    :raises ValueError: when the page has none.
    """
    *own, last = page.Contents
    text = last.read_bytes()
    if not isinstance(last, Stream) or not _STAMP.fullmatch(text.rstrip(b"\r\n") + b"\n"):
        raise ValueError("there is no line")
    page.Contents = Array(own)
    resources = copy(page.Resources)
    objects = copy(resources.XObject)
    for name in [name for name in objects.keys() if name.startswith(_FORM)]:  # noqa: SIM118
        if forms.setdefault(name, objects[name]).objgen != objects[name].objgen:
            raise ValueError("it is not the same line on every page")
        del objects[name]
    if len(objects):
        resources.XObject = objects
    else:
        del resources["/XObject"]
    page.Resources = resources
    return last


def _grow(page: Any, height: float) -> None:
    """Move the upper edge of a page."""
    for key in ("/MediaBox", "/CropBox"):
        if key in page:
            left, bottom, right, top = (float(value) for value in values_of(page[key]))
            page[key] = Array([round(value, 3) for value in (left, bottom, right, top + height)])


def _seal(one: Copy, forms: Sequence[Any], stamps: Sequence[bytes]) -> str:
    """The checksum of what a copy says, and of the line on all pages."""
    fingerprints = Fingerprints()
    state = hashlib.sha256(str(one).encode("utf-8", "replace"))
    for form in forms:
        state.update(fingerprints.of(form))
    for text in stamps:
        state.update(text.rstrip(b"\r\n") + b"\n")
    return state.hexdigest()
