"""An article's own ebook, taken apart to be bound into the packet's.

Each article keeps its files in a folder of its own, and with them its ids, notes and numbers: nothing in it
has to be renamed. Only the numbers of printed pages become those of the packet.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from lxml import etree

from pipeline.look.edition_sheets import FOLDER as LOOK
from pipeline.write.epub.navigation import Entry
from pipeline.write.epub.page_breaks import page_id

OPF: Final = "{http://www.idpf.org/2007/opf}"
XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_TYPE: Final = "{http://www.idpf.org/2007/ops}type"
# As `pipeline.write.marks` writes it; no text of an author's can hold it, because it begins with "<".
_MARK: Final = re.compile(
    r'(<(?:div|span) epub:type="pagebreak" role="doc-pagebreak" )id="page_(\d+)" aria-label="\d+"'
)
_MARKING: Final = re.compile(
    r'(<header class="title-block"[^>]*>\n(?:(?!<p class="marking">|<h1|<div epub:type="pagebreak").)*)'
    r'(?:<p class="marking">[^<]*</p>\n)?',
    re.DOTALL,
)
"""The head of a title page up to its marking, which stands below the author's own header."""
_OWN: Final = frozenset(("cover-page", "nav"))
"""Ids of pages that a packet has its own of."""


@dataclass(frozen=True)
class Bound:
    """A file of an article in the packet's ebook.

    :param name: in the archive, below the package document.
    :param kind: media type.
    :param properties: of its manifest item.
    :param read: whether it is a page of the reading order.
    """

    name: str
    kind: str
    data: bytes
    properties: tuple[str, ...]
    read: bool


@dataclass(frozen=True)
class BoundArticle:
    """An article in the packet's ebook.

    :param files: its pages in reading order, then the rest.
    :param entries: its contents list.
    :param pages: the file that the mark of each page of the packet is in.
    :param claims: what it says of its accessibility: the values of the ``schema:`` properties, by name; a
        statement of conformance stands under ``conformsTo``.
    """

    files: tuple[Bound, ...]
    entries: list[Entry]
    pages: dict[int, str]
    claims: dict[str, list[str]]


def bind(path: Path, folder: str, start: int, marking: str, style: str) -> BoundArticle:
    """Take apart an article's ebook.

    :param path: the EPUB, as Despatch makes it.
    :param folder: of the article in the packet's ebook.
    :param start: the page of the printed packet that the article begins on.
    :param marking: that the article bears in the packet.
    :param style: the address of the packet's style sheet from within the folder.
    """
    with zipfile.ZipFile(path) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
        items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
        spine = [ref.get("idref") for ref in package.iter(f"{OPF}itemref")]
        read = [uid for uid in spine if uid not in _OWN]
        others = [uid for uid, item in items.items() if _is_media(item)]
        files, pages = [], dict[int, str]()
        for uid in (*read, *others):
            href = items[uid].get("href")
            name, data = posixpath.join(folder, href), archive.read(f"EPUB/{href}")
            if uid in read:
                data = _rebound(data, name, start, style, pages)
            if uid == "title-page":
                data = _marked(data, marking)
            properties = tuple(items[uid].get("properties", "").split())
            files.append(Bound(name, items[uid].get("media-type"), data, properties, uid in read))
        contents = _contents(archive.read("EPUB/nav.xhtml"), folder)
    return BoundArticle(tuple(files), contents, pages, _claims(package))


def _is_media(item: Any) -> bool:
    """Whether a file is no page, and none of those that the packet has its own of."""
    own = {"application/xhtml+xml", "application/x-dtbncx+xml", "text/css"}
    if item.get("href", "").startswith(f"{LOOK}/"):
        return False
    return item.get("media-type") not in own and "cover-image" not in item.get("properties", "")


def _rebound(data: bytes, name: str, start: int, style: str, pages: dict[int, str]) -> bytes:
    """A page with the packet's style sheet and page numbers; `pages` learns which are in it."""

    def renumber(match: re.Match[str]) -> str:
        page = int(match[2]) + start - 1
        pages[page] = name
        return f'{match[1]}id="{page_id(page)}" aria-label="{page}"'

    text = data.decode().replace('href="style.css"', f'href="{style}"', 1)
    return _MARK.sub(renumber, text).encode()


def _marked(data: bytes, marking: str) -> bytes:
    """The title page with the marking that the article bears in the packet."""
    line = f'<p class="marking">{escape(marking)}</p>\n' if marking else ""
    return _MARKING.sub(lambda match: match[1] + line, data.decode(), count=1).encode()


def _contents(data: bytes, folder: str) -> list[Entry]:
    root = etree.fromstring(data)
    toc = next(nav for nav in root.iter(f"{XHTML}nav") if nav.get(_TYPE) == "toc")
    # What leads to no heading is the article as a whole: the packet's own list has it.
    return [entry for entry in _entries(toc, folder) if "#" in entry.href]


def _entries(parent: Any, folder: str) -> list[Entry]:
    found = []
    for item in parent.iterfind(f"{XHTML}ol/{XHTML}li"):
        link = item.find(f"{XHTML}a")
        href = posixpath.join(folder, link.get("href"))
        found.append(Entry("".join(link.itertext()), href, _entries(item, folder)))
    return found


def _claims(package: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in package.iter(f"{OPF}meta"):
        name = meta.get("property", "")
        if name.startswith("schema:") or name == "dcterms:conformsTo":
            found.setdefault(name.partition(":")[2], []).append(meta.text or "")
    return found
