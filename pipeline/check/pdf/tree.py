"""The structure tree of a tagged PDF (ISO 32000-1, 14.7), with what the pages draw hung into it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pipeline.check.pdf.fonts import Font
from pipeline.check.pdf.text import Marked, PageReader, Run
from pipeline.check.vocabulary.facts import Target

_DEEP: Final = 200
INLINE: Final = frozenset(
    (
        *("Span", "Link", "Reference", "Em", "Strong", "Quote", "Code", "Annot", "BibEntry", "Sub"),
        *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "NonStruct"),
    )
)
"""The roles of elements that stand within a line."""
NOTES: Final = frozenset(("Note", "FENote"))
"""The roles of notes."""

Kid = Any
"""An `Elem`, a list of runs (marked content), or an `Annotation`."""


@dataclass
class Annotation:
    """A link annotation: page from 0, rectangle, address or place."""

    page: int
    rect: tuple[float, float, float, float]
    uri: str
    target: Target | None
    listed: bool


@dataclass
class Elem:
    """A structure element.

    :param role: the standard structure type that its own type is mapped to.
    :param own: its own type.
    """

    role: str
    own: str
    kids: list[Kid] = field(default_factory=list)
    parent: Elem | None = None
    alt: str | None = None
    actual: str | None = None
    language: str = ""
    name: str = ""
    scope: str = ""
    columns: int = 1
    rows: int = 1

    def below(self) -> Iterator[Elem]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Elem):
                yield from kid.below()

    def runs(self) -> Iterator[Run]:
        """Everything drawn below it."""
        for kid in self.kids:
            if isinstance(kid, Elem):
                yield from kid.runs()
            elif isinstance(kid, list):
                yield from kid


class Opened:
    """An open PDF: pages, structure, destinations, labels.

    :param pdf: a ``pikepdf.Pdf``.
    :param foreign: pages (from 0) that others have made: what can't be read of them is passed over.
    :param remote: finds the page that a link to another file leads to, as if it were numbered on in this one.
    :ivar unread: those of them of which something could not be read, and why.
    """

    def __init__(
        self, pdf: Any, foreign: Container[int] = (), remote: Callable[[Any], int | None] = lambda _: None
    ) -> None:
        self.pdf, self.remote = pdf, remote
        fonts: dict[Any, Font] = {}
        self.pages: list[Marked] = []
        self.unread: dict[int, str] = {}
        for number, page in enumerate(pdf.pages):
            reader = PageReader(number, fonts, foreign=number in foreign)
            self.pages.append(reader.read(page))
            if reader.unread:
                self.unread[number] = reader.unread
        self.number = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self.annotations: dict[Any, int] = {}
        for number, page in enumerate(pdf.pages):
            for annotation in page.obj.get("/Annots", []):
                self.annotations[annotation.objgen] = number
        self.names = self._names()
        self.labels = self._labels()
        self.seen: set[tuple[int, int, int]] = set()
        """Page, stream and identifier of the marked content that the structure has."""
        self.used: set[Any] = set()
        """Annotations that the structure has."""
        self.roles = {
            str(key): str(value)
            for key, value in pdf.Root.get("/StructTreeRoot", {}).get("/RoleMap", {}).items()
        }
        self.root = self._root()

    # Structure -------------------------------------------------------------------------------------------

    def _root(self) -> Elem | None:
        tree = self.pdf.Root.get("/StructTreeRoot")
        if tree is None or "/K" not in tree:
            return None
        root = Elem("StructTreeRoot", "StructTreeRoot")
        self._kids(tree["/K"], root, None, 0)
        return root

    def _role(self, own: str) -> str:
        seen = set()
        while own in self.roles and own not in seen:
            seen.add(own)
            own = self.roles[own]
        return own.removeprefix("/")

    def _kids(self, kids: Any, parent: Elem, page: Any, depth: int) -> None:
        import pikepdf

        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                self._marked(parent, page, 0, kid)
            elif not isinstance(kid, pikepdf.Dictionary) or depth > _DEEP:
                continue
            elif kid.get("/Type") == "/MCR":
                stream = kid["/Stm"].objgen[0] if "/Stm" in kid else 0
                self._marked(parent, kid.get("/Pg", page), stream, int(kid["/MCID"]))
            elif kid.get("/Type") == "/OBJR":
                annotation = self._annotation(kid.get("/Obj"))
                if annotation is not None:
                    parent.kids.append(annotation)
            elif "/S" in kid:
                elem = self._elem(kid, parent)
                parent.kids.append(elem)
                if "/K" in kid:
                    self._kids(kid["/K"], elem, kid.get("/Pg", page), depth + 1)

    def _elem(self, source: Any, parent: Elem) -> Elem:
        import pikepdf

        own = str(source["/S"])
        elem = Elem(self._role(own), own.removeprefix("/"), parent=parent)
        elem.alt = str(source["/Alt"]) if "/Alt" in source else None
        elem.actual = str(source["/ActualText"]) if "/ActualText" in source else None
        elem.language = str(source.get("/Lang", ""))
        elem.name = str(source.get("/ID", ""))
        attributes = source.get("/A", [])
        for part in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
            if isinstance(part, pikepdf.Dictionary) and part.get("/O") == "/Table":
                elem.scope = str(part.get("/Scope", "")).removeprefix("/")
                elem.columns = int(part.get("/ColSpan", 1))
                elem.rows = int(part.get("/RowSpan", 1))
        return elem

    def _marked(self, parent: Elem, page: Any, stream: int, mcid: int) -> None:
        number = self.number.get(page.objgen) if page is not None else None
        if number is None:
            return
        self.seen.add((number, stream, mcid))
        parent.kids.append(self.pages[number].tagged.get((stream, mcid), []))

    @cached_property
    def named(self) -> dict[str, Elem]:
        """The elements by their ids."""
        return {elem.name: elem for elem in self.root.below()} if self.root else {}

    def orphans(self) -> Iterator[tuple[int, str]]:
        """Page (from 0) and text of what is drawn and is neither in the structure nor an artifact."""
        for number, page in enumerate(self.pages):
            for run in page.loose:
                yield number, run.text
            for (stream, mcid), runs in page.tagged.items():
                text = "".join(run.text for run in runs).strip()
                if text and (number, stream, mcid) not in self.seen:
                    yield number, text

    # Links and places ------------------------------------------------------------------------------------

    def _annotation(self, source: Any) -> Annotation | None:
        if source is None or source.get("/Subtype") != "/Link":
            return None
        self.used.add(source.objgen)
        left, low, right, high = (float(value) for value in source["/Rect"])
        rect = (min(left, right), min(low, high), max(left, right), max(low, high))
        action = source.get("/A", {})
        uri = str(action["/URI"]) if action.get("/S") == "/URI" else ""
        place = source.get("/Dest", action.get("/D") if action.get("/S") == "/GoTo" else None)
        page, away = self.annotations.get(source.objgen, -1), self.remote(source)
        target = self.place(place) if away is None else Target(page=away)
        return Annotation(page, rect, uri, target, page >= 0)

    def place(self, destination: Any) -> Target | None:
        """The place that a destination means (ISO 32000-1, 12.3.2), or ``None`` where it means none."""
        import pikepdf

        name = ""
        if isinstance(destination, (pikepdf.Name, pikepdf.String, str)):
            name = str(destination)
            destination = self.names.get(name)
        if isinstance(destination, pikepdf.Dictionary):
            destination = destination.get("/D")
        if not isinstance(destination, pikepdf.Array) or not len(destination):
            return None
        first = destination[0]
        page = self.number.get(first.objgen) if isinstance(first, pikepdf.Dictionary) else None
        if page is None:
            return None
        height = float(self.pdf.pages[page].mediabox[3])
        values = [None if value is None else float(value) for value in list(destination)[2:]]
        x, y = 0.0, height
        if destination[1] == "/XYZ":
            x, y = (values[0] or 0.0), (height if values[1] is None else values[1])
        elif destination[1] in {"/FitH", "/FitBH"} and values and values[0] is not None:
            y = values[0]
        return Target(page=page, x=x, y=y, name=name)

    def _names(self) -> dict[str, Any]:
        """The named destinations."""
        import pikepdf

        root = self.pdf.Root
        found = {str(key): value for key, value in root.get("/Dests", {}).items()}
        tree = root.get("/Names", {}).get("/Dests")
        return found if tree is None else found | dict(pikepdf.NameTree(tree).items())

    def _labels(self) -> list[str] | None:
        """The label of each page (ISO 32000-1, 12.4.2), or ``None`` where the file has none."""
        if "/PageLabels" not in self.pdf.Root:
            return None
        return [str(page.label) for page in self.pdf.pages]

    def label(self, page: int) -> str:
        """The label of a page, or its number."""
        return self.labels[page] if self.labels is not None else str(page + 1)

    def outline(self) -> Iterator[tuple[int, str, Target | None]]:
        """The bookmarks: depth from 1, title, place."""

        def walk(items: Any, depth: int) -> Iterator[tuple[int, str, Target | None]]:
            for item in items:
                place = item.obj.get("/Dest", item.obj.get("/A", {}).get("/D"))
                yield depth, item.title, self.place(place)
                yield from walk(item.children, depth + 1)

        yield from walk(self.pdf.open_outline(max_depth=_DEEP).root, 1)
