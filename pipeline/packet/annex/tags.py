"""The tags of an annex are kept when they are sound: each mark has its element, and each element its place.

Levels of headings are closed up (ISO 14289-1, 7.4.2), structure types get their standard names, notes their
ids. What is unsound beyond that is not mended: the annex becomes figures, as one without tags.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from pipeline.packet.pdf.content_streams import content_of, instructions
from pipeline.packet.pdf.objects import entries, values_of
from pipeline.packet.plain.spoken_texts import SPOKEN, Spoken

_STANDARD: Final = frozenset(
    (
        *("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index"),
        *("NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"),
        *("Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference"),
        *("BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure"),
        *("Formula", "Form"),
    )
)
"""The standard structure types (ISO 32000-1, 14.8.4)."""
_PAINTING: Final = frozenset(
    ("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "Tj", "TJ", "'", '"', "INLINE IMAGE")
)
_HEADING: Final = re.compile(r"H([1-6])?")
_ELEMENTS: Final = 500_000
_ROLES: Final = 30
"""Steps from a type to a standard one."""
_KEYS: Final = frozenset(
    ("/Type", "/S", "/P", "/Pg", "/K", "/ID", "/A", "/Lang", "/Alt", "/E", "/ActualText", "/T")
)


_GONE: Final = "/DespatchGone"
"""Marks an element that is dropped."""


class Unsound(Exception):
    """The tags can't be kept; the text says why."""


@dataclass
class Kept:
    """Tags that are kept.

    :param tops: the topmost elements.
    :param faults: what PDF/UA asks for and is not there.
    :param dropped: how many texts of them said what no page shows, and were taken out.
    :param described: the descriptions of pictures.
    """

    tops: list[Any]
    faults: list[str] = field(default_factory=list)
    dropped: int = 0
    described: list[str] = field(default_factory=list)


def kept_tags(pdf: Pdf, pictured: Collection[int] = (), shown: Sequence[str] = ()) -> Kept | None:
    """Read the tags of an annex and put them in order, in place.

    :param pictured: the indices of pages that are pictures now: their elements are dropped.
    :param shown: what each page shows, squeezed: a text of a tag that says more is dropped.
    :returns: ``None`` when it has none.
    :raises Unsound: when they can't be kept.
    """
    root: Any = pdf.Root.get("/StructTreeRoot")
    info: Any = pdf.Root.get("/MarkInfo")
    marked: Any = info.get("/Marked") if isinstance(info, Dictionary) else None
    if not isinstance(root, Dictionary) or marked is not True:
        return None
    tops = [kid for kid in values_of(root.get("/K")) if isinstance(kid, Dictionary)]
    if not tops:
        return None
    tree = _Tree(pdf, root)
    tree.read_pages(pictured)
    if pictured:
        tree.prune(tops)
        tops = [top for top in tops if "/K" in top]
        if not tops:
            return None
    for top in tops:
        tree.read(top)
    tree.settle()
    spoken = Spoken(tree.pages, shown or [""] * len(tree.pages))
    for top in tops if shown else ():
        spoken.look(top)
    return Kept(tops, list(dict.fromkeys(tree.faults)), spoken.dropped, spoken.described)


class _Tree:
    """Reads marks and elements, and compares them."""

    def __init__(self, pdf: Pdf, root: Any) -> None:
        self.pdf = pdf
        roles = root.get("/RoleMap")
        self.roles = (
            {str(k)[1:]: str(v)[1:] for k, v in roles.items()} if isinstance(roles, Dictionary) else {}
        )
        self.pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        self.marks: list[set[int]] = []
        self.owned: list[set[int]] = [set() for _ in self.pages]
        self.annotations = {
            annotation.objgen
            for page in pdf.pages
            for annotation in values_of(page.obj.get("/Annots"))
            if isinstance(annotation, Dictionary)
        }
        self.faults: list[str] = []
        self.seen: set[tuple[int, int]] = set()
        self.level, self.notes = 0, 0
        if not str(pdf.Root.get("/Lang", "")):
            self.faults.append("its language is not named")
        if b"pdfuaid" not in _metadata(pdf):
            self.faults.append("it does not say that it is PDF/UA")

    def read_pages(self, pictured: Collection[int]) -> None:
        """Read the marks of all pages; those that are pictures have none."""
        for number, page in enumerate(self.pdf.pages, start=1):
            if number - 1 in pictured:
                self.marks.append(set())
                continue
            self._forms(page.obj.get("/Resources"), set())
            marks: set[int] = set()
            depth, saved, outside = [], 0, False
            for instruction in instructions(content_of(page.obj)):
                name = str(instruction.operator)
                if name in {"BDC", "BMC"}:
                    mcid = _mcid(instruction.operands, page.obj)
                    if mcid is not None:
                        if mcid in marks:
                            raise Unsound(f"page {number} has two marks of one number")
                        marks.add(mcid)
                    tag = instruction.operands[0] if len(instruction.operands) else None
                    depth.append(mcid is not None or tag == Name.Artifact)
                elif name == "EMC":
                    if not depth:
                        raise Unsound(f"page {number} ends a mark that it has not begun")
                    depth.pop()
                elif name in {"q", "Q"}:
                    saved += 1 if name == "q" else -1
                    if saved < 0:
                        raise Unsound(f"page {number} restores a state that it has not saved")
                elif name in _PAINTING:
                    outside |= not any(depth)
            if depth or saved:
                raise Unsound(f"page {number} leaves marks or states open")
            if outside:
                self.faults.append("some of its content is neither tagged nor an artifact")
            self.marks.append(marks)

    def prune(self, tops: Sequence[Any]) -> None:
        """Drop elements whose marks are all gone; one that has lost a mark loses the texts for all of it."""
        seen: set[tuple[int, int]] = set()
        lost: set[tuple[int, int]] = set()
        waiting: list[tuple[Any, Any, bool]] = [(top, None, False) for top in tops]
        while waiting:
            element, page, done = waiting.pop()
            page = element.get("/Pg", page)
            kids = values_of(element.get("/K"))
            if not done:
                if element.objgen in seen or len(seen) > _ELEMENTS:
                    raise Unsound("its structure is no tree")
                seen.add(element.objgen)
                waiting.append((element, page, True))
                waiting += [(kid, page, False) for kid in kids if _is_element(kid)]
                continue
            kept = [kid for kid in kids if self._stays(kid, page)]
            if len(kept) < len(kids) or any(kid.objgen in lost for kid in kept if _is_element(kid)):
                lost.add(element.objgen)
                for key in (*SPOKEN, "/T"):
                    if key in element:
                        del element[key]
            if kept:
                element.K = Array(kept)
            elif "/K" in element:
                del element["/K"]
                element[_GONE] = True

    def _stays(self, kid: Any, page: Any) -> bool:
        """Whether a kid is still there when the marks of some pages are gone."""
        if _is_element(kid):
            return _GONE not in kid
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
            page, kid = kid.get("/Pg", page), kid.get("/MCID", -1)
        if not isinstance(kid, int):
            return True
        index = self.pages.get(page.objgen) if isinstance(page, Dictionary) else None
        return index is not None and kid in self.marks[index]

    def read(self, top: Any) -> None:
        """Read an element and all below it."""
        stack: list[tuple[Any, Any]] = [(top, None)]
        while stack:
            element, page = stack.pop()
            if not element.is_indirect or element.objgen in self.seen:
                raise Unsound("its structure is no tree")
            self.seen.add(element.objgen)
            if len(self.seen) > _ELEMENTS:
                raise Unsound("it has too many elements")
            self._element(element)
            page = element.get("/Pg", page)
            if page is not None:
                element.Pg = page  # some leave it to the element above, which the standard does not know
            below = []
            for kid in values_of(element.get("/K")):
                if self._is_kept(kid, page):
                    below.append(kid)
            if below:
                element.K = Array(below)
            elif "/K" in element:
                del element["/K"]
            elements = [kid for kid in below if _is_element(kid)]
            stack += [(kid, page) for kid in reversed(elements)]

    def settle(self) -> None:
        """Compare marks and elements."""
        for number, (marks, owned) in enumerate(zip(self.marks, self.owned, strict=True), start=1):
            if marks - owned:
                raise Unsound(f"page {number} has marks that belong to no element")

    def _element(self, element: Any) -> None:
        role = str(element.get("/S", "/"))[1:]
        for _ in range(_ROLES):
            if role in _STANDARD or role not in self.roles:
                break
            role = self.roles[role]
        if role not in _STANDARD:
            raise Unsound(f'nobody knows its structure type "{role[:40]}"')
        heading = _HEADING.fullmatch(role)
        if heading:
            self.level = min(int(heading[1] or self.level + 1), self.level + 1, 6)
            role = f"H{self.level}"
        element.S = Name(f"/{'Sect' if role == 'Document' else role}")
        for key in list(element.keys()):
            if key not in _KEYS:
                del element[key]
        if role in {"Figure", "Formula"} and not (str(element.get("/Alt", "")) or "/ActualText" in element):
            self.faults.append("pictures in it have no alternative text")
        if role == "TH" and not _has_scope(element):
            self.faults.append("its header cells don't say what they head")
        if role == "Note" and "/ID" not in element:
            self.notes += 1
            element.ID = String(f"note-{self.notes}")

    def _is_kept(self, kid: Any, page: Any) -> bool:
        """Whether a kid is there; marks are noted."""
        if isinstance(kid, int) and not isinstance(kid, bool):
            return self._own(page, kid)
        if not isinstance(kid, Dictionary):
            return False
        kind = kid.get("/Type")
        if kind == Name.OBJR:
            thing = kid.get("/Obj")
            return isinstance(thing, Dictionary) and thing.objgen in self.annotations
        if kind == Name.MCR:
            if "/Stm" in kid:
                raise Unsound("parts of its pages are tagged apart")
            return self._own(kid.get("/Pg", page), int(kid.get("/MCID", -1)))
        return _is_element(kid)

    def _own(self, page: Any, number: int) -> bool:
        index = self.pages.get(page.objgen) if isinstance(page, Dictionary) else None
        if index is None or number not in self.marks[index]:
            return False
        if number in self.owned[index]:
            raise Unsound("two of its elements own one mark")
        self.owned[index].add(number)
        return True

    def _forms(self, resources: Any, seen: set[tuple[int, int]]) -> None:
        forms = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        for form in entries(forms).values():
            if isinstance(form, Stream) and form.objgen not in seen:
                seen.add(form.objgen)
                if "/StructParents" in form:
                    raise Unsound("parts of its pages are tagged apart")
                if "/StructParent" in form:
                    del form["/StructParent"]
                self._forms(form.get("/Resources"), seen)


def _is_element(kid: Any) -> bool:
    return (
        isinstance(kid, Dictionary) and "/S" in kid and kid.get("/Type", Name.StructElem) == Name.StructElem
    )


def _mcid(operands: Any, page: Any) -> int | None:
    if len(operands) < 2:
        return None
    values = operands[1]
    if isinstance(values, Name):
        lists = page.get("/Resources", Dictionary()).get("/Properties", Dictionary())
        values = lists.get(str(values))
    if not isinstance(values, Dictionary):
        return None
    number = values.get("/MCID")
    return number if isinstance(number, int) else None


def _has_scope(element: Any) -> bool:
    return any(
        isinstance(one, Dictionary) and ("/Scope" in one or "/Headers" in one)
        for one in values_of(element.get("/A"))
    )


def _metadata(pdf: Pdf) -> bytes:
    stream = pdf.Root.get("/Metadata")
    try:
        return bytes(stream.read_bytes()) if isinstance(stream, Stream) else b""
    except pikepdf.PdfError:
        return b""


def linked(tops: list[Any]) -> Iterator[Any]:
    """The annotations that have a place in the structure."""
    stack = list(tops)
    while stack:
        element = stack.pop()
        for kid in values_of(element.get("/K")):
            if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
                yield kid.Obj
            elif _is_element(kid):
                stack.append(kid)
