"""Where in the article the things on a page come from, and what they say, for messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.check.compare.edition import Pair
from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import Opened
from pipeline.check.seen.sheet import Sheet, Thing
from pipeline.check.vocabulary.facts import Spot

_SHOWN: Final = 40
Key = tuple[int, float, float]
"""A page and a point on it: words that stand for a whole line have another right edge than its first run."""


def key_of(spot: Spot) -> Key:
    """Where something begins."""
    return spot.page, spot.x, spot.y


class Places:
    """Source lines and words of what is drawn.

    :param opened: the open file.
    :param pairs: what was found beside what was expected.
    """

    def __init__(self, opened: Opened, pairs: Iterable[Pair]) -> None:
        self.opened = opened
        self._lines: dict[Key, int] = {}
        for pair in pairs:
            back = pair.alignment.back
            for index, piece in enumerate(pair.found.pieces):
                if piece.spot is not None and index in back:
                    line = pair.expected.pieces[back[index]].line
                    if line is not None:
                        self._lines.setdefault(key_of(piece.spot), line)

        self._mcids = {
            id(run): mcid for page in opened.pages for (_, mcid), runs in page.tagged.items() for run in runs
        }
        self._wholes = dict(self._pieces())

    def _pieces(self) -> Iterator[tuple[tuple[int, int], int]]:
        """Page and identifier of what is a piece of a drawing, and the identifier of its first piece.

        The values of a chart, which are cells of the table behind it, are pieces of its drawing.
        """
        first = -1
        for elem in self.opened.root.below() if self.opened.root is not None else ():
            runs = list(elem.runs()) if elem.role in {"Figure", "TD"} else []
            if elem.role == "Figure":
                first = self._mcids.get(id(runs[0]), -1) if runs else -1
            elif elem.actual is None or any(not run.picture for run in runs):
                continue
            for run in runs:
                yield (run.spot.page, self._mcids.get(id(run), -1)), first

    def gather(self, sheet: Sheet) -> None:
        """Let the pieces of a drawing on a page be one thing."""
        for thing in sheet.things:
            thing.mcid = self._wholes.get((sheet.number, thing.mcid), thing.mcid)

    def mcid(self, run: Run) -> int:
        """The marked-content identifier of a run; in a drawing of several pieces, that of the first."""
        mcid = self._mcids.get(id(run), -1)
        return self._wholes.get((run.spot.page, mcid), mcid)

    def page(self, number: int) -> str:
        """How a page is called in messages."""
        return f"page {self.opened.label(number)}"

    def line(self, runs: Iterable[Run]) -> int | None:
        """The source line of the first of some runs of which it is known."""
        keys = (key_of(run.spot) for run in runs)
        return next((self._lines[key] for key in keys if key in self._lines), None)

    def runs(self, page: int, thing: Thing) -> list[Run]:
        """The runs of the marked content that a thing belongs to, those in its line first."""
        if thing.mcid < 0:
            return []
        tagged = self.opened.pages[page].tagged
        runs = next((runs for (_, mcid), runs in tagged.items() if mcid == thing.mcid), [])
        low, high = thing.box.bottom - 2, thing.box.top + 2
        return sorted(runs, key=lambda run: not low <= run.spot.y <= high)

    def line_of(self, page: int, thing: Thing) -> int | None:
        """The source line of a thing on a page."""
        return self.line(self.runs(page, thing))


def quoted(text: str) -> str:
    """Words as messages show them, cut where they are long."""
    words = " ".join(text.split())
    return f'"{words if len(words) <= _SHOWN else words[:_SHOWN] + "…"}"'
