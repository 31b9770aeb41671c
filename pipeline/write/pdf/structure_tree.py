"""The structure tree in the PDF (ISO 32000-1, 14.7): elements, parent tree, ids, roles, names of links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pipeline.write.pdf.logical_order import Annotation, Mark, Node
from pipeline.write.pdf.structure_types import ROLE_MAP
from pipeline.write.pdf.table_headers import nodes_in

POINTS: Final = 0.75
"""Points in a CSS pixel."""


class Tagger:
    """Writes a structure tree into a PDF whose pages WeasyPrint has made, with an empty tree of its own.

    :param pdf: the ``pydyf.PDF``; its objects are changed and added to.
    :param heights: of the pages, in CSS pixels.
    :param counts: how many marks each page has.
    """

    def __init__(self, pdf: Any, heights: list[float], counts: list[int]) -> None:
        import pydyf

        self.pydyf, self.pdf = pydyf, pdf
        self.heights = heights
        self.pages = pdf.page_references  # builds the whole tuple each time it is asked
        self.owners: list[list[bytes]] = [[b"null"] * count for count in counts]
        self.links: list[bytes] = []
        self.names: dict[str, bytes] = {}
        self.used: set[str] = set()

    def write(self, document: Node) -> None:
        """Write the tree."""
        root = self.pdf.objects[_number(self.pdf.catalog["StructTreeRoot"])]
        parents = self.pdf.objects[_number(root["ParentTree"])]
        for number, node in enumerate(_heads(document), start=1):
            node.name = node.name or f"th-{number}"
        self._name(document, set())
        root["K"] = self._element(document, root.reference)
        numbers: list[Any] = []
        for index, owners in enumerate(self.owners):
            numbers += [index, self.pydyf.Array(owners)]
        for index, reference in enumerate(self.links, start=len(self.pages)):
            numbers += [index, reference]
        parents["Nums"] = self.pydyf.Array(numbers)
        root["ParentTreeNextKey"] = len(self.pages) + len(self.links)
        if self.names:
            pairs = sorted((name.encode(), reference) for name, reference in self.names.items())
            flat = [part for name, reference in pairs for part in (self.pydyf.String(name), reference)]
            root["IDTree"] = self._add({"Names": self.pydyf.Array(flat)}).reference
        roles = {name: f"/{ROLE_MAP[name]}" for name in sorted(self.used & ROLE_MAP.keys())}
        if roles:
            root["RoleMap"] = self.pydyf.Dictionary(roles)

    def _add(self, values: dict[str, Any]) -> Any:
        dictionary = self.pydyf.Dictionary(values)
        self.pdf.add_object(dictionary)
        return dictionary

    def _name(self, node: Node, names: set[str]) -> None:
        """Make the names unique: ids of HTML are, unless somebody broke them."""
        if node.name:
            name, number = node.name, 1
            while node.name in names:
                number += 1
                node.name = f"{name}-{number}"
            names.add(node.name)
        for kid in nodes_in(node):
            self._name(kid, names)

    def _element(self, node: Node, parent: bytes) -> bytes:
        """Write a structure element (table 323) and all below it.

        :returns: the reference to it.
        """
        self.used.add(node.role)
        element = self._add({"Type": "/StructElem", "S": f"/{node.role}", "P": parent})
        page = next((kid.page for kid in node.kids if not isinstance(kid, Node)), None)
        if page is not None:
            element["Pg"] = self.pages[page]
        if node.name:
            element["ID"] = self.pydyf.String(node.name.encode())
            self.names[node.name] = element.reference
        texts = {"Lang": node.language, "Alt": node.alt, "E": node.expansion, "ActualText": node.spelling}
        for key, text in texts.items():
            if text:
                element[key] = self.pydyf.String(text)
        attributes = [self._attributes(owner, values) for owner, values in node.attributes.items()]
        if node.role in {"Figure", "Formula"} and node.box is not None and (box := self._rectangle(node)):
            attributes.append(self._attributes("Layout", {"BBox": box}))
        if attributes:
            element["A"] = attributes[0] if len(attributes) == 1 else self.pydyf.Array(attributes)
        kids = list(self._kids(node, element.reference, page))
        if kids:
            element["K"] = kids[0] if len(kids) == 1 else self.pydyf.Array(kids)
        return bytes(element.reference)

    def _kids(self, node: Node, reference: bytes, page: int | None) -> Iterator[Any]:
        last: tuple[int, int] | None = None
        for kid in node.kids:
            if isinstance(kid, Node):
                yield self._element(kid, reference)
                last = None
            elif isinstance(kid, Annotation):
                self._link(kid, node, reference)
                pages = {} if kid.page == page else {"Pg": self.pages[kid.page]}
                yield self.pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.dictionary.reference, **pages})
            elif kid.mcid is not None and (kid.page, kid.mcid) != last:
                last = kid.page, kid.mcid
                self.owners[kid.page][kid.mcid] = reference
                # On another page than the element's, a mark says which (table 324).
                mark = {"Type": "/MCR", "Pg": self.pages[kid.page], "MCID": kid.mcid}
                yield kid.mcid if kid.page == page else self.pydyf.Dictionary(mark)

    def _link(self, kid: Annotation, node: Node, reference: bytes) -> None:
        """Name a link, and tie it to its element (ISO 14289-1, 7.18.1 and 7.18.5)."""
        annotation = kid.dictionary
        annotation["StructParent"] = len(self.pages) + len(self.links)
        annotation["Contents"] = self.pydyf.String(link_name(node))
        self.links.append(reference)

    def _attributes(self, owner: str, values: dict[str, Any]) -> Any:
        """An attribute object (14.7.5)."""
        written = self.pydyf.Dictionary({"O": f"/{owner}", **values})
        for key, value in values.items():
            if key == "Headers":
                written[key] = self.pydyf.Array([self.pydyf.String(head.name.encode()) for head in value])
            elif isinstance(value, tuple):
                written[key] = self.pydyf.Array(value)
        return written

    def _rectangle(self, node: Node) -> tuple[float, ...]:
        """Where an image or a formula stands, in points from the lower left corner of its page (14.8.5.4.3).

        :returns: nothing for a formula on two pages.
        """
        marks, height = [mark for mark in node.marks() if mark.image], self.heights[node.page]
        if any(mark.page != node.page for mark in marks):
            return ()
        places = [(mark.box, mark.box.content_box_x(), mark.box.content_box_y()) for mark in marks]
        sides = (
            min(left for _, left, _ in places),
            height - max(top + box.height for box, _, top in places),
            max(left + box.width for box, left, _ in places),
            height - min(top for _, _, top in places),
        )
        return tuple(round(side * POINTS, 3) for side in sides)


def link_name(node: Node) -> str:
    """What a link is called (14.9.3): ``data-contents`` (``{}`` stands for its text), or only its text."""
    text = " ".join("".join(_spoken(node)).split())
    element = node.element
    if element is None:
        return text
    pattern = str(element.get("data-contents") or element.get("aria-label") or "{}")
    return pattern.replace("{}", text) or str(element.get("href", ""))


def _spoken(node: Node) -> Iterator[str]:
    for kid in node.kids:
        if isinstance(kid, Mark):
            yield kid.read
        elif isinstance(kid, Node):
            if kid.alt:
                yield kid.alt
            yield from _spoken(kid)


def _heads(node: Node) -> Iterator[Node]:
    """The header cells that other cells name, in order."""
    tables = [cell.attributes["Table"] for cell in _below(node) if "Table" in cell.attributes]
    named = {id(head) for table in tables for head in table.get("Headers", ())}
    return (cell for cell in _below(node) if id(cell) in named)


def _below(node: Node) -> Iterator[Node]:
    yield node
    for kid in nodes_in(node):
        yield from _below(kid)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
