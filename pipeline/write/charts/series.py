"""How series are told apart without colours: patterns of bars, marks and dashes of lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.write.charts.pen import Pen, Point

_GAP: Final = 4.0
"""Between two lines of a pattern."""
DASHES: Final = ("", "7 3", "2 2", "8 2 2 2", "4 4", "12 3")
_MARK: Final = 3.4
"""Half of the size of a mark."""


def bar(pen: Pen, x: float, y: float, width: float, height: float, number: int) -> None:
    """A bar in the pattern of a series, counted from 0."""
    if width <= 0 or height <= 0:
        return
    pattern = _PATTERNS[number]
    pen.box(x, y, width, height, filled=pattern == "full")
    if pattern != "full" and min(width, height) > 1:
        for kind in pattern:
            pen.lines(_hatch(kind, x, y, x + width, y + height), 0.9)


_PATTERNS: Final = ("full", "/", "-", "/\\", "|", "")


def _hatch(kind: str, left: float, top: float, right: float, bottom: float) -> Iterator[list[Point]]:
    """The lines of a pattern within a box. They lie on one grid for all bars."""
    if kind in "-|":
        low, high = (top, bottom) if kind == "-" else (left, right)
        for number in range(int(low // _GAP) + 1, int(high // _GAP) + 1):
            at = number * _GAP
            if low + 1 < at < high - 1:
                yield [(left, at), (right, at)] if kind == "-" else [(at, top), (at, bottom)]
        return
    gap = _GAP * 1.4142
    low, high = (left + top, right + bottom) if kind == "/" else (left - bottom, right - top)
    for number in range(int(low // gap) + 1, int(high // gap) + 1):
        at = number * gap
        if kind == "/":
            first, last = max(left, at - bottom), min(right, at - top)
            line = [(first, at - first), (last, at - last)]
        else:
            first, last = max(left, at + top), min(right, at + bottom)
            line = [(first, first - at), (last, last - at)]
        if last - first > 0.5:
            yield line


def mark(pen: Pen, x: float, y: float, number: int) -> None:
    """The mark of a series, counted from 0, around a point."""
    size = _MARK
    if number == 0:
        pen.disc(x, y, size * 0.9, filled=True)
    elif number == 1:
        side = size * 0.85
        pen.box(x - side, y - side, 2 * side, 2 * side, filled=True)
    elif number == 2:
        pen.shape([(x, y - size * 1.15), (x + size * 1.1, y + size * 0.8), (x - size * 1.1, y + size * 0.8)])
    elif number == 3:
        pen.shape([(x, y - size * 1.25), (x + size * 1.25, y), (x, y + size * 1.25), (x - size * 1.25, y)])
    elif number == 4:
        side = size * 0.95
        pen.lines(
            [[(x - side, y - side), (x + side, y + side)], [(x - side, y + side), (x + side, y - side)]], 1.6
        )
    else:
        pen.disc(x, y, size * 0.9, filled=False)
