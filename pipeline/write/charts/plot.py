"""A chart as numbers and words, read from its node."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from docutils import nodes

from pipeline.tree.labels import direction_of
from pipeline.tree.languages.values import as_text, month_text
from pipeline.tree.nodes import chart, datum


@dataclass(frozen=True)
class Plot:
    """What is drawn.

    :param kind: ``bar``, ``line`` or ``stacked``.
    :param unit: of the values, or "".
    :param labels: what stands below each place of the scale; `form`: ``number``, ``day``, ``month``, or ""
        for names; `places`: the numbers, or the days as numbers, empty for names.
    :param names: of the series; `values`: of each, one for each place, ``None`` where there is none.
    :param shown: the values as texts.
    """

    kind: str
    unit: str
    language: str
    labels: list[str]
    form: str
    places: list[float]
    names: list[str]
    values: list[list[float | None]]
    shown: list[list[str]]

    @property
    def order(self) -> list[int]:
        """The numbers of the places, from the first on the scale to the last."""
        return sorted(range(len(self.labels)), key=lambda at: self.places[at] if self.places else at)

    @property
    def mirrored(self) -> bool:
        """Whether it runs from right to left."""
        return direction_of(self.language) == "rtl"


def table_of(node: chart) -> list[list[str]]:
    """The texts of its table, row by row: the first row is the head."""
    return [[entry.astext() for entry in row.children] for row in node.findall(nodes.row)]


def plot_of(node: chart, language: str) -> Plot:
    """What a node holds.

    :param language: of the article.
    """
    rows = [list(row) for row in node.findall(nodes.row)]
    head, body = rows[0], rows[1:]
    data = [[entry.next_node(datum) for entry in row] for row in body]
    first = [row[0] for row in data]
    form = first[0]["format"] if first[0] is not None else ""
    labels = [entry.astext() for entry, *_ in body]
    places: list[float] = []
    if form in ("day", "month"):
        days = [datetime.date.fromisoformat(one["content"]) for one in first if one is not None]
        places = [float(day.toordinal()) for day in days]
        labels = [_short(day, form, language) for day in days]
    elif form == "number":
        places = [float(one["content"]) for one in first if one is not None]
    columns = range(1, len(head))
    return Plot(
        kind=node["type"],
        unit=node["suffix"],
        language=language,
        labels=labels,
        form=form,
        places=places,
        names=[head[column].astext() for column in columns],
        values=[
            [float(one["content"]) if (one := row[column]) is not None else None for row in data]
            for column in columns
        ],
        shown=[[row[column].astext() for row in body] for column in columns],
    )


def _short(day: datetime.date, form: str, language: str) -> str:
    if form == "month":
        return month_text(day, language, short=True)
    return as_text(day, language)
