"""A chart as an SVG drawing: the same one for both editions.

No library draws it: Vega (vl-convert) brings 84 MB and an engine for JavaScript that dies where memory is
bounded; pygal writes scripts and ids by chance; leather stacks nothing; matplotlib brings 115 MB and a second
of start. None of them has all of: words in the faces of the page, patterns for grey print, colours that turn
with the page, a scale from right to left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from json import dumps
from typing import Final

from pipeline.tree.languages.values import number_text, percent_text
from pipeline.tree.nodes import CHART_HEIGHT, chart
from pipeline.write.charts import scales
from pipeline.write.charts.measure import (
    LINE,
    SIZE,
    apart,
    lines_of,
    moved,
    pieces_of,
    shortened,
    thinned,
    width,
    within,
)
from pipeline.write.charts.pen import MIDDLE, RIGHT, Pen
from pipeline.write.charts.plot import Plot, plot_of, table_of
from pipeline.write.charts.series import DASHES, bar, mark

WIDTH: Final = 440.0
"""Of the drawing, in units. Words have `measure.SIZE` of them, some 9.5 pt in a column of print."""
_HEIGHT: Final = 185.0
"""Of the field of an upright chart."""
_FULL: Final = 0.72
"""How much of its place a group of bars takes."""
_DIRECT: Final = 130.0
"""The widest names that stand at the ends of lines; others stand above the chart."""
_FEW: Final = 14
"""So many bars have their values at their ends."""


def svg_of(node: chart, language: str, palette: Sequence[str], alt: str, *, with_values: bool = False) -> str:
    """The drawing of a chart.

    :param language: of the article.
    :param palette: the colours of the series, of the rules of the scale and of its line at zero, each as
        ``#rrggbb``.
    :param alt: what it shows.
    :param with_values: whether it carries its table (``data-values``, JSON), from which the PDF has the tags.
    """
    drawing = _Drawing(plot_of(node, language), palette)
    drawing.draw()
    pen = drawing.pen
    values = f' data-values="{escape(dumps(table_of(node), ensure_ascii=False))}"' if with_values else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-drawing" role="img" overflow="visible" '
        f'viewBox="0 0 {WIDTH:g} {drawing.height:g}" aria-label="{escape(alt)}"{values}>'
        f"{''.join(pen.parts)}</svg>"
    )


class _Drawing:
    def __init__(self, plot: Plot, palette: Sequence[str]) -> None:
        self.plot = plot
        self.palette = palette
        self.pen = Pen(WIDTH, plot.mirrored)
        self.top = 0.0
        self.height = 0.0
        self.left, self.right = 0.0, WIDTH
        self.direct: list[str] = []

    def draw(self) -> None:
        """Draw all of it."""
        plot = self.plot
        self._find_marks()
        names = len(plot.names) > 1
        if (
            names
            and plot.kind == "line"
            and max(map(width, plot.names)) <= _DIRECT
            and self._ends_stand_apart()
        ):
            self.direct = plot.names
        elif names:
            self._legend()
        across = plot.kind != "line" and not plot.form and not self._upright()
        if across:
            self._lying()
        else:
            self._standing()

    # Scales ----------------------------------------------------------------------------------------------

    def _find_marks(self) -> None:
        plot = self.plot
        numbers = [value for row in plot.values for value in row if value is not None]
        low, high = min(numbers), max(numbers)
        if plot.kind == "stacked":
            places = range(len(plot.labels))
            low = min(self._stack(place, -1) for place in places)
            high = max(self._stack(place, 1) for place in places)
        # A bar is as long as its number; a line may begin where its numbers do.
        if (
            plot.kind != "line"
            or low <= 0 <= high
            or low == high
            or abs(high - low) > 0.4 * max(abs(low), abs(high))
        ):
            low, high = min(low, 0.0), max(high, 0.0)
        self.marks = scales.marks(low, high)
        self.ends = [low, high] if high > low else self.marks
        step = self.marks[1] - self.marks[0]
        grouped = max(map(abs, self.marks)) >= 10_000
        percent = any("%" in text for row in plot.shown for text in row)
        count = scales.decimals_of(step)
        self.marked = [
            number_text(one, plot.language, count if one or count < 3 else 0, grouped=grouped)
            for one in self.marks
        ]
        if percent:
            self.marked = [percent_text(one, plot.language) for one in self.marked]

    def _stack(self, place: int, sign: int) -> float:
        values = [row[place] or 0.0 for row in self.plot.values]
        return sum(value for value in values if value * sign > 0)

    def _part(self, value: float) -> float:
        """Where a value is on its scale, from 0 to 1."""
        return (value - self.marks[0]) / (self.marks[-1] - self.marks[0])

    # Names -----------------------------------------------------------------------------------------------

    def _legend(self) -> None:
        x, y = 0.0, SIZE
        for number, name in enumerate(self.plot.names):
            name = shortened(name, WIDTH - 30)
            wide = 20 + width(name) + 14
            if x and x + wide - 14 > WIDTH:
                x, y = 0.0, y + LINE + 2
            self._series(number)
            if self.plot.kind == "line":
                self.pen.lines([[(x, y - 4), (x + 16, y - 4)]], 1.8, DASHES[number])
                mark(self.pen, x + 8, y - 4, number)
            else:
                bar(self.pen, x, y - 9, 15, 10, number)
            self.pen.close()
            self.pen.text(x + 20, y, name)
            x += wide
        self.top = y + 10

    def _ends_stand_apart(self) -> bool:
        """Whether each line has its name beside its end, and not beside that of another one."""
        ends = [
            (-self._part([one for at in self.plot.order if (one := row[at]) is not None][-1]) * _HEIGHT, name)
            for row, name in zip(self.plot.values, self.plot.names, strict=True)
        ]
        return moved(ends, -_HEIGHT, 0.0) < 0.6 * LINE

    def _series(self, number: int) -> None:
        self.pen.open(f"series-{number + 1}", self.palette[number])

    def _rules(self, name: str, colour: str, runs: list[list[tuple[float, float]]], thick: float) -> None:
        self.pen.open(name, colour)
        self.pen.lines(runs, thick)
        self.pen.close()

    # Upright ---------------------------------------------------------------------------------------------

    def _upright(self) -> bool:
        """Whether the names below upright bars have room beside one another, in up to two lines."""
        self.left = max(map(width, self.marked)) + 8
        room = (WIDTH - self.left) / len(self.plot.labels) - 6
        return all(
            max((width(piece) for _, piece in pieces_of(label)), default=0) <= room
            and width(label) <= 1.7 * room
            for label in self.plot.labels
        )

    def _standing(self) -> None:
        plot, pen = self.plot, self.pen
        self.left = max(map(width, self.marked)) + 8
        if self.direct:
            self.right = WIDTH - max(map(width, self.direct)) - 12
        elif plot.kind == "line":
            self.right = WIDTH - 6
        if plot.unit:
            pen.text(0, self.top + SIZE, shortened(plot.unit, WIDTH))
            self.top += LINE + 8
        tells = self._tells_values()
        if tells:
            self.left, self.marks = 0.0, self.ends
        top = self.top = self.top + (SIZE + 3 if tells else 6)
        bottom = top + _HEIGHT

        def y_of(value: float) -> float:
            return bottom - self._part(value) * _HEIGHT

        if not tells:
            rules = [[(self.left, y_of(one)), (self.right, y_of(one))] for one in self.marks]
            self._rules("grid", self.palette[-2], rules, 0.5)
            for one, text in zip(self.marks, self.marked, strict=True):
                pen.text(self.left - 6, y_of(one) + SIZE * 0.33, text, RIGHT)
        if plot.kind == "line":
            self._lines(y_of)
        else:
            self._bars(y_of)
        base = y_of(min(max(0.0, self.marks[0]), self.marks[-1]))
        self._rules("axis", self.palette[-1], [[(self.left, base), (self.right, base)]], 1.0)
        if tells and min(self.marks) < 0:
            bottom += SIZE + 3  # the values below the bars
        self.height = bottom + self._below(bottom) + 4

    def _tells_values(self) -> bool:
        """Whether each bar has its value at its end."""
        plot = self.plot
        if plot.kind != "bar" or len(plot.names) > 1 or len(plot.labels) > _FEW:
            return False
        room = (WIDTH - self.left) / len(plot.labels)
        return all(width(text) <= room for text in plot.shown[0])

    def _place(self, number: int) -> float:
        """Where a place of the scale is, in units of the drawing."""
        plot = self.plot
        if plot.kind != "line":
            return self.left + (number + 0.5) * (self.right - self.left) / len(plot.labels)
        low, high = self.left + 8, self.right - 8
        if plot.places and len(set(plot.places)) > 1:
            return self._at(plot.places[number])
        return (
            (low + high) / 2
            if len(plot.labels) == 1
            else low + number * (high - low) / (len(plot.labels) - 1)
        )

    def _at(self, place: float) -> float:
        first, last = min(self.plot.places), max(self.plot.places)
        return self.left + 8 + (place - first) / (last - first) * (self.right - self.left - 16)

    def _bars(self, y_of: Callable[[float], float]) -> None:
        plot = self.plot
        slot = (self.right - self.left) / len(plot.labels)
        count = 1 if plot.kind == "stacked" else len(plot.names)
        wide = min(slot * _FULL / count, 56.0)
        for number in range(len(plot.names)):
            self._series(number)
            for place in range(len(plot.labels)):
                value = plot.values[number][place]
                if not value:
                    continue
                begin = self._begin(number, place, value)
                x = self._place(place) - wide * count / 2 + (0 if plot.kind == "stacked" else number * wide)
                high, low = sorted((y_of(begin), y_of(begin + value)))
                gap = 0.5 if slot > 6 else 0.0
                self.pen.value(place, number)
                bar(self.pen, x + gap, high, wide - 2 * gap, low - high, number)
                self.pen.close()
            self.pen.close()
        if self._tells_values():
            for place, value in enumerate(plot.values[0]):
                if value is not None:
                    y = y_of(value) - 4 if value >= 0 else y_of(value) + SIZE
                    self.pen.text(self._place(place), y, plot.shown[0][place], MIDDLE)

    def _begin(self, number: int, place: int, value: float) -> float:
        """From where a bar grows: of stacked ones, from the end of those before it."""
        if self.plot.kind != "stacked":
            return min(max(0.0, self.marks[0]), self.marks[-1])
        before = [row[place] or 0.0 for row in self.plot.values[:number]]
        return sum(one for one in before if one * value > 0)

    def _lines(self, y_of: Callable[[float], float]) -> None:
        plot = self.plot
        order = plot.order
        ends: list[tuple[float, str]] = []
        marked = len(order) <= 32
        for number, values in enumerate(plot.values):
            self._series(number)
            runs: list[list[tuple[int, float, float]]] = [[]]
            for place in order:
                value = values[place]
                if value is None:
                    runs.append([])
                else:
                    runs[-1].append((place, self._place(place), y_of(value)))
            drawn = [[(x, y) for _, x, y in run] for run in runs if len(run) > 1]
            self.pen.lines(drawn, 1.8, DASHES[number])
            points = [point for run in runs for point in run]
            lone = [run[0] for run in runs if len(run) == 1]
            for place, x, y in points if marked else [*points[:1], *points[-1:], *lone]:
                self.pen.value(place, number)
                mark(self.pen, x, y, number)
                self.pen.close()
            self.pen.close()
            ends.append((points[-1][2], plot.names[number]))
        if self.direct:
            for y, name in apart(ends, self.top, self.top + _HEIGHT):
                self.pen.text(self.right + 4, y + SIZE * 0.33, name)

    # The words below -------------------------------------------------------------------------------------

    def _below(self, bottom: float) -> float:
        """The words of the scale.

        :returns: how high they are.
        """
        plot = self.plot
        if not plot.form and plot.kind != "line":
            room = (self.right - self.left) / len(plot.labels) - 6
            rows = [lines_of(label, max(room, 12), 2) for label in plot.labels]
            for number, row in enumerate(rows):
                for line, text in enumerate(row):
                    self.pen.text(self._place(number), bottom + 15 + line * LINE, text, MIDDLE)
            return 15.0 + LINE * (max(map(len, rows)) - 1)
        for words in scales.sets_below(plot, self._place, self._at):
            places = [(within(x, text, WIDTH), text) for x, text in sorted(words)]
            if all(
                right[0] - left[0] > (width(left[1]) + width(right[1])) / 2 + 8
                for left, right in pairwise(places)
            ):
                break
        else:
            places = thinned(places)
        for x, text in places:
            self.pen.text(x, bottom + 15, text, MIDDLE)
        return 15.0

    # Lying -----------------------------------------------------------------------------------------------

    def _lying(self) -> None:
        """Bars that lie, each behind its name."""
        plot, pen = self.plot, self.pen
        most = min(max(map(width, plot.labels)), WIDTH * 0.36)
        count = 1 if plot.kind == "stacked" else len(plot.names)
        for lines, wide in ((3, {1: 13.0, 2: 10.0}.get(count, 8.0)), (2, 8.0), (1, 8.0)):
            names = [lines_of(label, most, lines) for label in plot.labels]
            heights = [max(count * wide + 7, LINE * len(row) + 4) for row in names]
            if sum(heights) <= CHART_HEIGHT:
                break
        self.left = max(width(line) for row in names for line in row) + 8
        tells = plot.kind == "bar" and len(plot.names) == 1
        self.right = WIDTH - (max(map(width, plot.shown[0])) + 6 if tells else width(self.marked[-1]) / 2 + 2)
        if plot.unit:
            pen.text(self.left, self.top + SIZE, shortened(plot.unit, WIDTH - self.left))
            self.top += LINE + 4
        top, bottom = self.top + 2, self.top + 2 + sum(heights)

        def x_of(value: float) -> float:
            return self.left + self._part(value) * (self.right - self.left)

        if tells:
            self.marks = self.ends
        else:
            rules = [[(x_of(one), top), (x_of(one), bottom)] for one in self.marks]
            self._rules("grid", self.palette[-2], rules, 0.5)
        middles, y = [], top
        for height, row in zip(heights, names, strict=True):
            middles.append(y + height / 2)
            for line, text in enumerate(row):
                shift = (line - (len(row) - 1) / 2) * LINE
                pen.text(self.left - 6, y + height / 2 + shift + SIZE * 0.33, text, RIGHT)
            y += height
        for number in range(len(plot.names)):
            self._series(number)
            for place, middle in enumerate(middles):
                value = plot.values[number][place]
                if not value:
                    continue
                begin = self._begin(number, place, value)
                low, high = sorted((x_of(begin), x_of(begin + value)))
                at = middle - wide * count / 2 + (0 if plot.kind == "stacked" else number * wide)
                pen.value(place, number)
                bar(pen, low, at + 0.5, high - low, wide - 1, number)
                pen.close()
            pen.close()
        if tells:
            for middle, value, text in zip(middles, plot.values[0], plot.shown[0], strict=True):
                if value is not None:
                    pen.text(x_of(max(value, 0.0)) + 4, middle + SIZE * 0.33, text)
        base = x_of(min(max(0.0, self.marks[0]), self.marks[-1]))
        self._rules("axis", self.palette[-1], [[(base, top), (base, bottom)]], 1.0)
        for one, text in zip(self.marks, self.marked, strict=True) if not tells else ():
            pen.text(x_of(one), bottom + 14, text, MIDDLE)
        self.height = bottom + (4 if tells else 18)
