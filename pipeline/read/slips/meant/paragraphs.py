"""Paragraphs whose lines were apart, and those that the foot of a page parts, copied from a PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.parts import before_of
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element, int, str, str]
_KEPT: Final = "is joined with the line above: lines that are kept begin with | and a space"
_JOINING: Final = ".,;:!?-…—。，、；：！？．،؛؟۔।॥։።"
"""A line of an address or a verse ends in none of these."""
_SHORT: Final = 45
"""In letters, of which those of East Asia are as wide as two: an address or a verse has no longer lines,
and a paragraph seldom breaks its lines so early."""


def find_joined(document: nodes.document, lines: list[str]) -> Iterator[_Found]:
    """Lines that end in two spaces, as Markdown keeps them; addresses and verses; numbers of pages.

    :param document: as it is parsed.
    :param lines: of the article, as they were typed.
    """
    for node in document.findall(nodes.paragraph):
        written = [line.strip() for line in node.rawsource.splitlines()]
        if not written or isinstance(node.parent, nodes.system_message):
            continue
        first = line_of(node) or 1
        if _is_barred(written) and _is_plain(node):
            said = "bars make no table here: a table is .. list-table::, or .. csv-table:: with :delim: |"
            yield node, first, "table-unread", f'"{quoted(written[0])}" is read as text: {said}'
        elif len(written) > 2 and all(map(_is_apart, written)) and _is_plain(node):
            yield node, first + 1, "markup-misread", f'"{quoted(written[1])}" {_KEPT}'
        elif _is_term(node, written) and (_is_term_beside(node)):
            said = (
                f'"{quoted(written[1])}" is joined with the line above: '
                "what explains a word is indented on the line below it"
            )
            yield node, first + 1, "markup-misread", said
        elif _ended(lines[first - 1 : first - 1 + len(written)], written):
            said = f'"{quoted(written[1])}" {_KEPT}; two spaces at the end of a line do nothing'
            yield node, first + 1, "markup-foreign", said
        elif re.fullmatch(r"(?:- ?)?\d{1,3}(?: ?-)?", node.rawsource.strip()) and _parts(node):
            said = "stands between two parts of one sentence: if it is the number of a page, take it out"
            yield node, first, "markup-misread", f'"{written[0]}" {said}, and join the parts'


def _is_barred(written: list[str]) -> bool:
    """Whether each of three lines or more has the same number of bars between words."""
    bars = {len(re.findall(r"\S \| (?=\S)", line)) for line in written}
    return (
        len(written) > 2 and len(bars) == 1 and 0 not in bars and not any(line[:1] == "|" for line in written)
    )


def _is_apart(line: str) -> bool:
    width = len(line) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
    return width <= _SHORT and re.match(r"[^\W_a-zß-ÿ]", line) is not None and line[-1:] not in _JOINING


def _is_plain(node: nodes.paragraph) -> bool:
    return all(isinstance(one, nodes.Text) for one in node) and isinstance(
        node.parent, (nodes.document, nodes.section)
    )


def _ended(typed: list[str], written: list[str]) -> bool:
    """Whether each line but the last ends in two spaces: one that does may do so by accident."""
    same = [line.strip() for line in typed] == written
    return same and len(typed) > 2 and all(re.search(r"\S  $", line) for line in typed[:-1])


def _parts(node: nodes.paragraph) -> bool:
    before = before_of(node)
    behind = node.next_node(descend=False, siblings=True)
    if not isinstance(before, nodes.paragraph) or not isinstance(behind, nodes.paragraph):
        return False
    return re.search(r"[\w,-]$", before.astext()) is not None and behind.astext()[:1].islower()


def _is_term(node: nodes.paragraph, written: list[str]) -> bool:
    """Whether a paragraph is a line of one to three words, and a longer one that begins with a capital."""
    if len(written) != 2 or not _is_plain(node):
        return False
    term, words = written
    return (
        len(term) <= 25
        and len(words) > len(term)
        and len(term.split()) <= 3
        and re.fullmatch(r"[A-ZÀ-Þ][\w -]*", term) is not None
        and re.match(r"[A-ZÀ-Þ]", words) is not None
    )


def _is_term_beside(node: nodes.paragraph) -> bool:
    """Whether the paragraph before or behind is such a pair as well."""
    index = node.parent.index(node)
    near = [node.parent[at] for at in (index - 1, index + 1) if 0 <= at < len(node.parent)]
    return any(
        isinstance(one, nodes.paragraph)
        and _is_term(one, [line.strip() for line in one.rawsource.splitlines()])
        for one in near
    )
