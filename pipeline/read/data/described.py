"""What a chart shows, in words: its alternative text, written from its data."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.read.data.columns import Column
from pipeline.tree.numbering.words import Words


def in_short(kind: str, scale: Column, columns: Sequence[Column], unit: str, words: Words) -> str:
    """The kind of the chart, and the highest and the lowest value of each series.

    :param kind: ``bar``, ``line`` or ``stacked``.
    :param unit: of the values, or "".
    """
    comma, stop = words.table["comma"], words.table["stop"]
    ends = f"{scale.cells[0].text} \u2013 {scale.cells[-1].text}"
    parts = [comma.join(part for part in (words.table[f"chart-{kind}"], unit, ends) if part)]
    for column in columns:
        told = [(number, at) for at, number in enumerate(column.numbers) if number is not None]
        high, low = max(told, key=lambda one: one[0])[1], min(told, key=lambda one: one[0])[1]
        said = [f"{words.table['highest']} {column.cells[high].text} ({scale.cells[high].text})"]
        if column.cells[low].text != column.cells[high].text:
            said.append(f"{words.table['lowest']} {column.cells[low].text} ({scale.cells[low].text})")
        parts.append(f"{column.name}: {comma.join(said)}")
    return stop.join(parts) + stop.rstrip()
