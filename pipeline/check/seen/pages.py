"""How pages end: a heading alone at the foot, a page left nearly empty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import Elem
from pipeline.check.seen.blocks import Block
from pipeline.check.seen.boxes import Box, around
from pipeline.check.seen.places import Places, quoted
from pipeline.check.seen.sheet import Sheet, Sort
from pipeline.check.vocabulary.facts import Spot
from pipeline.check.vocabulary.verdict import Verdict

_FREE: Final = 1 / 3
"""A page is nearly empty when so much of its height has nothing on it, in one piece."""
_FITS: Final = 0.8
"""What is higher than this share of a free room may not fit, with the space around it."""
_LINES: Final = 4
"""So many lines of a paragraph have to fit."""
_LEADS: Final = (":", "\uff1a")
"""A paragraph that ends so stands with what it leads to."""
_BELOW: Final = 6.0
"""A note that stands so near below a heading, in sizes of type, is in a list below it."""
_WHOLE: Final = frozenset(("Table", "Figure", "TR", "Sect", "Div", "Formula", "Aside", "Note"))
"""What is set whole where it fits on a page."""


class Pages:
    """What stands where on the pages of a print edition.

    :param blocks: in reading order.
    :param asked: pages (from 0) that begin where the article asks for it: the one before may be empty.
    """

    def __init__(
        self, blocks: list[Block], places: Places, verdict: Verdict, asked: frozenset[int] = frozenset()
    ) -> None:
        self.blocks, self.places, self.verdict, self.asked = blocks, places, verdict, asked
        self.sizes: list[tuple[float, float]] = []
        self.extents: list[list[tuple[float, float]]] = []
        self.texts: list[list[tuple[float, float]]] = []
        self.boxes: list[dict[int, Box]] = []

    def add(self, sheet: Sheet) -> None:
        """Note what is on a page; in the order of the pages."""
        found: list[tuple[float, float]] = []
        boxes: dict[int, Box] = {}
        for thing in sheet.things:
            if thing.artifact or thing.box.height <= 0:
                continue
            found.append((thing.box.bottom, thing.box.top))
            before = boxes.get(thing.mcid, thing.box)
            boxes[thing.mcid] = around((before, thing.box))
        self.sizes.append((round(sheet.box.width), round(sheet.box.height)))
        self.extents.append(found)
        texts = [thing.box for thing in sheet.of(Sort.TEXT) if not thing.artifact and thing.box.height > 0]
        self.texts.append([(box.bottom, box.top) for box in texts])
        self.boxes.append(boxes)

    def look(self) -> None:
        """Report how pages end."""
        self._headings()
        self._empty()

    # Headings --------------------------------------------------------------------------------------------

    def _headings(self) -> None:
        for index, block in enumerate(self.blocks):
            if not block.is_heading:
                continue
            last = block.runs[-1].spot
            follower = self._follower(index)
            if follower is None or follower.runs[0].spot.page <= last.page:
                continue
            others = (run.spot for other in self.blocks if not other.is_note for run in other.runs)
            if not any(_is_below(spot, last) for spot in others):
                message = f"the heading {quoted(block.text)} stands alone at the foot of the page"
                line = self.places.line(block.runs)
                self.verdict.add("check-page-end", message, line, self.places.page(last.page))

    def _follower(self, index: int) -> Block | None:
        """The block that follows a heading; a note at the foot of its page is none."""
        heading = self.blocks[index].runs[-1].spot
        for block in self.blocks[index + 1 :]:
            first = block.runs[0].spot
            far = heading.y - first.y > _BELOW * max(heading.size, 1.0)
            if not (block.is_note and first.page == heading.page and far):
                return block
        return None

    # Pages that are nearly empty -------------------------------------------------------------------------

    def _empty(self) -> None:
        for page in range(len(self.sizes) - 1):
            if self.sizes[page] != self.sizes[page + 1] or not self.texts[page] or page + 1 in self.asked:
                continue
            bottom, top = self._type_area(self.sizes[page])
            free = _largest_gap(self.extents[page], bottom, top)
            if free < _FREE * (top - bottom):
                continue
            index = self._first_on(page + 1)
            if index is None or self.blocks[index].is_heading:
                continue
            unit = self._unit(index)
            notes = [block for block in self.blocks if block.is_note and block.runs[0].spot.page == page + 1]
            height = self._height(unit, page + 1)
            if not self.blocks[index].is_note:
                height += sum(self._height(note.runs, page + 1) for note in notes)
            if 0 < height <= _FITS * free:
                text = quoted("".join(run.text for run in unit)) if any(run.text for run in unit) else "what"
                message = f"the page is nearly empty, though {text} on the next page would have fitted"
                self.verdict.add("check-page-end", message, self.places.line(unit), self.places.page(page))

    def _type_area(self, size: tuple[float, float]) -> tuple[float, float]:
        """The lowest and the highest that text stands on pages of a size."""
        same = (texts for other, texts in zip(self.sizes, self.texts, strict=True) if other == size)
        found = [extent for extents in same for extent in extents]
        return min(bottom for bottom, _ in found), max(top for _, top in found)

    def _first_on(self, page: int) -> int | None:
        """The first block that begins on a page, notes apart; ``None`` where one goes on from before."""
        first = None
        for index, block in enumerate(self.blocks):
            pages = {run.spot.page for run in block.runs}
            if page not in pages or block.is_note:
                continue
            if page - 1 in pages:
                return None
            if first is None:
                first = index
        return first

    def _unit(self, index: int) -> list[Run]:
        """What has to stand together from the beginning of a block on, with what it leads to."""
        found: list[Run] = []
        for block in self.blocks[index:]:
            if block.is_note:
                continue
            runs = [run for line in block.lines()[:_LINES] for run in line]
            elem: Elem | None = block.elem
            while elem is not None and elem.role not in {"Art", "Document", "StructTreeRoot"}:
                first = next(elem.runs(), None)
                if first is not block.runs[0]:
                    break
                if elem.role in _WHOLE:
                    runs = list(elem.runs())
                elem = elem.parent
            found += runs
            if block.role != "Lbl" and not block.is_heading and not block.text.rstrip().endswith(_LEADS):
                break
        return found

    def _height(self, runs: Iterable[Run], page: int) -> float:
        """How high some runs stand; very high when not all of them are on the page."""
        low, high = 1e6, -1e6
        for run in runs:
            spot = run.spot
            if spot.page != page:
                return 1e6
            box = self.boxes[page].get(self.places.mcid(run)) if run.picture else None
            low = min(low, box.bottom if box else spot.y - 0.25 * spot.size)
            high = max(high, box.top if box else spot.y + 0.8 * spot.size)
        return max(0.0, high - low)


def _is_below(a: Spot, b: Spot) -> bool:
    return a.page == b.page and a.y < b.y - 0.5 * max(b.size, 1.0)


def _largest_gap(extents: list[tuple[float, float]], bottom: float, top: float) -> float:
    """The largest height between `bottom` and `top` on which nothing stands."""
    free, reach = 0.0, bottom
    for low, high in sorted(extents):
        free = max(free, low - reach)
        reach = max(reach, high)
    return max(free, top - reach)
