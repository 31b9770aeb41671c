"""What the lines of a paragraph show: headings, lists, tables and fences that are read as its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils import column_width

from pipeline.findings import quoted
from pipeline.read.slips.patterns import ITEMS, signs
from pipeline.read.slips.tables import find_table
from pipeline.tree.nodes import infobox_value

_Found = tuple[int, str, str, int]
"""A line, a code, a message; and the last line of which docutils' messages are left out, or 0."""

_DASHES: Final = (
    "\u00ad\u2017\u203e\uff3f\u2010-\u2015\u2212\u2e3a\u2e3b\u2500\u2501\u2550"
    "\u223c\uff5e\u02dc\ufe58\ufe63\uff0d\uff1d_"
)
WORD_DASHES: Final = re.compile(rf"(?=.*[^_\x00-\x7f])[-={_DASHES}]{{2,}}|[\u2e3a\u2e3b]")
"""A line of nothing but the dashes that Word makes of hyphens."""
_UNDERLINE: Final = re.compile(r"([=\-~^#*+\"'`_<>])\1{2,}")
NUMBERING: Final = "number the items 1. 2. 3., or begin each with #."
_NO_SPACE: Final = "put a space behind the mark of a list"
_ITEM: Final = re.compile(r"(?:[-*+•‣⁃]|\d{1,2}[.)]|#\.|\(\w{1,2}\)|[a-z]\)|[ivx]{1,4}[.)]) \S")
_TIGHT: Final = re.compile(r"(?:[-+•‣⁃](?=[^\W\d_])|\*(?=[^\W\d_][^*]*$)|\d{1,2}[.)](?=[^\W\d_]))")
_FOREIGN_ITEM: Final = re.compile(r"(?:[–—―−·∙●○◦▪▫■□◆◇❖➢➤►▸▶✓✔✗\uf0a0-\uf0ff]|[oO](?= {2,}))[ \t]*(?=\S)")
_CERTAIN_ITEM: Final = re.compile(r"[·∙●○◦▪▫■□◆◇❖➢➤►▸▶\uf0a0-\uf0ff] *\S")
_GRID: Final = re.compile(r"\+(?:[-=]{2,}\+)+")
_SIMPLE: Final = re.compile(r"=+(?: +=+)+")
_FENCE: Final = re.compile(r"(?:`{3,}|~{3,})\s*[\w{}.+-]*(?:\s+\w+=.*|\s*\{.*\})?")
_GLUED: Final = [
    (re.compile(r"\.\. ?([\w-]+)::(?:\s|$)"), "directive"),
    (re.compile(r"\.\. \[(?:[#*]|\d+\]|#?[\w.-]+\])"), "note"),
    (re.compile(r"\.\. _[^:]+:"), "name"),
    (re.compile(r"\.\. \|[^|]+\| [\w-]+::"), "definition"),
]
# Lines that begin a paragraph, and what they were meant to be.
_HEADING: Final = "is read as text: a heading has a line of signs below it, such as ===, as long as its text"
_BEGINNINGS: Final = [
    *signs(
        [
            (
                r"\.\.(?:[a-z][\w-]*::|\[[^\]]+\](?= )|_[^:\s]+:|\|[^|]+\|(?= ))",
                "is read as text: put a space behind the two dots",
            )
        ],
        "markup-misread",
    ),
    *signs(
        [
            (r"#{1,6} \S.*|#{2,6}[^\W\d_].*|h[1-6]\. \S.*", _HEADING),
            (r"(={1,6}) *\S.*[^\s=] *\1$|={1,6} [^\W\d_].*", _HEADING),
            (
                r"> ?\[!\w+\].*",
                "is read as text: a box is .. note:: or .. warning::, and its text indented below it",
            ),
            (r">+ ?(?!\[!\w)[^\s=>].*", "is read as text: a quotation is indented, without signs"),
            (r": {1,3}\S.*", "is read as text: what explains a word is indented below it"),
        ]
    ),
]
_DOTS: Final = re.compile(
    r"(?:…|‥|。。|．．|\.|\.{3,4}|\. \.|--|–|:: ?|(?!\.\.)[.,;:]{2}) ?"
    r"([a-z][a-z-]+)::(?:\s|$)|([a-z][a-z-]+):: \S"
)
_INNER: Final = re.compile(r"(?<=\S)\s+\.\. (?P<name>[a-z][a-z-]+)::(?=\s|$)")
_BREAK: Final = re.compile(r"-{2,3}|\*{3}|_{3}|={3}|~{3}|([—–•·.~⁂#+_=])(?: ?\1){2,}(?<![.=_~#+]{3})|⁂")
_INDENTED: Final = re.compile(r":{1,4}[A-ZÀ-Þ][^\s:`]* [^:`]*")
"""A line of a wiki that is to stand further in."""
_ROW: Final = re.compile(r":([^:\s`][^:`]*):(?:\s|$)")


def is_directive(name: str) -> bool:
    """Whether a directive has this name."""
    return name in directives._directives or name in directives._directive_registry


def find_in_lines(node: nodes.paragraph, first: int) -> Iterator[_Found]:
    """What is wrong with the lines of a paragraph.

    :param node: as docutils has parsed it.
    :param first: the number of its first line, from 1.
    """
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if not lines:
        return
    last = first + len(lines) - 1
    if isinstance(node.parent, (nodes.field_body, infobox_value)):
        for number, line in enumerate(lines):
            row = _ROW.match(line)
            if row is not None:
                said = f'":{row[1]}:" is read as a part of the field above it: indent all fields alike'
                yield first + number, "markup-misread", said, 0
                return
    table = find_table(node, lines, first)
    if table is not None:
        yield table
        return
    fences = [number for number, line in enumerate(lines) if _FENCE.fullmatch(line)]
    if fences:
        said = f'"{quoted(lines[fences[0]])}" is Markdown: code stands indented below .. code-block::'
        yield first + fences[0], "markup-foreign", said, last
        return
    headings = list(_headings(lines, node.parent))
    yield from ((first + number, code, said, first + number + 1) for number, code, said in headings)
    if headings:
        return
    indented = (
        _INDENTED.fullmatch(lines[0]) if isinstance(node.parent, (nodes.document, nodes.section)) else None
    )
    if indented is not None:
        said = "is read as text: what is to stand further in is indented by spaces"
        yield first, "markup-foreign", f'"{quoted(lines[0])}" {said}', 0
    for number, code, said in (*find_beginnings(lines), *_glued(lines), *_items(node, lines)):
        yield first + number, code, said, first + number if NUMBERING in said else 0


def _headings(lines: list[str], parent: nodes.Element) -> Iterator[tuple[int, str, str]]:
    """Lines of signs below a line of text, or alone."""
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else ""
        if WORD_DASHES.fullmatch(line):
            if not number:
                if len(lines) == 1:
                    said = "is read as text: a rule is a line of four hyphens (----) between two empty lines"
                    yield 0, "markup-misread", f'"{quoted(line)}" {said}'
                continue
            if not _is_heading(above):
                continue
            blank = " and an empty line before the heading" if number > 1 else ""
            signs = "=" * min(40, max(4, column_width(above)))
            said = (
                f'"{quoted(above)}" is read as text: its underline is made of dashes; '
                f"type {signs} or ---- of the keyboard below it{blank}"
            )
            yield number - 1, "heading-unread", said
        elif _UNDERLINE.fullmatch(line) and number and _is_heading(above):
            width = column_width(above)
            if len(line) < 4 and (width > len(line) + 1 and line[0] not in "=-~"):
                continue
            if number == 1 and len(line) < 4 and isinstance(parent, (nodes.document, nodes.section)):
                continue  # docutils says so, and it has its own code
            if number == 1:
                said = f"its underline is too short: type {line[0] * min(60, width)}" if len(line) < 4 else ""
                said = (
                    said
                    or "a heading can't stand here: put it at the left margin, with an empty line before it"
                )
                yield 0, "heading-unread", f'"{quoted(above)}" is read as text: {said}'
                continue
            if len(line) * 2 < width and len(line) < 8:
                continue
            said = "is read as a part of the paragraph: put an empty line before the heading"
            yield number - 1, "heading-unread", f'"{quoted(above)}" {said}'
        elif number == 0 and len(lines) == 1 and _BREAK.fullmatch(line):
            said = "is read as text: a rule is a line of four hyphens (----) between two empty lines"
            yield 0, "markup-foreign", f'"{line}" {said}'


def _is_heading(text: str) -> bool:
    """Whether a line can be a heading: words, no mark of a list, no line of signs."""
    return bool(re.search(r"[^\W_]", text)) and not re.match(r"(?:\.\. |\||\+[-=])", text) and len(text) < 200


def find_beginnings(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Lines that begin as another block than a paragraph: their number from 0, a code, a message.

    :param lines: of a paragraph, or the line of a term.
    """
    if len(lines) > 1 and all(re.match(r"# [^\W\d_]", line) for line in lines):
        yield 0, "markup-foreign", f'"{quoted(lines[0])}" is read as text: {NUMBERING}'
        return
    for sign in _BEGINNINGS:
        for number, line in enumerate(lines):
            match = sign.pattern.match(line)
            if match is None:
                continue
            sure = (
                number == 0
                or re.match(r"#{2,6} ?[^\W\d_]", line)
                or (
                    line.startswith("> ")
                    and (
                        lines[number - 1].endswith(":")
                        or (lines[number + 1 : number + 2] and lines[number + 1].startswith(">"))
                    )
                )
            )
            if number and not sure:
                continue
            if line.startswith(":") and number:
                continue
            yield number, sign.code, f'"{quoted(match[0])}" {sign.said}'
            break
    match = _DOTS.match(lines[0])
    name = (match[1] or match[2]) if match else ""
    if match is not None and is_directive(name):
        said = f"is read as text: a directive begins with two dots and a space, as in .. {name}::"
        yield 0, "markup-misread", f'"{quoted(match[0].strip())}" {said}'
    for number, line in enumerate(lines):
        inner = _INNER.search(line)
        if inner is not None and is_directive(inner["name"]):
            said = "is read as text: a directive begins a line of its own, below an empty line"
            yield number, "markup-misread", f'"{inner[0].strip()}" {said}'
    for number, line in enumerate(lines[1:], start=1):
        if re.match(r": {1,3}\S", line) and number == 1 and len(lines[0]) < 60:
            said = "is read as text: what explains a word is indented below it, without a sign"
            yield number, "markup-foreign", f'"{quoted(line)}" {said}'


def _glued(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Blocks that need an empty line before them and have none."""
    for number, line in enumerate(lines[1:], start=1):
        for pattern, what in _GLUED:
            match = pattern.match(line)
            if match is None or (what == "directive" and not is_directive(match[1])):
                continue
            said = "is read as a part of the paragraph: put an empty line before it"
            yield number, "markup-misread", f'"{quoted(line)}" {said}'
            return
        if (_GRID.fullmatch(line) or _SIMPLE.fullmatch(line)) and number < len(lines) - 1:
            said = "is read as a part of the paragraph: put an empty line before the table"
            yield number, "table-unread", f'"{quoted(line)}" {said}'
            return


def _items(node: nodes.paragraph, lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Items of a list."""
    items = [number for number, line in enumerate(lines) if _ITEM.match(line)]
    later = [number for number in items if number]
    lettered = [number for number, line in enumerate(lines) if _is_letter(line, number)]
    if len(lettered) > 1 and lettered == list(range(len(lettered))):
        said = f"is read as a part of the paragraph: {NUMBERING}"
        yield 1, "markup-misread", f'"{quoted(lines[1])}" {said}'
        return
    numbered_otherwise = next(_foreign_numbers(lines), None)
    if numbered_otherwise is not None:
        yield numbered_otherwise
        return
    if 0 in items and later and not lines[0].startswith(("-", "*", "+")):
        said = f"is read as a part of the paragraph: {NUMBERING}"
        yield later[0], "markup-misread", f'"{quoted(lines[later[0]])}" {said}'
        return
    if later:
        above = lines[later[0] - 1]
        ended = above.endswith((":", ";")) or (
            above.endswith((".", "!", "?")) and not lines[later[0]][0].isdigit()
        )
        if ended or len(later) > 1:
            said = "is read as a part of the paragraph: put an empty line before the list"
            yield later[0], "markup-misread", f'"{quoted(lines[later[0]])}" {said}'
            return
    follower = node.parent[node.parent.index(node) + 1 :][:1]
    numbered = re.match(r"(?:#\.|\(1\)|1\)|a\)) \S", lines[0]) or (
        re.match(r"1\. \S", lines[0]) and follower and follower[0].get("start") == 2
    )
    if numbered and len(lines) > 1:
        said = "is read as text, with the item above it: indent the further lines of an item as its words"
        yield 1, "markup-misread", f'"{quoted(lines[1])}" {said}'
        return
    tight = [number for number, line in enumerate(lines) if _TIGHT.match(line)]
    foreign = [number for number, line in enumerate(lines) if _FOREIGN_ITEM.match(line)]
    beside = _beside(node)
    if tight and (len(tight) > 1 or any(_TIGHT.match(other) for other in beside)):
        said = f"is read as text: {_NO_SPACE}"
        yield tight[0], "markup-misread", f'"{quoted(lines[tight[0]])}" {said}'
    elif foreign and (
        len(foreign) > 1
        or _CERTAIN_ITEM.match(lines[foreign[0]])
        or any(_FOREIGN_ITEM.match(other) for other in beside)
        or (foreign[0] and lines[foreign[0] - 1].endswith(":"))
    ):
        said = f"is read as text: {ITEMS}"
        yield foreign[0], "markup-foreign", f'"{quoted(lines[foreign[0]])}" {said}'


_NUMBERED: Final = [
    re.compile(pattern)
    for pattern in (
        r"#\) ?\S",
        r"\d{1,2}(?:\s?[:–—]| -) \S",
        r"\d{1,2}(?:[、．]|[°º] )\S",
        r"[０-９]{1,2}[．.)、]\S",
        r"（\w{1,3}）\S",
        r"[一二三四五六七八九十]{1,3}、\S",
        r"[а-я]\) \S",
        r"\d{1,2}(?:st|nd|rd|th) \S",
        r"\([а-яivx]{1,4}\) \S",
        r"[a-z][.)] \S",
        r"(?:[ivx]{1,4}|[IVX]{1,4}|[a-zA-Z])[.)](?: \S|(?=[A-ZÀ-Þ]))",
        r"#[.)](?=[A-ZÀ-Þ])",
        r"\.{1,3} \S",
        r"(?:[a-z]|\d{1,2})\.\) \S",
        r"№ ?\d{1,2}[.)]? \S",
        r"\d{1,2}[/-] \S",
        r"\d{1,2} [.)] \S",
        r"[a-z] ?[-–—] [^\W_]",
    )
]
_ANY_MARK: Final = re.compile(r"\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)] \S")
_POINTED: Final = re.compile(r"(?:[・»⇨⮚]|[-=]>) ?\S|~ (?=[^\W_])")


def _foreign_numbers(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Items whose numbers or marks are those of other languages or programs: each line has one."""
    mixed = all(_ANY_MARK.match(line) for line in lines) and not lines[0][0].isdigit()
    if len(lines) > 1 and (mixed or any(all(mark.match(line) for line in lines) for mark in _NUMBERED)):
        yield 1, "markup-misread", f'"{quoted(lines[1])}" is read as a part of the paragraph: {NUMBERING}'
    elif len(lines) > 1 and all(_POINTED.match(line) for line in lines):
        said = f"is read as text: {ITEMS}"
        yield 0, "markup-foreign", f'"{quoted(lines[0])}" {said}'


def _is_letter(line: str, number: int) -> bool:
    """Whether a line begins as the item of this number, from 0, in a list of letters."""
    return re.match(rf"\(?{chr(ord('a') + min(number, 25))}[.)] \S", line) is not None


def _beside(node: nodes.paragraph) -> list[str]:
    """The first lines of the paragraphs before and behind."""
    index = node.parent.index(node)
    near = [node.parent[at] for at in (index - 1, index + 1) if 0 <= at < len(node.parent)]
    return [one.rawsource.strip().split("\n")[0] for one in near if isinstance(one, nodes.paragraph)]
