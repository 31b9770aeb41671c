"""The part of a sheet that an article shows: its cells, in their forms, without what is hidden."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.findings import listed
from pipeline.read.data.looks import Looks, Place
from pipeline.read.data.number_forms import form_of, shown, without_day
from pipeline.read.data.sheet_looks import letters_of
from pipeline.read.input.inclusions import Refused

MAX_CELLS: Final = 50_000
"""How many cells are taken from a sheet."""
_NOT_AVAILABLE: Final = "#N/A"
_ITEM: Final = re.compile(r"^\d+[.)] ")
"""How an item of a list begins in the markup, and a date in German: "24. November"."""
_NAMED: Final = 5
"""How many hidden rows and columns a message names."""


@dataclass
class Sheet:
    """What is taken from a sheet.

    :param rows: its cells as the workbook has them: numbers, dates, texts, "" for an empty one.
    :param codes: the codes of their number formats, "" where there is none.
    :param spans: how many rows and columns a cell covers beside its own, by row and column.
    :param hidden: what was left out, or is shown though its sheet is hidden; "" for nothing.
    """

    rows: list[list[Any]]
    codes: list[list[str]]
    spans: dict[Place, Place] = field(default_factory=dict)
    hidden: str = ""

    def texts(self, language: str) -> list[list[str]]:
        """The cells as texts, in the form of the sheet and of a language."""
        return [
            [shown(value, code, language) for value, code in zip(row, codes, strict=True)]
            for row, codes in zip(self.rows, self.codes, strict=True)
        ]

    def values(self) -> list[list[Any]]:
        """The cells as a chart reads them: shares as texts with their sign, months as "2024-03"."""
        return [
            [_for_chart(value, code) for value, code in zip(row, codes, strict=True)]
            for row, codes in zip(self.rows, self.codes, strict=True)
        ]

    def marked(self, language: str, head: int) -> list[list[str]]:
        """The texts of a table, with the marks of cells that span others (`pipeline.read.tables.spans`).

        :param head: how many rows head the table: no cell spans from there into the others.
        """
        found = [
            [
                text if isinstance(value, str) else _ITEM.sub(r"\\\g<0>", text)
                for value, text in zip(*row, strict=True)
            ]
            for row in zip(self.rows, self.texts(language), strict=True)
        ]
        for (row, column), (rows, columns) in self.spans.items():
            rows = min(rows, head - 1 - row) if row < head else rows
            marks = "".join(
                f":{kind}span:`{count}` " for kind, count in (("c", columns), ("r", rows)) if count
            )
            found[row][column] = f"{marks}{found[row][column]}"
        return found


def taken(
    values: list[list[Any]],
    region: tuple[range, range],
    looks: Looks,
    name: str,
    merged: Iterable[tuple[Place, Place]],
    *,
    show: bool,
) -> Sheet:
    """The cells of a region, up to the last row and column that hold anything.

    :param values: the cells of the whole sheet; `name`: its name.
    :param region: rows and columns, from 0.
    :param merged: the first and the last cell of each group that is one.
    :param show: whether what is hidden is taken, too.
    :raises Refused: for a cell that could not be computed, and for too many cells.
    """
    wide = max(map(len, values), default=0)
    rows = list(region[0][: max(len(values) - region[0].start, 0)])
    columns = list(region[1][: max(wide - region[1].start, 0)])

    def filled(row: int, column: int) -> bool:
        return (column < len(values[row]) and values[row][column] != "") or (row, column) in looks.errors

    said: list[str] = []
    if not show:
        said += [
            f"row {at + 1}" for at in rows if at in looks.rows and any(filled(at, one) for one in columns)
        ]
        rows = [at for at in rows if at not in looks.rows]
        said += [
            f"column {letters_of(at)}"
            for at in columns
            if at in looks.columns and any(filled(one, at) for one in rows)
        ]
        columns = [at for at in columns if at not in looks.columns]
    while rows and not any(filled(rows[-1], column) for column in columns):
        rows.pop()
    while columns and not any(filled(row, columns[-1]) for row in rows):
        columns.pop()
    if len(rows) * len(columns) > MAX_CELLS:
        message = f"the table has more than {MAX_CELLS} cells: name a part of the sheet, as in :range: A1:F40"
        raise Refused("limit-size", message)
    _check(rows, columns, looks, name)
    na = {place for place, error in looks.errors.items() if error == _NOT_AVAILABLE}
    made = Sheet(
        [
            [
                "\u2013" if (at, one) in na else values[at][one] if one < len(values[at]) else ""
                for one in columns
            ]
            for at in rows
        ],
        [[looks.formats.get((at, one), "") for one in columns] for at in rows],
        hidden=_told(said),
    )
    row_at, column_at = ({one: number for number, one in enumerate(some)} for some in (rows, columns))
    for (top, left), (bottom, right) in merged:
        if top in row_at and left in column_at:
            span = sum(top < one <= bottom for one in rows), sum(left < one <= right for one in columns)
            made.spans[row_at[top], column_at[left]] = span
    return made


def _check(rows: list[int], columns: list[int], looks: Looks, name: str) -> None:
    """Refuse cells that hold nothing to print."""
    there = {(row, column) for row in rows for column in columns} if looks.errors or looks.unknown else set()
    for place, error in sorted(looks.errors.items()):
        if error != _NOT_AVAILABLE and place in there:
            cell = f"{letters_of(place[1])}{place[0] + 1}"
            message = (
                f'the cell {cell} of the sheet "{name}" holds an error, {error}: mend it in the workbook'
            )
            raise Refused("data-cell", f"{message}, or name cells without it in :range:")
    for row, column in sorted(looks.unknown):
        if (row, column) in there:
            message = (
                f'the cell {letters_of(column)}{row + 1} of the sheet "{name}" has a formula, and the file '
                "does not have its value: open it in a spreadsheet program, and save it there"
            )
            raise Refused("data-cell", message)


def _told(parts: list[str]) -> str:
    if not parts:
        return ""
    more = len(parts) - _NAMED
    told = listed(parts[:_NAMED] + ([f"{more} more"] if more > 0 else []))
    return f"hidden in the sheet, and left out here: {told}"


def _for_chart(value: Any, code: str) -> Any:
    if not code or isinstance(value, bool):
        return value
    if isinstance(value, datetime.date) and without_day(code):
        return f"{value.year:04}-{value.month:02}"
    form = form_of(code) if isinstance(value, (int, float)) else None
    if form is None or not form.percent:
        return value
    # Three digits behind a point can be thousands.
    return f"{value * 100:.{form.most + (form.most == 3)}f}%"
