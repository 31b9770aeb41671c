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

from pipeline.findings import Finding, shortened
from pipeline.read.slips import lists
from pipeline.read.slips.emphasis import find_stuck
from pipeline.read.slips.fields import (
    FIELD_SAID,
    find_in_field,
    find_in_head,
    find_stray_fields,
    front_fields,
    head_of,
)
from pipeline.read.slips.inline import find_inline
from pipeline.read.slips.lines import NUMBERING, find_beginnings, find_in_lines, is_directive
from pipeline.read.slips.meant.found import find_left, find_meant
from pipeline.read.slips.meant.tables import find_asciidoc
from pipeline.read.slips.misread_blocks import directive_meant, find_misread, find_mixed_underline
from pipeline.read.slips.options import find_caption_below, find_class_names, find_in_options
from pipeline.read.slips.pasted import begins_foreign, find_foreign_blocks, find_pasted_lines
from pipeline.read.slips.roles import find_roles
from pipeline.read.slips.tables import find_csv_quotes, find_tabbed, markdown_table
from pipeline.read.slips.words import find_in_words
from pipeline.tree.metadata import known_field
from pipeline.tree.parts import before_of
from pipeline.tree.report import line_of, source_of

_DIRECTIVE: Final = re.compile(r"([a-z][a-z-]*)(::?)(?=\s|\w|[.,;]|$)")
_NOTE: Final = re.compile(
    r"#\[[\w.+-]{1,80}\](?=\s)|\[[#*]?[\w .:+-]*\](?!\])|\[#[^\]\n]{1,80}\](?=\s)|[［【]\s*#?[\w.-]+\s*[］】]"
)
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
    :param spans: a finding, and the first and the last line of a passage: what docutils says of these lines
        is left out, where it is no worse than the finding.
    :param fields: of the metadata that are written wrongly, by their names.
    :param title: the lines in which the title stands, or was to stand.
    :param below_title: the fields that are read as text because the title is no title.
    """

    findings: list[Finding] = field(default_factory=list)
    spans: list[tuple[Finding, int, int]] = field(default_factory=list)
    fields: dict[str, Finding] = field(default_factory=dict)
    title: range = range(0)
    below_title: frozenset[str] = frozenset()

    def add(self, found: Finding, last: int, first: int = 0) -> None:
        """Add what was found; `first` and `last`: the lines that it explains, or 0."""
        self.findings.append(found)
        if last:
            self.spans.append((found, min(first or last, found.line or last), last))

    def explain(self, other: Finding) -> bool:
        """Whether a finding says of the line of another what is behind that."""
        line = other.line or 0
        return any(
            found.source == other.source and first <= line <= last and (found.is_error or not other.is_error)
            for found, first, last in self.spans
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
    notes = document.findall(lambda node: isinstance(node, (nodes.footnote, nodes.citation)))
    labels = frozenset(name for note in notes for name in note["names"])
    slips.title, slips.below_title = head_of(document, lines)
    for line, code, said, last in find_in_head(document, lines):
        found = Finding(code, shown, line, said)
        slips.add(found, last)
        field_name = FIELD_SAID.search(said)
        if field_name is not None:
            slips.fields.setdefault(field_name[1], found)
        if code == "markup-foreign":
            slips.fields |= dict.fromkeys(front_fields(lines, line, last), found)
    for line, code, said, last in (*find_tabbed(lines), *find_csv_quotes(lines), *find_asciidoc(lines)):
        slips.add(Finding(code, shown, line, said), last)
    for meant, line, code, said in find_meant(document, lines):
        source = source_of(meant) if meant is not None else ""
        found = Finding(code, str(source or shown), line, said)
        whole = code == "markup-foreign" or "is read as a list of one item" in said
        slips.add(found, line if whole else 0)
        if code == "meta-value" and meant is not None and isinstance(meant.parent, nodes.field_body):
            slips.fields.setdefault(known_field(meant.parent.parent[0].astext()) or "", found)
    bare = any(_is_code(node) for node in document.findall(nodes.Element))
    spaced = [node for node in document.findall(nodes.block_quote) if _begins_with_space(node, lines)]
    for node in document.findall(nodes.Element):
        source = source_of(node) or shown
        for line, code, said, last in _in_node(node, lines if source == shown else [], labels, bare=bare):
            found = Finding(code, source, line, said)
            if not (code != "markup-stuck" and slips.explain(found)):
                slips.add(found, last, (line_of(node) or 0) if NUMBERING in said else 0)
                field_name = FIELD_SAID.search(said)
                if field_name is not None:
                    slips.fields.setdefault(field_name[1], found)
    _add_left(slips, find_left(document, lines), shown)
    if len(spaced) <= _FEW:
        for node in spaced:
            words = shortened(node[0].rawsource.split("\n")[0], 30, 30)
            said = f'"{words}" begins with a space and is read as a quotation: take the space out'
            start = line_of(node) or 1
            last = start + node[0].rawsource.count("\n") + 1
            slips.add(Finding("markup-misread", str(node.source or shown), start, said), last)
    return slips


def _add_left(slips: Slips, left: Iterator[tuple[nodes.Element, int, str, str]], shown: str) -> None:
    """Add what is found in blocks of which nothing is said yet."""
    told = {(one.source, one.line) for one in slips.findings}
    for node, line, code, said in left:
        source = source_of(node) or shown
        block = node.parent if isinstance(node, nodes.Inline) else node
        first = min(line_of(block) or line, line)
        last = max(first + block.rawsource.count("\n"), line)
        if not any((source, at) in told for at in range(first, last + 1)):
            slips.add(Finding(code, source, line, said), 0)


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
    for named in find_class_names(node):
        start = line_of(node) or 1
        above = range(min(start, len(lines)), max(start - 3, 0), -1)
        start = next((at for at in above if re.search(r"\bclass(?:es)?:", lines[at - 1])), start)
        yield start, "markup-misread", named, 0
    if isinstance(node, (nodes.image, nodes.figure)):
        for below, told in find_caption_below(node):
            yield line_of(below) or 1, "markup-misread", told, 0
    if isinstance(node, nodes.comment):
        said = next(_remark(node), None)
        if said is not None:
            lost = re.match(
                r"\[#[^\]\n]*[^\w\]\n.:+-][^\]\n]*\] \S", node.astext()
            )  # its call can't be read either
            code = "note-undefined" if lost else "markup-misread"
            yield _start(node, line_of(node) or 1, lines), code, said, 0
    elif isinstance(node.parent, nodes.system_message):
        return  # what docutils says, which may quote tags and the like
    elif isinstance(node, _WORDED):
        yield from _in_words(node, labels, bare=bare)
    elif isinstance(node, nodes.line_block) and not isinstance(node.parent, nodes.line_block):
        yield from markdown_table(node)
    elif isinstance(node, (nodes.enumerated_list, nodes.bullet_list)):
        for line, code, said in lists.find_in_list(node):
            yield line, code, said, 0
    elif isinstance(node, (nodes.transition, nodes.definition_list_item)):
        yield from find_misread(node, lines)
    elif isinstance(node, nodes.image):
        yield from find_in_options(node, lines)
    elif isinstance(node, nodes.field_list):
        yield from find_stray_fields(node)


def _in_words(
    node: nodes.Element, labels: frozenset[str], *, bare: bool
) -> Iterator[tuple[int, str, str, int]]:
    """What the lines and the words of a paragraph, a heading or the like show."""
    first = line_of(node) or 1
    # docutils gives the line of the underline
    above = isinstance(node, nodes.title) and isinstance(node.parent, nodes.section)
    if isinstance(node, nodes.term):
        written = node.rawsource.strip()
        # docutils names the line behind a term
        for code, said in (
            *((code, said) for _, code, said in find_beginnings([written])),
            *begins_foreign(written),
        ):
            yield first, code, said, 0
    if isinstance(node, nodes.paragraph):
        yield from find_foreign_blocks(node, first)
        yield from find_mixed_underline(node, first)
        yield from find_in_lines(node, first)
        yield from find_in_field(node, first)
        yield from find_pasted_lines(node, first)
    for line, code, said in find_in_words(node, labels, bare=bare):
        yield line - above, code, said, 0
    for line, code, said in find_inline(node):
        yield line - above, code, said, 0
    for line, code, said in find_roles(node):
        yield line - above, code, said, 0
    for line, code, said in find_stuck(node):
        yield line - above, code, said, line


def _start(node: nodes.Element, line: int, lines: list[str]) -> int:
    """The line that a comment begins on: docutils knows that on which the parser stood behind it."""
    first = node.astext().split("\n", 1)[0]
    above = range(min(line, len(lines)), 0, -1)
    return next((number for number in above if lines[number - 1].strip() == f".. {first}"), line)


def _remark(node: nodes.Element) -> Iterator[str]:
    text = node.astext()
    match, note = _DIRECTIVE.match(text), _NOTE.match(text)
    if note is not None:
        name = "no space" if re.search(r"\s|^\[[^#]|^[^\[]", note[0]) else "letters, figures and - only"
        what = f"write .. [#name] and a space before the text of a note, with {name} in the name"
        yield f"{_unseen(note[0])}: {what}"
    name = match[1] if match is not None else directive_meant(text)
    if name and is_directive(name):
        written = match[0] if match is not None else text.split("\n")[0][:30]
        yield f"{_unseen(written)}: write .. {name}:: with two colons and a space, or other words"
    elif (
        (place := re.fullmatch(r"([a-z][a-z0-9-]*):", text)) is not None
        and (behind := node.next_node(descend=False, siblings=True, ascend=True)) is not None
        and isinstance(behind, (nodes.section, nodes.table, nodes.figure, nodes.image))
        and place[1] not in ("todo", "fixme", "note", "comment")
    ):
        yield f"{_unseen(text)}: the name of a place is written .. _{place[1]}: with an underscore before it"


def _unseen(text: str) -> str:
    return f'".. {text}" is read as a remark, which no edition shows'


def _begins_with_space(node: nodes.block_quote, lines: list[str]) -> bool:
    """Whether a paragraph begins with one space, unseen: a quotation is indented by more."""
    line = line_of(node) or 0
    if not 0 < line <= len(lines) or not isinstance(node.parent, (nodes.document, nodes.section)):
        return False
    alone = len(node) == 1 and isinstance(node[0], nodes.paragraph)
    listed = isinstance(before_of(node), (nodes.bullet_list, nodes.enumerated_list))  # meant as a part of it
    return alone and not listed and re.match(r" \S", lines[line - 1]) is not None
