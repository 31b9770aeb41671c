"""The ebook's ways in: the contents list, the landmarks, the page list (EPUB 3.3, section 7), and the NCX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from docutils import nodes

from pipeline.tree.labels import marked_words
from pipeline.tree.nodes import index_list, note_list
from pipeline.tree.note_order import holds_only_notes
from pipeline.tree.parts import ids_in
from pipeline.write.epub.page_breaks import page_id
from pipeline.write.xhtml.translator import LANDMARKS, plain

DEPTH: Final = 3
"""How many levels of sections the contents list shows."""


@dataclass
class Chapter:
    """One content document: its file name, its title, the nodes in it."""

    name: str
    title: str
    nodes: list[nodes.Node]


@dataclass
class Entry:
    """An entry of the contents list, with those below it."""

    title: str
    href: str
    below: list[Entry] = field(default_factory=list)


def contents_of(chapters: Sequence[Chapter]) -> list[Entry]:
    """The entries of all chapters; a lead stands under the article's title, and so does no text at all."""
    entries = []
    for chapter in chapters:
        if not chapter.nodes or not isinstance(chapter.nodes[0], nodes.section):
            entries.append(Entry(chapter.title, chapter.name))
        sections = [node for node in chapter.nodes if isinstance(node, nodes.section)]
        entries += [_entry(node, chapter.name, DEPTH) for node in sections]
    return entries


def _entry(section: nodes.section, name: str, depth: int) -> Entry:
    below = [child for child in section if isinstance(child, nodes.section)] if depth > 1 else []
    entries = [_entry(child, name, depth - 1) for child in below]
    return Entry(plain(section[0]), f"{name}#{section['ids'][0]}", entries)


def navigation(
    contents: Sequence[Entry],
    marks: Sequence[tuple[str, str, str]],
    pages: Mapping[int, str] | Mapping[str, str],
    labels: dict[str, str],
    language: str,
) -> str:
    """The body of the navigation document.

    :param marks: kind, address and text of each landmark, as `landmarks` gives them.
    :param pages: the file in which the mark of each page stands, by the page's number.
    :param labels: the words of Despatch in the language of the ebook, or in English.
    :param language: of the ebook (BCP 47 tag).
    """
    own = {words: marked_words(words, language) for words in labels.values()}
    places = "".join(
        f'<li><a epub:type="{kind}" href="{escape(href)}">{own.get(text, escape(text))}</a></li>\n'
        for kind, href, text in marks
    )
    parts = [
        f'<nav epub:type="toc" role="doc-toc" id="toc">\n<h1>{own[labels["contents"]]}</h1>\n',
        f"{_list(contents, own)}</nav>\n",
        f'<nav epub:type="landmarks" id="landmarks" hidden="hidden">\n<ol>\n{places}</ol>\n</nav>\n',
    ]
    if pages:
        items = "".join(
            f'<li><a href="{escape(name)}#{page_id(page)}">{page}</a></li>\n' for page, name in pages.items()
        )
        parts.append(
            '<nav epub:type="page-list" role="doc-pagelist" id="page-list" hidden="hidden">\n'
            f"<h2>{own[labels['pages']]}</h2>\n<ol>\n{items}</ol>\n</nav>\n"
        )
    return "".join(parts)


def _list(entries: Sequence[Entry], own: Mapping[str, str]) -> str:
    """Entries as XHTML.

    :param own: words of Despatch as XHTML: a section that it has added bears one of them.
    """
    items = ""
    for entry in entries:
        below = _list(entry.below, own) if entry.below else ""
        title = own.get(entry.title, escape(entry.title))
        items += f'<li><a href="{escape(entry.href)}">{title}</a>{below}</li>\n'
    return f"<ol>\n{items}</ol>\n"


def landmarks(chapters: Sequence[Chapter], labels: dict[str, str], title: str) -> list[tuple[str, str, str]]:
    """Kind (EPUB Structural Semantics), address and text of each landmark; one of a kind."""
    marks = [
        ("cover", "cover.xhtml", labels["cover"]),
        ("titlepage", "title.xhtml", labels["title-page"]),
        ("toc", "nav.xhtml", labels["contents"]),
        ("bodymatter", chapters[0].name, title),
    ]
    found: dict[str, tuple[str, str, str]] = {}
    for chapter in chapters:
        for top in chapter.nodes:
            for part in top.findall(lambda node: isinstance(node, (nodes.section, nodes.topic))):
                kinds = [LANDMARKS[name] for name in part["classes"] if name in LANDMARKS]
                if isinstance(part, nodes.section):
                    index = any(isinstance(child, index_list) for child in part)
                    kinds = [*(["endnotes"] if holds_only_notes(part) else []), *(["index"] if index else [])]
                for kind in kinds:
                    place = f"{chapter.name}#{part['ids'][0]}"
                    found.setdefault(kind, (kind, place, plain(part[0])))
            for rubric in top.findall(nodes.rubric):
                listing = rubric.next_node(descend=False, siblings=True)
                if isinstance(listing, note_list):
                    names = [*listing["ids"], *rubric["ids"], *ids_in(listing)]
                    place = f"{chapter.name}#{names[0]}" if names else chapter.name
                    found.setdefault("endnotes", ("endnotes", place, plain(rubric)))
    return [*marks, *(found[kind] for kind in ("loi", "lot", "endnotes", "index") if kind in found)]


def ncx_contents(entries: Sequence[Entry]) -> list[Any]:
    """The contents once more, as EbookLib has them, for reading systems of EPUB 2."""
    from ebooklib import epub

    found: list[Any] = []

    def convert(entry: Entry) -> Any:
        found.append(entry)
        if entry.below:
            section = epub.Section(entry.title, entry.href)
            return (section, [convert(child) for child in entry.below])
        return epub.Link(entry.href, entry.title, f"nav-{len(found)}")

    return [convert(entry) for entry in entries]
