"""Single constructs, brought into the form in which both editions show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.misc import ClassAttribute
from docutils.transforms.references import Footnotes, InternalTargets
from docutils.transforms.writer_aux import Admonitions
from docutils.utils.code_analyzer import Lexer, LexerError

from pipeline.tree.labels import titles_of_boxes, titles_of_docutils, words_node
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import EQUATION, NUMBER, index_place, only, page_break
from pipeline.tree.parts import prune
from pipeline.tree.report import line_of, report
from pipeline.tree.state import state_of

LONGEST: Final = 240
"""What a header or a footer has room for on each page, in characters."""

_PLAIN: Final = (nodes.paragraph, nodes.line_block, nodes.image, nodes.Invisible)
_CALLS: Final = (nodes.footnote_reference, nodes.citation_reference)


class CheckDecoration(Transform):
    """Keep what can stand at the head or foot of each page: a few lines of text, an image; no notes."""

    default_priority = Footnotes.default_priority - 2

    def apply(self, **kwargs: Any) -> None:
        """Take the rest out of header and footer, and report it."""
        for decoration in list(self.document.findall(nodes.decoration)):
            for part in list(decoration):
                below = (child.line for top in part for child in top.findall(nodes.Element) if child.line)
                line = next(below, None)
                self._check(part, line)
                if not any(not isinstance(child, nodes.Invisible) for child in part):
                    decoration.remove(part)
            if not len(decoration):
                decoration.parent.remove(decoration)

    def _check(self, part: nodes.Element, line: int | None) -> None:
        name = part.tagname
        for call in [node for node in part.findall(nodes.Element) if isinstance(node, _CALLS)]:
            self._report(f"a {name} has no notes: refer to the note in the text", line_of(call) or line)
            prune(call)
        for child in list(part):
            if not isinstance(child, _PLAIN):
                message = f"a {name} holds lines of text and images: this {child.tagname} is left out"
                self._report(message, child.line or line)
                part.remove(child)
        if len(part.astext()) > LONGEST:
            self._report(f"this {name} is too long to stand on each page and is left out: shorten it", line)
            part.clear()

    def _report(self, message: str, line: int | None) -> None:
        report(self.document, "rst-unsupported", message, line=line)


class PlacePageBreaks(Transform):
    """Keep the page breaks that part the text; print leaves no page empty, and parts no box."""

    default_priority = ClassAttribute.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Take the others out, and report them."""
        if self.document.next_node(page_break) is None:
            return
        row: list[nodes.Node] = []  # the breaks, and what is shown between them
        for place in _breaks_between(self.document):
            around = place.parent if isinstance(place, page_break) else None
            while around is not None and isinstance(around, _AROUND_BREAKS):
                around = around.parent
            if isinstance(place, page_break) and around is not None:
                self._drop(place, f"a page can't break inside {_named(around)}: {_BETWEEN}")
            else:
                row.append(place)
        before: nodes.Node | None = None
        for index, place in enumerate(row):
            if not isinstance(place, page_break):
                before = place
                continue
            if before is None:
                self._drop(place, "nothing stands before this page break: take it out")
            elif isinstance(before, nodes.title):
                self._drop(place, "a heading would be left alone: write .. pagebreak:: above it, not below")
            elif index + 1 == len(row):
                self._drop(place, "nothing follows this page break: take it out")
            elif isinstance(row[index + 1], page_break):
                message = (
                    "another page break follows, and print leaves no page empty: take one of the two out"
                )
                self._drop(place, message)

    def _drop(self, place: page_break, message: str) -> None:
        report(self.document, "rst-unsupported", message, place)
        place.parent.remove(place)


_BETWEEN: Final = "write .. pagebreak:: between two paragraphs of the text, at the left margin"
_AROUND_BREAKS: Final = (nodes.document, nodes.section, nodes.container, only)
"""What a page may break in: it has no edges of its own."""
_PARTS: Final = {
    **dict.fromkeys(("entry", "row", "table"), "a table"),
    **dict.fromkeys(("list_item", "definition", "field_body", "description"), "a list"),
    **dict.fromkeys(("footnote", "citation"), "a note"),
    **{"block_quote": "a quotation", "legend": "a figure", "infobox": "an infobox"},
}


def _named(node: nodes.Element) -> str:
    return _PARTS.get(node.tagname, "a box or another block that is set as one")


def _breaks_between(node: nodes.Element) -> Iterator[nodes.Node]:
    """The page breaks below a node, and the headings, words and images between them, in order."""
    for child in node:
        if isinstance(child, (page_break, nodes.title, nodes.Text, nodes.image, nodes.pending, index_place)):
            yield child
        elif not isinstance(child, nodes.Invisible):
            yield from _breaks_between(child)


class NumberFormulas(Transform):
    """Number the labelled formulas in the order of the text, whatever edition shows them."""

    default_priority = InternalTargets.default_priority  # before `ResolveReferences`, which shows the numbers

    def apply(self, **kwargs: Any) -> None:
        """Put each into a container, behind its number."""
        ours = {id(formula) for formula in state_of(self.document).labelled}
        formulas = [node for node in self.document.findall(nodes.math_block) if id(node) in ours]
        for number, formula in enumerate(formulas, start=1):
            words = nodes.paragraph("", f"({number})", classes=[NUMBER])
            whole = nodes.container(formula.rawsource, classes=[EQUATION])
            formula.parent.replace(formula, whole)
            whole += [words, formula]
            for part in (whole, words):
                part.source, part.line = formula.source, formula.line


class NameAdmonitions(Transform):
    """Titles of admonitions are words, not cries: docutils has "Attention!" and "!DANGER!"."""

    default_priority = Admonitions.default_priority + 2

    def apply(self, **kwargs: Any) -> None:
        """Take the signs of docutils' own titles away, and the capitals."""
        before = titles_of_docutils(self.document)
        titles, foreign = titles_of_boxes(self.document, metadata_of(self.document).language)
        for node in self.document.findall(nodes.admonition):
            kind = next((name for name in node["classes"] if name in before), None)
            if kind is None or not isinstance(node[0], nodes.title) or node[0].astext() != before[kind]:
                continue
            text = titles[kind].strip("!¡ ")
            text = text.capitalize() if text.isupper() else text
            node[0][:] = [words_node(text, foreign=foreign)]


class ColourDoctests(Transform):
    """Mark up doctest blocks as docutils marks up code: by Pygments, with its short class names."""

    default_priority = Admonitions.default_priority + 3

    def apply(self, **kwargs: Any) -> None:
        """Give each piece of code its class."""
        for block in self.document.findall(nodes.doctest_block):
            try:
                tokens = list(Lexer(block.astext(), "pycon", "short"))
            except LexerError:  # Pygments is missing
                continue
            if "".join(text for _, text in tokens) == block.astext():
                block[:] = [
                    nodes.inline(text, text, classes=kinds) if kinds else nodes.Text(text)
                    for kinds, text in tokens
                ]
