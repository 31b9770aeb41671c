"""Blocks of other markup, and what copying from a spreadsheet leaves: docutils reads them as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.read.slips.quoted import quoted
from pipeline.tree.metadata import known_field

_Found = tuple[int, str, str, int]
_BOXES: Final = "info|note|warning|tip|panel|code|noformat|quote|expand|toc|column|section|excerpt|anchor"
_BLOCKS: Final = [
    (
        re.compile(rf"\{{(?:{_BOXES})(?::[^}}\n]*)?\}}"),
        "markup-foreign",
        "is read as text: a box is .. note:: or .. admonition:: Title, and its text indented below it",
    ),
    (
        re.compile(r":{3,}\s*\{?\.?[A-Za-z][\w-]*.*"),
        "markup-foreign",
        "is read as text: a box is .. note:: or .. admonition:: Title, and its text indented below it",
    ),
    (
        re.compile(r"\{\{[A-Za-z][^{}|]*(?:\||$|\}\}$)"),
        "markup-foreign",
        "is read as text: it is a template of a wiki; an infobox is .. infobox:: Title, with fields such as "
        ":Capital: Valletta indented below it",
    ),
    (
        re.compile(r"\{\|.*"),
        "table-unread",
        "is read as text: it begins a table of a wiki; a table is .. list-table::, or .. csv-table::",
    ),
    (
        re.compile(r"// \S.*"),
        "markup-foreign",
        "is read as text: a remark begins with two dots and a space",
    ),
]
_STARS: Final = re.compile(r"(?:\*{2,4}|#{2,4}|-{2,3}) +[^\s*#-][^*]*")
_LETTER_O: Final = re.compile(r"[oO§Øü] \S.*")
"""The second bullet of Word, and what its symbol fonts become, copied as letters."""
_CURLY: Final = re.compile(r"(?:^|,|:)\s*(?P<value>[“”„«][^“”„«»\"\n]*,[^“”„«»\"\n]*[”“»])\s*(?:,|$)")
_LIST_MARK: Final = re.compile(r"\.\. |:|[-*+•‣⁃·∙●○◦▪▫■□◆◇❖➢➤►▸▶→➔–—\ue000-\uf8ff]\t")
"""What is no row of a table, for all its tabs: a directive, a field, an item of a list."""
_BOLD_NAME: Final = re.compile(r"\*\*(?P<name>[^*\n]{1,40})(?::\*\*|\*\*\s?:)\s?\S.*")


def find_foreign_blocks(node: nodes.paragraph, first: int) -> Iterator[_Found]:
    """What the lines of a paragraph show of other markup.

    :param node: as docutils has parsed it.
    :param first: the number of its first line, from 1.
    """
    lines = [line.strip() for line in node.rawsource.splitlines()]
    if not lines:
        return
    last = first + len(lines) - 1
    for pattern, code, said in _BLOCKS:
        if pattern.match(lines[0]):
            fenced = lines[0].startswith(":::")  # docutils speaks of the line behind the closing fence
            yield first, code, f'"{quoted(lines[0])}" {said}', last + fenced
            return
    before = _before(node)
    for number, line in enumerate(lines):
        if _STARS.fullmatch(line) and (number or isinstance(before, nodes.bullet_list)):
            above = lines[number - 1] if number else "- "
            if re.match(r"(?:[-*#]{1,4}|\d+\.) ", above):
                said = "is read as text: an item within an item is indented below it, behind an empty line"
                yield first + number, "markup-foreign", f'"{quoted(line)}" {said}', last
                return
    if len(lines) > 1 and all(_LETTER_O.match(line) for line in lines):
        said = "is read as text: the items of a list begin with a hyphen (-) and a space, below an empty line"
        yield first, "markup-foreign", f'"{quoted(lines[0])}" {said}', last
    named = [number for number, line in enumerate(lines) if _is_named(line)]
    if len(named) > 1 and len(named) == len(lines):
        said = (
            "is joined with the line above: lines that are kept begin with | and a space, "
            "and pairs of a name and a value are :name: value"
        )
        yield first + 1, "markup-misread", f'"{quoted(lines[1])}" {said}', 0


def _is_named(line: str) -> bool:
    """Whether a line is a name in bold type and a value, and the name is none of a metadata field."""
    match = _BOLD_NAME.fullmatch(line)
    return match is not None and known_field(match["name"]) is None


def find_csv_quotes(lines: list[str]) -> Iterator[_Found]:
    """Curly quotation marks around a value with a comma: they part it all the same.

    :param lines: of the article.
    """
    for number, line in enumerate(lines):
        if not re.match(r"\s*\.\. csv-table::", line):
            continue
        margin = len(line) - len(line.lstrip())
        end = number + 1
        while end < len(lines) and (
            not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > margin
        ):
            end += 1
        at = next((at for at in range(number + 1, end) if _CURLY.search(lines[at])), None)
        if at is not None:
            match = _CURLY.search(lines[at])
            value = match["value"] if match else ""
            said = f'{value}: curly marks hold no value together: type " of the keyboard'
            yield at + 1, "markup-misread", said, end


def find_tabbed(lines: list[str]) -> Iterator[tuple[int, str, str, int]]:
    """Rows of a spreadsheet: lines one below the other with as many tabs each.

    :param lines: of the article, as they were typed.
    """
    number = 0
    while number < len(lines):
        tabs = _tabs(lines[number])
        end = number + 1
        while tabs and end < len(lines) and _tabs(lines[end]) == tabs:
            end += 1
        if tabs and end - number > 1:
            said = (
                f'"{quoted(lines[number])}" is read as text: the rows of a table stand below '
                ".. csv-table::, indented, with commas between the values; or write .. list-table::"
            )
            yield number + 1, "table-unread", said, end
        number = end


def _tabs(line: str) -> int:
    """How many tabs part the words of a line that begins at the margin."""
    marked = _LIST_MARK.match(line)
    return line.rstrip().count("\t") if line[:1].strip() and not marked else 0


def _before(node: nodes.Element) -> nodes.Node | None:
    index = node.parent.index(node)
    while index and isinstance(node.parent[index - 1], nodes.system_message):
        index -= 1
    return node.parent[index - 1] if index else None
