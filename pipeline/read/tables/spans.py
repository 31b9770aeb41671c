"""Cells that span others: ``:cspan:`1``` and ``:rspan:`1``` at their beginning, as ``flat-table`` has it.

The number says how many columns or rows the cell has beside its own. The cells that it covers are left out of
their rows, or stand there and are empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from docutils import nodes
from docutils.utils import unescape

from pipeline.tree.nodes import cell_span

_WRITTEN: Final = re.compile(r"\s*:(?P<kind>[cr])span:`(?P<count>\d{1,4})`[ \t]?")
MOST: Final = 1000
"""The most columns or rows that a cell can have beside its own."""


class Cell(NamedTuple):
    """What a cell says of its place.

    :param columns: and `rows`: how many it has beside its own.
    :param empty: whether nothing else stands in it.
    """

    columns: int
    rows: int
    empty: bool


def role(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """The roles ``cspan`` and ``rspan``."""
    number = unescape(text).strip()
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:5]) <= MOST):
        message = f"{raw} says how many more cells one spans: write a number from 1, as in :{name}:`1`"
        return [], [inliner.reporter.error(message, line=line)]
    return [cell_span(raw, "", kind=name.lower(), count=int(number))], []


def taken_from(item: nodes.Element) -> Cell:
    """What the first words of a cell say of its place; they are taken out of it."""
    spans = {"cspan": 0, "rspan": 0}
    first = item[0] if len(item) else None
    while isinstance(first, nodes.paragraph) and len(first) and isinstance(first[0], cell_span):
        span = first.pop(0)
        spans[span["kind"]] = span["count"]
        if len(first) and isinstance(first[0], nodes.Text):
            first[0] = nodes.Text(first[0].lstrip())
            if not first[0].astext():
                first.pop(0)
    if isinstance(first, nodes.paragraph) and not len(first):
        item.remove(first)
    return Cell(spans["cspan"], spans["rspan"], not len(item))


def taken_from_text(text: str) -> tuple[Cell, str]:
    """The same of the text of a cell: what it says of its place, and the rest."""
    spans = {"c": 0, "r": 0}
    while match := _WRITTEN.match(text):
        spans[match["kind"]] = int(match["count"])
        text = text[match.end() :]
    return Cell(spans["c"], spans["r"], not text.strip()), text


def fitted(rows: Sequence[Sequence[Cell]]) -> tuple[int, list[list[int | None]], int]:
    """Find the column of each cell.

    :returns: the number of columns; for each row and column, the cell of the row that begins there, or
        ``None`` where another cell covers it; and the number of the first row that does not fit, or -1.
    """
    first = rows[0] if rows else []
    counts = dict.fromkeys((sum(1 + cell.columns for cell in first), len(first)))
    tried = [_fitted(rows, count) for count in counts if count]
    good = [one for one in tried if one[2] < 0]
    return good[0] if good else max(tried, key=lambda one: one[2], default=(0, [], -1))


def unfit(bad: int, columns: int, rows: int) -> str:
    """What to say of a row, counted from 0, that does not fit into a table of so many columns and rows."""
    return (
        f"the cells of row {bad + 1} and what they span do not fit into the {columns} columns and {rows} "
        "rows of the table: count those of the first row, and leave out what is covered"
    )


def _fitted(rows: Sequence[Sequence[Cell]], columns: int) -> tuple[int, list[list[int | None]], int]:
    reach: dict[int, int] = {}  # by column, how many rows from here on a cell above covers
    places: list[list[int | None]] = []
    for number, row in enumerate(rows):
        covered = {column for column, left in reach.items() if left}
        found = _row(row, columns, covered)
        if found is None:
            return columns, places, number
        reach = {column: left - 1 for column, left in reach.items() if left > 1}
        for column, index in enumerate(found):
            if index is not None and row[index].rows:
                reach |= dict.fromkeys(range(column, column + 1 + row[index].columns), row[index].rows)
        places.append(found)
    return columns, places, -1 if not reach else len(rows) - 1


def _row(row: Sequence[Cell], columns: int, covered: set[int]) -> list[int | None] | None:
    if len(row) == columns:
        found: list[int | None] = []
        hidden = set(covered)
        for column, cell in enumerate(row):
            if column in hidden:
                if not cell.empty or cell.columns or cell.rows:
                    return None
                found.append(None)
                continue
            span = set(range(column + 1, column + 1 + cell.columns))
            if span & covered or (span and max(span) >= columns):
                return None
            hidden |= span
            found.append(column)
        return found
    placed: list[int | None] = [None] * columns
    column = 0
    for index, cell in enumerate(row):
        while column in covered:
            column += 1
        span = set(range(column, column + 1 + cell.columns))
        if span & covered or max(span) >= columns:
            return None
        placed[column] = index
        column = max(span) + 1
    return placed if all(rest in covered for rest in range(column, columns)) else None
