"""Blocks that docutils reads as others than they are meant: a heading as a rule, a paragraph as a term."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.report import line_of

_Found = tuple[int, str, str, int]
_SIGNS: Final = re.compile(r"(?!([-=~^*#_])\1*$)[-=~^*#_]{5,}")
_SHORT: Final = re.compile(r"([=~^*#-])\1{1,2}")
_WORDS_BEHIND: Final = re.compile(r"((?:={4,}|-{4,}|~{4,}))\s+([^\s=~-].*)")
_NAME: Final = re.compile(r"[`*]{0,2}([A-Za-z][A-Za-z-]*)[`*]{0,2}\s*(?:[:：∷;；]\s?[:：;；]{0,2}|∷)(?=\s|$)")
_WORDS: Final = re.compile(r"([A-Za-z]+(?:[ _-][A-Za-z]+){1,2})\s?(?:::|：：|∷)(?=\s|$)")


_ALONE: Final = re.compile(r"([a-z][a-z-]+)(?=\Z|\n)")
"""The first line of a remark that is one word."""
_BOXES: Final = frozenset(
    ("attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning", "infobox")
)
_IN_ONE_WORD: Final = frozenset(("infobox", "pagebreak", "sidebar", "admonition", "bibliography", "glossary"))
"""Directives that are typed in two words."""


def find_misread(node: nodes.Element, lines: list[str]) -> Iterator[_Found]:
    """What is read as another block than it is meant.

    :param node: a rule or a list of terms, as docutils has parsed it.
    :param lines: of the article; none where `node` stands in another file.
    """
    if isinstance(node, nodes.transition):
        yield from _parted_heading(node, lines)
    elif isinstance(node, nodes.definition_list_item):
        yield from _accidental_term(node)


def find_mixed_underline(node: nodes.paragraph, first: int) -> Iterator[_Found]:
    """An underline of several signs: docutils reads it as words.

    :param first: the number of the first line of the paragraph, from 1.
    """
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if len(lines) == 2 and re.fullmatch(r"([-=~*_])(?: \1){2,}", lines[1]) and re.search(r"[^\W_]", lines[0]):
        said = (
            f"is read as text: its underline has spaces; type {lines[1][0] * min(max(len(lines[0]), 4), 40)}"
        )
        yield first, "heading-unread", f'"{quoted(lines[0])}" {said}', first + 1
        return
    if (
        len(lines) == 3
        and lines[0] == lines[2]
        and _SHORT.fullmatch(lines[0])
        and re.search(r"[^\W_]", lines[1])
    ):
        said = (
            f"is read as text: its lines of signs are too short; type {lines[0][0] * min(len(lines[1]), 40)}"
        )
        yield first + 1, "heading-unread", f'"{quoted(lines[1])}" {said}', first + 2
        return
    for number, line in enumerate(lines[1:], start=1):
        above = lines[number - 1]
        behind = _WORDS_BEHIND.fullmatch(line)
        if behind is not None and re.search(r"[^\W_]", above) and abs(len(behind[1]) - len(above)) <= 8:
            said = (
                f'is read as text: behind its line of signs stands nothing, so take "{quoted(behind[2])}" out'
            )
            yield first + number - 1, "heading-unread", f'"{quoted(above)}" {said}', first + number
            return
        if _SIGNS.fullmatch(line) and line.isascii() and re.search(r"[^\W_]", above):
            most = max(sorted(set(line)), key=line.count)
            said = f"is read as text: its underline has several signs; type {most * min(len(above), 40)}"
            if line[0] == line[-1] and re.fullmatch(r"(.)(?: \1)+", line):
                continue
            if abs(len(line) - len(above)) <= max(3, len(above) // 2):
                yield first + number - 1, "heading-unread", f'"{quoted(above)}" {said}', first + number


def _parted_heading(node: nodes.transition, lines: list[str]) -> Iterator[_Found]:
    """A line of words, an empty one, and signs as many as the words have letters."""
    index = node.parent.index(node)
    before = node.parent[index - 1] if index else None
    line = node.line or 0
    if not isinstance(before, nodes.paragraph) or not 0 < line <= len(lines):
        return
    at = next(
        (at for at in (line, line - 1, line - 2) if 0 < at <= len(lines) and _is_rule(lines[at - 1])), 0
    )
    words = before.rawsource.strip()
    signs = lines[at - 1].strip() if at else ""
    if not signs or "\n" in words or re.search(r"[.:;,!?…]$", words) or abs(len(signs) - len(words)) > 1:
        return
    said = (
        f'"{quoted(words)}" and the line of signs below it are read as a paragraph and a rule: '
        "take the empty line between them out"
    )
    yield at, "heading-unread", said, 0


def _is_rule(line: str) -> bool:
    return re.fullmatch(r"([!-/:-@\[-`{-~])\1{3,}", line.strip()) is not None


def _accidental_term(node: nodes.definition_list_item) -> Iterator[_Found]:
    """One line of a paragraph, and the next one indented: it is read as a term and what explains it."""
    term = node[0] if len(node) and isinstance(node[0], nodes.term) else None
    if term is None or not isinstance(node.parent.parent, (nodes.document, nodes.section, nodes.list_item)):
        return
    written = (node.rawsource or term.rawsource).split("\n")[0].strip()
    line = line_of(term) or 1
    body = node[-1]
    if not isinstance(body, nodes.definition):
        return
    below = next((part for part in body if not isinstance(part, nodes.system_message)), None)
    if written.endswith("::"):
        said = (
            f'what stands below "{quoted(written)}" is read as an explanation: '
            "put an empty line before the code"
        )
        yield line + 1, "markup-misread", said, 0
        return
    if isinstance(below, (nodes.bullet_list, nodes.enumerated_list)) and _is_above_list(node, below):
        said = (
            f'"{quoted(written)}" is read as a term and the list below it as its explanation: '
            "put an empty line before the list"
        )
        yield line + 1, "markup-misread", said, 0
        return
    words = term.astext()
    text = below.astext() if isinstance(below, nodes.paragraph) else ""
    alone = len(node.parent) == 1 and len(body) == 1
    open_end = re.search(
        r"[^\W\d_]{2,}[,;]$|\s[-–—]$|\b(?:the|of|and|to|in|a|an|for|with|by|on|is|are|that|which)$", words
    )
    in_item = isinstance(node.parent.parent, nodes.list_item)
    goes_on = text[:1].islower() and len(words.split()) > (1 if in_item else 5)
    if (
        alone
        and text
        and not _has_code(node)
        and (open_end or goes_on)
        and ("\n" not in text.strip() or (goes_on and not in_item))
    ):
        said = (
            f'"{quoted(text)}" is indented, so that the line above it is read as a term and this as its '
            "explanation: begin it at the left margin"
        )
        yield line + 1, "markup-misread", said, 0


def _is_above_list(node: nodes.definition_list_item, below: nodes.Element) -> bool:
    """Whether the words above a list are an item, or a sentence that leads to it."""
    alone = len(node.parent) == 1 and len(node[-1]) == 1 and not _has_code(node)
    if isinstance(node.parent.parent, nodes.list_item):
        return alone and len(node.parent.parent) == 1 and len(below) > 0
    return alone and node[0].astext().endswith(":") and len(node[0].astext().split()) > 1


def _has_code(node: nodes.Element) -> bool:
    return any(isinstance(one, nodes.literal) for one in node.findall(nodes.literal))


def directive_meant(text: str) -> str:
    """The directive that a remark was to be: ``note : :``, ``code block::``; "" for a remark."""
    alone = _ALONE.match(text)
    if alone is not None:
        joined = alone[1].replace("-", "")
        return joined if joined in _IN_ONE_WORD else alone[1]
    match = _NAME.match(text)
    if (
        match is not None
        and match[1].istitle()
        and re.match(r"[A-Za-z]+ :(?: |$)", text)
        and match[1].lower() in _BOXES
    ):
        return match[1].lower()
    if match is not None and (match[1].islower() or not re.fullmatch(r"[A-Za-z]+\s?[:：]", match[0].strip())):
        return match[1].lower()
    match = _WORDS.match(text)
    if match is None:
        return _without_colons(text)
    joined = re.sub(r"[ _]", "-", match[1].lower())
    return joined.replace("-", "") if joined.replace("-", "") in _IN_ONE_WORD else joined


_BARE: Final = re.compile(r"(?P<name>[a-z][a-z-]+) (?P<rest>\S[^\n]*)(?P<below>(?:\n.*)?)", re.DOTALL)
_FILE: Final = re.compile(r"[\w./ -]+\.(?:rst|txt|csv|xlsx|png|jpe?g|svg|gif|webp|toml)")
_SURE: Final = frozenset(
    ("infobox", "list-table", "csv-table", "code-block", "pull-quote", "toctree", "pagebreak")
)
"""Directives whose names are no words of a remark."""
_WORDY: Final = frozenset(("only", "role", "title", "date", "code", "index", "class", "topic"))
"""Directives whose names begin many a remark of two paragraphs."""


def _without_colons(text: str) -> str:
    """The directive that a remark was to be, without any colon: ``image flag.png`` and options below it."""
    match = _BARE.fullmatch(text)
    if match is None or ":" in match["rest"].split(" ")[0]:
        return ""
    name, rest, below = match["name"], match["rest"], match["below"]
    option = re.match(r"\n[ \t]*:[a-z][a-z-]*:(?: |$)", below)
    block = (
        name not in _WORDY
        and below.startswith("\n\n")
        and len(rest.split()) < 3
        and not rest.endswith((".", "!", "?"))
    )
    box = name in _BOXES and re.match(r"[A-ZÀ-Þ][a-zà-þ]* [a-zà-þ]", rest)
    return name if name in _SURE or option or block or box or _FILE.fullmatch(rest) else ""
