"""The structure of a packet: the trees of its parts in one (ISO 32000-1, 14.7; ISO 14289-1, clause 7).

Each part becomes one element below the ``Document``, a section with its items inside, titled as its bookmark
is. What the parts number and name by themselves is told apart: marks and links in the parent tree, ids,
classes and structure types of their own. Headings go down with the level of the part, and no level is skipped
(7.4.2).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.pdf.objects import name_tree, values_of

_HEADING: Final = re.compile(r"/H([1-9])")
_DEEPEST: Final = 9
_STANDARD_HEADINGS: Final = 6
LINKS: Final = "links"
"""The last part of the id of the paragraph that holds a part's links back to the index."""


@dataclass
class Branch:
    """The tree of one part, its objects in the packet's file already.

    :param name: of the part.
    :param level: of its bookmark, from 1.
    :param top: the part's topmost element.
    :param roles: its role map, type to type, with slashes.
    :param classes: its class map.
    """

    name: str
    title: str
    level: int
    language: str
    top: Any
    roles: dict[str, str] = field(default_factory=dict)
    classes: dict[str, Any] = field(default_factory=dict)


class Tags:
    """Builds the structure tree of a packet.

    :param pdf: the packet; all of its pages are there.
    :param language: of the packet, BCP 47.
    :param title: of the packet.
    """

    def __init__(self, pdf: Pdf, language: str, title: str) -> None:
        self.pdf = pdf
        self.language = language
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self._element("Document", self.root, Lang=String(language), T=String(title))
        self.pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        self.marks: list[list[Any]] = [[] for _ in self.pages]
        self.objects: list[Any] = []
        self.ids: dict[str, Any] = {}
        self.roles: dict[str, str] = {}
        self.classes: dict[str, Any] = {}
        self.heading = 0
        self._open: list[tuple[int, Any, list[Any]]] = [(0, self.document, [])]
        self._seen: set[tuple[int, int]] = set()

    def add(self, branch: Branch) -> int:
        """Add the tree of a part; parts come in their order.

        :returns: by how many levels its headings went down.
        """
        shift = min(branch.level - 1, self.heading)
        while self._open[-1][0] >= branch.level:
            self._close()
        top = branch.top
        top.S = Name.Sect
        top.P = self._open[-1][1]
        top.T = String(branch.title)
        top.ID = String(branch.name)
        self.ids[branch.name] = top
        if branch.language != self.language:
            top.Lang = String(branch.language)
        elif "/Lang" in top:
            del top.Lang
        self._walk(branch, shift)
        if Name.Sect == self._open[-1][1].S:
            self._open[-1][1].S = Name.Part
        self._open[-1][2].append(top)
        self._open.append((branch.level, top, values_of(top.get("/K"))))
        return shift

    def add_links(self, name: str, links: list[tuple[int, Any]], kept: Collection[int] = ()) -> None:
        """Add links that stand alone at the end of the newest part (14289-1, 7.18.5).

        :param name: of the part.
        :param links: index of the page and annotation of each, ``None`` for none; its text is the next mark
            of its page.
        :param kept: the pages on which a line stands before it.
        """
        links = [(index, one) for index, one in links if one is not None or index in kept]
        if not links:
            return
        _, top, kids = self._open[-1]
        paragraph = self._element("P", top, ID=String(f"{name}:{LINKS}"))
        self.ids[f"{name}:{LINKS}"] = paragraph
        elements = []
        for index, annotation in links:
            page = self.pdf.pages[index].obj
            if index in kept:
                said = self._element("Span", paragraph, Pg=page, K=len(self.marks[index]))
                self.marks[index].append(said)
                elements.append(said)
            if annotation is None:
                continue
            element = self._element("Link", paragraph, Pg=page)
            element.K = Array([len(self.marks[index]), Dictionary(Type=Name.OBJR, Obj=annotation)])
            self.marks[index].append(element)
            self._own(annotation, element)
            elements.append(element)
        paragraph.K = Array(elements)
        kids.append(paragraph)

    def add_field(self, annotation: Any, index: int) -> None:
        """Add a field of a form at the end of the newest part (14289-1, 7.18.4).

        :param index: of its page.
        """
        _, top, kids = self._open[-1]
        element = self._element("Form", top, Pg=self.pdf.pages[index].obj)
        element.K = Dictionary(Type=Name.OBJR, Obj=annotation)
        self._own(annotation, element)
        kids.append(element)

    def write(self) -> None:
        """Write the tree into the catalog, once all parts are there."""
        while self._open:
            self._close()
        numbers: list[Any] = []
        null = pikepdf.Object.parse(b"null")
        for index, (page, owners) in enumerate(zip(self.pdf.pages, self.marks, strict=True)):
            page.obj.StructParents = index
            page.obj.Tabs = Name.S
            owned = Array([null if owner is None else owner for owner in owners])
            numbers += [index, self.pdf.make_indirect(owned)]
        for index, owner in enumerate(self.objects, start=len(self.marks)):
            numbers += [index, owner]
        self.root.K = self.document
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        self.root.ParentTreeNextKey = len(self.marks) + len(self.objects)
        self.root.IDTree = self.pdf.make_indirect(name_tree(self.pdf, self.ids))
        if self.roles:
            self.root.RoleMap = Dictionary({own: Name(role) for own, role in sorted(self.roles.items())})
        if self.classes:
            self.root.ClassMap = Dictionary(dict(sorted(self.classes.items())))
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)

    def _element(self, role: str, parent: Any, **entries: Any) -> Any:
        return self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=parent, **entries)
        )

    def _close(self) -> None:
        _, element, kids = self._open.pop()
        if kids:
            element.K = Array(kids)

    def _walk(self, branch: Branch, shift: int) -> None:
        names = self._merged_roles(branch)
        classes = {f"{name}-{branch.name}": value for name, value in branch.classes.items()}
        self.classes.update(classes)
        stack = [branch.top]
        while stack:
            element = stack.pop()
            if element is not branch.top:
                self._rename(element, branch, names, shift)
            below = list(self._kids(element))
            stack += reversed(below)

    def _rename(self, element: Any, branch: Branch, names: dict[str, str], shift: int) -> None:
        role = str(element.S)
        heading = _HEADING.fullmatch(role)
        if heading:
            self.heading = min(int(heading[1]) + shift, _DEEPEST)
            role = f"/H{self.heading}"
            if self.heading > _STANDARD_HEADINGS:
                self.roles[role] = f"/H{_STANDARD_HEADINGS}"
        role = names.get(role, role)
        if role != str(element.S):
            element.S = Name(role)
        if "/ID" in element:
            name = f"{branch.name}:{element.ID}"
            element.ID = String(name)
            self.ids[name] = element
        if "/A" in element:
            for attributes in values_of(element.A):
                self._rename_headers(attributes, branch.name)
        if branch.classes and "/C" in element:
            listed = [Name(f"{one}-{branch.name}") for one in values_of(element.C) if isinstance(one, Name)]
            element.C = Array(listed)

    def _rename_headers(self, attributes: Any, name: str) -> None:
        if not isinstance(attributes, Dictionary) or "/Headers" not in attributes:
            return
        if attributes.is_indirect:
            if attributes.objgen in self._seen:
                return
            self._seen.add(attributes.objgen)
        attributes.Headers = Array([String(f"{name}:{head}") for head in attributes.Headers])

    def _merged_roles(self, branch: Branch) -> dict[str, str]:
        """The part's own structure types: another name where the packet has that one for another type."""
        names: dict[str, str] = {}
        for own, role in branch.roles.items():
            if _HEADING.fullmatch(own):
                continue
            name = own
            if self.roles.setdefault(own, role) != role:
                name = names[own] = f"{own}-{branch.name}"
                self.roles[name] = role
        return names

    def _kids(self, element: Any) -> Iterator[Any]:
        """The elements below; marks, forms and annotations are noted."""
        page = element.get("/Pg")
        for kid in values_of(element.get("/K")):
            if isinstance(kid, int):
                self._mark(page, kid, element)
                continue
            kind = kid.get("/Type")
            if kind == Name.OBJR:
                self._own(kid.Obj, element)
            elif kind == Name.MCR:
                self._mark(kid.get("/Pg", page), int(kid.MCID), element)
            else:
                yield kid

    def _mark(self, page: Any, number: int, element: Any) -> None:
        owners = self.marks[self.pages[page.objgen]]
        owners += [None] * (number + 1 - len(owners))
        owners[number] = element

    def _own(self, thing: Any, element: Any) -> None:
        thing.StructParent = len(self.marks) + len(self.objects)
        self.objects.append(element)
