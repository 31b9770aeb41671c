"""Whether the lines of a page are numbered, where the article asks for it: the figures are shapes."""

from __future__ import annotations

from typing import Final

from pipeline.check.seen.blocks import Block
from pipeline.check.seen.sheet import Sheet, Sort
from pipeline.check.vocabulary.verdict import Verdict

_STEP: Final = 5
"""Every so many lines one has a number."""
_LEAST, _MOST = 2.5, 9.0
"""Heights of a figure, in points."""
_AWAY: Final = 3.0
"""So far, in points, a number stands from the text."""
_SAME: Final = 2.0
"""Baselines, and figures of one number, that are nearer than so many points."""
_UNNUMBERED: Final = frozenset(("Table", "Aside", "Figure", "Code", "Formula", "Note", "FENote", "Caption"))
"""Elements whose lines do not count."""
_SPARE: Final = 9
"""So many lines may go without: the last ones of a page, and what stands in a block of another kind."""


class LineNumbers:
    """Counts the lines of each page, and the numbers beside them.

    :param blocks: of the PDF.
    """

    def __init__(self, blocks: list[Block], verdict: Verdict) -> None:
        self.verdict = verdict
        self.lines: dict[int, list[float]] = {}
        for block in blocks:
            if _UNNUMBERED.isdisjoint(block.path):
                for line in block.lines():
                    self.lines.setdefault(line[0].spot.page, []).append(line[0].spot.y)

    def look(self, sheet: Sheet) -> None:
        """Compare one page."""
        lines = _apart(self.lines.get(sheet.number, []))
        texts = [thing.box for thing in sheet.of(Sort.TEXT) if not thing.artifact]
        if lines <= _SPARE or not texts:
            return
        left, right = min(box.left for box in texts), max(box.right for box in texts)
        beside = [
            thing.box.bottom
            for thing in sheet.of(Sort.SHAPE)
            if _LEAST < thing.box.height < _MOST
            and (thing.box.right < left - _AWAY or thing.box.left > right + _AWAY)
        ]
        numbers = _apart(beside)
        if numbers * _STEP + _SPARE < lines:
            message = f"{lines} lines of the page have {numbers} numbers beside them"
            self.verdict.add("check-line-number", message, None, f"page {sheet.number + 1}")


def _apart(places: list[float]) -> int:
    """How many places there are that are not the same."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SAME:
            found.append(place)
    return len(found)
