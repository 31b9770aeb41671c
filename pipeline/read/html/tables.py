"""Tables of HTML as tables of docutils: the grid is worked out, header cells stand where both have them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from docutils import nodes

MAX_COLUMNS: Final = 100
MAX_CELLS: Final = 20_000
_NUMBER: Final = re.compile(r"[1-9]\d{0,4}")

Put = Callable[[nodes.Element, Any], Any]


class TableError(ValueError):
    """A table that can't be carried over. Its text says why."""


@dataclass
class Cell:
    """A cell, the columns and rows that it takes, and whether it is a header."""

    element: Any
    columns: int
    rows: int
    header: bool


def table_of(element: Any, content: Callable[[Any], list[nodes.Node]], put: Put) -> nodes.table:
    """Make a table.

    :param element: the ``<table>``.
    :param content: makes the nodes in a cell or a caption.
    :param put: gives a node the place of an element.
    :raises TableError: when cells overlap, reach out of the table, or head neither columns nor rows.
    """
    head, body, caption = _rows(element)
    if not head and len(body) > 1 and all(cell.tag == "th" for cell in _cells(body[0])):
        head, body = body[:1], body[1:]
    if not body:
        raise TableError("the table has no rows of values: write a <tr> with <td> in it")
    grids = [_grid(rows) for rows in (head, body)]
    columns = max((len(line) for grid in grids for line in grid), default=0)
    if not columns:
        raise TableError("the table has no cells")
    stubs = _stubs(grids[1], columns)
    table, group = nodes.table(), nodes.tgroup(cols=columns)
    if caption is not None:
        table += put(nodes.title("", "", *content(caption)), caption)
    for number in range(columns):
        group += nodes.colspec(colwidth=max(1, 100 // columns), **({"stub": True} if number < stubs else {}))
    for kind, rows, grid in ((nodes.thead, head, grids[0]), (nodes.tbody, body, grids[1])):
        if rows:
            group += kind("", *(_row(*both, columns, content, put) for both in zip(rows, grid, strict=True)))
    table += group
    table["classes"] += ["colwidths-auto"]
    return table


def _rows(element: Any) -> tuple[list[Any], list[Any], Any]:
    """The rows of the head, those of the body (the foot last), and the caption."""
    head: list[Any] = []
    body: list[Any] = []
    foot: list[Any] = []
    caption = None
    for part in element:
        if part.tag == "tr":
            body.append(part)
        elif part.tag in ("thead", "tbody", "tfoot"):
            rows = {"thead": head, "tbody": body, "tfoot": foot}[part.tag]
            rows += [row for row in part if row.tag == "tr"]
            if any(row.tag != "tr" for row in part):
                raise TableError(f"a <{part.tag}> holds only <tr>")
        elif part.tag == "caption":
            caption = part
        elif part.tag not in ("colgroup", "col"):
            raise TableError(f"a <table> can't hold <{part.tag}>")
    return head, body + foot, caption


def _cells(row: Any) -> list[Any]:
    if any(cell.tag not in ("td", "th") for cell in row):
        raise TableError("a <tr> holds only <td> and <th>")
    return list(row)


def _grid(rows: list[Any]) -> list[list[Cell | None]]:
    """For each row its columns: a cell where it begins, ``None`` where one goes on.

    The algorithm is that of the HTML standard, section 4.9.12, but for what it mends: that is refused.
    """
    lines: list[list[Cell | None]] = [[] for _ in rows]
    taken: set[tuple[int, int]] = set()
    count = 0
    for number, row in enumerate(rows):
        column = 0
        for element in _cells(row):
            while (number, column) in taken:
                column += 1
            cell = Cell(element, _span(element, "colspan"), _span(element, "rowspan"), element.tag == "th")
            down, across = range(number, number + cell.rows), range(column, column + cell.columns)
            places = set(product(down, across))
            count += len(places)
            if number + cell.rows > len(rows):
                raise TableError("a cell reaches beyond the last row of its part: lower its rowspan")
            if places & taken:
                raise TableError("two cells take the same place: check rowspan and colspan")
            if column + cell.columns > MAX_COLUMNS or count > MAX_CELLS:
                raise TableError(f"the table has more than {MAX_COLUMNS} columns or {MAX_CELLS} cells")
            taken |= places
            for line, place in sorted(places):
                lines[line] += [None] * (place + 1 - len(lines[line]))
            lines[number][column] = cell
            column += cell.columns
    if any((number, column) not in taken for number, line in enumerate(lines) for column in range(len(line))):
        raise TableError("a row has a gap between its cells: check rowspan and colspan")
    return lines


def _span(element: Any, name: str) -> int:
    text = element.get(name, "1").strip()
    if not _NUMBER.fullmatch(text):
        raise TableError(f'"{text[:20]}" is no {name}: write a number from 1')
    return int(text)


def _stubs(grid: list[list[Cell | None]], columns: int) -> int:
    """How many columns at the left are headers of rows."""
    cells = [(column, cell) for line in grid for column, cell in enumerate(line) if cell is not None]
    headers = {column for column, cell in cells if cell.header}
    values = {column for column, cell in cells if not cell.header}
    count = next((column for column in range(columns) if column not in headers), columns)
    if any(column >= count for column in headers) or headers & values:
        raise TableError("header cells <th> fill the first rows or the first columns, and stand nowhere else")
    return count


def _row(
    element: Any,
    line: list[Cell | None],
    columns: int,
    content: Callable[[Any], list[nodes.Node]],
    put: Put,
) -> nodes.row:
    row = nodes.row()
    for cell in line:
        if cell is not None:
            spans = {"morecols": cell.columns - 1, "morerows": cell.rows - 1}
            spans = {name: more for name, more in spans.items() if more}
            row += put(nodes.entry("", *content(cell.element), **spans), cell.element)
    for _ in range(columns - len(line)):
        row += put(nodes.entry(), element)
    made: nodes.row = put(row, element)
    return made
