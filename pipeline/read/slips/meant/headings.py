"""Numbers typed before headings that are numbered as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.metadata import known_field
from pipeline.tree.numbering.sections import NumberSections
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_NUMBER: Final = re.compile(
    r"(?:(?P<dotted>\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)]|[IVX]{1,4}[.)])|\d{1,2}) (?=[^\W\d_])"
)


def find_numbers(document: nodes.document) -> Iterator[_Found]:
    """Headings with a number of their own, where ``.. sectnum::`` or ``:numbered:`` sets numbers before them.

    One number without a dot may belong to the words, as in "3 reasons".
    """
    if not _numbered(document):
        return
    titles = [one for one in document.findall(nodes.title) if isinstance(one.parent, nodes.section)]
    matches = [(title, match) for title in titles if (match := _NUMBER.match(title.astext()))]
    if len(matches) < 2 and not any(match["dotted"] for _, match in matches):
        return
    for title, match in matches:
        said = (
            f'"{quoted(title.astext())}" gets a number, and has one that was typed: '
            f'take "{match[0].strip()}" out'
        )
        yield title, (line_of(title) or 2) - 1, "markup-misread", said


def _numbered(document: nodes.document) -> bool:
    pending = document.findall(nodes.pending)
    if any(one.transform is NumberSections for one in pending):
        return True
    fields = document.findall(nodes.field)
    return any(known_field(one[0].astext()) == "numbered" and "sections" in one[1].astext() for one in fields)


_LONGEST: Final = 70
"""Letters of a heading."""
_CAPITALS: Final = re.compile(r"(?=(?:.*[A-ZÀ-Þ]){4})[A-ZÀ-Þ0-9][A-ZÀ-Þ0-9 ,:’'&/–-]*")
_COUNTED: Final = re.compile(r"(?:\d{1,2}[.)]?|[IVX]{1,4}[.)]|[A-Z][.)]) (?=[^\W\d_])")


def find_bold_headings(document: nodes.document) -> Iterator[tuple[nodes.Element, int, str, str]]:
    """Two lines or more above paragraphs that are all numbered and in bold type, or all in capitals.

    :param document: as it is parsed.
    """
    for is_meant, what in ((_is_bold, "as a paragraph in bold type"), (_is_capital, "as a paragraph")):
        found = [
            one
            for one in document.findall(nodes.paragraph)
            if isinstance(one.parent, (nodes.document, nodes.section))
            and is_meant(one)
            and _has_text_below(one)
        ]
        if len(found) < 2:
            continue
        words = found[0].astext().strip(" :")
        signs = "=" * min(40, max(4, len(words)))
        said = f'"{quoted(words)}" is read {what}: a heading has a line of signs below it, {signs}'
        yield found[0], line_of(found[0]) or 1, "markup-misread", said


def _is_bold(node: nodes.paragraph) -> bool:
    words = node.astext()
    alone = len(node) == 1 and isinstance(node[0], nodes.strong) and len(words) <= _LONGEST
    return alone and _COUNTED.match(words) is not None and re.search(r"[.;,!?]$", words) is None


def _is_capital(node: nodes.paragraph) -> bool:
    words = node.rawsource.strip()
    return len(words) <= _LONGEST and _CAPITALS.fullmatch(words) is not None and " " in words


def _has_text_below(node: nodes.paragraph) -> bool:
    at = node.parent.index(node)
    behind = node.parent[at + 1] if at + 1 < len(node.parent) else None
    return (
        isinstance(behind, nodes.paragraph)
        and len(behind.astext()) > _LONGEST // 7
        and not _is_capital(behind)
    )
