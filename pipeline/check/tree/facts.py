"""What an edition must say, read from the intermediate tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from docutils import languages, nodes, utils

from pipeline.check.tree.charts import read_chart
from pipeline.check.tree.fields import FieldReader
from pipeline.check.tree.notes import NoteReader
from pipeline.check.tree.references import ReferenceReader
from pipeline.check.tree.tables import TableReader
from pipeline.check.tree.title_block import TitleBlockReader
from pipeline.check.vocabulary.builder import Builder
from pipeline.check.vocabulary.facts import Facts, Heading, Item, Kind, Language, Link, Span, Target
from pipeline.check.vocabulary.list_numbers import label_of
from pipeline.check.vocabulary.places import at, below
from pipeline.tree.article import Article
from pipeline.tree.labels import labels_for
from pipeline.tree.mathml import letters, mathml
from pipeline.tree.metadata import Metadata, metadata_of
from pipeline.tree.nodes import (
    BIBLIOGRAPHY_ENTRY,
    LISTING_CAPTION,
    chart,
    fault,
    fault_block,
    infobox,
    note_list,
    page_break,
)
from pipeline.tree.note_order import CALLS_APART, follows_call

_MUTE: Final = (
    nodes.Invisible,
    nodes.docinfo,
    nodes.decoration,
    nodes.label,
    nodes.transition,
    nodes.meta,
    nodes.raw,
)


def expected(article: Article, edition: str) -> Facts:
    """What an edition of an article must say.

    :param edition: ``pdf`` or ``epub``. Print has notes at the foot of a page and page numbers in lists; it
        has its marking at the head of each page, so that the title block does not repeat it.
    """
    return _Reader(article, edition).read()


class _Reader(TitleBlockReader, NoteReader, ReferenceReader, FieldReader):
    def __init__(self, article: Article, edition: str) -> None:
        self.document = article.document
        self.metadata: Metadata = metadata_of(self.document)
        self.labels = labels_for(self.metadata.language)
        self.print = edition == "pdf"
        self.facts = Facts(edition, language=self.metadata.language, title=self.metadata.title)
        self.build = Builder(self.facts.text)
        self.notes = {name: note for note in self.document.findall(nodes.footnote) for name in note["ids"]}
        self.words = languages.get_language(
            self.document.settings.language_code, utils.new_reporter("", self.document.settings)
        ).labels
        self.ids: dict[str, Target] = {}
        self.absent = {
            name
            for section in self.document.findall(nodes.section)
            if self._is_absent(section)
            for name in section["ids"]
        }
        self.absent_ids = self.ids_only_in("ebook" if self.print else "print")
        self.own_ids = self.ids_only_in("print" if self.print else "ebook")
        self.depth = 1
        self.lines = 0  # line ends in the block so far
        self.line: int | None = None
        self.links: tuple[int, ...] = ()
        self.within = "text"
        self.optional = False
        self.only = False
        self.wanted: list[tuple[int, str]] = []  # links and the ids that they name
        self.lists: dict[str, tuple[int, int]] = {}  # by a note's id, headings and pieces before its list

    def read(self) -> Facts:
        self.title_block()
        for child in self.document:
            letterhead = isinstance(child, nodes.image) and "letterhead" in child["classes"]
            if not (letterhead or isinstance(child, (nodes.title, nodes.subtitle))):
                self.visit(child)
        self.build.close()
        self.read_notes()
        for number, name in self.wanted:
            target = self.ids.get(name)
            self.facts.links[number] = replace(self.facts.links[number], target=target, name=name)
        for row in self.facts.rows():
            row.items.sort(key=lambda item: (item.start, -item.end))
            row.tables.sort(key=lambda table: table.start)
        return self.facts

    # The walk --------------------------------------------------------------------------------------------

    def visit(self, node: nodes.Node) -> None:
        """Read a node and what is below it."""
        if isinstance(node, nodes.Text):
            self.text(node)
            return
        if not isinstance(node, nodes.Element):
            return
        block = not isinstance(node, nodes.Inline) or not isinstance(node.parent, nodes.TextElement)
        if block:
            self.build.space()
            if not isinstance(node.parent, nodes.TextElement):
                self.line, self.lines = at(node) or self.line, 0
        self.mark(node)
        if isinstance(node, page_break):
            self._break(node)
        if isinstance(node, _MUTE) and not isinstance(node, nodes.target):
            return
        self._language(node)
        method: Callable[[Any], None] = getattr(self, f"visit_{node.tagname}", self.children)
        start, kept = self.build.index, "keep" in node["classes"] and self.build.row is self.facts.text
        method(node)
        if self.print and kept:
            self.facts.kept.append(Span(start, self.build.index, at(node) or self.here))
        if block:
            self.build.space()

    def _break(self, node: page_break) -> None:
        """Print begins a page with what comes next."""

        def tell(index: int) -> None:
            self.facts.page_breaks.append(Span(index, index, at(node)))

        if self.print:
            self.build.mark(tell)

    def mark(self, node: nodes.Element) -> None:
        """The ids of a node stand for what comes next."""
        row = self.build.row.name
        for name in node["ids"]:

            def tell(index: int, name: str = name) -> None:
                self.ids[name] = Target(row, index, name=name)

            self.build.mark(tell)

    def children(self, node: nodes.Element) -> None:
        """Read what is below a node."""
        for child in node:
            self.visit(child)

    def text(self, node: nodes.Text) -> None:
        """Words, with the lines that they stand on."""
        text = node.astext()
        for number, part in enumerate(text.split("\n")):
            if number:
                self.lines += 1
                self.build.space()
            self.say(part)

    @property
    def here(self) -> int | None:
        """The source line."""
        return below(self.line, self.lines)

    def say(self, text: str, **facts: Any) -> None:
        """Words that an edition has, whether or not the author wrote them."""
        self.build.text(text, **(self._given() | facts))

    def thing(self, kind: Kind, text: str, **facts: Any) -> None:
        """Something that stands in the place of words."""
        self.build.thing(kind, text, **(self._given() | facts))

    def _given(self) -> dict[str, Any]:
        return {
            "optional": self.optional,
            "only": self.only,
            "links": self.links,
            "line": self.here,
            "within": self.within,
        }

    def apart(self, within: str, node: nodes.Element, inner: Callable[[Any], None] | None = None) -> None:
        """Read a part under a name of its own, for messages."""
        kept, self.within = self.within, within
        (inner or self.children)(node)
        self.within = kept

    def _language(self, node: nodes.Element) -> None:
        for name in node["classes"]:
            if name.startswith("language-"):
                words = node.astext().split()
                tag = name.removeprefix("language-")
                self.facts.passages.append(Language(tag, words[0] if words else "", self.here))

    # The head --------------------------------------------------------------------------------------------

    def phrase(self, text: str, after: str = "", **facts: Any) -> None:
        """Words that stand for themselves."""
        self.build.space()
        if text:
            self.say(text + after, **facts)
        self.build.space()

    # Outline ---------------------------------------------------------------------------------------------

    def visit_section(self, node: nodes.section) -> None:
        """A section. Print leaves one out that would list notes, and lists none."""
        absent = self._is_absent(node)
        if absent and self.print:
            return
        kept, self.only = self.only, self.only or absent
        self.depth += 1
        self.children(node)
        self.depth -= 1
        self.only = kept

    def _is_absent(self, node: nodes.section) -> bool:
        """Whether print leaves a section out, which would list notes and lists none."""
        lists = [child for child in node if isinstance(child, note_list)]
        rest = [child for child in node if not isinstance(child, (note_list, nodes.title, nodes.Invisible))]
        listed = any(self.is_listed(note, print_too=True) for part in lists for note in part)
        return bool(lists) and not rest and not listed

    def visit_title(self, node: nodes.title) -> None:
        """The heading of a section, or the title of something else."""
        if not isinstance(node.parent, nodes.section):
            self.children(node)
            return
        start = self.build.index
        self.apart("heading", node, self._way_back if "refid" in node else None)
        self.facts.text.headings.append(self._heading(node, start, self.depth))

    def _heading(self, node: nodes.title, start: int, level: int) -> Heading:
        """A heading that has been read; an outline does not say what is wrong with it."""
        entry = ""
        if node.next_node(fault) is not None:
            shown = (nodes.Text, nodes.image)
            parts = [part for part in node.findall() if isinstance(part, shown) and _is_named(part)]
            entry = "".join(part.get("alt", "") if isinstance(part, nodes.image) else part for part in parts)
        return Heading(start, self.build.index, at(node), level=level, entry=entry)

    def _way_back(self, node: nodes.title) -> None:
        """A heading that leads back to its entry in a contents list (``:backlinks:``)."""
        kept, number = self.links, self._link(Link())
        self.wanted.append((number, node["refid"]))
        self.links = (*kept, number)
        self.children(node)
        self.links = kept

    def visit_topic(self, node: nodes.topic) -> None:
        """A topic; an ebook has its own contents list."""
        if "contents" not in node["classes"]:
            self.children(node)
        elif self.absent_ids.issuperset(link.get("refid", "") for link in node.findall(nodes.reference)):
            return
        elif self.print or "auto" not in node["classes"]:
            self.only = "auto" in node["classes"]
            self.apart("contents list", node)
            self.only = False

    def visit_rubric(self, node: nodes.rubric) -> None:
        """A rubric, which may go when no notes are listed under it."""
        following = node.next_node(descend=False, siblings=True)
        lone = isinstance(following, note_list) and not any(
            self.is_listed(note, print_too=True) for note in following
        )
        kept, self.optional = self.optional, lone and self.print
        self.children(node)
        self.optional = kept

    # Blocks ----------------------------------------------------------------------------------------------

    def visit_list_item(self, node: nodes.list_item) -> None:
        """An item of a list; a contents list of print has none for a section that print leaves out."""
        link = node.next_node(nodes.reference) if self.within == "contents list" else None
        name = link.get("refid", "") if link is not None else ""
        absent = name in self.absent
        if (absent and self.print) or name in self.absent_ids:
            return
        absent = absent or name in self.own_ids
        if self.within == "index":
            self.if_it_leads(node, lambda: self._item(node))
            return
        kept, self.only = self.only, self.only or absent
        self._item(node)
        self.only = kept

    def _item(self, node: nodes.list_item) -> None:
        start = self.build.index
        within = self.within if self.within in {"contents list", "index"} else "list"
        self.apart(within, node)
        if self.build.index > start:
            self.build.row.items.append(Item(start, self.build.index, at(node), label=label_of(node)))

    def visit_note_box(self, node: nodes.Admonition) -> None:
        """An admonition, under its name."""
        self.phrase(self.words[node.tagname])
        self.children(node)

    visit_attention = visit_caution = visit_danger = visit_error = visit_note_box
    visit_hint = visit_important = visit_note = visit_tip = visit_warning = visit_note_box

    def visit_math(self, node: nodes.Element) -> None:
        """A formula: its source, which is read out, and what it shows; or only its source."""
        shown = letters(mathml(node.astext(), isinstance(node, nodes.math_block)))
        self.thing(Kind.MATH, node.astext(), within="formula", also=(shown,))

    visit_math_block = visit_math

    def visit_image(self, node: nodes.image) -> None:
        """An image: its alternative text stands for it."""
        text = " ".join(node.get("alt", "").split())
        self.thing(Kind.IMAGE, text, line=at(node) or self.here, within="image")

    def visit_chart(self, node: chart) -> None:
        read_chart(node, self)

    def visit_caption(self, node: nodes.Element) -> None:
        """The caption of a figure or a listing."""
        start = self.build.index
        self.children(node)
        self.build.row.captions.append(Span(start, self.build.index, at(node)))

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        """A paragraph; captions of listings and entries of the list of sources are such by their classes."""
        start = self.build.index
        (self.visit_caption if LISTING_CAPTION in node["classes"] else self.children)(node)
        if BIBLIOGRAPHY_ENTRY in node["classes"]:
            self.build.row.sources.append(Span(start, self.build.index, at(node)))

    def visit_table(self, node: nodes.table) -> None:
        self.apart("table", node, TableReader(self).table)

    def visit_infobox(self, node: infobox) -> None:
        self.apart("infobox", node, TableReader(self).infobox)

    # Faults (drafts only) --------------------------------------------------------------------------------

    def visit_fault(self, node: fault) -> None:
        """The place of an error in a line: what the author wrote, and the message behind it."""
        self.children(node)
        self.build.space()
        self.say(f"[{node.get('title', '')}]")

    def visit_fault_block(self, node: fault_block) -> None:
        """The place of an error as a block: the message before it."""
        self.phrase(f"{self.labels['fault']}: {node.get('title', '')}")
        self.children(node)

    # Lines -----------------------------------------------------------------------------------------------

    def visit_inline(self, node: nodes.inline) -> None:
        """A passage; the numbers of lines of code may be drawn or not."""
        kept = self.optional
        number = "ln" in node["classes"] and isinstance(node.parent, nodes.literal_block)
        self.optional = kept or number
        self.children(node)
        if number:
            self.build.space()
        self.optional = kept

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> None:
        """The call of a note."""
        note = self.notes[node["refid"]]
        if follows_call(node):
            self.say(CALLS_APART)
        link = self._link(Link(target=Target(note["ids"][0]), name=node["refid"], semantic="call"))
        self.thing(Kind.CALL, node.astext(), links=(link,), within="call")

    def visit_reference(self, node: nodes.reference) -> None:
        """A link; to what another edition alone shows there is none."""
        kept = self.links
        if "refid" in node:
            self.links = self._linked(node["refid"])
        else:
            self.links = (*kept, self._link(Link(uri=node["refuri"])))
        self.children(node)
        if self.print and self.within == "contents list":
            self.build.space()
            self.thing(Kind.PAGE, "", optional=True, only=True)
        self.links = kept

    def _link(self, link: Link) -> int:
        self.facts.links.append(replace(link, line=self.here))
        return len(self.facts.links) - 1


def _is_named(part: nodes.Node) -> bool:
    return not isinstance(part.parent, nodes.footnote_reference)
