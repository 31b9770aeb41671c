"""Tables of Markdown as list-tables, where it is certain which cell stands in which column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from pipeline.findings import Finding
from pipeline.fix.text import Mend, Text, numbers

_PARTING: Final = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_MARK: Final = re.compile(r"(?:[-*+•‣⁃]|\(?[\w#]{1,3}[.)])(?:\s|$)|\.\. |:[^:\s]+:(?:\s|$)|\|")
"""How a cell begins that would be another block than a paragraph."""


def _tables(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """Rows between bars, the second of them the line that parts the head, at the left margin."""
    found = numbers(findings, "table-unread", words=("is Markdown: a table is",))
    for number in reversed(found):
        rows = _rows(text.lines, number)
        if rows is None:
            continue
        first, last, cells, aligned = rows
        yield _replaced(first, last, _written(cells, aligned))


def _rows(lines: list[str], number: int) -> tuple[int, int, list[list[str]], list[str]] | None:
    """First and last line of the table around a line, its cells, and how its columns are aligned."""
    if not 0 <= number < len(lines) or "|" not in lines[number]:
        return None
    first = last = number
    while first and "|" in lines[first - 1]:
        first -= 1
    while last + 1 < len(lines) and "|" in lines[last + 1]:
        last += 1
    table = lines[first : last + 1]
    if len(table) < 3 or not _PARTING.fullmatch(table[1].strip()) or any(one[:1].isspace() for one in table):
        return None
    if any("\\|" in one or "`" in one for one in table):
        return None
    around = (lines[first - 1] if first else "", lines[last + 1] if last + 1 < len(lines) else "")
    if any(one.strip() for one in around):
        return None
    cells = [_cells(one) for one in (table[0], *table[2:])]
    marks = _cells(table[1])
    if len({len(row) for row in (*cells, marks)}) != 1 or len(marks) < 2:
        return None
    if any(_MARK.match(cell) for row in cells for cell in row) or not any(cells[0]):
        return None
    return first, last, cells, [_aligned(mark) for mark in marks]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|")]


def _aligned(mark: str) -> str:
    """The word for the colons at the ends of a mark."""
    if mark.startswith(":") and mark.endswith(":"):
        return "center"
    return "right" if mark.endswith(":") else "left"


def _written(cells: list[list[str]], aligned: list[str]) -> list[str]:
    lines = [".. list-table::", "   :header-rows: 1"]
    if set(aligned) != {"left"}:
        lines.append(f"   :column-align: {' '.join(aligned)}")
    lines.append("")
    for row in cells:
        for index, cell in enumerate(row):
            lines.append(f"   {' ' if index else '*'} - {cell}".rstrip())
    return lines


def _replaced(first: int, last: int, written: list[str]) -> Callable[[Text], object]:
    def change(text: Text) -> None:
        for _ in range(first, last + 1):
            del text.lines[first], text.ends[first]
        for offset, line in enumerate(written):
            text.insert(first + offset, line)

    return change


KINDS: Final[dict[str, Mend]] = {"Markdown tables": _tables}
"""The kinds by the names under which they are told."""
