"""What draws the shapes of a chart as SVG: rectangles, paths and texts, from left to right or mirrored.

Nothing else is used, no style sheet and no pattern: so the typesetter of print and every reading system draw
the same picture. A group gives its colour; what is in it takes it by ``currentColor``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape
from typing import Final

from pipeline.write.charts.measure import SIZE

Point = tuple[float, float]
LEFT, MIDDLE, RIGHT = "left", "middle", "right"
_MIRRORED: Final = {LEFT: RIGHT, RIGHT: LEFT, MIDDLE: MIDDLE}
_STARTS: Final = {"ltr": {LEFT: "start", RIGHT: "end"}, "rtl": {LEFT: "end", RIGHT: "start"}}


class Pen:
    """Draws a chart.

    :param width: of the drawing.
    :param mirrored: whether it runs from right to left.
    """

    def __init__(self, width: float, mirrored: bool) -> None:
        self.width = width
        self.mirrored = mirrored
        self.parts: list[str] = []

    def _x(self, x: float) -> float:
        return self.width - x if self.mirrored else x

    def open(self, name: str, colour: str) -> None:
        """Begin what has one colour: ``grid``, ``axis``, ``series-2``.

        :param colour: ``#rrggbb``; "" is that of the text around the chart.
        """
        self.parts.append(f'<g class="{name}"' + (f' color="{colour}">' if colour else ">"))

    def value(self, row: int, column: int) -> None:
        """Begin what shows one value of the table that is drawn; both are counted from 0."""
        self.parts.append(f'<g class="value at-{row}-{column}">')

    def close(self) -> None:
        """End it."""
        self.parts.append("</g>")

    def box(self, x: float, y: float, width: float, height: float, *, filled: bool) -> None:
        """A rectangle; without a filling, the line around it lies inside."""
        if filled:
            left = self._x(x) - (width if self.mirrored else 0)
            size = f'width="{plain(width)}" height="{plain(height)}"'
            self.parts.append(f'<rect x="{plain(left)}" y="{plain(y)}" {size} fill="currentColor"/>')
        elif width > 1 and height > 1:
            a, b, c, d = x + 0.5, y + 0.5, x + width - 0.5, y + height - 0.5
            self.lines([[(a, b), (c, b), (c, d), (a, d), (a, b)]], 1.0)
        else:
            self.box(x, y, width, height, filled=True)

    def lines(self, runs: Iterable[Iterable[Point]], thick: float, dashes: str = "") -> None:
        """Lines, each through its points."""
        path = "".join(self._run(run) for run in runs)
        if path:
            dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
            paint = f'fill="none" stroke="currentColor" stroke-width="{plain(thick)}" stroke-linejoin="round"'
            self.parts.append(f'<path d="{path}" {paint}{dashed}/>')

    def shape(self, points: Iterable[Point]) -> None:
        """A filled shape."""
        self.parts.append(f'<path d="{self._run(points)}Z" fill="currentColor"/>')

    def disc(self, x: float, y: float, radius: float, *, filled: bool) -> None:
        """A disc, or a ring."""
        x, k = self._x(x), radius * 0.5523
        steps = [
            (x + radius, y + k, x + k, y + radius, x, y + radius),
            (x - k, y + radius, x - radius, y + k, x - radius, y),
            (x - radius, y - k, x - k, y - radius, x, y - radius),
            (x + k, y - radius, x + radius, y - k, x + radius, y),
        ]
        curves = "".join("C" + " ".join(plain(value) for value in step) for step in steps)
        paint = 'fill="currentColor"' if filled else 'fill="none" stroke="currentColor" stroke-width="1.4"'
        self.parts.append(f'<path d="M{plain(x + radius)} {plain(y)}{curves}Z" {paint}/>')

    def text(self, x: float, y: float, words: str, side: str = LEFT, *, strong: bool = False) -> None:
        """Words in one line.

        :param y: of their baseline.
        :param side: which end of them is at `x`.
        """
        if not words:
            return
        side = _MIRRORED[side] if self.mirrored else side
        direction = next(
            (
                "rtl" if kind != "L" else "ltr"
                for kind in map(unicodedata.bidirectional, words)
                if kind in _STRONG
            ),
            "ltr",
        )
        anchor = _STARTS[direction].get(side, "middle")
        weight = ' font-weight="600"' if strong else ""
        self.parts.append(
            f'<text x="{plain(self._x(x))}" y="{plain(y)}" text-anchor="{anchor}" direction="{direction}"'
            f' font-size="{plain(SIZE)}" fill="currentColor"{weight}>{escape(words, quote=False)}</text>'
        )

    def _run(self, points: Iterable[Point]) -> str:
        return "".join(
            f"{'L' if number else 'M'}{plain(self._x(x))} {plain(y)}" for number, (x, y) in enumerate(points)
        )


_STRONG: Final = ("L", "R", "AL")


def plain(number: float) -> str:
    """A number in as few characters as a drawing needs."""
    return f"{round(number, 2) or 0.0:.2f}".rstrip("0").rstrip(".")
