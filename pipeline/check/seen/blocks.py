"""The blocks of a tagged PDF, in reading order, and the lines in which each is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import INLINE, NOTES, Elem

_SAME_LINE: Final = 0.75
"""Baselines nearer than this share of the type's size are on one line: raised and lowered text is."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is drawn below one block element, without the blocks in it.

    :param path: the roles of the elements around it, from the outermost, its own last.
    :param language: as marked on it, or on what is around it.
    """

    elem: Elem
    path: tuple[str, ...]
    runs: tuple[Run, ...]
    language: str

    @property
    def role(self) -> str:
        """The role of its element."""
        return self.path[-1]

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.role[0] == "H" and self.role[1:].isdigit()

    @property
    def is_note(self) -> bool:
        """Whether it belongs to a note."""
        return not NOTES.isdisjoint(self.path)

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(run.text for run in self.runs)

    def lines(self) -> list[list[Run]]:
        """Its lines, each with its runs in reading order."""
        return lines_of(self.runs)


def blocks_of(elem: Elem, language: str, path: tuple[str, ...] = ()) -> Iterator[Block]:
    """All blocks below an element that draw something, in reading order.

    :param language: of what is around it; `path`: the roles of that.
    """
    language, path = elem.language or language, (*path, elem.role)
    runs: list[Run] = []
    for owner, part in _parts(elem):
        if isinstance(part, list):
            runs += part
            continue
        if runs:
            yield Block(owner, path, tuple(runs), language)
            runs = []
        yield from blocks_of(part, language, path)
    if runs:
        yield Block(elem, path, tuple(runs), language)


def _parts(elem: Elem) -> Iterator[tuple[Elem, list[Run] | Elem]]:
    """What an element draws itself and the blocks in it, in order, each with the element that has it."""
    for kid in elem.kids:
        if isinstance(kid, Elem) and kid.role in INLINE:
            yield from _parts(kid)
        elif isinstance(kid, (list, Elem)):
            yield elem, kid


def lines_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs of one block, line by line."""
    lines: list[list[Run]] = []
    for run in runs:
        if lines and _goes_on(lines[-1], run):
            lines[-1].append(run)
        else:
            lines.append([run])
    return lines


def _goes_on(line: list[Run], run: Run) -> bool:
    a, b = line[0].spot, run.spot
    size = max(*(one.spot.size for one in line), b.size, 1.0)
    return a.page == b.page and abs(a.y - b.y) < _SAME_LINE * size
