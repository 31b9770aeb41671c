"""The ebook of a packet is read back and written once more with late papers in it.

Nothing else in it is made anew: articles and papers stay what they are, file by file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lxml import etree

from pipeline.packet.base.model import PacketInfo, Row
from pipeline.packet.base.page_plan import Plan
from pipeline.packet.ebook.book import Book, Chapter, Document, named
from pipeline.packet.ebook.bound_articles import OPF, BoundPage, claims_of, entries_of, is_media, navs_of
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
    behind: str = "",
    *,
    instead: bool = False,
) -> bytes:
    """The ebook of a packet with late papers.

    :param path: the ebook, as Despatch has made it.
    :param rows: the lines of the index, those of the late papers included.
    :param leaves: the front matter that is set anew, by name: the index, the pages of late papers.
    :param chapters: the sections of late papers, each with the papers that are new.
    :param plan: the pages of the printed packet.
    :param behind: the part that the new papers stand behind; empty for the last one.
    :param instead: whether the one new paper takes the place that was kept for it.
    :raises OSError: when it can't be read.
    :raises NoEbookError: when it is none.
    """
    from ebooklib import epub

    try:
        with zipfile.ZipFile(path) as archive:
            book, entries, picture = _read(archive, info, rows, leaves, chapters, plan)
            kept = _emptied(book, chapters[0].members[0].row.name) if instead else None
    except (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, StopIteration) as error:
        raise NoEbookError("it can't be read as the ebook of a packet") from error
    there = {document.name for document in book.documents}
    for chapter in chapters:
        row, name = chapter.row, f"{chapter.row.name}.xhtml"
        if name not in there:
            book.front(row.name, row.page, _body(row.name, info, rows, book), leaves[row.name])
            entries.append(Entry(named(row), name))
        entry = next(entry for entry in entries if entry.href == name)
        if instead:
            if kept is not None:
                _fill(book, entry, chapter, kept)
            continue
        if not behind:
            entry.below += book.filed(chapter)
            continue
        at, later = _place_behind(behind, rows, book)
        book.documents, rest = book.documents[:at], book.documents[at:]
        names = [one.href for one in entry.below]
        first = 1 + max((names.index(name) for name in later if name in names), default=-1)
        entry.below[first:first] = _filed_between(chapter, book)
        _move_blanks(chapter, book)
        book.documents += rest
    book.close()
    order: dict[str, int] = {}
    for index, document in enumerate(book.documents):
        order.setdefault(document.name.partition("/")[0].removesuffix(".xhtml"), index)
    book.files.sort(key=lambda file: order.get(file[0].partition("/")[0], len(order)))
    return book.written(entries, picture, epub)


@dataclass(frozen=True)
class _Kept:
    """Where the documents of a part were that are taken out, their names, and the pages that they marked."""

    at: int
    names: frozenset[str]
    pages: tuple[int, ...]


def _emptied(book: Book, part: str) -> _Kept | None:
    """Take the documents of a part out; ``None`` where the ebook has none of it."""
    own = [
        index
        for index, document in enumerate(book.documents)
        if document.name == f"{part}.xhtml" or document.name.startswith(f"{part}/")
    ]
    if not own:
        return None
    names = frozenset(book.documents[index].name for index in own)
    pages = tuple(sorted(page for page, name in book.pages.items() if name in names))
    book.documents = [document for document in book.documents if document.name not in names]
    book.files = [file for file in book.files if not file[0].startswith(f"{part}/")]
    for page in pages:
        del book.pages[page]
    return _Kept(own[0], names, pages)


def _fill(book: Book, entry: Entry, chapter: Chapter, kept: _Kept) -> None:
    """Put a paper into the place that was kept for it; what named that leads to the paper."""
    member = chapter.members[0]
    name = f"{member.row.name}.xhtml"
    listed = name in kept.names  # a line in the place of the pages
    book.addresses[member.row.name] = name
    book.documents, rest = book.documents[: kept.at], book.documents[kept.at :]
    at = next(index for index, one in enumerate(entry.below) if one.href.partition("#")[0] in kept.names)
    entry.below[at : at + 1] = book.filed(replace(chapter, members=[replace(member, listed=listed)]))
    for page in kept.pages:
        if page not in book.pages:
            book.documents[-1].body += book.mark(page, name)
    book.documents += rest
    for document in book.documents:
        if document.bound is not None:
            document.bound.redirect(kept.names, name)


def _place_behind(part: str, rows: Sequence[Row], book: Book) -> tuple[int, list[str]]:
    """Where documents go that stand behind a part: an ebook need not have it, but what stands before.

    :returns: their place, and the addresses of that part and those before it.
    """
    before = [row.name for row in rows[: 1 + next(i for i, row in enumerate(rows) if row.name == part)]]
    for name in reversed(before):
        own = [
            index
            for index, document in enumerate(book.documents)
            if document.name == f"{name}.xhtml" or document.name.startswith(f"{name}/")
        ]
        if own:
            return own[-1] + 1, [book.addresses[one] for one in before if one in book.addresses]
    return len(book.documents), []


def _filed_between(chapter: Chapter, book: Book) -> list[Entry]:
    """Add papers whose pages have letters, each with the empty page that ends its sheet."""
    found = []
    for member in chapter.members:
        found += book.filed(replace(chapter, members=[member]))
        row = member.row
        if (row.last - row.page) % 2 == 0:
            book.documents[-1].body += book.mark(row.last + 1, book.documents[-1].name)
    return found


def _move_blanks(chapter: Chapter, book: Book) -> None:
    """Let empty pages that end with what stands before the new papers follow these."""
    row = chapter.members[-1].row
    last = row.last + (row.last - row.page + 1) % 2
    following = [start for start in book.plan.starts.values() if start > last]
    for page in range(last + 1, min(following, default=book.plan.page_count + 1)):
        for document in book.documents:
            if document.name == book.pages.get(page) and document.bound is not None:
                document.bound.unmark(book.plan.number(page))
                book.documents[-1].body += book.mark(page, book.documents[-1].name)
                break


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
            behind = plan.starts[part] + leaves[part].page_count
            empty = [page for page, file in sorted(book.pages.items()) if file == name and page >= behind]
            book.front(part, plan.starts[part], _body(part, info, rows, book), leaves[part])
            book.documents[-1].body += "".join(book.mark(page, name) for page in empty)
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
    own = matter.section_rows(rows, name)
    return matter.divider(info, own, book.link)


def _keep_claims(book: Book, claims: dict[str, list[str]]) -> None:
    """What the ebook says of its accessibility holds for what was in it."""
    book.undescribed = "textual" not in claims.get("accessModeSufficient", ())
    if any("/" in document.name for document in book.documents):  # it has articles
        book.claims.append(claims)
