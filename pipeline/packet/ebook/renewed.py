"""The ebook of a packet is read back and written once more with late papers in it.

Nothing else in it is made anew: articles and papers stay what they are, file by file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from lxml import etree

from pipeline.packet.base.model import PacketInfo, Row
from pipeline.packet.base.page_plan import Plan
from pipeline.packet.ebook.book import Book, Chapter, Document, named
from pipeline.packet.ebook.bound_articles import (
    OPF,
    BoundPage,
    claims_of,
    entries_of,
    is_media,
    navs_of,
)
from pipeline.packet.front import matter
from pipeline.packet.front.matter import Leaf
from pipeline.write.epub.navigation import Entry

_FOLDER: Final = "EPUB/"
_OWN: Final = frozenset(("cover.xhtml", "nav.xhtml"))


class NoEbookError(ValueError):
    """A file is no ebook of a packet."""


def renewed(
    path: Path,
    info: PacketInfo,
    rows: Sequence[Row],
    leaves: Mapping[str, Leaf],
    chapters: Sequence[Chapter],
    plan: Plan,
) -> bytes:
    """The ebook of a packet with late papers.

    :param path: the ebook, as Despatch has made it.
    :param rows: the lines of the index, those of the late papers included.
    :param leaves: the front matter that is set anew, by name: the index, the pages of late papers.
    :param chapters: the sections of late papers, each with the papers that are new.
    :param plan: the pages of the printed packet.
    :raises OSError: when it can't be read.
    :raises NoEbookError: when it is none.
    """
    from ebooklib import epub

    try:
        with zipfile.ZipFile(path) as archive:
            book, entries, picture = _read(archive, info, rows, leaves, chapters, plan)
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, StopIteration) as error:
        raise NoEbookError("it can't be read as the ebook of a packet") from error
    there = {document.name for document in book.documents}
    for chapter in chapters:
        row, name = chapter.row, f"{chapter.row.name}.xhtml"
        if name not in there:
            book.front(row.name, row.page, _body(row.name, info, rows, book), leaves[row.name])
            entries.append(Entry(named(row), name))
        entry = next(entry for entry in entries if entry.href == name)
        entry.below += book.filed(chapter)
    book.close()
    return book.written(entries, picture, epub)


def _read(
    archive: zipfile.ZipFile,
    info: PacketInfo,
    rows: Sequence[Row],
    leaves: Mapping[str, Leaf],
    chapters: Sequence[Chapter],
    plan: Plan,
) -> tuple[Book, list[Entry], bytes]:
    """The ebook as it was, its entries of the contents list, and its picture."""

    def content(name: str) -> bytes:
        return archive.read(f"{_FOLDER}{name}")

    package = etree.fromstring(content("content.opf"))
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    book = Book(info, rows, chapters, plan)
    names = {item.get("href") for item in items.values()}
    for row in rows:
        for name in (f"{row.name}/title.xhtml", f"{row.name}.xhtml"):
            if name in names:
                book.addresses[row.name] = name
                break
    navs = navs_of(content("nav.xhtml"))
    places = [(entry.title, entry.href.partition("#")[0]) for entry in entries_of(navs["page-list"], "")]
    book.pages.update((plan.numbers.index(page) + 1, name) for page, name in places)
    titles = {f"{row.name}.xhtml": row.title for row in rows}
    for item in [items[ref.get("idref")] for ref in package.iter(f"{OPF}itemref")]:
        name, part = item.get("href"), item.get("href").removesuffix(".xhtml")
        if name in _OWN:
            continue
        if part in leaves:
            book.front(part, plan.starts[part], _body(part, info, rows, book), leaves[part])
            continue
        properties = tuple(item.get("properties", "").split())
        data = content(name)
        bound = BoundPage(name, data, properties, kept=True)
        book.pictured = book.pictured or b'class="annex-page"' in data
        book.documents.append(
            Document(name, titles.get(name, info.title), "", info.language, properties, bound)
        )
    for item in filter(is_media, items.values()):
        book.files.append((item.get("href"), item.get("media-type"), content(item.get("href"))))
    _keep_claims(book, claims_of(package))
    cover = next(item for item in items.values() if "cover-image" in item.get("properties", ""))
    return book, entries_of(navs["toc"], ""), content(cover.get("href"))


def _body(name: str, info: PacketInfo, rows: Sequence[Row], book: Book) -> str:
    if name == "index":
        return matter.index(info, matter.listed(rows), book.link)
    at = next(index for index, row in enumerate(rows) if row.name == name)
    own = [row for row in rows[at:] if row.name == name or row.name.startswith(f"{name}-")]
    return matter.divider(info, own, book.link)


def _keep_claims(book: Book, claims: dict[str, list[str]]) -> None:
    """What the ebook says of its accessibility holds for what was in it."""
    book.undescribed = "textual" not in claims.get("accessModeSufficient", ())
    if any("/" in document.name for document in book.documents):  # it has articles
        book.claims.append(claims)
