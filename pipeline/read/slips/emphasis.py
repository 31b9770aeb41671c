"""Emphasis that touches a letter: docutils looks for its end further on, or reads its signs as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.tree.report import line_of

_Found = tuple[int, str, str]
_LETTER: Final = r"[^\W\d_]"
_BEFORE: Final = re.compile(
    rf"(?<={_LETTER})(?<!\x00)(?:\*\*(?=[^\s*])[^*]{{1,200}}?(?<=[^\s*])\*\*"
    rf"|\*(?={_LETTER})[^*\n]{{1,60}}?(?<=\w)\*(?![\w*/.(])|\*{_LETTER}{{3,30}}\*(?={_LETTER}))"
)
_BEHIND: Final = {
    "**": re.compile(r"(?=\S)[^*]{1,300}?(?<=\S)\*\*(?=\w)"),
    "*": re.compile(r"(?=[^\s*])[^*]{1,300}?(?<=[^\s*])\*(?=\w)"),
    "``": re.compile(r"(?=\S)[^`]{1,300}?(?<=\S)``(?=\w)"),
    "`": re.compile(r"(?=\S)[^`]{1,300}?(?<=\S)`(?:__?)?(?=\w)"),
    "|": re.compile(r"(?=\S)[^|]{1,100}?(?<=\S)\|(?:__?)?(?=\w)"),
}
_FAR: Final = 310
"""More letters than any of them takes in: 300, the closing sign, the marks of a link, the letter behind."""


def find_stuck(block: nodes.Element) -> Iterator[_Found]:
    """Emphasis that touches, and what docutils makes of it.

    :param block: a paragraph or the like, as docutils has parsed it.
    """
    for node in block.findall(nodes.Element):
        if isinstance(node, (nodes.emphasis, nodes.strong)):
            yield from _swallowed(node)
        elif isinstance(node, nodes.problematic):
            yield from _opened(node)
    for text in block.findall(nodes.Text):
        if isinstance(
            text.parent, (nodes.literal, nodes.math, nodes.raw, nodes.problematic, nodes.reference)
        ):
            continue
        match = _BEFORE.search(str(text))
        if match is not None and "\x00" not in match[0]:
            line = (line_of(text) or 1) + str(text).count("\n", 0, match.start())
            sign = "**" if match[0].startswith("**") else "*"
            yield line, "markup-stuck", _said(match[0], "before", f"word\\ {sign}…{sign}")


def _swallowed(node: nodes.Element) -> Iterator[_Found]:
    """Emphasis that holds its own sign behind a word: it was meant to end there."""
    sign = "**" if isinstance(node, nodes.strong) else "*"
    words = node.astext()
    pattern = r"(?<=[^\s*\x00])\*\*(?=\w)" if sign == "**" else r"(?<=[^\s*\x00])\*(?=[^\W\d_]{2}|\d{2})"
    match = re.search(pattern, words)
    if match is None:
        return
    rest = words[match.end() :]
    if sign == "*" and not re.search(r"\s", rest):
        return  # *a*b*: one word, which may be a name with signs in it
    line = (line_of(node) or 1) + words.count("\n", 0, match.start())
    yield line, "markup-stuck", _said(f"{sign}{words[: match.end()]}", "behind", f"{sign}…{sign}\\ word")


def _opened(node: nodes.problematic) -> Iterator[_Found]:
    """A sign that is opened and, as docutils sees it, not closed: it is, and touches a letter."""
    if node.parent is None:
        return
    sign = node.astext()
    name = re.fullmatch(r":[\w:-]+:`", sign)
    pattern = _BEHIND.get("`" if name else sign)
    if pattern is None:
        return
    behind = _text_behind(node)
    quote = re.match(r"[^`'\n]{1,200}?''(?!')", behind) if sign == "``" else None
    if quote is not None:
        words = shortened(quote[0].removesuffix("''"), 30, 30)
        said = f"``{words}'' has the quotation marks of LaTeX: type “{words}”"
        yield line_of(node) or 1, "markup-unclosed", said
        return
    match = pattern.match(behind)
    if match is None:
        return
    closing = "`" if name else sign
    line = (line_of(node) or 1) + match[0].count("\n")
    yield line, "markup-stuck", _said(f"{sign}{match[0]}", "behind", f"{sign}…{closing}\\ word")


def _text_behind(node: nodes.problematic) -> str:
    """What stands behind a node, as far as the patterns look: a text may open thousands of signs."""
    parent, behind = node.parent.children, ""
    for index in range(node.parent.index(node) + 1, len(parent)):
        if len(behind) >= _FAR:
            break
        one = parent[index]
        behind += one.astext() if isinstance(one, nodes.Element) else str(one)
    return behind


def _said(written: str, side: str, cure: str) -> str:
    shown = " ".join(written.replace("\x00", "\\").split())
    shown = shown if len(shown) < 50 else f"{shown[:30]}…{shown[-15:]}"
    what = "what stands before it" if side == "before" else "the letter behind it"
    return f"{shown} touches {what}: put a space between them, or a backslash and a space, as in {cure}"
