"""A part of a packet, read as if it were a file of its own; links to others say where they lead."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipeline.check.epub.facts import book_facts
from pipeline.check.epub.files import Book, resolve
from pipeline.check.pdf.facts import opened_facts
from pipeline.check.pdf.tree import Opened
from pipeline.check.vocabulary.facts import Facts, Outline

_PAGE: Final = re.compile(r"page[-_]([0-9]+[a-z]*)")
"""The id of the mark of a printed page."""


@dataclass(frozen=True)
class Part:
    """A part of the packet, as its record has it: its first page and the number of its pages, from 1.

    :param kind: ``annex`` for an external PDF.
    :param demoted: by how many levels its headings went down.
    :param reserve: how many pages are kept for it at least.
    :param between: whether its pages bear the number of the page before, with letters.
    :param waiting: whether it is to follow.
    :param checksum: SHA-256 of the file that it was made of.
    """

    name: str
    title: str
    tab: str
    marking: str
    kind: str
    first: int
    count: int
    demoted: int
    reserve: int = 0
    between: bool = False
    waiting: bool = False
    checksum: str = ""

    @property
    def late(self) -> bool:
        """Whether it may have come when the rest was bound already."""
        return self.between or self.name.startswith("late-")

    @property
    def place(self) -> int:
        """How many pages belong to it, those that are only kept for it included."""
        place = max(self.count, self.reserve)
        return place + place % 2 if self.between else place


def numbers_of(parts: Sequence[Part], count: int) -> list[str]:
    """What each page of the packet has to bear: its number, or that of the page before with a letter.

    :param count: how many pages there are.
    """
    lettered = {page for part in parts if part.between for page in range(part.first, part.first + part.place)}
    found: list[str] = []
    number = letter = 0
    for page in range(1, count + 1):
        if page in lettered:
            sign = chr(ord("a") + letter % 26) * (letter // 26 + 1)
            letter += 1
        else:
            sign, number, letter = "", number + 1, 0
        found.append(f"{number}{sign}")
    return found


def address(name: str, page: int | str) -> str:
    """How a link to a page of another part is compared."""
    return f"packet:{name}@{page}"


def _at(number: int, parts: Iterable[Part]) -> str:
    """The address of a page of the packet."""
    part = next((part for part in parts if part.first <= number < part.first + part.place), None)
    return address(part.name, number - part.first + 1) if part else address("", number)


def part_of_pdf(
    path: Path, part: Part, parts: list[Part], before: int = 0, shifted: Mapping[str, int] | None = None
) -> Facts:
    """What the PDF says of one part, its pages counted by themselves, as if it were a file of its own.

    :param before: how many pages of the packet are in other files before this one.
    :param shifted: where the pages of other files are, as if they were numbered on in this one, by name.
    """
    import pikepdf

    with pikepdf.open(path) as pdf:
        _name_other_parts(pdf, part, parts, before, shifted or {})
        del pdf.pages[part.first - before - 1 + part.count :]
        del pdf.pages[: part.first - before - 1]
        if "/PageLabels" in pdf.Root:
            del pdf.Root.PageLabels
        top = element_named(pdf.Root.StructTreeRoot.K, part.name)
        if top is None:
            facts = Facts("pdf")
            facts.problems.append(("check-tag", f"nothing is tagged as {part.name}"))
            return facts
        kids = top.K if isinstance(top.K, pikepdf.Array) else pikepdf.Array([top.K])
        own = [kid for kid in kids if not _is_way_back(kid, part.name)]
        pdf.Root.StructTreeRoot.K = top
        top.K = pikepdf.Array(own)
        facts = opened_facts(Opened(pdf))
    for row in facts.rows():
        row.headings[:] = [replace(item, level=max(1, item.level - part.demoted)) for item in row.headings]
    return facts


def _name_other_parts(
    pdf: Any, part: Part, parts: list[Part], before: int, shifted: Mapping[str, int]
) -> None:
    """Let links of a part to pages of others, which are about to go, say where they led.

    So does a link to the tab of the part itself: its target has the name of a page (``NAME@1``).
    """
    from pikepdf import Array, Dictionary, Name, NameTree, String

    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=before + 1)}
    places = NameTree(pdf.Root.Names.Dests) if "/Dests" in pdf.Root.get("/Names", {}) else {}
    start = part.first - 1 - before
    for page in pdf.pages[start : start + part.count]:
        for annotation in page.obj.get("/Annots", ()):
            away = remote_page(annotation, shifted)
            if away is not None:
                annotation.A = Dictionary(S=Name.URI, URI=String(_at(away + before + 1, parts)))
                continue
            place = annotation.get("/Dest")
            own = not isinstance(place, String) or not str(place).startswith(f"{part.name}@")
            place = places.get(str(place)) if isinstance(place, String) else place
            number = numbers.get(place[0].objgen) if isinstance(place, Array) and len(place) else None
            if number is not None and not (own and part.first <= number < part.first + part.count):
                del annotation["/Dest"]
                annotation.A = Dictionary(S=Name.URI, URI=String(_at(number, parts)))


def remote_page(link: Any, shifted: Mapping[str, int]) -> int | None:
    """The page that a link to another file leads to (ISO 32000-1, 12.6.4.3), as if it were numbered on here.

    :param shifted: the index that the first page of each other file would have here, by its name.
    """
    import pikepdf

    action = link.get("/A")
    if not isinstance(action, pikepdf.Dictionary) or action.get("/S") != "/GoToR":
        return None
    file, place = action.get("/F"), action.get("/D")
    name = str(file.get("/UF", "")) if isinstance(file, pikepdf.Dictionary) else str(file)
    first = place[0] if isinstance(place, pikepdf.Array) and len(place) else None
    return shifted[name] + first if name in shifted and isinstance(first, int) else None


def element_named(value: Any, name: str) -> Any:
    """The structure element of a part, by its ID."""
    import pikepdf

    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Array):
            stack += list(item)
        elif isinstance(item, pikepdf.Dictionary) and "/S" in item:
            if str(item.get("/ID", "")) == name:
                return item
            stack.append(item.get("/K", pikepdf.Array()))
    return None


def _is_way_back(kid: Any, name: str) -> bool:
    """Whether a structure element holds the links from each page of a part to the index."""
    import pikepdf

    return isinstance(kid, pikepdf.Dictionary) and str(kid.get("/ID", "")) == f"{name}:links"


def part_of_epub(book: Book, part: Part, parts: list[Part], numbers: Sequence[str]) -> Facts:
    """What the ebook says of one article, its pages counted by themselves.

    :param numbers: what the pages of the packet bear.
    """
    spine = [name for name in book.spine if folder_of(name) == part.name]
    own_pages = {name: _naming_other_parts(name, book.pages[name], part, parts, numbers) for name in spine}
    facts = book_facts(replace(book, spine=spine, pages={**book.pages, **own_pages}))

    def own(label: str) -> str:
        return str(numbers.index(label) + 2 - part.first) if label in numbers else label

    # A blank page in front of the next part is marked at the end of this one.
    inside = set(numbers[part.first - 1 : part.first - 1 + part.count])
    facts.pages = [replace(mark, label=own(mark.label)) for mark in facts.pages if mark.label in inside]
    facts.page_list = [
        Outline(entry.depth, own(entry.text), entry.target)
        for entry in facts.page_list
        if entry.text in inside
    ]
    return facts


def _naming_other_parts(name: str, page: Any, part: Part, parts: list[Part], numbers: Sequence[str]) -> Any:
    """A content document in which links to other parts say where they lead."""
    page = copy.deepcopy(page)
    for link in page.iter("{*}a"):
        target = resolve(name, link.get("href", ""))
        mark = _PAGE.fullmatch(target[1]) if target else None
        if target is None or (folder_of(target[0]) == part.name and not mark):
            continue
        place = numbers.index(mark[1]) + 1 if mark and mark[1] in numbers else 0
        link.set("href", _at(place, parts) if place else address(folder_of(target[0]), 1))
    return page


def folder_of(name: str) -> str:
    """The folder of a content document within that of the package, or its name without ending."""
    parts = name.split("/")
    return parts[-2] if len(parts) > 2 else parts[-1].removesuffix(".xhtml")


def squeezed(text: str) -> str:
    """A text without spaces and without the places where it may be parted, to compare what is set with it."""
    return "".join(text.replace("\u00ad", "").split())
