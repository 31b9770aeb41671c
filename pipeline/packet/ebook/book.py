"""The packet as an ebook: EPUB 3.3, with the cover, the index and the order of the printed one.

Articles come out of their own ebooks (`bound_articles`). An external PDF is shown as pictures of its pages,
with the text that is in them, or named with its pages in the printed packet. The page list has the pages of
the printed packet, so that in a meeting everybody can turn to page 37.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any, Final

from pipeline.files.media_types import media_type
from pipeline.look.edition_sheets import EbookStyle
from pipeline.packet.base.model import BASE, PacketInfo, Row
from pipeline.packet.base.page_plan import Plan
from pipeline.packet.ebook.accessibility import Claims, describe
from pipeline.packet.ebook.bound_articles import BoundArticle, BoundPage, bind
from pipeline.packet.ebook.page_images import Picture
from pipeline.packet.front.letterhead import Letterhead
from pipeline.packet.front.matter import Leaf, Link
from pipeline.tree.labels import direction_of, labels_for
from pipeline.write.epub.cover import picture_of
from pipeline.write.epub.edition import XHTML, add_style, style_of
from pipeline.write.epub.navigation import Entry, navigation, ncx_contents
from pipeline.write.epub.package import add_item, archive
from pipeline.write.epub.page_breaks import PageMarks, page_id
from pipeline.write.xhtml.dialect import EBOOK
from pipeline.write.xhtml.document import page

_MARKED: Final[Claims] = {
    "accessMode": ["textual", "visual"],
    "accessModeSufficient": ["textual"],
    "accessibilityFeature": ["alternativeText"],
}
"""What the letterhead on the cover claims: an image with words for it."""
COVER: Final = "cover.png"


@dataclass(frozen=True)
class Member:
    """An item of the packet in the ebook.

    :param row: its line of the index.
    :param epub: the own ebook of an article; ``None`` for an external PDF.
    :param pictures: the pages of an external PDF, where it stands in the ebook.
    :param listed: whether only its pages in the printed packet are named.
    """

    row: Row
    epub: Path | None
    pictures: Sequence[Picture] = ()
    listed: bool = False


@dataclass(frozen=True)
class Chapter:
    """A section of the packet: its line of the index and the items that the ebook has."""

    row: Row
    members: Sequence[Member]


def write_packet_epub(
    info: PacketInfo,
    rows: Sequence[Row],
    leaves: dict[str, Leaf],
    chapters: Sequence[Chapter],
    bodies: Callable[[Link], list[tuple[str, str, str]]],
    plan: Plan,
    mark: Letterhead | None = None,
) -> tuple[bytes, int]:
    """Make the ebook.

    :param rows: the lines of the printed index, with the pages of the printed packet.
    :param leaves: the front matter as it was set for print, by name.
    :param chapters: the sections. What the ebook does not mention is in none of them.
    :param bodies: gives name, title and body of each piece of front matter.
    :param plan: the pages of the printed packet.
    :param mark: the letterhead that the cover names.
    :returns: the EPUB, and the number of its content documents without cover and contents.
    """
    from ebooklib import epub

    book = Book(info, rows, chapters, plan)
    if mark is not None:
        book.files.append((mark.address, media_type(mark.address), mark.data))
        book.claims.append(_MARKED)
    texts = {name: body for name, _, body in bodies(book.link)}
    book.front("title", 1, texts["cover"], leaves["cover"])
    book.front("index", 1 + leaves["cover"].page_count, texts["index"], leaves["index"])
    entries = [Entry(book.labels["packet-index"], "index.xhtml")]
    for chapter in chapters:
        row = chapter.row
        book.front(row.name, row.page, texts[row.name], leaves[row.name])
        entries.append(Entry(named(row), book.link(row.name) or "", book.filed(chapter)))
    for row in rows:
        if row.divider and row.name not in {chapter.row.name for chapter in chapters}:
            book.front(row.name, row.page, texts[row.name], leaves[row.name])
            entries.append(Entry(named(row), book.link(row.name) or ""))
    book.close()
    data = book.written(entries, picture_of(leaves["cover"].pdf), epub)
    return data, len(book.documents)


@dataclass
class Document:
    """A page of the ebook: its file, title, body and properties; of an article, the page as it is bound."""

    name: str
    title: str
    body: str
    language: str
    properties: Sequence[str] = ()
    bound: BoundPage | None = None


@dataclass
class Book:
    """The ebook as it grows: documents in reading order, other files, and where the printed pages are.

    :ivar pages: the file in which each page of the printed packet begins, by its place there, from 1.
    :ivar claims: what an ebook says of itself that this one was read from.
    :ivar pictured: whether there are pictures of papers in that.
    """

    info: PacketInfo
    rows: Sequence[Row]
    chapters: Sequence[Chapter]
    plan: Plan
    documents: list[Document] = field(default_factory=list)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    pages: dict[int, str] = field(default_factory=dict)
    articles: list[BoundArticle] = field(default_factory=list)
    undescribed: bool = False
    pictured: bool = False
    claims: list[Claims] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.labels = labels_for(self.info.language)
        self.addresses = {row.name: f"{row.name}.xhtml" for row in self.rows if row.divider}
        for chapter in self.chapters:
            for member in chapter.members:
                name = member.row.name
                whole = member.epub is not None and not member.listed
                self.addresses[name] = f"{name}/title.xhtml" if whole else f"{name}.xhtml"

    def link(self, name: str) -> str | None:
        """The address of a part in the ebook."""
        return self.addresses.get(name)

    def front(self, name: str, start: int, body: str, leaf: Leaf) -> None:
        """Add a piece of front matter, with the marks of its pages."""
        self._reach(start)
        first = int(self.plan.number(start))
        shifted = [replace(place, page=place.page + first - 1) for place in leaf.starts]
        marks = PageMarks(shifted)
        text = marks.place(f"{name}.xhtml", self._marking(self.info.marking) + body, last=True)
        self.pages.update({number + start - first: file for number, file in marks.placed.items()})
        title = next((row.title for row in self.rows if row.name == name), "")
        title = title or (self.labels["packet-index"] if name == "index" else self.info.title)
        self.documents.append(Document(f"{name}.xhtml", title, text, self.info.language))

    def filed(self, chapter: Chapter) -> list[Entry]:
        """Add the items of a section; their entries of the contents list are returned."""
        return [
            Entry(named(one.row), self.link(one.row.name) or "", self.member(one)) for one in chapter.members
        ]

    def member(self, member: Member) -> list[Entry]:
        """Add an item; its own entries of the contents list are returned."""
        self._reach(member.row.page)
        if member.listed:
            self._stand_in(member.row)
        elif member.epub is None:
            self._pictures(member)
        else:
            return self._article(member.row, member.epub)
        return []

    def _article(self, row: Row, path: Path) -> list[Entry]:
        first = int(self.plan.number(row.page))
        article = bind(path, row.name, first, row.marking)
        self.articles.append(article)
        self.pages.update({number + row.page - first: file for number, file in article.numbers.items()})
        for bound in article.pages:
            self.documents.append(Document(bound.name, row.title, "", row.language, bound.properties, bound))
        self.files += article.files
        return article.entries

    def _stand_in(self, row: Row) -> None:
        """A page that says where a paper is in the printed packet."""
        key = "packet-printed" if row.last == row.page else "packet-printed-pages"
        where = self.labels[key].format(page=row.shown, first=row.shown, last=self.plan.number(row.last))
        where += f" ({self.labels['packet-volume']} {row.volume})" if row.volume else ""
        marks = "".join(self.mark(number, f"{row.name}.xhtml") for number in range(row.page, row.last + 1))
        body = f"{marks}{self._heading(row)}<p>{escape(where)}</p>\n"
        self.documents.append(Document(f"{row.name}.xhtml", row.title, body, self.info.language))

    def _pictures(self, member: Member) -> None:
        """An external PDF, page by page: the picture, and the text that is in it."""
        row, name = member.row, f"{member.row.name}.xhtml"
        parts = []
        for number, picture in enumerate(member.pictures, start=1):
            file = f"{row.name}/{picture.path.name}"
            self.files.append((file, media_type(file), picture.path.read_bytes()))
            count = len(member.pictures)
            alt = self.labels["packet-picture"].format(page=number, pages=count, title=row.title)
            mark = self.mark(row.page + number - 1, name)
            parts.append(mark + (self._heading(row) if number == 1 else ""))
            parts.append(self._figure(file, alt, f"text-{number}", picture.lines, row.language))
            parts.append(self._links(picture.links))
        self.documents.append(Document(name, row.title, "".join(parts), self.info.language))

    def _figure(self, file: str, alt: str, uid: str, lines: Sequence[str], language: str) -> str:
        atts = f' aria-details="{uid}"' if lines else ""
        figure = f'<figure class="annex-page"><img src="{escape(file)}" alt="{escape(alt)}"{atts} />'
        if not lines:
            self.undescribed = True
            return f"{figure}<figcaption>{escape(self.labels['packet-no-text'])}</figcaption></figure>\n"
        tag = escape(language)
        where = f'lang="{tag}" xml:lang="{tag}" dir="{direction_of(language)}"'
        text = "<br />\n".join(map(escape, lines))
        return (
            f'{figure}</figure>\n<details class="annex-text" id="{uid}">'
            f"<summary>{escape(self.labels['packet-text'])}</summary>\n<p {where}>{text}</p></details>\n"
        )

    def _links(self, links: Sequence[tuple[str, str]]) -> str:
        """What the links of a page lead to, below its picture; of what the ebook has not, nothing."""
        items = []
        for words, address in links:
            if not address.startswith(BASE):
                items.append(f'<li><a href="{escape(address)}">{escape(words or address)}</a></li>\n')
                continue
            name, _, page = address.partition("#")[2].partition("@")
            row = next((row for row in self.rows if row.name == name), None)
            file = self.addresses.get(name)
            if row is None or file is None:
                continue
            place = row.page + int(page) - 1 if page.isascii() and page.isdecimal() else row.page
            shown = self.plan.number(place if place <= row.last else row.page)
            where = self.labels["on-page"].format(page=shown)
            href = f"{file}#{page_id(shown)}"
            items.append(f'<li><a href="{escape(href)}">{escape(words or named(row))}</a> ({where})</li>\n')
        return f'<ul class="annex-links">\n{"".join(items)}</ul>\n' if items else ""

    def _heading(self, row: Row) -> str:
        return f'{self._marking(row.marking)}<h1 class="title">{escape(row.title)}</h1>\n'

    @staticmethod
    def _marking(marking: str) -> str:
        return f'<p class="marking">{escape(marking)}</p>\n' if marking else ""

    def mark(self, number: int, name: str) -> str:
        """The mark of a page of the printed packet, by its place there."""
        self.pages[number] = name
        shown = self.plan.number(number)
        atts = f'role="doc-pagebreak" id="{page_id(shown)}" aria-label="{shown}"'
        return f'<div epub:type="pagebreak" {atts}></div>\n'

    def _reach(self, start: int) -> None:
        """Mark pages before `start` that nothing stands on (blank ones) at the end of what was added last."""
        last = max(self.pages, default=0)
        taken = {
            number
            for row in self.rows
            if row.name not in self.addresses
            for number in range(row.page, row.last + 1)
        }
        for number in range(last + 1, start):
            if number not in taken:
                document = self.documents[-1]
                mark = self.mark(number, document.name)
                if document.bound is not None:
                    document.bound.end_with(self.plan.number(number))
                else:
                    document.body += mark

    def close(self) -> None:
        """Mark the blank pages at the end."""
        self._reach(self.plan.page_count + 1)

    def written(self, entries: Sequence[Entry], picture: bytes, epub: Any) -> bytes:
        """The EPUB."""
        for document in self.documents:
            if document.bound is not None:
                document.bound.relink(self._place)
        book, info = epub.EpubBook(), self.info
        pictured = self.pictured or any(one.pictures for chapter in self.chapters for one in chapter.members)
        claims = [*self.claims, *(article.claims for article in self.articles)]
        describe(book, info, claims, pictured, self.undescribed)
        book.set_cover(COVER, picture, create_page=False)
        pages = (one.bound.text if one.bound else one.body for one in self.documents)
        style = style_of(pages, info.language, "packet")
        add_style(book, style)
        first, second, *others = self.documents
        nav = Document("nav.xhtml", self.labels["contents"], self._navigation(entries), info.language)
        cover = f'<div class="cover"><img src="{COVER}" alt="{escape(info.title)}" /></div>\n'
        sheet = Document("cover.xhtml", self.labels["cover"], cover, info.language)
        for document in (sheet, first, second, nav, *others):
            self._add(book, document, style)
        for number, (name, kind, data) in enumerate(self.files, start=1):
            add_item(book, f"file-{number}", name, kind, data)
        return archive(book, ncx_contents(entries), info.date, info.language)

    def _place(self, target: str) -> str | None:
        """Where a part is, or one of its pages: ``NAME`` or ``NAME@PAGE``."""
        name, _, page = target.partition("@")
        row = next((row for row in self.rows if row.name == name), None)
        if row is None or name not in self.addresses or not (page.isascii() and page.isdecimal()):
            return self.addresses.get(name)
        number = row.page + int(page) - 1
        file = self.pages.get(number)
        return f"{file}#{page_id(self.plan.number(number))}" if file else self.addresses[name]

    def _add(self, book: Any, document: Document, style: EbookStyle) -> None:
        uid = document.name.removesuffix(".xhtml").replace("/", "-")
        found = list(document.properties)
        if document.bound is not None:
            document.bound.restyle(style.links("../" * document.name.count("/")))
            data = document.bound.written()
        else:
            kind = {"nav": "contents", "cover": "cover-page"}.get(uid, "packet")
            found += ["nav"] if uid == "nav" else []
            classes, head = f"{EBOOK.name} {kind}", style.links()
            text = page(document.title, document.language, document.body, classes=classes, head=head)
            data = text.encode()
        add_item(book, uid, document.name, XHTML, data, found)
        book.spine.append(uid)

    def _navigation(self, entries: Sequence[Entry]) -> str:
        marks = [
            ("cover", "cover.xhtml", self.labels["cover"]),
            ("titlepage", "title.xhtml", self.labels["title-page"]),
            ("toc", "nav.xhtml", self.labels["contents"]),
            ("index", "index.xhtml", self.labels["packet-index"]),
            ("bodymatter", self.documents[2].name, self.info.title),
        ]
        for document in self.documents:
            lists = document.bound.lists() if document.bound is not None else ()
            marks += [(kind, place, f"{title} ({document.title})") for kind, place, title in lists]
        pages = {self.plan.number(page): name for page, name in sorted(self.pages.items())}
        return navigation(entries, marks, pages, self.labels, self.info.language)


def named(row: Row) -> str:
    """What stands in the contents list: tab and title."""
    return f"{row.tab} {row.title}".strip()
