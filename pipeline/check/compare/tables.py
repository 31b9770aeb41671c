"""Tables and infoboxes, cell by cell."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pipeline.check.vocabulary.facts import Cell, Table
from pipeline.check.vocabulary.verdict import Verdict


def compare_tables(pair: Any, verdict: Verdict) -> tuple[int, int]:
    """Compare the tables of a row.

    :param pair: a `compare.Pair`.
    :returns: how many there are, and how many of them are as they should be.
    """
    # Tables within tables may begin at one place; the outermost is last.
    found_at: dict[int, list[Table]] = {}
    for found in pair.found.tables:
        found_at.setdefault(_first(found.start, found.end, pair), []).append(found)
    starts = [(table, start) for table in pair.expected.tables if (start := _start(table, pair)) is not None]
    left = Counter(start for _, start in starts)
    good = 0
    for table, start in starts:
        left[start] -= 1
        if start in found_at:
            there = found_at[start][::-1][left[start] : left[start] + 1]
        else:
            around = [other for other in pair.found.tables if other.start <= start < other.end]
            there = sorted(around, key=lambda other: other.end - other.start)[:1]
        name = _name(table, pair)
        code = f"check-{table.kind}"
        if not there:
            verdict.add(code, f"{name} is not marked as a table", table.line, pair.found.pieces[start].place)
            continue
        fault = _fault(table, there[0], pair)
        if fault is None:
            good += 1
        else:
            message, line = fault
            verdict.add(code, f"{name}: {message}", line or table.line, there[0].place)
    extra = len(pair.found.tables) - len(pair.expected.tables)
    if extra > 0:
        verdict.add("check-table", f"{extra} more tables than in the article", None, "")
    return len(pair.expected.tables), good + max(0, extra)


def _start(table: Table, pair: Any) -> int | None:
    """Where a table begins in what was found: its first piece that is no mark of a list item or the like."""
    start = pair.alignment.first(table.start, table.end)
    return None if start is None else _first(start, len(pair.found.pieces), pair)


def _first(start: int, end: int, pair: Any) -> int:
    return next((index for index in range(start, end) if not pair.found.pieces[index].optional), start)


def _name(table: Table, pair: Any) -> str:
    words = []
    if table.caption is not None:
        words = [piece.text for piece in pair.expected.pieces[table.caption.start : table.caption.end]]
    title = f' "{" ".join(words[:8])}"' if words else ""
    return f"the {table.kind}{title}"


def _fault(table: Table, found: Table, pair: Any) -> tuple[str, int | None] | None:
    """What is wrong with a table, and the line."""
    if (table.caption is None) != (found.caption is None):
        return ("its caption is lost" if table.caption else "it has a caption that is none"), table.line
    if len(table.rows) != len(found.rows):
        return f"it has {len(found.rows)} rows instead of {len(table.rows)}", _lost_row(table, pair)
    for number, (row, other) in enumerate(zip(table.rows, found.rows, strict=True), start=1):
        if len(row.cells) != len(other.cells):
            return f"row {number} has {len(other.cells)} cells instead of {len(row.cells)}", row.line
        for place, (cell, got) in enumerate(zip(row.cells, other.cells, strict=True), start=1):
            fault = _cell_fault(cell, got, pair)
            if fault:
                return f"row {number}, cell {place} {fault}", cell.line or row.line
    return None


def _only_optional(start: int, end: int, pair: Any) -> bool:
    """Whether nothing stands between two places but the marks of list items and the like."""
    return all(pair.found.pieces[index].optional for index in range(min(start, end), max(start, end)))


def _lost_row(table: Table, pair: Any) -> int | None:
    for row in table.rows:
        if row.end > row.start and not any(i in pair.alignment.at for i in range(row.start, row.end)):
            return row.line
    return table.line


def _cell_fault(cell: Cell, got: Cell, pair: Any) -> str:
    if cell.start < cell.end:
        start = pair.alignment.start(cell.start)
        if start is not None and not _only_optional(start, got.start, pair):
            return "begins elsewhere"
        last = pair.alignment.at.get(cell.end - 1)
        if last is not None and not _only_optional(last[1], got.end, pair):
            return "ends elsewhere"
        if cell.header != got.header:
            return f"is {'no' if cell.header else 'a'} header cell"
        if got.header and not got.scoped:
            return "is a header cell that does not say what it heads (scope)"
    elif not _only_optional(got.start, got.end, pair):
        return "holds something and should be empty"
    if (cell.columns, cell.rows) != (got.columns, got.rows):
        spans = f"{got.columns} by {got.rows} instead of {cell.columns} by {cell.rows}"
        return f"spans {spans}"
    return ""
