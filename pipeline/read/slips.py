"""Slips that are no errors to docutils: it reads the text, but not as its author means it.

A directive with one colon is a comment, a list without an empty line before it is a part of the paragraph,
and a field that is indented further than the others is a part of the one above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes
from docutils.parsers.rst import directives

from pipeline.findings import Finding
from pipeline.tree.nodes import infobox_value
from pipeline.tree.report import line_of

_DIRECTIVE: Final = re.compile(r"([a-z][a-z-]*)(::?)(?=\s|\w|$)")
_ITEM: Final = re.compile(r"(?:[-*+•]|\d{1,2}[.)]|#\.) \S")
_ROW: Final = re.compile(r":([^:\s`][^:`]*):(?:\s|$)")


def find_slips(document: nodes.document, text: str, shown: str) -> Iterator[Finding]:
    """A warning for each slip.

    :param document: as it is parsed, before any transform.
    :param text: that of the article.
    :param shown: the article, for nodes that name no file.
    """
    lines = text.splitlines()
    for node in document.findall(lambda one: isinstance(one, (nodes.comment, nodes.paragraph))):
        source, line = str(node.source or shown), line_of(node) or 1
        if isinstance(node, nodes.comment):
            said = _remark(node)
            line = _start(node, line, lines if said and source == shown else [])
        else:
            below, said = _paragraph(node)
            line += below
        if said:
            yield Finding("rst-warning", source, line, said)


def _start(node: nodes.Element, line: int, lines: list[str]) -> int:
    """The line that a comment begins on: docutils knows that on which the parser stood behind it."""
    first = node.astext().split("\n", 1)[0]
    above = range(min(line, len(lines)), 0, -1)
    return next((number for number in above if lines[number - 1].strip() == f".. {first}"), line)


def _remark(node: nodes.Element) -> str:
    match = _DIRECTIVE.match(node.astext())
    if match is None or not _is_directive(match[1]):
        return ""
    what = f'".. {match[1]}{match[2]}" is read as a remark, which no edition shows'
    return f"{what}: write .. {match[1]}:: with two colons and a space, or other words"


def _is_directive(name: str) -> bool:
    return name in directives._directives or name in directives._directive_registry


def _paragraph(node: nodes.Element) -> tuple[int, str]:
    """What is wrong with a paragraph, and how many lines below its first."""
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if isinstance(node.parent, (nodes.field_body, infobox_value)):
        for number, line in enumerate(lines):
            row = _ROW.match(line)
            if row is not None:
                said = f'":{row[1]}:" is read as a part of the field above it: indent all fields alike'
                return number, said
    items = [number for number, line in enumerate(lines) if number and _ITEM.match(line)]
    if not items or not (lines[items[0] - 1].endswith(":") or len(items) > 2):
        return 0, ""
    line = lines[items[0]]
    shown = line if len(line) < 30 else f"{line[:30]}…"
    return items[0], f'"{shown}" is read as a part of the paragraph: put an empty line before the list'
