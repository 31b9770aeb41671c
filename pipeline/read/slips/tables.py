"""Tables that are none: those of Markdown and of other programs, rows of a spreadsheet, columns of spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.parts import before_of
from pipeline.tree.report import line_of

_Found = tuple[int, str, str, int]
_SEPARATOR: Final = re.compile(r"\|?\s*:?-{2,}:?\s*(?:[|+]\s*:?-{2,}:?\s*)+\|?|\|\s*:?-{2,}:?\s*\|?")
_INSTEAD: Final = "a table is .. list-table::, or .. csv-table::"
_MARKDOWN: Final = f"is Markdown: {_INSTEAD}"
_DRAWN: Final = re.compile(r"[┌┏╔╭][─━═┬┳╦┯┰╤]+[┐┓╗╮]")
_DASHED: Final = re.compile(r"\+(?=.*[^\x00-\x7f])(?:[-–—―─]{2,}\+)+")
_EQUALS: Final = re.compile(r"\+(?:=+\+)+")
_HYPHENS: Final = re.compile(r"-{2,}(?: +-{2,})+")
_GAP: Final = re.compile(r"(?<=[^\s.!?:;,]) {3,}(?=\S)")
_ROWS: Final = ((";", "semicolons"), (",", "commas"), ("|", "bars"))
_LIST_MARK: Final = re.compile(r"\.\. |:|[-*+•‣⁃·∙●○◦▪▫■□◆◇❖➢➤►▸▶→➔–—\ue000-\uf8ff]\t")
"""What is no row of a table, for all its tabs: a directive, a field, an item of a list."""
_CURLY: Final = re.compile(r"(?:^|,|:)\s*(?P<value>[“”„«][^“”„«»\"\n]*,[^“”„«»\"\n]*[”“»])\s*(?:,|$)")


def find_table(node: nodes.paragraph, lines: list[str], first: int) -> _Found | None:
    """A paragraph that is a table; of one of Markdown, the head may be a line that is kept.

    :param lines: of the paragraph, without the spaces at their ends.
    :param first: the number of its first line, from 1.
    """
    last = first + len(lines) - 1
    found = _drawn(lines) or _columns(lines)
    if found is not None:
        number, said = found
        return first + number, "table-unread", f'"{quoted(lines[number])}" is read as text: {said}', last
    at = next((number for number, line in enumerate(lines) if _SEPARATOR.fullmatch(line)), None)
    if at is None:
        piped = [line for line in lines if line.startswith("|") and line.endswith("|") and len(line) > 2]
        if len(piped) > 1 and len(piped) == len(lines) and all(line.count("|") > 2 for line in piped):
            return first, "table-unread", f'the table "{quoted(lines[0])}" {_MARKDOWN}', last
        return None
    if at:
        return first + at - 1, "table-unread", f'the table "{quoted(lines[at - 1])}" {_MARKDOWN}', last
    before = before_of(node)
    if isinstance(before, nodes.line_block):
        start = min(line_of(before) or first - 1, first - 1)
        return start, "table-unread", f'the table "{quoted(before.astext().strip())}" {_MARKDOWN}', last
    return first, "table-unread", f'the table "{quoted(lines[0])}" {_MARKDOWN}', last


def _drawn(lines: list[str]) -> tuple[int, str] | None:
    """The lines around a table, of signs that docutils does not know there."""
    if _DRAWN.match(lines[0]):
        return 0, f"{_INSTEAD}; its lines are +---+ and |"
    if len(lines) > 1 and _DASHED.fullmatch(lines[0]):
        return 0, "the lines of a table are made of the hyphens of the keyboard, +---+"
    if len(lines) > 1 and _EQUALS.fullmatch(lines[0]):
        return 0, "the first line of a table is made of hyphens, +---+; that of === stands below its head"
    hyphens = [number for number, line in enumerate(lines) if _HYPHENS.fullmatch(line)]
    if len(lines) > 2 and hyphens[:1] in ([0], [1]):
        return hyphens[0], "the lines of a table are made of equals signs, ===  ===, above and below it too"
    return None


def _columns(lines: list[str]) -> tuple[int, str] | None:
    """Lines with as many values each, parted by spaces or by a sign."""
    if len(lines) < 2 or any(len(line) > 200 for line in lines):
        return None
    gaps = {len(_GAP.findall(line)) for line in lines}
    if len(gaps) == 1 and gaps != {0} and (len(lines) > 2 or gaps != {1}):
        return 0, f"spaces make no columns: {_INSTEAD}"
    if not all(re.search(r"\d", line) for line in lines[1:]) or any(line.endswith(".") for line in lines):
        return None
    for sign, name in _ROWS:
        counts = {line.count(sign) for line in lines}
        spaced = any(f"{sign} " in line or line.endswith(sign) or "`" in line for line in lines)
        most = 1 if sign != "," else 2
        if len(counts) == 1 and min(counts) >= most and not spaced and not lines[0].startswith("|"):
            delimiter = "" if sign == "," else f" and :delim: {sign}"
            return 0, f"values parted by {name} stand below .. csv-table::{delimiter}, indented"
    return None


def markdown_table(node: nodes.line_block) -> Iterator[_Found]:
    """Lines that are kept, and are the rows of a table."""
    rows = [one.astext().strip() for one in node if isinstance(one, nodes.line)]
    first = line_of(node) or 1
    parted = any(_SEPARATOR.fullmatch(row) or _SEPARATOR.fullmatch(f"|{row}") for row in rows[1:])
    piped = len(rows) > 1 and all(row.endswith("|") for row in rows)
    if parted or piped:
        yield first, "table-unread", f'the table "{quoted(rows[0])}" {_MARKDOWN}', first + len(rows) - 1


def find_csv_quotes(lines: list[str]) -> Iterator[_Found]:
    """Curly quotation marks around a value with a comma: they part it all the same."""
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
