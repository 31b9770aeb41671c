"""What a layout of the print edition tells for the next one: numbers of pages, what is set otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.tree.article import Article
from pipeline.write.print.fitting import fitted
from pipeline.write.print.heights import parted, parted_for_room
from pipeline.write.print.moved import ROUNDS, moves_of
from pipeline.write.print.page_numbers import are_shown, numbers_of, pages_of
from pipeline.write.print.repeated import notes_near_their_calls, repeated_pages, starts_for
from pipeline.write.print.tables import Fit


@dataclass(frozen=True)
class Decisions:
    """How the print edition is set where its first layout has shown what is needed.

    :param hidden: ids of calls whose page a list of notes has named already.
    :param fits: how to set tables that are too wide, by their numbers in the page.
    :param numbers: the numbers of pages by id; ``None`` before the first layout.
    :param near: ids of notes whose entry in a list stands on the page of their first call.
    :param apart: ids of notes that were among those, until they were not set at the foot any more.
    :param starts: numbers of blocks that begin a page so that calls stay on the page of their entries, by the
        ids of all notes for which that was tried.
    :param loose: numbers of blocks that were to be kept whole, and are higher than a page.
    :param parted: numbers of what is kept whole, and parted so that no page stays white for it.
    :param moves: past how many elements figures, tables and what stands beside the text go, by their numbers.
    :param rounds: how many layouts were asked what to move.
    """

    hidden: frozenset[str] = frozenset()
    fits: Mapping[int, Fit] = field(default_factory=dict)
    numbers: Mapping[str, str] | None = None
    near: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    starts: Mapping[str, int] = field(default_factory=dict)
    loose: frozenset[int] = frozenset()
    parted: frozenset[int] = frozenset()
    moves: Mapping[int, int] = field(default_factory=dict)
    rounds: int = field(default=0, compare=False)

    @property
    def starting(self) -> frozenset[int]:
        """Numbers of blocks that begin a page."""
        return frozenset(number for name, number in self.starts.items() if name not in self.apart)

    def after(self, document: Any, articles: Sequence[Article]) -> Decisions:
        """What the layout that was made by these decisions asks for.

        :param document: the laid out ``weasyprint.Document``.
        :returns: these decisions themselves where nothing is to be changed.
        """
        right = numbers_of(document)
        settled = are_shown(document, right) if self.numbers is None else self.numbers == right
        where = pages_of(document)
        near = notes_near_their_calls(where, articles)
        apart = self.apart | (self.near - near)
        fits = fitted(document, self.fits)
        ask = fits == self.fits and self.rounds < ROUNDS
        moves = moves_of(document, self.moves) if ask else self.moves
        ready = fits == self.fits and moves == self.moves and self.rounds < ROUNDS
        found = Decisions(
            repeated_pages(where, articles),
            fits,
            self.numbers if settled else right,
            near - apart,
            apart,
            self.starts,
            self.loose | parted(document),
            parted_for_room(document, self.parted) if ready else self.parted,
            moves,
            self.rounds + ask,
        )
        if found == self and (starts := starts_for(document, near & apart - self.starts.keys(), where)):
            found = replace(
                found,
                near=near - apart | starts.keys(),
                apart=apart - starts.keys(),
                starts={**self.starts, **starts},
            )
        return self if found == self else replace(found, numbers=right)
