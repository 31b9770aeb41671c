"""Columns of a table that hold only numbers: they are aligned at the right, and no number is broken."""

from __future__ import annotations

import re
from typing import Final

from docutils import nodes

NUMERIC: Final = "numeric"
"""The class of a cell in such a column."""

_SPACES: Final = "\u00a0\u202f\u2009 "
_NUMBER: Final = re.compile(
    rf"[-+\u2212\u2013\u00b1~\u2248<>]?[{_SPACES}]?[€$£¥]?[{_SPACES}]?\d+(?:[.,'\u2019{_SPACES}]\d+)*"
    rf"[{_SPACES}]?(?:%|‰|€|[A-Z]{{3}})?"
)
_NONE: Final = frozenset(("", "-", "\u2013", "\u2014", "\u2026", "...", "..", "n/a", "n.a."))
"""What stands where there is no number."""
_FEW: Final = 2
"""So many numbers make a column of numbers."""


def numeric_columns(group: nodes.tgroup) -> frozenset[int]:
    """The columns, from 0, whose cells in the body of a table are numbers, or say that there is none."""
    numbers: dict[int, int] = {}
    others: set[int] = set()
    for body in (child for child in group if isinstance(child, nodes.tbody)):
        reach: dict[int, int] = {}  # by column, how many rows from here on a cell above reaches into
        for row in body:
            column, taken = 0, frozenset(reach)
            reach = {column: rows - 1 for column, rows in reach.items() if rows > 1}
            for cell in row:
                while column in taken:
                    column += 1
                columns = range(column, column + 1 + cell.get("morecols", 0))
                reach |= dict.fromkeys(columns, cell["morerows"]) if "morerows" in cell else {}
                column = columns.stop
                text = _text(cell)
                if len(columns) == 1 and _NUMBER.fullmatch(text):
                    numbers[columns[0]] = numbers.get(columns[0], 0) + 1
                elif text not in _NONE or cell.next_node(nodes.image) is not None:
                    others.update(columns)
    return frozenset(column for column, count in numbers.items() if count >= _FEW and column not in others)


def _text(cell: nodes.entry) -> str:
    parts = cell.findall(nodes.Text)
    return "".join(
        part.astext() for part in parts if not isinstance(part.parent, nodes.footnote_reference)
    ).strip()
