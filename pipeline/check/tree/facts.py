"""What an edition must say, read from the intermediate tree."""

from __future__ import annotations

from dataclasses import replace

from docutils import nodes

from pipeline.check.tree.charts import read_chart
from pipeline.check.tree.fields import FieldReader
from pipeline.check.tree.notes import NoteReader
from pipeline.check.tree.references import ReferenceReader
from pipeline.check.tree.tables import TableReader
from pipeline.check.tree.title_block import TitleBlockReader, heading_at
from pipeline.check.vocabulary.facts import Facts, Item, Kind, Link, Span, Target
from pipeline.check.vocabulary.list_numbers import label_of
from pipeline.check.vocabulary.places import at
from pipeline.tree.article import Article
from pipeline.tree.labels import titles_of_boxes
from pipeline.tree.mathml import letters, mathml
from pipeline.tree.nodes import (
    BIBLIOGRAPHY_ENTRY,
    LISTING_CAPTION,
    chart,
    fault,
    fault_block,
    infobox,
    note_list,
)
from pipeline.tree.note_order import calls_apart, follows_call


def expected(article: Article, edition: str) -> Facts:
    """What an edition of an article must say.

    :param edition: ``pdf`` or ``epub``. Print has notes at the foot of a page and page numbers in lists; it
        has its marking at the head of each page, so that the title block does not repeat it.
    """
    return _Reader(article, edition).read()


class _Reader(TitleBlockReader, NoteReader, ReferenceReader, FieldReader):
    def __init__(self, article: Article, edition: str) -> None:
        super().__init__(article, edition)
        self.words, _ = titles_of_boxes(self.document, article.metadata.language)
        sections = [one for one in self.document.findall(nodes.section) if self._is_absent(one)]
        self.absent = {name for section in sections for name in section["ids"]}
        self.absent_ids = self.ids_only_in("ebook" if self.print else "print")
        self.own_ids = self.ids_only_in("print" if self.print else "ebook")

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
        self.facts.sort_spans()
        return self.facts

    # Outline ---------------------------------------------------------------------------------------------

    def visit_section(self, node: nodes.section) -> None:
        """A section. Print leaves one out that would list notes, and lists none."""
        absent = self._is_absent(node)
        if absent and self.print:
            return
        with self.having(only=self.only or absent, depth=self.depth + 1):
            self.children(node)

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
        self.facts.text.headings.append(heading_at(node, start, self.build.index, self.depth))

    def _way_back(self, node: nodes.title) -> None:
        """A heading that leads back to its entry in a contents list (``:backlinks:``)."""
        with self.having(links=(*self.links, self.link_to(node["refid"]))):
            self.children(node)

    def visit_topic(self, node: nodes.topic) -> None:
        """A topic; an ebook has its own contents list."""
        if "contents" not in node["classes"]:
            self.children(node)
        elif self.absent_ids.issuperset(link.get("refid", "") for link in node.findall(nodes.reference)):
            return
        elif self.print or "auto" not in node["classes"]:
            with self.having(only="auto" in node["classes"]):
                self.apart("contents list", node)

    def visit_rubric(self, node: nodes.rubric) -> None:
        """A rubric, which may go when no notes are listed under it."""
        following = node.next_node(descend=False, siblings=True)
        lone = isinstance(following, note_list) and not any(
            self.is_listed(note, print_too=True) for note in following
        )
        with self.having(optional=lone and self.print):
            self.children(node)

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
        with self.having(only=self.only or absent):
            self._item(node)

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
        number = "ln" in node["classes"] and isinstance(node.parent, nodes.literal_block)
        with self.having(optional=self.optional or number):
            self.children(node)
        if number:
            self.build.space()

    def visit_footnote_reference(self, node: nodes.footnote_reference) -> None:
        """The call of a note."""
        note = self.notes[node["refid"]]
        if follows_call(node):
            self.say(calls_apart(self.metadata.language))
        link = self.link(Link(target=Target(note["ids"][0]), name=node["refid"], semantic="call"))
        self.thing(Kind.CALL, node.astext(), links=(link,), within="call")

    def visit_reference(self, node: nodes.reference) -> None:
        """A link; to what another edition alone shows there is none."""
        if "refid" in node:
            links = self.linked(node["refid"])
        else:
            links = (*self.links, self.link(Link(uri=node["refuri"])))
        with self.having(links=links):
            self.children(node)
            if self.print and self.within == "contents list":
                self.build.space()
                self.thing(Kind.PAGE, "", optional=True, only=True)
