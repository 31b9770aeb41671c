"""An article's own ebook, taken apart to be bound into the packet's.

Each article keeps its files in a folder of its own, and with them its ids, notes and numbers: nothing in it
has to be renamed. Only the numbers of printed pages become those of the packet. Pages are read and written as
trees, so that what is not meant to change does not.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.look.edition_sheets import FOLDER as LOOK
from pipeline.packet.base.model import BASE
from pipeline.write.epub.navigation import Entry
from pipeline.write.epub.page_breaks import page_id
from pipeline.write.xhtml.translator import LANDMARKS

OPF: Final = "{http://www.idpf.org/2007/opf}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_TYPE: Final = "{http://www.idpf.org/2007/ops}type"
_OWN: Final = frozenset(("cover-page", "nav"))
"""Ids of pages that a packet has its own of."""
_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
"""Elements without an end tag (HTML, section 13.1.2): any other that is empty is written with one, because
old reading systems read the pages as HTML."""


class BoundPage:
    """A page of an article in the packet's ebook.

    :param name: in the archive, below the package document.
    :param data: as it stands in the article's own ebook.
    :param properties: of its manifest item.
    :param kept: whether it keeps its bytes as long as nothing in it is changed.
    """

    def __init__(self, name: str, data: bytes, properties: tuple[str, ...], *, kept: bool = False) -> None:
        self.name, self.properties = name, properties
        self._same = data if kept else b""
        self._head = data[: data.index(b"<html")]
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        self._root = etree.fromstring(data, parser)

    def restyle(self, links: Iterable[str]) -> None:
        """Let the page name the packet's style sheets.

        :param links: ``link`` elements, with addresses from here.
        """
        head = self._root.find(f"{XHTML}head")
        old = head.findall(f"{XHTML}link[@rel='stylesheet']")
        new = [etree.fromstring(text) for text in links]
        if [dict(link.attrib) for link in old] == [dict(link.attrib) for link in new]:
            return
        self._same = b""
        for link in old:
            head.remove(link)
        for link in new:
            etree.SubElement(head, f"{XHTML}link", dict(link.attrib)).tail = "\n"

    @property
    def text(self) -> str:
        """The page as text."""
        return etree.tostring(self._root, encoding="unicode")

    def lists(self) -> Iterator[tuple[str, str, str]]:
        """Kind, address and title of each list of figures and of tables, as landmarks have them."""
        for listing in self._root.iter(f"{XHTML}nav"):
            kind, name = listing.get(_TYPE, ""), listing.get("id", "")
            if kind in LANDMARKS.values() and name:
                yield kind, f"{self.name}#{name}", listing.get("aria-label", "")

    def renumber(self, start: int) -> list[int]:
        """Give the marks of printed pages the numbers of the packet.

        :param start: the page that the article begins on.
        :returns: the numbers.
        """
        found = []
        for mark in self._root.iter(f"{XHTML}div", f"{XHTML}span"):
            if mark.get(_TYPE) == "pagebreak" and mark.get("id") == page_id(int(mark.get("aria-label"))):
                found.append(int(mark.get("aria-label")) + start - 1)
                mark.set("id", page_id(found[-1]))
                mark.set("aria-label", str(found[-1]))
        return found

    def remark(self, marking: str) -> None:
        """Let the title block bear the marking that the article has in the packet, instead of its own.

        :param marking: empty for none.
        """
        header = self._root.find(f".//{XHTML}header[@class='title-block']")
        if header is None:
            return
        for child in takewhile(lambda child: child.tag != f"{XHTML}h1", list(header)):
            if child.tag == f"{XHTML}p" and child.get("class") == "marking":
                header.remove(child)
        if marking:
            line = etree.Element(f"{XHTML}p", {"class": "marking"})
            line.text, line.tail = marking, "\n"
            # The author's own header stands above it.
            first = header.find(f"{XHTML}div[@class='author-header']")
            header.insert(0 if first is None else header.index(first) + 1, line)

    def relink(self, address: Callable[[str], str | None]) -> None:
        """Let links to other parts of the packet (`BASE`) lead there; those to none become words.

        :param address: gives where a part, or a page of it, is in the ebook: seen from the top folder.
        """
        folder = posixpath.dirname(self.name)
        for link in self._root.iter(f"{XHTML}a"):
            href = link.get("href", "")
            if href.startswith(BASE):
                target = address(href.partition("#")[2])
                if target is None:
                    link.tag = f"{XHTML}span"
                    del link.attrib["href"]
                else:
                    link.set("href", posixpath.relpath(target, folder))

    def redirect(self, names: Container[str], file: str) -> None:
        """Let links to documents that are no more lead to the one that has taken their place.

        :param names: theirs; `file`: its name.
        """
        folder = posixpath.dirname(self.name)
        for link in self._root.iter(f"{XHTML}a"):
            path, mark, place = link.get("href", "").partition("#")
            if path and posixpath.normpath(posixpath.join(folder, path)) in names:
                self._same = b""
                link.set("href", posixpath.relpath(file, folder) + mark + place)

    def end_with(self, page: str) -> None:
        """Mark a printed page at the end, on which nothing stands."""
        self._same = b""
        body = self._root.find(f"{XHTML}body")
        atts = {_TYPE: "pagebreak", "role": "doc-pagebreak", "id": page_id(page), "aria-label": page}
        etree.SubElement(body, f"{XHTML}div", atts).tail = "\n"

    def unmark(self, page: str) -> None:
        """Take the mark of a printed page out, on which nothing stands."""
        self._same = b""
        for mark in list(self._root.iter(f"{XHTML}div")):
            if mark.get("id") == page_id(page):
                mark.getparent().remove(mark)

    def written(self) -> bytes:
        """The page."""
        if self._same:
            return self._same
        for element in self._root.iter(f"{XHTML}*"):
            if len(element) == 0 and not element.text and etree.QName(element).localname not in _VOID:
                element.text = ""
        return self._head + etree.tostring(self._root, encoding="utf-8") + b"\n"


@dataclass(frozen=True)
class BoundArticle:
    """An article in the packet's ebook.

    :param pages: in reading order.
    :param files: the rest: name in the archive, media type, bytes.
    :param entries: its contents list.
    :param numbers: the file that the mark of each page of the packet is in.
    :param claims: what it says of its accessibility: the values of the ``schema:`` properties, by name; a
        statement of conformance stands under ``conformsTo``.
    """

    pages: tuple[BoundPage, ...]
    files: tuple[tuple[str, str, bytes], ...]
    entries: list[Entry]
    numbers: dict[int, str]
    claims: dict[str, list[str]]


def bind(path: Path, folder: str, start: int, marking: str) -> BoundArticle:
    """Take apart an article's ebook.

    :param path: the EPUB, as Despatch makes it.
    :param folder: of the article in the packet's ebook.
    :param start: the page of the printed packet that the article begins on.
    :param marking: that the article bears in the packet.
    """
    with zipfile.ZipFile(path) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
        items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
        pages, files, numbers = [], [], dict[int, str]()
        for uid in [ref.get("idref") for ref in package.iter(f"{OPF}itemref")]:
            if uid in _OWN:
                continue
            href = items[uid].get("href")
            properties = tuple(items[uid].get("properties", "").split())
            page = BoundPage(posixpath.join(folder, href), archive.read(f"EPUB/{href}"), properties)
            numbers.update(dict.fromkeys(page.renumber(start), page.name))
            if uid == "title-page":
                page.remark(marking)
            pages.append(page)
        for item in filter(is_media, items.values()):
            href = item.get("href")
            name = posixpath.join(folder, href)
            files.append((name, item.get("media-type"), archive.read(f"EPUB/{href}")))
        contents = _contents(archive.read("EPUB/nav.xhtml"), folder)
    return BoundArticle(tuple(pages), tuple(files), contents, numbers, claims_of(package))


def is_media(item: Any) -> bool:
    """Whether a file is no page, and none of those that the packet has its own of."""
    own = {"application/xhtml+xml", "application/x-dtbncx+xml", "text/css"}
    if item.get("href", "").startswith(f"{LOOK}/"):
        return False
    return item.get("media-type") not in own and "cover-image" not in item.get("properties", "")


def _contents(data: bytes, folder: str) -> list[Entry]:
    toc = navs_of(data)["toc"]
    # What leads to no heading is the article as a whole: the packet's own list has it.
    return [entry for entry in entries_of(toc, folder) if "#" in entry.href]


def navs_of(data: bytes) -> dict[str, Any]:
    """The lists of a navigation document, by their types."""
    return {nav.get(_TYPE, ""): nav for nav in etree.fromstring(data).iter(f"{XHTML}nav")}


def entries_of(parent: Any, folder: str) -> list[Entry]:
    """The entries of a contents list, or below one of its entries."""
    found = []
    for item in parent.iterfind(f"{XHTML}ol/{XHTML}li"):
        link = item.find(f"{XHTML}a")
        href = posixpath.join(folder, link.get("href"))
        found.append(Entry("".join(link.itertext()), href, entries_of(item, folder)))
    return found


def claims_of(package: Any) -> dict[str, list[str]]:
    """What a package document says of its accessibility, as in `BoundArticle`."""
    found: dict[str, list[str]] = {}
    for meta in package.iter(f"{OPF}meta"):
        name = meta.get("property", "")
        if name.startswith("schema:") or name == "dcterms:conformsTo":
            found.setdefault(name.partition(":")[2], []).append(meta.text or "")
    return found
