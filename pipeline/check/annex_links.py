"""Links from one paper of a packet to another, by the name of its file: each leads to the page that it means.

The papers are read as they were given; what has made the packet is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from pipeline.check.epub.files import Book, resolve
from pipeline.check.packet_parts import Part, folder_of, remote_page

_PAGE: Final = re.compile(r"(?:^|&)page=([0-9]{1,6})(?:&|$)")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_UNSEEN: Final = 1 | 2 | 32
"""Flags of an annotation that no page shows (ISO 32000-1, table 165): invisible, hidden, no view."""


@dataclass(frozen=True)
class Paper:
    """A PDF from elsewhere, as it was given.

    :param path: the file; `password`: that opens it, or an empty text.
    :param pages: those that are in the packet, from 1, in their order; empty for all.
    """

    path: Path
    password: str = ""
    pages: Sequence[int] = ()

    def place(self, number: int) -> int | None:
        """Which page of the part a page of the file is, both from 1; ``None`` where it is left out."""
        if not self.pages:
            return number
        return self.pages.index(number) + 1 if number in self.pages else None


@dataclass(frozen=True)
class _Wanted:
    """A link that has to be there: on a page of a part, its `index` from 0, to the page `number` of all."""

    part: Part
    index: int
    target: Part
    number: int

    @property
    def fault(self) -> str:
        """What to say where it is not."""
        message = f'on page {self.index + 1} of "{self.part.title}", the link to "{self.target.title}"'
        return f"{message} does not lead to page {self.number} of the packet"


def check_annex_links(
    landed: Sequence[Counter[int]], parts: Sequence[Part], papers: Mapping[str, Paper]
) -> Iterator[tuple[str, str]]:
    """Compare the links of the papers with those of the packet.

    :param landed: of each page of the packet, those that its links lead to.
    :param papers: by the names of their parts.
    :returns: code and message of each difference.
    """
    for one in _wanted(parts, papers):
        at = one.part.first + one.index - 1
        page = landed[at] if at < len(landed) else Counter[int]()
        if not page[one.number]:
            yield "check-link", one.fault
        page[one.number] -= 1


def check_ebook_links(
    book: Book, parts: Sequence[Part], numbers: Sequence[str], papers: Mapping[str, Paper]
) -> Iterator[tuple[str, str]]:
    """Compare the links of the papers with those of the ebook, where that shows both.

    :param numbers: what the pages of the packet bear.
    :returns: code and message of each difference.
    """
    there = {folder_of(name): name for name in book.spine}
    landed: dict[str, Counter[tuple[str, str]]] = {}
    for one in _wanted(parts, papers):
        name, target = there.get(one.part.name, ""), there.get(one.target.name, "")
        if not target or not name or book.pages[name].find(".//{*}figure[@class='annex-page']") is None:
            continue
        if name not in landed:
            places = (resolve(name, link.get("href", "")) for link in book.pages[name].iter("{*}a"))
            landed[name] = Counter(place for place in places if place is not None)
        place = (target, f"page_{numbers[one.number - 1]}")
        if not landed[name][place]:
            yield "check-link", one.fault
        landed[name][place] -= 1


def _wanted(parts: Sequence[Part], papers: Mapping[str, Paper]) -> Iterator[_Wanted]:
    there = {part.name: part for part in parts}
    known: dict[str, str] = {}
    for name, paper in papers.items():
        if name in there:
            known.setdefault(paper.path.name.casefold(), name)
    for name in (name for name in papers if name in there):
        part = there[name]
        for index, file, page in _asked(papers[name]):
            target = there.get(known.get(file, ""))
            # What came later is not led to by what was bound before it.
            if target is None or target.late or target.reserve or index >= part.count:
                continue
            place = papers[target.name].place(page)
            if place is not None:
                number = target.first + (place if place <= target.count else 1) - 1
                yield _Wanted(part, index, target, number)


def landed_in(packet: Any, first: int, shifted: Mapping[str, int]) -> list[Counter[int]]:
    """The pages, from 1, that the links of each page of a file lead to.

    :param packet: the PDF, opened.
    :param first: the place of its first page in the packet, from 1.
    :param shifted: where the pages of other files are, as if they were numbered on in this one, by name.
    """
    from pikepdf import Array, NameTree, String

    numbers = {page.obj.objgen: number for number, page in enumerate(packet.pages, start=first)}
    names = NameTree(packet.Root.Names.Dests) if "/Dests" in packet.Root.get("/Names", {}) else {}
    found = []
    for page in packet.pages:
        pages = Counter[int]()
        for link in page.obj.get("/Annots", ()):
            away = remote_page(link, shifted)
            if away is not None:
                pages[away + first] += 1
            place = link.get("/Dest")
            place = names.get(str(place)) if isinstance(place, String) else place
            if isinstance(place, Array) and len(place) and hasattr(place[0], "objgen"):
                pages[numbers.get(place[0].objgen, 0)] += 1
        found.append(pages)
    return found


def _asked(paper: Paper) -> Iterator[tuple[int, str, int]]:
    """The links to other PDF files: index of the page in the part, name in small letters, page from 1."""
    import pikepdf

    try:
        with pikepdf.open(paper.path, password=paper.password) as pdf:
            for number, page in enumerate(pdf.pages, start=1):
                place = paper.place(number)
                notes = page.obj.get("/Annots", ())
                for link in notes if place is not None and isinstance(notes, pikepdf.Array) else ():
                    asked = _file_and_page(link) if _is_seen(link) else None
                    if asked is not None and place is not None:
                        yield place - 1, *asked
    except (OSError, pikepdf.PdfError, ValueError, TypeError):
        return  # whoever made the packet has told of it


def _is_seen(link: Any) -> bool:
    import pikepdf

    if not isinstance(link, pikepdf.Dictionary) or str(link.get("/Subtype")) != "/Link":
        return False
    return "/Dest" not in link and "/OC" not in link and not int(link.get("/F", 0)) & _UNSEEN


def _file_and_page(link: Any) -> tuple[str, int] | None:
    """What a link asks for (ISO 32000-1, 12.6.4.3, 12.6.4.5; RFC 8118, 3)."""
    import pikepdf

    action = link.get("/A")
    if not isinstance(action, pikepdf.Dictionary):
        return None
    kind, page = str(action.get("/S", "")), 1
    if kind == "/URI":
        address = str(action.get("/URI", "")).strip()
        scheme = _SCHEME.match(address)
        if scheme is not None and scheme[0].lower() != "file:":
            return None
        path, _, fragment = address.partition("#")
        said = _PAGE.search(fragment)
        name, page = unquote(path.partition("?")[0]), int(said[1]) if said else 1
    elif kind in ("/GoToR", "/Launch"):
        file, to = action.get("/F", ""), action.get("/D")
        name = str(file.get("/UF", file.get("/F", "")) if isinstance(file, pikepdf.Dictionary) else file)
        first = to[0] if isinstance(to, pikepdf.Array) and len(to) else 0
        page = first + 1 if isinstance(first, int) else 1
    else:
        return None
    name = re.split(r"[/\\:]", name)[-1].strip().casefold()
    return (name, page) if name.endswith(".pdf") and page > 0 else None
