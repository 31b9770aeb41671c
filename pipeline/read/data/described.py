"""What a chart shows, in words: its alternative text, written from its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.read.data.columns import Column
from pipeline.tree.numbering.words import Words

MOST: Final = 150
"""So many values are told one by one; of more, the first and the last of each series."""


def in_short(kind: str, scale: Column, columns: Sequence[Column], unit: str, words: Words) -> str:
    """The kind of the chart, and the highest and the lowest value of each series.

    :param kind: ``bar``, ``line`` or ``stacked``.
    :param unit: of the values, or "".
    """
    ends = f"{scale.cells[0].text} \u2013 {scale.cells[-1].text}"
    parts = [", ".join(part for part in (words.table[f"chart-{kind}"], unit, ends) if part)]
    for column in columns:
        told = [(number, at) for at, number in enumerate(column.numbers) if number is not None]
        high, low = max(told, key=lambda one: one[0])[1], min(told, key=lambda one: one[0])[1]
        said = [f"{words.table['highest']} {column.cells[high].text} ({scale.cells[high].text})"]
        if column.cells[low].text != column.cells[high].text:
            said.append(f"{words.table['lowest']} {column.cells[low].text} ({scale.cells[low].text})")
        parts.append(f"{column.name}: {', '.join(said)}")
    return ". ".join(parts) + "."


def in_full(scale: Column, columns: Sequence[Column]) -> str:
    """Every value; of a long chart, the first and the last of each series."""
    count = len(scale.cells)
    rows = range(count) if count * len(columns) <= MOST else (0, count - 1)
    lone = len(columns) == 1
    told = []
    for row in rows:
        values = [
            cell if lone else f"{column.name} {cell}"
            for column in columns
            if (cell := column.cells[row].text)
        ]
        told.append(f"{scale.cells[row].text}: {', '.join(values)}")
    return "; ".join(told) + "."
