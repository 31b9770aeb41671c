"""The ebook edition: EPUB 3.3 through EbookLib.

EbookLib writes the package document and the container. The pages are handed to it finished, as plain items:
it would parse and pretty-print them otherwise. It stamps the archive with the time of writing, so that the
archive is made anew from its entries, with the time of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from docutils import nodes

from pipeline.files.media_types import media_type
from pipeline.findings import Finding
from pipeline.look.edition_sheets import EbookStyle, ebook_style
from pipeline.tree.article import Article
from pipeline.tree.labels import direction_of
from pipeline.write.epub.cover import cover_png
from pipeline.write.epub.navigation import Chapter, contents_of, landmarks, navigation, ncx_contents
from pipeline.write.epub.package import add_item, archive, describe
from pipeline.write.epub.page_breaks import PageMarks
from pipeline.write.pictures.prepare import SCREEN, Pictures
from pipeline.write.print.page_starts import PageStart
from pipeline.write.xhtml.dialect import EBOOK
from pipeline.write.xhtml.document import body_of, page, title_block
from pipeline.write.xhtml.translator import Translator, plain

SPLIT: Final = 20_000
"""An article with more characters than this is split at its sections."""

XHTML: Final = "application/xhtml+xml"


def write_epub(article: Article, *, pages: Sequence[PageStart] = ()) -> tuple[bytes, int, list[Finding]]:
    """Make the ebook edition.

    :param pages: where the pages of the print edition begin; without them the ebook has no page list.
    :returns: the EPUB, its number of chapters (content documents without title page and contents), findings.
    """
    from ebooklib import epub

    document = article.document.deepcopy()
    metadata = article.metadata
    chapters = split(document)
    media = Pictures(article.root, "media/", SCREEN, by_width=True)
    marks = PageMarks(pages)
    translator = Translator(document, EBOOK, _linker(document, chapters), media)

    cover = f'<div class="cover"><img src="cover.png" alt="{escape(metadata.title)}" /></div>\n'
    parts = [_Page("cover-page", "cover.xhtml", translator.labels["cover"], cover, "cover-page")]
    title_page = f'<section epub:type="titlepage">\n{title_block(document, translator)}</section>\n'
    title_page = marks.place("title.xhtml", title_page)
    parts.append(_Page("title-page", "title.xhtml", metadata.title, title_page, "title-page"))
    bodies = [
        marks.place(chapter.name, translator.render(chapter.nodes), last=chapter is chapters[-1])
        for chapter in chapters
    ]
    contents = contents_of(chapters)
    points = landmarks(chapters, translator.labels, metadata.title)
    nav = navigation(contents, points, marks.placed, translator.labels, metadata.language)
    parts.append(_Page("nav", "nav.xhtml", translator.labels["contents"], nav, "contents", ("nav",)))
    for number, (chapter, body) in enumerate(zip(chapters, bodies, strict=True), start=1):
        parts.append(_Page(f"chapter-{number}", chapter.name, chapter.title, body, "chapter"))

    book = epub.EpubBook()
    describe(book, article, paged=bool(pages))
    book.set_cover("cover.png", cover_png(article), create_page=False)
    style = style_of((one.body for one in parts), metadata.language)
    add_style(book, style)
    for one in parts:
        classes = f"{EBOOK.name} {one.classes}"
        text = page(one.title, metadata.language, one.body, classes=classes, head=style.links())
        found = [name for name, start in (("mathml", "<math "), ("svg", "<svg")) if start in text]
        add_item(book, one.uid, one.name, XHTML, text.encode(), [*one.properties, *found])
        book.spine.append(one.uid)
    for name, content in media.files.items():
        add_item(book, f"media-{len(book.items)}", name, media_type(name), content)
    data = archive(book, ncx_contents(contents), metadata.date, metadata.language)
    return data, len(chapters), []


@dataclass(frozen=True)
class _Page:
    """A page of the ebook: its id, file, title, body, class and properties."""

    uid: str
    name: str
    title: str
    body: str
    classes: str
    properties: tuple[str, ...] = ()


def style_of(bodies: Iterable[str], language: str, *others: str) -> EbookStyle:
    """The style sheets of an ebook.

    :param bodies: of its pages: whether they hold passages that run the other way.
    :param language: of the book (BCP 47 tag).
    :param others: the style sheets that follow those of an article.
    """
    rtl = direction_of(language) == "rtl"
    other = f'dir="{"ltr" if rtl else "rtl"}"'
    mixed = any(other in body for body in bodies)
    return ebook_style("theme", "text", "ebook", *others, rtl=rtl, mixed=mixed)


def add_style(book: Any, style: EbookStyle) -> None:
    """Put the style sheets of an ebook into it, with the files that they need."""
    for number, sheet in enumerate(style.sheets):
        uid = "style" if not number else f"style-{number}"
        add_item(book, uid, sheet.name, "text/css", sheet.text.encode())
    for number, (href, kind, data) in enumerate(style.files, start=1):
        add_item(book, f"look-{number}", href, kind, data)


def split(document: nodes.document) -> list[Chapter]:
    """Divide a document into content documents: at its sections when it is long.

    The lead, which has no heading of its own, goes with the first file.
    """
    title = plain(next(child for child in document if isinstance(child, nodes.title)))
    children = body_of(document)
    if len(document.astext()) <= SPLIT:
        return [Chapter("article.xhtml", title, children)]
    chapters: list[Chapter] = []
    for child in children:
        if isinstance(child, nodes.section) or not chapters:
            name = plain(child[0]) if isinstance(child, nodes.section) else title
            chapters.append(Chapter(f"chapter-{len(chapters) + 1:02}.xhtml", name, []))
        chapters[-1].nodes.append(child)
    return chapters


def _linker(document: nodes.document, chapters: list[Chapter]) -> Callable[[str], str]:
    where = dict.fromkeys(document["ids"], "title.xhtml")
    for child in document:
        if isinstance(child, (nodes.title, nodes.subtitle)):
            for node in child.findall(nodes.Element):
                where.update(dict.fromkeys(node["ids"], "title.xhtml"))
    for chapter in chapters:
        for top in chapter.nodes:
            for node in top.findall(nodes.Element):
                where.update(dict.fromkeys(node["ids"], chapter.name))
    return lambda name: f"{where[name]}#{name}"
