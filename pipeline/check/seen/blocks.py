"""The blocks of a tagged PDF, in reading order, and the lines in which each is set."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass
class _Walk:
    found: list[Block]

    def visit(self, elem: Elem, path: tuple[str, ...], language: str) -> None:
        language = elem.language or language
        path = (*path, elem.role)
        runs: list[Run] = []
        self._gather(elem, path, language, runs)
        self._close(elem, path, language, runs)

    def _gather(self, elem: Elem, path: tuple[str, ...], language: str, runs: list[Run]) -> None:
        for kid in elem.kids:
            if isinstance(kid, list):
                runs += kid
            elif isinstance(kid, Elem) and kid.role in INLINE:
                self._gather(kid, path, language, runs)
            elif isinstance(kid, Elem):
                self._close(elem, path, language, runs)
                self.visit(kid, path, language)

    def _close(self, elem: Elem, path: tuple[str, ...], language: str, runs: list[Run]) -> None:
        if runs:
            self.found.append(Block(elem, path, tuple(runs), language))
            runs.clear()


def blocks_of(root: Elem, language: str) -> list[Block]:
    """All blocks that draw something, in reading order.

    :param language: of the whole.
    """
    walk = _Walk([])
    walk.visit(root, (), language)
    return walk.found


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
