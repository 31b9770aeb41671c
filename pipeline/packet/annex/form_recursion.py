"""Drawings within drawings: how often forms are drawn on a page, and those that stand in themselves.

Forms within forms can multiply without end (ISO 32000-1, 8.10.1), and a form, a pattern, a letter or a mask
that draws itself has no end at all. Viewers draw such a thing once, and leave out what stands in it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.packet.pdf.content_streams import content_of, data_of
from pipeline.packet.pdf.objects import entries

MOST: Final = 100_000
"""How often forms may be drawn on one page. A map of a hundred thousand signs is still drawn."""

_DRAWN: Final = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")
_NAMED: Final = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_DEEPEST: Final = 60
_KINDS: Final = ("/XObject", "/Pattern", "/Font", "/ExtGState")


def multiplies(pdf: Pdf) -> bool:
    """Whether a page draws forms more often than `MOST` times, or a form within itself."""
    known: dict[tuple[int, int], int] = {}
    return any(
        _count(content_of(page.obj), page.obj.get("/Resources"), known, ()) > MOST for page in pdf.pages
    )


def _count(data: bytes, resources: Any, known: dict[tuple[int, int], int], above: tuple[Any, ...]) -> int:
    """How often forms are drawn by a content stream and by the forms that it draws."""
    forms = entries(resources.get("/XObject")) if isinstance(resources, Dictionary) else {}
    total = 0
    for name in _DRAWN.findall(data):
        form = forms.get(_plain(name))
        if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form:
            continue
        if form.objgen in above or len(above) > _DEEPEST:
            return MOST + 1
        if form.objgen not in known:
            own = form.get("/Resources", resources)
            known[form.objgen] = 1 + _count(data_of(form), own, known, (*above, form.objgen))
        total += known[form.objgen]
        if total > MOST:
            break
    return total


def _plain(name: bytes) -> str:
    """A name of a content stream as the keys of a dictionary have it."""
    decoded = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name)
    return "/" + decoded.decode("utf-8", "surrogateescape")


def cut_loops(pdf: Pdf) -> int:
    """Take out of forms, patterns, letters and masks those that they stand in (8.7.3, 8.10, 9.6.5).

    Only the thing that would draw itself loses its name for itself: what it shares with the page and with
    others stays as it is.

    :returns: how many there were.
    """
    cutter = _Cutter(pdf)
    for page in pdf.pages:
        cutter.follow(page.obj, content_of(page.obj), page.obj.get("/Resources"), ())
    return cutter.count


class _Cutter:
    """Follows what is drawn from the pages down."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf, self.count = pdf, 0
        self.done: set[tuple[int, int]] = set()

    def follow(self, holder: Any, data: bytes, resources: Any, above: tuple[tuple[int, int], ...]) -> None:
        """Follow what one content stream uses.

        :param holder: the page, form, pattern or font that it belongs to.
        :param above: the things that it stands in, itself as the last.
        """
        if not isinstance(resources, Dictionary):
            return
        names = {_plain(name) for name in _NAMED.findall(data)}
        for kind in _KINDS:
            for name, listed in entries(resources.get(kind)).items():
                if name not in names:
                    continue
                for inner in _drawn_by(kind, listed):
                    if inner.objgen in above or len(above) > _DEEPEST:
                        resources = self._cut(holder, resources, kind, name)
                        self.count += 1
                    elif inner.objgen not in self.done and inner.objgen != (0, 0):
                        self._enter(inner, resources, (*above, inner.objgen))

    def _enter(self, inner: Any, resources: Any, above: tuple[tuple[int, int], ...]) -> None:
        own = inner.get("/Resources", resources)
        if isinstance(inner, Stream):
            self.follow(inner, data_of(inner), own, above)
        else:  # a font whose letters are drawn
            letters = entries(inner.get("/CharProcs")).values()
            data = b"\n".join(data_of(letter) for letter in letters if isinstance(letter, Stream))
            self.follow(inner, data, own, above)
        self.done.add(inner.objgen)

    def _cut(self, holder: Any, resources: Any, kind: str, name: str) -> Any:
        """Give a thing resources of its own, without one of them.

        :returns: those resources.
        """
        own, listed = _copy(resources), _copy(resources[kind])
        if kind == "/XObject":
            del listed[name]
        elif kind == "/Pattern":
            listed[name] = self._empty_pattern()
        elif kind == "/Font":
            listed[name] = _empty_font()
        else:
            listed[name] = Dictionary({**entries(listed[name]), "/SMask": Name("/None")})
        own[kind] = listed
        holder.Resources = own
        return own

    def _empty_pattern(self) -> Any:
        made = self.pdf.make_stream(b"")
        made.Type, made.PatternType, made.PaintType, made.TilingType = Name.Pattern, 1, 1, 1
        made.BBox, made.XStep, made.YStep, made.Resources = Array([0, 0, 1, 1]), 1, 1, Dictionary()
        return made


def _copy(given: Any) -> Any:
    return Dictionary(entries(given))


def _empty_font() -> Any:
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 1, 1]),
        FontMatrix=Array([1, 0, 0, 1, 0, 0]), CharProcs=Dictionary(),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([])),
        FirstChar=0, LastChar=0, Widths=Array([0]), Resources=Dictionary(),
    )  # fmt: skip


def _drawn_by(kind: str, listed: Any) -> Iterator[Any]:
    """What is drawn with a resource: a form or pattern, the letters of a font, the form of a mask."""
    if kind == "/Font":
        if isinstance(listed, Dictionary) and listed.get("/Subtype") == Name.Type3:
            yield listed
    elif kind == "/ExtGState":
        mask = listed.get("/SMask") if isinstance(listed, Dictionary) else None
        form = mask.get("/G") if isinstance(mask, Dictionary) else None
        if isinstance(form, Stream):
            yield form
    elif isinstance(listed, Stream) and listed.get("/Subtype") != Name.Image:
        yield listed
