"""Where things are in a packet: named destinations, links to them, bookmarks (ISO 32000-1, 12.3).

What a part calls its destinations is told apart by the name of the part: ``item-1-2:kfor``. The part itself
is a destination of its own name, its first page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, OutlineItem, Pdf, String

from pipeline.packet.base.model import BASE
from pipeline.packet.base.volumes import Elsewhere
from pipeline.packet.pdf.geometry import box_of
from pipeline.packet.pdf.objects import entries, name_tree
from pipeline.read.input.decoding import CONTROL, DIRECTION

_KINDS: Final = frozenset(("/XYZ", "/Fit", "/FitH", "/FitV", "/FitR", "/FitB", "/FitBH", "/FitBV"))
WHOLE: Final[tuple[Any, ...]] = ()
"""The view of a page from its top."""
_NAMES_OF_NAMES: Final = 8
"""How many names may lead from one to the next."""
_DEPTH: Final = 15
"""Bookmarks below this depth of a part are left out."""


@dataclass(frozen=True)
class Place:
    """A destination: index of the page in its file, kind and numbers (ISO 32000-1, table 151)."""

    page: int
    view: tuple[Any, ...]


@dataclass
class Bookmark:
    """One bookmark; `place` is ``None`` where it leads nowhere."""

    title: str
    place: Place | None
    kids: list[Bookmark] = field(default_factory=list)


class Reader:
    """Reads the places that a file names."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        self.named: dict[str, Place] = {}
        self._names = dict(self._listed())
        for name in self._names:
            place = self.place(self._names[name])
            if place is not None:
                self.named[name] = place

    def place(self, value: Any) -> Place | None:
        """The place that a destination means: an array, a dictionary that holds one, or a name.

        A name may lead to another one, though it should not (12.3.2.3): viewers follow it, too.
        """
        for _ in range(_NAMES_OF_NAMES):
            if isinstance(value, Dictionary):
                value = value.get("/D")
            if not isinstance(value, (String, Name)):
                break
            value = self._names.get(str(value))
        if not isinstance(value, Array) or len(value) == 0:
            return None
        page: Any = value[0]
        if isinstance(page, Dictionary):
            index = self.pages.get(page.objgen)
        else:
            index = int(page) if isinstance(page, int) and 0 <= page < len(self.pages) else None
        if index is None:
            return None
        view = tuple(value)[1:]
        if not view or str(view[0]) not in _KINDS:
            view = WHOLE
        return Place(index, view)

    def target(self, holder: Any) -> Place | None:
        """Where an annotation or a bookmark leads to in the file: its ``Dest``, or its action ``GoTo``."""
        if "/Dest" in holder:
            return self.place(holder.Dest)
        action = holder.get("/A")
        if isinstance(action, Dictionary) and action.get("/S") == Name.GoTo and "/D" in action:
            return self.place(action.D)
        return None

    def bookmarks(self) -> list[Bookmark]:
        """The bookmarks, nested; those that run something have no place."""
        try:
            return list(self._bookmarks(self.pdf.open_outline(max_depth=_DEPTH).root))
        except (pikepdf.PdfError, pikepdf.OutlineStructureError, ValueError, TypeError, RecursionError):
            return []

    def _bookmarks(self, items: list[OutlineItem]) -> Iterator[Bookmark]:
        for item in items:
            holder = item.obj if item.obj is not None else Dictionary()
            title = " ".join(CONTROL.sub(" ", DIRECTION.sub("", str(item.title))).split())
            yield Bookmark(title or "?", self.target(holder), list(self._bookmarks(item.children)))

    def _listed(self) -> Iterator[tuple[str, Any]]:
        """The names that the file gives to destinations, with what they mean."""
        root = self.pdf.Root
        names: Any = root.get("/Names")
        tree: Any = names.get("/Dests") if isinstance(names, Dictionary) else None
        yield from (*entries(root.get("/Dests")).items(), *_leaves(tree))


def _leaves(tree: Any) -> list[tuple[str, Any]]:
    """Names and values of a name tree (7.9.6); of one that is broken, none."""
    try:
        return list(NameTree(tree).items()) if isinstance(tree, Dictionary) else []
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        return []


class Places:
    """Collects the places of all parts.

    :param pdf: the packet; all of its pages are there.
    :param starts: index of the first page of each part, by name.
    :param elsewhere: the parts of the packet's other volumes, by name.
    """

    def __init__(
        self, pdf: Pdf, starts: dict[str, int], elsewhere: Mapping[str, Elsewhere] | None = None
    ) -> None:
        self.pdf = pdf
        self.starts = starts
        self.elsewhere = elsewhere or {}
        self._tops: dict[Path, list[tuple[float, float]]] = {}
        self.named: dict[str, Any] = {}
        self.bookmarks: list[tuple[int, Bookmark]] = []
        for name, start in starts.items():
            self.named[name] = self._array(Place(start, WHOLE))

    def add(self, name: str, named: dict[str, Place]) -> None:
        """Add the destinations of a part; their pages are counted in the part."""
        for own, place in named.items():
            self.named[f"{name}:{own}"] = self._array(Place(place.page + self.starts[name], place.view))

    def relink(self, name: str, annotation: Any) -> None:
        """Let a link of a part lead to where it leads in the packet, or else to the part's first page."""
        action = annotation.get("/A")
        if isinstance(action, Dictionary) and str(action.get("/URI", "")).startswith(BASE):
            target = str(action.URI).partition("#")[2]
            if target.partition("@")[0] in self.elsewhere:
                annotation.A = self._remote(target)
                return
            if not self._name_page(target):
                target = target.partition("@")[0]
            del annotation["/A"]
        elif "/Dest" in annotation:
            target, own = str(annotation.Dest), f"{name}:{annotation.Dest}"
            # What was taken out of a packet leads to another part, or a page of it, already.
            if own in self.named or not (target in self.starts or self._name_page(target)):
                target = own
        else:
            return
        annotation.Dest = String(target if target in self.named else name)

    def _remote(self, target: str) -> Dictionary:
        """An action that leads to another volume: ``NAME``, or a page of it, ``NAME@PAGE`` (12.6.4.3)."""
        name, _, page = target.partition("@")
        part = self.elsewhere[name]
        within = int(page) - 1 if page.isascii() and page.isdecimal() else 0
        within = within if 0 <= within < part.count else 0
        file = Dictionary(Type=Name.Filespec, F=String(part.file), UF=String(part.file))  # ISO 14289-1, 7.11
        # The place is a page: more viewers find that than a name.
        return Dictionary(S=Name.GoToR, F=file, D=Array([part.first + within, *self._view(part, within)]))

    def _view(self, part: Elsewhere, within: int) -> tuple[Any, ...]:
        """The view of a page of another volume from its top; of a blank one, the page as a whole."""
        if part.pdf not in self._tops:
            with pikepdf.open(part.pdf) as pdf:
                boxes = [box_of(page.obj) for page in pdf.pages]
            self._tops[part.pdf] = [(round(box.left, 3), round(box.top, 3)) for box in boxes]
        tops = self._tops[part.pdf]
        return (Name.XYZ, *tops[within], 0) if within < len(tops) else (Name.Fit,)

    def _name_page(self, target: str) -> bool:
        """Make a destination of a page of a part, ``NAME@PAGE``.

        :returns: whether there is such a page.
        """
        part, _, page = target.partition("@")
        known = page.isascii() and page.isdecimal() and part in self.starts
        if not known or not 0 < int(page) <= self._end(part) - self.starts[part]:
            return False
        self.named[target] = self._array(Place(self.starts[part] + int(page) - 1, WHOLE))
        return True

    def _end(self, part: str) -> int:
        """The index of the page on which the next part begins."""
        following = (start for start in self.starts.values() if start > self.starts[part])
        return min(following, default=len(self.pdf.pages))

    def bookmark(self, level: int, bookmark: Bookmark, start: int) -> None:
        """Add a part's bookmark with what is below it; its pages are counted from `start`."""
        self.bookmarks.append((level, _placed(bookmark, start)))

    def write(self) -> None:
        """Write destinations and bookmarks into the catalog."""
        tree = self.pdf.make_indirect(name_tree(self.pdf, self.named))
        if "/Names" not in self.pdf.Root:
            self.pdf.Root.Names = Dictionary()
        self.pdf.Root.Names.Dests = tree
        with self.pdf.open_outline() as outline:
            open_items: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
            for level, bookmark in self.bookmarks:
                while open_items[-1][0] >= level:
                    open_items.pop()
                item = self._item(bookmark, level)
                open_items[-1][1].append(item)
                open_items.append((level, item.children))

    def _item(self, bookmark: Bookmark, level: int) -> OutlineItem:
        place = self._array(bookmark.place) if bookmark.place is not None else None
        item = OutlineItem(bookmark.title, place)
        item.is_closed = level > 1
        item.children.extend(self._item(kid, level + 1) for kid in bookmark.kids)
        return item

    def _array(self, place: Place) -> Array:
        page = self.pdf.pages[place.page].obj
        box = box_of(page)
        return Array([page, *(place.view or (Name.XYZ, round(box.left, 3), round(box.top, 3), 0))])


def _placed(bookmark: Bookmark, start: int) -> Bookmark:
    place = bookmark.place
    moved = Place(place.page + start, place.view) if place is not None else None
    return Bookmark(bookmark.title, moved, [_placed(kid, start) for kid in bookmark.kids])
