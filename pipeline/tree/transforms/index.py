"""The index: from the marks in the text to sorted entries, each with links to its places.

The marks are set on the block that follows them before docutils gives targets to blocks; the list itself is
made when all headings are known, before lists of contents are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import PropagateTargets

from pipeline.findings import suggest
from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.languages.collation import Alphabet
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import GLOSSARY, index_list, index_locator, index_mark, index_place, infobox
from pipeline.tree.parts import around, prune
from pipeline.tree.report import line_of, report
from pipeline.tree.state import IndexPlace, state_of
from pipeline.tree.transforms.references import ResolveReferences, heading_above, title_text

ENTRY_KINDS: Final = ("single", "pair", "triple", "see", "seealso")
OLD_KINDS: Final = ("module", "keyword", "operator", "object", "exception", "statement", "builtin")
"""Kinds of entries that Sphinx still reads: the kind becomes a second entry."""

_HOLDERS: Final = (
    *(nodes.section, nodes.paragraph, nodes.Sequential, nodes.list_item, nodes.term, nodes.table),
    *(nodes.figure, nodes.image, nodes.literal_block, nodes.Admonition, nodes.topic, nodes.sidebar),
    *(nodes.rubric, nodes.block_quote, nodes.line_block, nodes.container, nodes.compound),
    *(nodes.math_block, infobox),
)
_PASSED: Final = (nodes.footnote, nodes.citation, nodes.substitution_definition, nodes.field_list)


@dataclass
class Entry:
    """One entry, with its places and the entries below it.

    :param places: (id, whether it is the principal one), in the order of the text.
    :param see: terms that stand instead of it; `also`: terms that stand beside it.
    """

    term: str
    places: list[tuple[str, bool]] = field(default_factory=list)
    see: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    below: dict[str, Entry] = field(default_factory=dict)
    node: nodes.list_item | None = None

    def at(self, *terms: str) -> Entry:
        """The entry some levels below, made if it is not there."""
        entry = self
        for term in terms:
            entry = entry.below.setdefault(term, Entry(term))
        return entry


class PlaceMarks(Transform):
    """Give the places of the index their ids: the block behind a directive, or the words of a role."""

    default_priority = PropagateTargets.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Take the marks out of the tree; `State.index` gets the entries with the ids of their places."""
        document = self.document
        found = state_of(document).index
        for mark in list(document.findall(index_mark)):
            if mark.parent is None or isinstance(mark.parent, nodes.substitution_definition):
                continue  # its copies stand where it is used
            if mark.children:
                holder: nodes.Element | None = nodes.target(mark.rawsource, "", *mark.children)
            else:
                holder = _holder(mark)
            if holder is None:
                prune(mark)
                continue
            at = next(iter(holder["ids"]), "")
            if not at:
                names = (f"index-{number}" for number in count(len(found)))
                at = next(name for name in names if name not in document.ids)  # headings may be called so
                holder["ids"].append(at)
                document.ids[at] = holder
            line = mark.line or line_of(mark)
            found += [IndexPlace(kind, text, main, at, line) for kind, text, main in mark["entries"]]
            if mark.children:
                mark.replace_self(holder)
            else:
                prune(mark)


def _holder(mark: nodes.Node) -> nodes.Element | None:
    """The first block behind `mark` that can bear an id; where none follows, the last one before it."""
    for node in _behind(mark):
        if isinstance(node, _HOLDERS) and not any(isinstance(one, _PASSED) for one in (node, *around(node))):
            return node
    before = [node for node in mark.parent[: mark.parent.index(mark)] if isinstance(node, _HOLDERS)]
    above = [node for node in around(mark) if isinstance(node, (*_HOLDERS, nodes.document))]
    return next(iter([*reversed(before), *above]), None)


def _behind(mark: nodes.Node) -> Iterator[nodes.Element]:
    """The elements that follow `mark` in the order of the text."""
    node = mark.next_node(nodes.Element, ascend=True)
    while node is not None:
        yield node
        node = node.next_node(nodes.Element, ascend=True)


class BuildIndex(Transform):
    """Make the index and set it where the author wants it, else in a section at the end.

    With ``:index: no`` there is none. The terms of glossaries stand in it, too, where there is one.
    """

    default_priority = ResolveReferences.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Replace the first `index_place`; remove others."""
        document = self.document
        metadata = metadata_of(document)
        self.language = metadata.language
        self.labels = labels_for(self.language)
        marks = state_of(document).index
        places = list(document.findall(index_place))
        listing = self._listing(metadata.language, marks) if marks and metadata.index != "no" else None
        for number, place in enumerate(places):
            if listing is None or number:
                self._drop(place, bool(number))
            else:
                listing.source, listing.line = place.source, place.line
                place.replace_self(listing)
        if listing is not None and not places:
            title = self.labels["index"]
            heading = nodes.title(title, "", label_node(title, metadata.language))
            section = nodes.section("", heading, listing, classes=["index"])
            for node in (section, listing):
                node.source, node.line = document.get("source"), 1
            document += section
            document.set_id(section, suggested_prefix=nodes.make_id(title) or "index")

    def _drop(self, place: index_place, again: bool) -> None:
        message = (
            "the index stands in one place: take this printindex out"
            if again
            else "there is no index to print: write .. index:: or :index: where its places are"
        )
        report(self.document, "index-entry", message, place, line=place.line)
        prune(place)

    def _listing(self, language: str, marks: list[IndexPlace]) -> index_list:
        self.root = Entry("")
        self.by_id = {name: node for node in self.document.findall(nodes.Element) for name in node["ids"]}
        for kind, text, main, at, line in marks:
            self._take(kind, text, main, at, line)
        for term in self.document.findall(nodes.term):
            if GLOSSARY in term.parent.parent["classes"] and term["ids"]:
                self.root.at(" ".join(term.astext().split())).places.insert(0, (term["ids"][0], True))
        alphabet = Alphabet(language)
        listing = index_list()
        letter = None
        for entry in sorted(self.root.below.values(), key=lambda entry: alphabet.key(entry.term)):
            under = alphabet.letter(entry.term) or self.labels["index-symbols"]
            if under != letter:
                letter = under
                listing += nodes.rubric(letter, letter, classes=["index-letter"])
                listing += nodes.bullet_list(classes=["index-entries"])
            listing[-1].append(self._item(entry, alphabet))
        self._see(self.root)
        return listing

    # What the author wrote -------------------------------------------------------------------------------

    def _take(self, kind: str, text: str, main: bool, at: str, line: int | None) -> None:
        """Add one entry; report one that has too few parts."""
        parts = [" ".join(part.split()) for part in text.split(";")]
        parts = [part for part in parts if part]
        needed = {"pair": 2, "triple": 3, "see": 2, "seealso": 2}.get(kind, 1)
        if len(parts) < needed:
            message = f'the index entry "{kind}: {text}" needs {needed} parts with a semicolon between them'
            report(self.document, "index-entry", message, line=line)
            return
        if kind == "see":
            self._add(self.root.at(parts[0]).see, parts[1])
        elif kind == "seealso":
            self._add(self.root.at(parts[0]).also, parts[1])
        else:
            for path in _paths(kind, parts):
                self._add(self.root.at(*path).places, (at, main))

    @staticmethod
    def _add(to: list[Any], value: Any) -> None:
        if value not in to:
            to.append(value)

    # What the index shows --------------------------------------------------------------------------------

    def _item(self, entry: Entry, alphabet: Alphabet) -> nodes.list_item:
        paragraph = nodes.paragraph("", "", nodes.inline("", entry.term, classes=["index-term"]))
        sections: list[nodes.Element | None] = []
        for at, main in entry.places:
            if at not in self.by_id:  # what stood there has been taken out
                continue
            section = heading_above(self.by_id[at])
            note = label_node(self.labels["note"], self.language)
            words = [note] if section is None else title_text(self.document, section)
            locator = index_locator("", "", *words, refid=at)
            locator["classes"] = [*(["main"] if main else []), *(["again"] if section in sections else [])]
            sections.append(section)
            self.document.set_id(locator, suggested_prefix="index-link")
            paragraph += locator
        item = entry.node = nodes.list_item("", paragraph)
        if entry.below:
            inner = nodes.bullet_list(classes=["index-entries"])
            below = sorted(entry.below.values(), key=lambda entry: alphabet.key(entry.term))
            inner += [self._item(part, alphabet) for part in below]
            item += inner
        return item

    def _see(self, entry: Entry) -> None:
        """Write the references from entry to entry: all entries have their nodes now."""
        for part in entry.below.values():
            self._see(part)
        node = entry.node
        if node is None:
            return
        for label, terms in (("see", entry.see), ("see-also", entry.also)):
            for number, term in enumerate(terms):
                paragraph = node[0]
                target = self._find(term)
                if target is None or target.node is None:
                    message = (
                        f'the index leads from "{entry.term}" to "{term}", which is no entry'
                        f"{suggest(term, self.root.below)}"
                    )
                    report(self.document, "index-entry", message, line=self._line(term))
                    link: nodes.Node = nodes.Text(term)
                else:
                    if not target.node["ids"]:
                        self.document.set_id(target.node, suggested_prefix="index-entry")
                    link = nodes.reference("", term, refid=target.node["ids"][0])
                start = "; " if entry.places or number or (label == "see-also" and entry.see) else ", "
                paragraph += nodes.Text(start)
                if not number:
                    words = self.labels[label]
                    paragraph += [
                        nodes.emphasis(words, "", label_node(words, self.language)),
                        nodes.Text(" "),
                    ]
                paragraph += link

    def _find(self, term: str) -> Entry | None:
        """The entry that a reference names: ``state`` or, one level below, ``state; member``."""
        found = self.root.below.get(term)
        if found is None and "," in term:
            first, _, rest = term.partition(",")
            found = self.root.below.get(first.strip(), Entry("")).below.get(rest.strip())
        return found

    def _line(self, term: str) -> int | None:
        """The line of the reference to a term."""
        marks = state_of(self.document).index
        return next((mark.line for mark in marks if mark.kind.startswith("see") and term in mark.text), None)


def _paths(kind: str, parts: list[str]) -> Iterable[tuple[str, ...]]:
    """The entries that one mark makes, each as the way down to it."""
    if kind == "pair":
        first, second = parts[:2]
        return ((first, second), (second, first))
    if kind == "triple":
        first, second, third = parts[:3]
        return ((first, f"{second} {third}"), (second, f"{third}, {first}"), (third, f"{first} {second}"))
    if kind in OLD_KINDS:
        return ((parts[0], kind), (kind, parts[0]))
    return (tuple(parts),)
