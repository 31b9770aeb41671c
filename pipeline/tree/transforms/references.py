"""Cross references: by title, by page, to terms and to other articles.

The reader leaves a `cross_reference` where an author refers to a name. Here each becomes a link with its
words, or a fault. docutils' own references (``Title_``) are resolved by docutils.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.parts import ContentsFilter
from docutils.transforms.references import Footnotes, InternalTargets

from pipeline.findings import listed, suggest
from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import (
    CAPTIONED,
    GLOSSARY,
    cross_reference,
    fault,
    infobox,
    infobox_title,
    number_of,
    page_reference,
    paragraph_number,
)
from pipeline.tree.note_order import NOTES
from pipeline.tree.numbering.captions import CAPTION_NUMBER, KINDS, caption_of, owner_of
from pipeline.tree.numbering.sections import UNNUMBERED
from pipeline.tree.numbering.words import words_for
from pipeline.tree.parts import around
from pipeline.tree.report import line_of, report
from pipeline.tree.state import state_of
from pipeline.tree.transforms.metadata import NormalizeMetadata

_TITLED: Final = (nodes.section, nodes.document, nodes.table, nodes.topic, nodes.sidebar, nodes.Admonition)
_TITLES: Final = (nodes.title, nodes.caption, infobox_title)
_SHORT: Final = frozenset(
    (
        *("al", "bros", "cf", "co", "corp", "dr", "ed", "eds", "etc", "inc", "jr", "ltd", "no", "nos", "pp"),
        *("sr", "vol"),
    )
)
"""Abbreviations with which a caption may end: their full stop stays where the caption is named."""
_SLOTS: Final = re.compile(r"(\{number\}|\{name\}|%s)")
"""What stands for the number, or for the caption, in the words of ``:numref:``."""


class PutWords(Transform):
    """Put a label (``styles/labels.toml``) where a directive wants one: the language is known only now."""

    default_priority = NormalizeMetadata.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Replace the ``pending``; its details are the key and what fills the places in the label."""
        language = metadata_of(self.document).language
        labels = labels_for(language)
        key, values = self.startnode.details["key"], self.startnode.details["values"]
        self.startnode.replace_self(label_node(labels[key].format(**values), language))


def words(document: nodes.document, key: str, **values: str) -> nodes.pending:
    """A place for the label `key`, filled with `values`, in the language of the article."""
    pending = nodes.pending(PutWords, {"key": key, "values": values})
    document.note_pending(pending)
    return pending


class _Copy(ContentsFilter):
    """What of a title goes into a reference to it: no links, no calls of notes, no targets."""

    def visit_cross_reference(self, node: nodes.Element) -> None:
        self.ignore_node_but_process_children(node)

    visit_fault = visit_page_reference = visit_index_mark = visit_cross_reference

    def visit_inline(self, node: nodes.inline) -> None:
        """Leave out the label of a numbered caption: only a reference by number shows it."""
        if CAPTION_NUMBER in node["classes"]:
            raise nodes.SkipNode
        self.default_visit(node)


def title_text(document: nodes.document, title: nodes.Element) -> list[nodes.Node]:
    """Copies of what a title, caption or term says."""
    visitor = _Copy(document)
    title.walkabout(visitor)
    copies: list[nodes.Node] = list(visitor.get_entry_text())
    for copy in copies:
        for part in copy.findall(nodes.Element):
            part["ids"], part["names"] = [], []
    found = caption_of(owner_of(title))
    return within_sentence(copies) if found is not None and found[1] is title else copies


def within_sentence(words: list[nodes.Node]) -> list[nodes.Node]:
    """The words of a caption within a sentence: without the full stop, unless an abbreviation has it."""
    last = words[-1] if words else None
    if isinstance(last, nodes.Text):
        text = last.rstrip()
        end = text.split()[-1] if text.split() else ""
        ends = end.endswith((".", "\u3002")) and not end.endswith("..") and "." not in end[:-1]
        if ends and end[:-1].casefold() not in _SHORT:
            text = text[:-1]
        words[-1] = nodes.Text(text)
    return words


def title_of(node: nodes.Element) -> nodes.Element | None:
    """What names `node`: its title, its caption, the term that it defines, or ``None``."""
    if isinstance(node, (*_TITLES, nodes.rubric, nodes.term)):
        return node
    if isinstance(node, nodes.target):
        return node if node.astext().strip() else None
    if isinstance(node, nodes.container) and CAPTIONED in node["classes"]:
        first: nodes.Element = node[0]
        return first
    if isinstance(node, (*_TITLED, nodes.figure, infobox)):
        return next((child for child in node if isinstance(child, _TITLES)), None)
    if isinstance(node, nodes.definition_list_item):
        return node.next_node(nodes.term)
    if isinstance(node, nodes.image) and isinstance(node.parent, nodes.figure):
        return title_of(node.parent)
    return None


def heading_above(node: nodes.Node) -> nodes.Element | None:
    """The title of the section that `node` stands in, or of the article."""
    holders = (one for one in (node, *around(node)) if isinstance(one, (nodes.section, nodes.document)))
    return next((title for one in holders if (title := title_of(one)) is not None), None)


def heading_beside_note(document: nodes.document, name: str) -> nodes.section | None:
    """The one section that has a name which a note has, too: a link by that name means the heading."""
    at = document.nameids.get(name)
    note = document.ids.get(at) if at else None
    if not isinstance(note, NOTES):
        return None
    sections = [section for section in document.findall(nodes.section) if name in section["dupnames"]]
    return sections[0] if len(sections) == 1 else None


def places_named(document: nodes.document, name: str) -> tuple[int, list[int]]:
    """How many headings and places share a name, and the lines that they stand on."""
    name = nodes.fully_normalize_name(name)
    named = [node for node in document.findall(nodes.Element) if name in node.get("dupnames", ())]
    return len(named), sorted({line for node in named if (line := line_of(title_of(node) or node))})


def ambiguous(document: nodes.document, goal: str) -> str:
    """What to say of a link by a name that two headings or places have."""
    count, lines = places_named(document, goal)
    where = f", in lines {listed([str(line) for line in lines])}" if len(lines) > 1 else ""
    return (
        f'"{goal}" is the name of {count if count > 2 else "two"} places{where}: write .. _name: '
        f"before the one that is meant, and link to it by :ref:`{goal} <name>`"
    )


class LinkHeadings(Transform):
    """Links by the name of a heading that is the name of a note, too (``Ports_``)."""

    default_priority = Footnotes.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Lead them to the heading."""
        document = self.document
        for link in list(document.findall(nodes.reference)):
            name = link.get("refname", "")
            if not name or link.resolved:
                continue
            heading = heading_beside_note(document, name)
            if heading is not None:
                del link["refname"]
                link["refid"], link.resolved = heading["ids"][0], True


class ResolveReferences(Transform):
    """Make a link of each `cross_reference`, or a fault where nothing has the name."""

    default_priority = InternalTargets.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Resolve all of them, in the order of the text."""
        document = self.document
        self.places = {name: node for node in document.findall(nodes.Element) for name in node["ids"]}
        self.terms: dict[str, nodes.term] = {}
        for term in document.findall(nodes.term):
            if GLOSSARY in term.parent.parent["classes"] and term["ids"]:
                self.terms.setdefault(_folded(term.astext()), term)
        self.resolved: set[int] = set()
        for node in list(document.findall(cross_reference)):
            self._resolve(node)

    def _resolve(self, node: cross_reference) -> None:
        if id(node) in self.resolved:
            return
        self.resolved.add(id(node))
        kind = node["kind"]
        if kind == "article":
            if not self.document["ids"]:
                self.document.set_id(self.document, suggested_prefix="title")
            self._link(node, self.document["ids"][0], title_of(self.document))
        elif kind == "term" or (kind == "any" and _folded(node["goal"]) in self.terms):
            self._term(node)
        else:
            self._name(node)

    def _term(self, node: cross_reference) -> None:
        term = self.terms.get(_folded(node["goal"]))
        if term is None:
            known = {_folded(other.astext()): other.astext() for other in self.terms.values()}
            near = suggest(_folded(node["goal"]), known)
            self._fault(node, f'no glossary has the term "{node["goal"]}"{near}')
            return
        self._link(node, term["ids"][0], node)

    def _name(self, node: cross_reference) -> None:
        """A name: a label before something, or the words of a heading."""
        document, goal = self.document, node["goal"]
        name = nodes.fully_normalize_name(goal)
        heading = heading_beside_note(document, name)
        at = heading["ids"][0] if heading is not None else document.nameids.get(name)
        place = self.places.get(at) if at else None
        seen = set()
        while isinstance(place, nodes.target) and place.get("refid") and id(place) not in seen:
            seen.add(id(place))
            at = place["refid"]
            place = self.places.get(at)
        if place is None or at is None:
            if name in document.nameids:
                message = ambiguous(document, goal)
            else:
                known = [known for known, there in document.nameids.items() if there]
                message = f'nothing is called "{goal}" here{suggest(name, known)}'
            self._fault(node, message)
            return
        if isinstance(place, nodes.target) and "refuri" in place:
            link = nodes.reference(node.rawsource, "", *node.children, refuri=place["refuri"])
            node.replace_self(link)
            return
        if node["kind"] == "numref":
            self._number(node, at, place)
            return
        title = number_of(place) or title_of(place)
        if node["kind"] == "para":
            title = paragraph_number(place)
            if title is None:
                message = (
                    f'what is called "{goal}" is no paragraph with a number: write .. _{goal}: before one, '
                    "and the field :numbered: paragraphs below the title"
                )
                self._fault(node, message)
                return
        if node["kind"] in {"page", "eq"}:
            title = title or (heading_above(place) if node["kind"] == "page" else node)
        if title is None and not node["explicit"]:
            message = (
                f'what is called "{goal}" has no title: write the words to show, '
                f"as in :{node['kind']}:`words <{goal}>`"
            )
            self._fault(node, message)
            return
        self._link(node, at, title)

    def _number(self, node: cross_reference, at: str, place: nodes.Element) -> None:
        """A reference by number: "Figure 3", or the author's words with the number in them."""
        number = state_of(self.document).numbers.get(owner_of(place))
        written = node.astext() if node["explicit"] else ""
        title = title_of(place)
        if number is None and number_of(place) is None and (not written or _SLOTS.search(written)):
            report(self.document, "target-unnumbered", self._unnumbered(node["goal"], place), node)
            if title is None and not written:
                node.replace_self(nodes.Text(node["goal"]))
                return
            node["explicit"] = False
            self._link(node, at, title or node)
            return
        formula = number_of(place)
        shown = number.text if number is not None else formula.astext() if formula is not None else ""
        label = number.label if number is not None else shown
        parts: list[nodes.Node] = []
        for part in _SLOTS.split(written) if written else [label]:
            if part == "{name}" and title is not None:
                if not self._is_resolved(node, title):
                    return
                parts += title_text(self.document, title)
            elif part:
                parts.append(nodes.Text(shown if part in ("{number}", "%s") else part))
        if words_for(metadata_of(self.document).language).foreign and not written:
            parts = [nodes.inline(label, label, classes=["language-en"])]
        node.replace_self(nodes.reference(node.rawsource, "", *parts, refid=at))

    def _unnumbered(self, goal: str, place: nodes.Element) -> str:
        """What to say of a reference by number to what has none."""
        owner = owner_of(place)
        kind = caption_of(owner)
        wanted = metadata_of(self.document).numbered
        if isinstance(owner, nodes.Element) and UNNUMBERED in owner["classes"]:
            what = f'the class "{UNNUMBERED}" takes it: take that class out, or refer to it with :ref:'
        elif isinstance(owner, nodes.section) and any(
            isinstance(one, nodes.section) for one in state_of(self.document).numbers
        ):
            what = "its section is deeper than those that are numbered: refer to it with :ref:"
        elif kind is not None and KINDS[kind[0]] in wanted:
            what = "refer to it with :ref:"
        elif kind is not None:
            what = f"{KINDS[kind[0]]} have no numbers here: write :numbered: {KINDS[kind[0]]} below the title"
        elif isinstance(owner, nodes.section):
            what = "sections have no numbers here: write :numbered: sections below the title"
        elif isinstance(owner, (nodes.figure, nodes.table)):
            what = f"a {owner.tagname} has a number where it has a caption: write one"
        else:
            what = "figures, tables, listings and sections have numbers: refer to anything else with :ref:"
        numbered = [name for name, at in self.document.nameids.items() if at and self._has_number(at)]
        return f'what is called "{goal}" has no number: {what}{suggest(goal.lower(), numbered)}'

    def _has_number(self, name: str) -> bool:
        return owner_of(self.places.get(name)) in state_of(self.document).numbers

    def _link(self, node: cross_reference, at: str, title: nodes.Element | None) -> None:
        """Replace a reference by a link to the id `at`, with its own words or with those of `title`."""
        own = node["explicit"] or title is None or title is node
        if title is not None and not own and not self._is_resolved(node, title):
            return
        children: Iterable[nodes.Node] = node.children if own else title_text(self.document, title)
        # A heading is copied into lists of contents and into heads of pages, where a number is out of place.
        paged = node["kind"] == "page" and not isinstance(node.parent, nodes.Titular)
        kind = page_reference if paged else nodes.reference
        classes = ["worded"] if paged and node["explicit"] else []
        node.replace_self(kind(node.rawsource, "", *children, refid=at, classes=classes))

    def _is_resolved(self, node: cross_reference, title: nodes.Element) -> bool:
        """Resolve what a title refers to itself; where that leads back to `node`, it is a fault."""
        for other in list(title.findall(cross_reference)):
            self._resolve(other)
        if title.next_node(cross_reference) is None:
            return True
        message = (
            f'the title of "{node["goal"]}" holds a reference that leads back here: write the words '
            f"to show, as in :{node['kind']}:`words <{node['goal']}>`"
        )
        self._fault(node, message)
        return False

    def _fault(self, node: cross_reference, message: str) -> None:
        report(self.document, "target-unknown", message, node)
        node.replace_self(fault(node.rawsource, node.astext(), title=message))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
