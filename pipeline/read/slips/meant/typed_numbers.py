"""Numbers that are typed before headings and paragraphs, as a word processor sets them by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.metadata import known_field
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_DOTTED: Final = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})\.?[ \u00a0]{1,4}(?P<words>[A-ZÀ-Þ“\"«(].*)", re.DOTALL
)
_LONGEST: Final = 70
"""Letters of a heading."""


def find_typed(document: nodes.document) -> Iterator[_Found]:
    """Two paragraphs or more whose numbers, 1.1 and 1.2, follow each other; headings as lists of one item."""
    yield from _dotted(document)
    yield from _listed(document)


def _dotted(document: nodes.document) -> Iterator[_Found]:
    found = []
    for node in document.findall(nodes.paragraph):
        match = _DOTTED.fullmatch(node.rawsource.strip())
        if match is not None and isinstance(node.parent, (nodes.document, nodes.section)):
            found.append((node, match, [int(part) for part in match["number"].split(".")]))
    followed = any(_follows(one[2], other[2]) for one, other in pairwise(found))
    if not followed:
        return
    node, match, _ = found[0]
    line = line_of(node) or 1
    if all(_is_heading(one[1]["words"]) for one in found):
        signs = "=" * min(40, max(4, len(match["words"])))
        said = f"is read as text: a heading has a line of signs below it, {signs}; .. sectnum:: numbers them"
        yield node, line, "heading-unread", f'"{quoted(node.rawsource)}" {said}'
    elif not _is_numbered(document):
        said = (
            "has a number that is typed: :numbered: paragraphs, below the title, sets numbers before all, "
            "and :para:`name` refers to one"
        )
        yield node, line, "markup-misread", f'"{quoted(node.rawsource)}" {said}'


def _follows(one: list[int], other: list[int]) -> bool:
    """Whether a number is the next one: 1.2 behind 1.1, 2.1 behind 1.7."""
    if len(one) != len(other):
        return False
    last = one[:-1] == other[:-1] and other[-1] == one[-1] + 1
    return last or (other[-1] == 1 and other[:-2] == one[:-2] and other[-2] == one[-2] + 1)


def _is_heading(words: str) -> bool:
    return "\n" not in words and len(words) <= _LONGEST and re.search(r"[.;:,!?]$", words) is None


def _is_numbered(document: nodes.document) -> bool:
    fields = document.findall(nodes.field)
    return any(known_field(one[0].astext()) == "numbered" for one in fields)


def _listed(document: nodes.document) -> Iterator[_Found]:
    """Lists of one short item, each followed by paragraphs: numbered headings, copied as text."""
    for holder in (document, *document.findall(nodes.section)):
        lists = [one for one in holder if isinstance(one, nodes.enumerated_list) and _is_one(one)]
        if len(lists) < 2 or any(
            isinstance(one, nodes.enumerated_list) and one not in lists for one in holder
        ):
            continue
        starts = [one.get("start", 1) for one in lists]
        parted = all(isinstance(_behind(one), nodes.paragraph) for one in lists)
        if parted and starts == list(range(1, len(lists) + 1)):
            first = lists[0]
            words = first[0].astext()
            mark = "I" if first.get("enumtype") == "upperroman" else "1"
            signs = "=" * min(40, max(4, len(words)))
            said = (
                f'"{mark}. {quoted(words)}" is read as a list of one item: '
                f"a heading has a line of signs below it, {signs}; the text of an item is indented"
            )
            yield first, line_of(first) or 1, "markup-misread", said


def _is_one(node: nodes.enumerated_list) -> bool:
    if len(node) != 1 or len(node[0]) != 1 or node.get("suffix") != ".":
        return False
    if node.get("enumtype") not in ("arabic", "upperroman"):
        return False
    words = node[0][0].rawsource.strip()
    return _is_heading(words) and re.match(r"[A-ZÀ-Þ]", words) is not None


def _behind(node: nodes.Element) -> nodes.Node | None:
    at = node.parent.index(node)
    behind = (
        one for one in node.parent[at + 1 :] if not isinstance(one, (nodes.Invisible, nodes.system_message))
    )
    return next(behind, None)
