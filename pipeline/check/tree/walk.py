"""The walk over the tree: where it is, and how words, links and ids become pieces of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from docutils import nodes

from pipeline.check.vocabulary.builder import Builder
from pipeline.check.vocabulary.facts import Facts, Kind, Language, Link, Span, Target
from pipeline.check.vocabulary.places import at, below
from pipeline.tree.article import Article
from pipeline.tree.labels import labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import page_break

_MUTE: Final = (
    *(nodes.Invisible, nodes.docinfo, nodes.decoration, nodes.label, nodes.transition, nodes.meta, nodes.raw),
)


class Walk:
    """Reads a tree node by node; what each kind of node says is in the classes below this one.

    :ivar line: of the block that is read; `lines`: line ends in it so far.
    :ivar links: those that the next words belong to.
    :ivar wanted: links and the ids that they name.
    :ivar lists: by a note's id, headings and pieces before its list.
    :ivar absent_ids: ids of what the edition does not show; `own_ids`: of what it alone shows.
    """

    absent_ids: frozenset[str]
    own_ids: frozenset[str]

    def __init__(self, article: Article, edition: str) -> None:
        self.document = article.document
        self.metadata = metadata_of(self.document)
        self.labels = labels_for(self.metadata.language)
        self.print = edition == "pdf"
        self.facts = Facts(edition, language=self.metadata.language, title=self.metadata.title)
        self.build = Builder(self.facts.text)
        self.notes = {name: note for note in self.document.findall(nodes.footnote) for name in note["ids"]}
        self.ids: dict[str, Target] = {}
        self.depth = 1
        self.lines = 0
        self.line: int | None = None
        self.links: tuple[int, ...] = ()
        self.within = "text"
        self.optional = False
        self.only = False
        self.wanted: list[tuple[int, str]] = []
        self.lists: dict[str, tuple[int, int]] = {}

    @contextmanager
    def having(self, **state: Any) -> Iterator[None]:
        """Read a part with other values of these attributes."""
        kept = {name: getattr(self, name) for name in state}
        self.__dict__.update(state)
        yield
        self.__dict__.update(kept)

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
        if isinstance(node, page_break) and self.print:
            breaks, line = self.facts.page_breaks, at(node)
            self.build.mark(lambda index: breaks.append(Span(index, index, line)))
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

    def children(self, node: nodes.Element) -> None:
        """Read what is below a node."""
        for child in node:
            self.visit(child)

    def apart(self, within: str, node: nodes.Element, inner: Callable[[Any], None] | None = None) -> None:
        """Read a part under a name of its own, for messages."""
        with self.having(within=within):
            (inner or self.children)(node)

    def mark(self, node: nodes.Element) -> None:
        """The ids of a node stand for what comes next."""
        row = self.build.row.name
        for name in node["ids"]:

            def tell(index: int, name: str = name) -> None:
                self.ids[name] = Target(row, index, name=name)

            self.build.mark(tell)

    def _language(self, node: nodes.Element) -> None:
        tag, place = _language_of(node), node.parent
        while place is not None and not (around := _language_of(place)):
            place = place.parent
        if tag and (place is None or around != tag):
            words = node.astext().split()
            self.facts.passages.append(Language(tag, words[0] if words else "", self.here))

    # Words -----------------------------------------------------------------------------------------------

    @property
    def here(self) -> int | None:
        """The source line."""
        return below(self.line, self.lines)

    def text(self, node: nodes.Text) -> None:
        """Words, with the lines that they stand on."""
        for number, part in enumerate(node.astext().split("\n")):
            if number:
                self.lines += 1
                self.build.space()
            self.say(part)

    def say(self, text: str, **facts: Any) -> None:
        """Words that an edition has, whether or not the author wrote them."""
        self.build.text(text, **(self._given() | facts))

    def thing(self, kind: Kind, text: str, **facts: Any) -> None:
        """Something that stands in the place of words."""
        self.build.thing(kind, text, **(self._given() | facts))

    def _given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in ("optional", "only", "links", "within")}
        return given | {"line": self.here}

    def phrase(self, text: str, after: str = "", **facts: Any) -> None:
        """Words that stand for themselves."""
        self.build.space()
        if text:
            self.say(text + after, **facts)
        self.build.space()

    # Links -----------------------------------------------------------------------------------------------

    def link(self, link: Link) -> int:
        """Add a link.

        :returns: its number.
        """
        self.facts.links.append(replace(link, line=self.here))
        return len(self.facts.links) - 1

    def link_to(self, name: str) -> int:
        """Add a link to an id, wherever that is."""
        number = self.link(Link())
        self.wanted.append((number, name))
        return number

    def linked(self, name: str) -> tuple[int, ...]:
        """The links so far, and one more to an id; none to what this edition does not show."""
        return self.links if name in self.absent_ids else (*self.links, self.link_to(name))


def _language_of(node: nodes.Node) -> str:
    classes = node["classes"] if isinstance(node, nodes.Element) else []
    return next((name.removeprefix("language-") for name in classes if name.startswith("language-")), "")
