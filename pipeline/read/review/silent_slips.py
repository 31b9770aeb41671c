"""Slips that are no errors to docutils: it reads the text, but not as its author means it.

A directive with one colon is a comment, a list without an empty line before it is a part of the paragraph,
a field that is indented further than the others is a part of the one above it, a sentence that begins with
“A. Smith” is a list, and Markdown is text.
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
_NOTE: Final = re.compile(r"\[[#*]?[\w .:+-]*\](?!\])")
_ROMAN: Final = {1: "I", 5: "V", 10: "X", 50: "L", 100: "C", 500: "D", 1000: "M"}
# Lines that begin a paragraph, and what they were meant to be.
_BEGINNINGS: Final = [
    (
        re.compile(r"\.\.(?:[a-z][\w-]*::|\[[^\]]+\](?= )|_[^:\s]+:|\|[^|]+\|(?= ))"),
        "is read as text: put a space behind the two dots",
    ),
    (
        re.compile(r"#{1,6} \S.*"),
        "is read as text: a heading has a line of signs below it, such as ===, as long as its text",
    ),
    (re.compile(r"> \S.*"), "is read as text: a quotation is indented, without signs"),
    (re.compile(r"```\w*$"), "is Markdown: code stands indented below .. code-block::"),
]
_MARKDOWN: Final = [
    (
        re.compile(r"(?<!\x00)\[\^[^\]\s]+\]:?"),
        "is read as text: write [#name]_ for a note, and .. [#name] before its text",
    ),
    (
        re.compile(r"(?<!\x00)!\[[^\]\n]*\]\([^)\s]+\)"),
        "is read as text: an image is named behind .. image::",
    ),
    (
        re.compile(r"(?<![!\x00])\[[^\]\n]+\]\((?:$|\S*[/.]\S*\))"),
        "is read as text: a link is `words <address>`_",
    ),
]
_ROW: Final = re.compile(r":([^:\s`][^:`]*):(?:\s|$)")


def find_slips(document: nodes.document, text: str, shown: str) -> Iterator[Finding]:
    """A warning for each slip.

    :param document: as it is parsed, before any transform.
    :param text: that of the article.
    :param shown: the article, for nodes that name no file.
    """
    lines = text.splitlines()
    kinds = (nodes.comment, nodes.paragraph, nodes.enumerated_list)
    for node in document.findall(lambda one: isinstance(one, kinds)):
        source, line = str(node.source or shown), line_of(node) or 1
        if isinstance(node, nodes.comment):
            found = [(0, said) for said in _remark(node)]
            line = _start(node, line, lines if found and source == shown else [])
        elif isinstance(node, nodes.enumerated_list):
            found = [(0, said) for said in _sentence(node)]
        else:
            found = [*_paragraph(node), *_markdown(node)]
        yield from (Finding("rst-warning", source, line + below, said) for below, said in found)


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
    if match is not None and _is_directive(match[1]):
        yield f"{_unseen(match[0])}: write .. {match[1]}:: with two colons and a space, or other words"


def _unseen(text: str) -> str:
    return f'".. {text}" is read as a remark, which no edition shows'


def _sentence(node: nodes.Element) -> Iterator[str]:
    """A list of one item in one line, which begins as a sentence may: with an initial, a year, a day."""
    item, number = node[0], node.get("start", 1)
    if len(node) > 1 or len(item) != 1 or not isinstance(item[0], nodes.paragraph):
        return
    word = _written(node["enumtype"], number)
    if not word or (node["prefix"], node["suffix"]) != ("", ".") or "\n" in item[0].rawsource:
        return
    first = next((child for child in node.parent if not isinstance(child, nodes.label)), None)
    begins = isinstance(node.parent, (nodes.footnote, nodes.citation)) and first is node
    if begins or word.isupper() or (number > 1 and not _goes_on(node, number)):
        yield f'"{word}." is read as the mark of a list: if it begins a sentence, write \\{word}.'


def _written(sequence: str, number: int) -> str:
    """The letters or the figures of a mark; "" for a Roman number of several: no sentence begins with it."""
    if sequence == "arabic":
        return str(number)
    letter = _ROMAN.get(number, "") if sequence.endswith("roman") else chr(ord("A") + number - 1)
    return letter if sequence.startswith("upper") else letter.lower()


def _goes_on(node: nodes.Element, number: int) -> bool:
    """Whether a list beside this one ends with the number before."""
    beside = (one for one in node.parent if isinstance(one, nodes.enumerated_list) and one is not node)
    return any(one.get("start", 1) + len(one) == number for one in beside)


def _is_directive(name: str) -> bool:
    return name in directives._directives or name in directives._directive_registry


def _paragraph(node: nodes.Element) -> Iterator[tuple[int, str]]:
    """What is wrong with the lines of a paragraph, each with how many lines below its first."""
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if isinstance(node.parent, (nodes.field_body, infobox_value)):
        for number, line in enumerate(lines):
            row = _ROW.match(line)
            if row is not None:
                yield number, f'":{row[1]}:" is read as a part of the field above it: indent all fields alike'
                return
    for pattern, said in _BEGINNINGS:
        match = pattern.match(lines[0]) if lines else None
        if match is not None:
            yield 0, f'"{_shown(match[0])}" {said}'
    items = [number for number, line in enumerate(lines) if number and _ITEM.match(line)]
    if items and (lines[items[0] - 1].endswith(":") or len(items) > 2):
        said = "is read as a part of the paragraph: put an empty line before the list"
        yield items[0], f'"{_shown(lines[items[0]])}" {said}'


def _markdown(node: nodes.Element) -> Iterator[tuple[int, str]]:
    """Notes, images and links as Markdown has them, each with how many lines below the first it stands."""
    for text in node.findall(nodes.Text):
        if isinstance(text.parent, (nodes.literal, nodes.math, nodes.reference)):
            continue
        for pattern, said in _MARKDOWN:
            match = pattern.search(str(text))
            if match is not None and "\x00" not in match[0]:
                before = node.rawsource.find(match[0])
                yield node.rawsource.count("\n", 0, max(before, 0)), f'"{_shown(match[0])}" {said}'


def _shown(text: str) -> str:
    return text if len(text) < 30 else f"{text[:30]}…"
