"""Slips that are no errors to docutils: it reads the text, but not as its author means it.

A directive with one colon is a comment; a heading, a list or a table without an empty line before it is a
part of the paragraph; a field that is indented further than the others is a part of the one above it; a
sentence that begins with “A. Smith” is a list; and the signs of Markdown are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.slips import lists
from pipeline.read.slips.emphasis import find_stuck
from pipeline.read.slips.fields import find_in_field, find_in_head, find_quoted_options
from pipeline.read.slips.lines import find_in_lines, is_directive, markdown_table
from pipeline.read.slips.words import find_in_words
from pipeline.tree.report import line_of

_DIRECTIVE: Final = re.compile(r"([a-z][a-z-]*)(::?)(?=\s|\w|$)")
_NOTE: Final = re.compile(r"\[[#*]?[\w .:+-]*\](?!\])")
_WORDED: Final = (
    *(nodes.paragraph, nodes.title, nodes.subtitle, nodes.term, nodes.caption, nodes.line),
    *(nodes.attribution, nodes.rubric),
)


_FEW: Final = 2
"""With more quotations that are indented by one space, that is how the author indents them."""


@dataclass
class Slips:
    """What was found, and where docutils' own messages say less.

    :param findings: each with its line.
    :param spans: a finding and its last line: what docutils says of these lines is left out, where it is no
        worse than the finding.
    """

    findings: list[Finding] = field(default_factory=list)
    spans: list[tuple[Finding, int]] = field(default_factory=list)

    def add(self, found: Finding, last: int) -> None:
        """Add what was found; `last`: the last line that it explains, or 0."""
        self.findings.append(found)
        if last:
            self.spans.append((found, last))

    def explain(self, other: Finding) -> bool:
        """Whether a finding says of the line of another what is behind that."""
        line = other.line or 0
        return any(
            found.source == other.source
            and (found.line or 0) <= line <= last
            and (found.is_error or not other.is_error)
            for found, last in self.spans
        )


def find_slips(document: nodes.document, text: str, shown: str) -> Slips:
    """Look for them.

    :param document: as it is parsed, before any transform; initials that it takes for lists are put right.
    :param text: that of the article.
    :param shown: the article, for nodes that name no file.
    """
    slips = Slips()
    lines = text.splitlines()
    lists.keep_initials(document)
    labels = frozenset(name for note in document.findall(nodes.footnote) for name in note["names"])
    for line, code, said, last in find_in_head(document, lines):
        slips.add(Finding(code, shown, line, said), last)
    bare = any(_is_code(node) for node in document.findall(nodes.Element))
    spaced = [node for node in document.findall(nodes.block_quote) if _begins_with_space(node, lines)]
    for node in document.findall(nodes.Element):
        source = str(node.source or _source(node) or shown)
        for line, code, said, last in _in_node(node, lines if source == shown else [], labels, bare=bare):
            found = Finding(code, source, line, said)
            if not (code != "markup-stuck" and slips.explain(found)):
                slips.add(found, last)
    if len(spaced) <= _FEW:
        for node in spaced:
            words = _shown(node[0].rawsource.split("\n")[0])
            said = f'"{words}" begins with a space and is read as a quotation: take the space out'
            slips.add(Finding("markup-misread", str(node.source or shown), line_of(node) or 1, said), 0)
    return slips


def _source(node: nodes.Node) -> str | None:
    at = node.parent
    while at is not None and not at.source:
        at = at.parent
    return str(at.source) if at is not None else None


def _is_code(node: nodes.Element) -> bool:
    """Whether something is set as code: the article is about programs."""
    if isinstance(node.parent, nodes.system_message):
        return False
    fence = node.rawsource.startswith(("```", "~~~"))
    return isinstance(node, (nodes.literal, nodes.literal_block, nodes.doctest_block)) and not fence


def _in_node(
    node: nodes.Element, lines: list[str], labels: frozenset[str], *, bare: bool
) -> Iterator[tuple[int, str, str, int]]:
    """Line, code, message; and the last line of which docutils' messages are left out, or 0."""
    if isinstance(node, nodes.comment):
        said = next(_remark(node), None)
        if said is not None:
            yield _start(node, line_of(node) or 1, lines), "markup-misread", said, 0
    elif isinstance(node.parent, nodes.system_message):
        return  # what docutils says, which may quote tags and the like
    elif isinstance(node, _WORDED):
        first = line_of(node) or 1
        # docutils gives the line of the underline
        above = isinstance(node, nodes.title) and isinstance(node.parent, nodes.section)
        if isinstance(node, nodes.paragraph):
            yield from find_in_lines(node, first)
            yield from find_in_field(node, first)
        for line, code, said in find_in_words(node, labels, bare=bare):
            yield line - above, code, said, 0
        for line, code, said in find_stuck(node):
            yield line - above, code, said, line
    elif isinstance(node, nodes.line_block) and not isinstance(node.parent, nodes.line_block):
        yield from markdown_table(node)
    elif isinstance(node, (nodes.enumerated_list, nodes.bullet_list)):
        for line, code, said in lists.find_in_list(node):
            yield line, code, said, 0
    elif isinstance(node, nodes.image):
        yield from find_quoted_options(node, lines)


def _start(node: nodes.Element, line: int, lines: list[str]) -> int:
    """The line that a comment begins on: docutils knows that on which the parser stood behind it."""
    first = node.astext().split("\n", 1)[0]
    above = range(min(line, len(lines)), 0, -1)
    return next((number for number in above if lines[number - 1].strip() == f".. {first}"), line)


def _remark(node: nodes.Element) -> Iterator[str]:
    text = node.astext()
    match, note = _DIRECTIVE.match(text), _NOTE.match(text)
    if note is not None:
        what = "write .. [#name] and a space before the text of a note, with no space in the name"
        yield f"{_unseen(note[0])}: {what}"
    if match is not None and is_directive(match[1]):
        yield f"{_unseen(match[0])}: write .. {match[1]}:: with two colons and a space, or other words"


def _unseen(text: str) -> str:
    return f'".. {text}" is read as a remark, which no edition shows'


def _begins_with_space(node: nodes.block_quote, lines: list[str]) -> bool:
    """Whether a paragraph begins with one space, unseen: a quotation is indented by more."""
    line = line_of(node) or 0
    if not 0 < line <= len(lines) or not isinstance(node.parent, (nodes.document, nodes.section)):
        return False
    alone = len(node) == 1 and isinstance(node[0], nodes.paragraph)
    return alone and re.match(r" \S", lines[line - 1]) is not None


def _shown(text: str) -> str:
    return text if len(text) < 30 else f"{text[:30]}…"
