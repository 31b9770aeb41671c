"""The ebook edition: EPUB 3.3 through EbookLib.

EbookLib writes the package document and the container. The pages are handed to it finished, as plain items:
it would parse and pretty-print them otherwise. It stamps the archive with the time of writing, so that the
archive is made anew from its entries, with the time of the document.
"""

from __future__ import annotations

import mimetypes
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import Any, Final

from docutils import nodes

from pipeline import styles
from pipeline.findings import Finding
from pipeline.tree.article import Article
from pipeline.tree.nodes import note_list
from pipeline.write.cover import cover_png
from pipeline.write.dialect import EBOOK
from pipeline.write.page import body_of, page, title_block
from pipeline.write.render import stamp
from pipeline.write.xhtml import Translator, plain

SPLIT: Final = 20_000
"""An article with more characters than this is split at its sections."""

XHTML: Final = "application/xhtml+xml"
CSS_LINK: Final = '<link rel="stylesheet" type="text/css" href="style.css" />'


@dataclass
class Entry:
    """An entry of the contents list, with those below it."""

    title: str
    href: str
    below: list[Entry] = field(default_factory=list)


@dataclass
class Chapter:
    """One content document: its file name, its title, the nodes in it."""

    name: str
    title: str
    nodes: list[nodes.Node]


def write_epub(articles: Sequence[Article]) -> tuple[bytes, int, list[Finding]]:
    """Make the ebook edition.

    :param articles: one article (several: a packet).
    :returns: the EPUB, its number of chapters (content documents without title page and contents), findings.
    """
    from ebooklib import epub

    (article,) = articles
    document = article.document.deepcopy()
    metadata = article.metadata
    chapters = split(document)
    media = _Media(article)
    translator = Translator(document, EBOOK, _linker(document, chapters), media)

    book = epub.EpubBook()
    _describe(book, article)
    book.set_cover("cover.png", cover_png(article), create_page=False)
    _add(book, "style", "style.css", "text/css", ebook_css().encode())

    def add_page(
        uid: str, name: str, title: str, body: str, classes: str, properties: Sequence[str] = ()
    ) -> None:
        text = page(title, metadata.language, body, classes=f"{EBOOK.name} {classes}", head=[CSS_LINK])
        found = [*properties, *(["mathml"] if "<math " in text else []), *(["svg"] if "<svg" in text else [])]
        _add(book, uid, name, XHTML, text.encode(), found)
        book.spine.append(uid)

    cover = f'<div class="cover"><img src="cover.png" alt="{escape(metadata.title)}" /></div>\n'
    add_page("cover-page", "cover.xhtml", translator.labels["cover"], cover, "cover-page")
    add_page("title-page", "title.xhtml", metadata.title, _title_page(document, translator), "title-page")
    bodies = [(chapter, translator.render(chapter.nodes)) for chapter in chapters]
    contents = [entry for chapter in chapters for entry in _entries(chapter)]
    nav = _nav(contents, chapters, translator.labels, metadata.title)
    add_page("nav", "nav.xhtml", translator.labels["contents"], nav, "contents", ["nav"])
    for number, (chapter, body) in enumerate(bodies, start=1):
        add_page(f"chapter-{number}", chapter.name, chapter.title, body, "chapter")
    for path, name in media.used.items():
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        _add(book, f"media-{len(book.items)}", name, kind, (article.root / path).read_bytes())
    book.toc = _ncx(contents)
    ncx = epub.EpubNcx()
    book.add_item(ncx)

    buffer = BytesIO()
    when = stamp(metadata.date)
    options = {"epub3_pages": False, "epub3_landmark": False, "mtime": when, "raise_exceptions": True}
    epub.write_epub(buffer, book, options)
    return _repack(buffer.getvalue(), when.timetuple()[:6]), len(chapters), []


def ebook_css() -> str:
    """The one style sheet of the ebook."""
    return "\n".join(styles.css(name) for name in ("theme", "text", "ebook"))


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


def _linker(document: nodes.document, chapters: list[Chapter]) -> Any:
    where = dict.fromkeys(document["ids"], "title.xhtml")
    for child in document:
        if isinstance(child, nodes.Titular):
            for node in child.findall(nodes.Element):
                where.update(dict.fromkeys(node["ids"], "title.xhtml"))
    for chapter in chapters:
        for top in chapter.nodes:
            for node in top.findall(nodes.Element):
                where.update(dict.fromkeys(node["ids"], chapter.name))
    return lambda name: f"{where[name]}#{name}"


class _Media:
    """Gives each image that is used a name in the archive."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.used: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        if path not in self.used:
            ending = path.rsplit(".", 1)[-1].lower()
            self.used[path] = f"media/image-{len(self.used) + 1}.{ending}"
        return self.used[path]


def _add(book: Any, uid: str, name: str, kind: str, content: bytes, properties: Sequence[str] = ()) -> None:
    from ebooklib import epub

    item = epub.EpubItem(uid=uid, file_name=name, media_type=kind, content=content)
    item.properties = list(properties)
    item.is_linear = True
    book.add_item(item)


def _describe(book: Any, article: Article) -> None:
    """The metadata of the package document (EPUB 3.3, section 5.5)."""
    metadata = article.metadata
    book.metadata.clear()
    book.set_identifier(metadata.identifier)
    book.set_title(metadata.title)
    book.set_language(metadata.language)
    for number, name in enumerate(metadata.authors, start=1):
        book.add_author(name, role="aut", uid=f"creator-{number}")
    values = {
        "publisher": metadata.organization,
        "date": metadata.date.isoformat() if metadata.dated else "",
        "description": metadata.description or metadata.subtitle,
        "rights": metadata.rights,
    }
    for name, value in values.items():
        if value:
            book.add_metadata("DC", name, value)
    for word in metadata.keywords:
        book.add_metadata("DC", "subject", word)
    for name, value in _accessibility(article):
        book.add_metadata(None, "meta", value, {"property": f"schema:{name}"})


def _accessibility(article: Article) -> list[tuple[str, str]]:
    """EPUB Accessibility 1.1, section 2: how the publication can be read."""
    pictures = any(True for _ in article.document.findall(nodes.image))
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    values = [("accessMode", "textual")]
    if pictures:
        values.append(("accessMode", "visual"))
        features.append("alternativeText")
    values += [("accessModeSufficient", "textual")]
    values += [("accessibilityFeature", name) for name in features]
    values += [("accessibilityHazard", "none")]
    values += [
        (
            "accessibilitySummary",
            "Headings, lists, tables and notes are marked up; notes link to their calls and back.",
        )
    ]
    return values


def _title_page(document: nodes.document, translator: Translator) -> str:
    return f'<section epub:type="titlepage">\n{title_block(document, translator)}</section>\n'


def _entries(chapter: Chapter) -> list[Entry]:
    """The contents entries of a chapter, three levels deep; the lead under the article's title."""
    entries = []
    if chapter.nodes and not isinstance(chapter.nodes[0], nodes.section):
        entries.append(Entry(chapter.title, chapter.name))
    entries += [_entry(node, chapter.name, 3) for node in chapter.nodes if isinstance(node, nodes.section)]
    return entries


def _entry(section: nodes.section, name: str, depth: int) -> Entry:
    below = [child for child in section if isinstance(child, nodes.section)] if depth > 1 else []
    return Entry(
        plain(section[0]), f"{name}#{section['ids'][0]}", [_entry(child, name, depth - 1) for child in below]
    )


def _list(entries: list[Entry]) -> str:
    items = ""
    for entry in entries:
        below = _list(entry.below) if entry.below else ""
        items += f'<li><a href="{escape(entry.href)}">{escape(entry.title)}</a>{below}</li>\n'
    return f"<ol>\n{items}</ol>\n"


def _nav(contents: list[Entry], chapters: list[Chapter], labels: dict[str, str], title: str) -> str:
    """The navigation document (EPUB 3.3, section 7): contents and landmarks."""
    marks = [
        ("cover", "cover.xhtml", labels["cover"]),
        ("titlepage", "title.xhtml", labels["title-page"]),
        ("toc", "nav.xhtml", labels["contents"]),
    ]
    marks.append(("bodymatter", chapters[0].name, title))
    for chapter in chapters:
        for top in chapter.nodes:
            for section in top.findall(nodes.section):
                if any(isinstance(child, note_list) for child in section):
                    marks.append(("endnotes", f"{chapter.name}#{section['ids'][0]}", plain(section[0])))
    seen: set[str] = set()
    items = ""
    for kind, href, text in marks:
        if kind not in seen:
            items += f'<li><a epub:type="{kind}" href="{escape(href)}">{escape(text)}</a></li>\n'
        seen.add(kind)
    return (
        f'<nav epub:type="toc" role="doc-toc" id="toc">\n<h1>{escape(labels["contents"])}</h1>\n'
        f"{_list(contents)}</nav>\n"
        f'<nav epub:type="landmarks" id="landmarks" hidden="hidden">\n<ol>\n{items}</ol>\n</nav>\n'
    )


def _ncx(entries: list[Entry]) -> list[Any]:
    """The contents once more for reading systems of EPUB 2."""
    from ebooklib import epub

    found: list[Any] = []

    def convert(entry: Entry) -> Any:
        found.append(entry)
        if entry.below:
            section = epub.Section(entry.title, entry.href)
            return (section, [convert(child) for child in entry.below])
        return epub.Link(entry.href, entry.title, f"nav-{len(found)}")

    return [convert(entry) for entry in entries]


def _repack(data: bytes, when: tuple[int, ...]) -> bytes:
    """The archive again with one time; ``mimetype`` comes first and stored (EPUB 3.3, section 4.2.3)."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (max(when[0], 1980), *when[1:]))  # type: ignore[arg-type]
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
