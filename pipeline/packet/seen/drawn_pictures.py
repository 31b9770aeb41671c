"""The pictures that a file draws, in the order of painting; those are taken out that no page shows.

A picture that one page shows stays, even where another page hides it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.check.seen.boxes import Box, around
from pipeline.packet.pdf.content_streams import content_of, data_of, instructions
from pipeline.packet.pdf.objects import entries
from pipeline.packet.seen.page_views import View

_DEEPEST: Final = 19
"""How deep forms are followed into forms, as by those who look at the page (`pipeline.check.seen.ink`)."""
_MOST: Final = 20_000
"""Pictures of a page at most: forms may multiply them."""

_Key = tuple[int, int, int]


@dataclass(frozen=True)
class Taken:
    """What was taken out.

    :param kinds: where pictures were that can't be seen, and the indices of their pages.
    :param cut: images that show more than pages show of them, the part that these show, and the indices of
        the pages; images within content are none.
    :param uncut: indices of pages whose pictures could not be freed of what is cut off.
    :param unsure: indices of pages that draw pictures that can't be seen, and others than the ones looked at.
    """

    kinds: dict[str, list[int]]
    unsure: frozenset[int]
    cut: list[tuple[Any, Box, list[int]]] = field(default_factory=list)
    uncut: frozenset[int] = frozenset()


def take_out(pdf: Pdf, seen: Sequence[View]) -> Taken:
    """Take the pictures out that no page shows, in place: each becomes a form that draws nothing.

    :param seen: the views of all pages of the file.
    """
    kinds = dict[str, list[int]]()
    if not any(view.pictures.unseen or view.pictures.unsure or view.pictures.parts for view in seen):
        return Taken(kinds, frozenset())
    drawings, unsure = _Drawings(pdf), set[int]()
    shown, hidden = set[_Key](), dict[_Key, list[tuple[str, int]]]()
    parts, whole = dict[_Key, list[tuple[Box, int]]](), set[_Key]()
    for index, (page, view) in enumerate(zip(pdf.pages, seen, strict=True)):
        keys = drawings.of_page(index, page.obj)
        told = view.pictures
        if len(keys) != told.count or told.unsure:
            unsure |= {index} if told.unseen or told.unsure or told.parts else set()
            shown.update(keys)
            whole.update(keys)
            continue
        shown.update(key for number, key in enumerate(keys) if number not in told.unseen)
        whole.update(key for number, key in enumerate(keys) if number not in {*told.parts, *told.unseen})
        for number, part in sorted(told.parts.items()):
            parts.setdefault(keys[number], []).append((part, index))
        for number, kind in sorted(told.unseen.items()):
            hidden.setdefault(keys[number], []).append((kind, index))
    elsewhere = drawings.elsewhere()
    shown |= elsewhere
    whole |= elsewhere
    gone = [key for key in hidden if key not in shown]
    for kind, index in dict.fromkeys(place for key in gone for place in hidden[key]):
        kinds.setdefault(kind, []).append(index)
    for key in gone:
        if key in drawings.images:
            _empty(drawings.images[key])
    drawings.drop_inline({key for key in gone if key not in drawings.images})
    cut = [
        (drawings.images.get(key), around(part for part, _ in found), sorted({index for _, index in found}))
        for key, found in parts.items()
        if key not in whole
    ]
    return Taken(kinds, frozenset(unsure), cut)


def _empty(image: Any) -> None:
    for key in list(image.keys()):
        if key != "/Length":
            del image[key]
    image.Type, image.Subtype, image.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
    image.Resources = Dictionary()
    image.write(b"")


class _Drawings:
    """What pages and forms draw.

    :ivar images: the images by their keys: the number of the object, and -1. Images within content have that
        of the stream (or of the page, which is less than 0) and their place among its instructions.
    """

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self.images: dict[_Key, Any] = {}
        self._holders: dict[tuple[int, int], Any] = {}
        self._parts: dict[tuple[int, int], list[Any]] = {}

    def of_page(self, index: int, page: Any) -> list[_Key]:
        """The keys of what a page paints, in order."""
        found = list[_Key]()
        holder = (-1 - index, 0)
        self._holders[holder] = page
        for key in self._walk(holder, content_of(page), page.get("/Resources"), 0):
            found.append(key)
            if len(found) > _MOST:
                break
        return found

    def _walk(self, holder: tuple[int, int], data: bytes, resources: Any, depth: int) -> Iterator[_Key]:
        drawn = entries(resources.get("/XObject")) if isinstance(resources, Dictionary) else {}
        for at, name in self._drawn(holder, data):
            if name is None:
                yield (*holder, at)
                continue
            one = drawn.get(name)
            if not isinstance(one, Stream):
                continue
            if one.get("/Subtype") == Name.Image:
                key = (*one.objgen, -1)
                self.images[key] = one
                yield key
            elif one.get("/Subtype") == Name.Form and depth < _DEEPEST:
                self._holders[one.objgen] = one
                own = one.get("/Resources")
                yield from self._walk(
                    one.objgen, data_of(one), own if isinstance(own, Dictionary) else resources, depth + 1
                )

    def _drawn(self, holder: tuple[int, int], data: bytes) -> list[Any]:
        """What a stream draws: its place among the instructions, and its name; images within it have none."""
        if holder not in self._parts:
            found: list[Any] = []
            try:
                given = instructions(data) if b"Do" in data or b"BI" in data else []
            except pikepdf.PdfError:
                given = []
            for at, one in enumerate(given):
                name = str(one.operator)
                if name == "INLINE IMAGE":
                    found.append((at, None))
                elif name == "Do" and len(one.operands) and isinstance(one.operands[-1], Name):
                    found.append((at, str(one.operands[-1])))
            self._parts[holder] = found
        return self._parts[holder]

    def elsewhere(self) -> set[_Key]:
        """The pictures in patterns, masks and drawn glyphs: nobody tells whether they are seen."""
        found, known = set[_Key](), set[tuple[int, int]]()
        waiting = [(page.obj.get("/Resources"), False) for page in self._pdf.pages]
        while waiting:
            resources, inside = waiting.pop()
            if not isinstance(resources, Dictionary):
                continue
            for one in entries(resources.get("/XObject")).values():
                if isinstance(one, Stream) and one.get("/Subtype") == Name.Image:
                    if inside:
                        found.add((*one.objgen, -1))
                elif isinstance(one, Stream) and (one.objgen[0], inside) not in known:
                    known.add((one.objgen[0], inside))
                    waiting.append((one.get("/Resources"), inside))
            others = [*entries(resources.get("/Pattern")).values(), *entries(resources.get("/Font")).values()]
            for state in entries(resources.get("/ExtGState")).values():
                mask = state.get("/SMask") if isinstance(state, Dictionary) else None
                others.append(mask.get("/G") if isinstance(mask, Dictionary) else None)
            for one in others:
                if not isinstance(one, (Dictionary, Stream)) or (one.objgen[0], True) in known:
                    continue
                if one.is_indirect:
                    known.add((one.objgen[0], True))
                waiting.append((one.get("/Resources"), True))
        return found

    def drop_inline(self, gone: set[_Key]) -> None:
        """Take images within content out of it."""
        for holder in sorted({key[:2] for key in gone}):
            thing = self._holders[holder]
            page = not isinstance(thing, Stream)
            given = instructions(content_of(thing) if page else data_of(thing))
            data = pikepdf.unparse_content_stream(
                [one for at, one in enumerate(given) if (*holder, at) not in gone]
            )
            if page:
                thing.Contents = self._pdf.make_stream(data)
            else:
                thing.write(zlib.compress(data, 6), filter=Name.FlateDecode)
