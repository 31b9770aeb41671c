"""What a finished EPUB says, as a reading system sees it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline.check.epub.files import OPS, XHTML, XML, Book, UnreadableError, open_book, resolve, types
from pipeline.check.vocabulary.builder import Builder, move_spans
from pipeline.check.vocabulary.facts import (
    Cell,
    Facts,
    Heading,
    Item,
    Kind,
    Language,
    Link,
    Note,
    Outline,
    PageMark,
    Row,
    Span,
    Table,
    Target,
)
from pipeline.check.vocabulary.list_numbers import label_in
from pipeline.tree.nodes import BIBLIOGRAPHY_ENTRY

_INLINE: Final = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img"),
        *("ins", "kbd", "mark", "math", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong"),
        *("sub", "sup", "svg", "time", "u", "var", "wbr"),
    )
)
_MUTE: Final = frozenset(("head", "script", "style", "template"))
_NOTES: Final = frozenset(("footnote", "endnote", "rearnote"))


def epub_facts(path: Path) -> tuple[Facts, Book | None]:
    """Read a finished EPUB.

    :returns: what it says, and the opened book; where it can't be opened, a problem and ``None``.
    """
    facts = Facts("epub")
    try:
        book = open_book(path)
    except UnreadableError as error:
        facts.problems.append(("check-damaged", f"the EPUB can't be read: {error}"))
        return facts, None
    return book_facts(book), book


def book_facts(book: Book) -> Facts:
    """Read a finished EPUB that is open."""
    facts = Facts("epub")
    _Reader(book, facts).read()
    return facts


class _Reader:
    def __init__(self, book: Book, facts: Facts) -> None:
        self.book, self.facts = book, facts
        self.build = Builder(facts.text)
        self.ids: dict[tuple[str, str], Target] = {}
        self.wanted: list[tuple[int, tuple[str, str]]] = []
        self.links: tuple[int, ...] = ()
        self.name = ""
        self.note: Note | None = None
        self.note_ids = {
            (name, element.get("id"))
            for name, root in book.pages.items()
            for element in root.iter(f"{XHTML}*")
            if types(element) & _NOTES and element.get("id")
        }

    def read(self) -> None:
        book, facts = self.book, self.facts
        facts.language = next(iter(book.values("language")), "")
        facts.title = next(iter(book.values("title")), "")
        covers = self._covers()
        for name in book.spine:
            if name == book.nav or name in covers:
                continue
            self.name = name
            self._point((name, ""))
            body = book.pages[name].find(f"{XHTML}body")
            if body is not None:
                self.build.space()
                self.visit(body, book.pages[name].get("lang") or book.pages[name].get(f"{XML}lang") or "")
        self.build.close()
        for number, key in self.wanted:
            target = self.ids.get(key)
            facts.links[number] = replace(facts.links[number], target=target, name="#".join(key))
        facts.sort_spans()
        self._nav()

    def _covers(self) -> set[str]:
        """Documents that the landmarks call the cover."""
        if not self.book.nav:
            return set()
        marks = self.book.pages[self.book.nav].iter(f"{XHTML}a")
        found = [resolve(self.book.nav, mark.get("href", "")) for mark in marks if "cover" in types(mark)]
        return {place[0] for place in found if place}

    # The walk --------------------------------------------------------------------------------------------

    def visit(self, element: Any, language: str) -> None:
        """Read an element and what is below it, without the text behind it."""
        if not isinstance(element.tag, str) or not element.tag.startswith("{"):
            return
        tag = element.tag.rpartition("}")[2]
        if tag in _MUTE:
            return
        kinds = types(element)
        block = tag not in _INLINE
        own = element.get(f"{XML}lang") or element.get("lang") or language
        if own != language:
            words = "".join(element.itertext()).split()
            self.facts.passages.append(Language(own, words[0] if words else ""))
        # By its class: the epub:type and the role that an entry had are deprecated.
        if BIBLIOGRAPHY_ENTRY in element.get("class", "").split():
            self.build.row.sources.append(self.span(element, own))
            return
        if kinds & _NOTES and tag not in {"section", "a"}:
            self._note(element, own)
            return
        if block:
            self.build.space()
        self._mark(element)
        if "pagebreak" in kinds:
            label = element.get("aria-label") or element.get("title") or "".join(element.itertext())
            row, pages, notes = self.build.row.name, self.facts.pages, len(self.facts.notes)
            self.build.mark(lambda index: pages.append(PageMark(label.strip(), index, row, notes)))
            return
        method = getattr(self, f"visit_{tag}", None)
        if re.fullmatch("h[1-6]", tag) or element.get("role") == "heading":
            method = self.heading
        (method or self.children)(element, own)
        if block:
            self.build.space()

    def children(self, element: Any, language: str) -> None:
        """Read what is inside an element."""
        self.say(element.text)
        for child in element:
            self.visit(child, language)
            self.say(child.tail)

    def say(self, text: str | None) -> None:
        """Add words."""
        if text:
            self.build.text(text, links=self.links, place=self.name)

    def _mark(self, element: Any) -> None:
        if element.get("id"):
            self._point((self.name, element.get("id")))

    def _point(self, key: tuple[str, str]) -> None:
        row = self.build.row.name
        self.build.mark(lambda index: self.ids.update({key: Target(row, index, name="#".join(key))}))

    def span(self, element: Any, language: str) -> Span:
        """Read what is inside an element, and say where it went."""
        self.build.space()
        start = self.build.index
        self.children(element, language)
        self.build.space()
        return Span(start, self.build.index, None, self.name)

    # Blocks ----------------------------------------------------------------------------------------------

    def heading(self, element: Any, language: str) -> None:
        tag = element.tag.rpartition("}")[2]
        level = element.get("aria-level") or tag[1:]
        span = self.span(element, language)
        number = int(level) if level.isdecimal() else 0
        self.build.row.headings.append(Heading(span.start, span.end, None, self.name, level=number))

    def visit_li(self, element: Any, language: str) -> None:
        """An item of a list."""
        span = self.span(element, language)
        self.build.row.items.append(Item(span.start, span.end, None, span.place, label_in(element)))

    def visit_figcaption(self, element: Any, language: str) -> None:
        """The caption of a figure, and behind it its legend."""
        legends = [part for part in element if "legend" in part.get("class", "").split()]
        start = self.build.index
        for part in element:
            if part not in legends:
                self.visit(part, language)
        if self.build.index > start:
            self.build.row.captions.append(Span(start, self.build.index, None, self.name))
        for part in legends:
            self.visit(part, language)

    def visit_p(self, element: Any, language: str) -> None:
        """A paragraph; the caption of a listing is one by its class."""
        if "code-caption" in element.get("class", "").split():
            self.build.row.captions.append(self.span(element, language))
        else:
            self.children(element, language)

    def visit_table(self, element: Any, language: str) -> None:
        start, caption, rows = self.build.index, None, []
        kind = "infobox" if "infobox" in element.get("class", "").split() else "table"
        for part in element:
            if part.tag == f"{XHTML}caption":
                self._mark(part)
                caption = self.span(part, language)
            elif part.tag in {f"{XHTML}thead", f"{XHTML}tbody", f"{XHTML}tfoot"}:
                rows += [self._row(row, language) for row in part if row.tag == f"{XHTML}tr"]
            elif part.tag == f"{XHTML}tr":
                rows.append(self._row(part, language))
        self.build.row.tables.append(
            Table(start, self.build.index, None, self.name, kind=kind, caption=caption, rows=tuple(rows))
        )

    def _row(self, element: Any, language: str) -> Row:
        start, cells = self.build.index, []
        self._mark(element)
        for cell in element:
            header = cell.tag == f"{XHTML}th"
            if header or cell.tag == f"{XHTML}td":
                self.build.space()
                self._mark(cell)
                span = self.span(cell, language)
                across, down = (_count(cell.get(name)) for name in ("colspan", "rowspan"))
                scoped = not header or bool(cell.get("scope"))
                cells.append(Cell(span.start, span.end, None, self.name, header, scoped, across, down))
        return Row(start, self.build.index, None, self.name, cells=tuple(cells))

    # Lines -----------------------------------------------------------------------------------------------

    def visit_br(self, element: Any, language: str) -> None:
        """The end of a line."""
        self.build.space()

    def visit_img(self, element: Any, language: str) -> None:
        """An image: its alternative text stands for it."""
        alt = " ".join(element.get("alt", "").split())
        place = resolve(self.name, element.get("src", ""))
        if place is not None and place[0] not in self.book.names:
            self.facts.problems.append(("check-image", f"{self.name} shows a file that is not in the EPUB"))
        self.build.thing(Kind.IMAGE, alt, links=self.links, place=self.name)

    def visit_svg(self, element: Any, language: str) -> None:
        """A drawing: its label or title stands for it."""
        title = element.find("{*}title")
        words = " ".join("".join(part.itertext()) for part in element.iter("{*}text"))
        self.facts.drawings += [words] if words.strip() else []
        alt = element.get("aria-label") or ("".join(title.itertext()) if title is not None else "")
        self.build.thing(Kind.IMAGE, " ".join(alt.split()), links=self.links, place=self.name)

    def visit_math(self, element: Any, language: str) -> None:
        """A formula: what is read out, and what it shows."""
        shown = "".join("".join(element.itertext()).split())
        alt = element.get("alttext", "")
        self.build.thing(Kind.MATH, alt, links=self.links, place=self.name, also=(shown,))

    def visit_a(self, element: Any, language: str) -> None:
        """A link, the call of a note, or the way back from one."""
        href = element.get("href")
        if href is None:
            self.children(element, language)
            return
        kinds = types(element)
        inside = resolve(self.name, href)
        figure = "".join(element.itertext()).strip().isdigit()
        # A call that is not marked as one is known by its id, to which the note leads back.
        calls = "noteref" in kinds or (inside in self.note_ids and figure and element.get("id") is not None)
        semantic = "noteref" if "noteref" in kinds else "backlink" if "backlink" in kinds else ""
        self.facts.links.append(Link(uri="" if inside else href, place=self.name, semantic=semantic))
        number = len(self.facts.links) - 1
        if inside is not None:
            self.wanted.append((number, inside))
        kept, self.links = self.links, (*self.links, number)
        if semantic == "backlink" and self.note is not None:
            self.note.back.append(number)
        elif calls:
            text = "".join(element.itertext()).strip()
            self.build.thing(Kind.CALL, text, links=self.links, place=self.name)
        else:
            self.children(element, language)
        self.links = kept

    # Notes and navigation --------------------------------------------------------------------------------

    def _note(self, element: Any, language: str) -> None:
        note = Note(f"note-{len(self.facts.notes)}", place=self.name, copy="list", language=language)
        note.after, note.at = len(self.facts.text.headings), len(self.facts.text.pieces)
        self.facts.notes.append(note)
        build, outer = self.build, self.note
        self.build, self.note = Builder(note), note
        self._mark(element)
        self.children(element, language)
        self.build.close()
        lettered = any("table-notes" in above.get("class", "").split() for above in element.iterancestors())
        if note.pieces and re.fullmatch(r"[a-z]{1,2}" if lettered else r"\d+\.?", note.pieces[0].text):
            note.number = self.facts.number_of(note.pieces[0].text.rstrip("."))
            self._drop_number(note)
        self.build, self.note = build, outer
        self.build.space()

    def _drop_number(self, note: Note) -> None:
        """The number is known: the row begins with the text."""
        del note.pieces[0]
        move_spans(note, 1)
        for key, target in self.ids.items():
            if target.row == note.name:
                self.ids[key] = replace(target, index=max(0, target.index - 1))
        self.facts.pages[:] = [
            replace(mark, index=max(0, mark.index - 1)) if mark.row == note.name else mark
            for mark in self.facts.pages
        ]

    def _nav(self) -> None:
        if not self.book.nav:
            self.facts.problems.append(("check-contents", "the EPUB has no navigation document"))
            return
        for nav in self.book.pages[self.book.nav].iter(f"{XHTML}nav"):
            kinds = set(nav.get(f"{OPS}type", "").split())
            for depth, anchor in _entries(nav, 0):
                key = resolve(self.book.nav, anchor.get("href", ""))
                target = self.ids.get(key) if key else None
                text = " ".join("".join(anchor.itertext()).split())
                if "toc" in kinds:
                    self.facts.outline.append(Outline(depth, text, target))
                elif "page-list" in kinds:
                    self.facts.page_list.append(Outline(depth, text, target))


def _entries(element: Any, depth: int) -> list[tuple[int, Any]]:
    """The links of a contents list with their depths, from 1."""
    found = []
    for child in element:
        if child.tag == f"{XHTML}ol":
            found += _entries(child, depth + 1)
        elif child.tag == f"{XHTML}a":
            found.append((depth, child))
        else:
            found += _entries(child, depth)
    return found


def _count(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 1
