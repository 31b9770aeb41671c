"""Texts that stand over one another: which of them shows, where a page is changed by both.

A word under a black box shows nothing, and where "redacted" is written on that box, the page has writing all
the same. So texts that stand over others are looked at apart: each by what the page is without it alone. The
same words printed twice, as a shadow or to be bold, are no others: they are looked at together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.check.seen.ink import Drawing, core, text_objects
from pipeline.check.seen.sheet import Letter, address_of

_CELL: Final = 12.0
"""The side of a field, in points, in which letters are looked for."""
_LARGEST: Final = 64
"""How many fields a letter is looked for in at most."""
_BESIDE: Final = 0.2
_NOWHERE: Final = Box(0, 0, 0, 0)
_GROUPS: Final = 8
"""How often a page is drawn at most."""


class Overprinted:
    """The texts of a page that stand over others.

    :param drawing: of the page, whose text is all there still.
    :param letters: those of the page.
    """

    def __init__(self, drawing: Drawing, textpage: Any, letters: Sequence[Letter]) -> None:
        import pypdfium2.raw as pdfium

        self._handles: dict[int, Any] = {}
        self._texts: dict[int, int] = {}
        for letter in letters:
            handle = pdfium.FPDFText_GetTextObject(textpage, letter.index)
            if handle:
                self._texts[letter.index] = key = address_of(handle)
                self._handles[key] = handle
        near = self._near([letter for letter in letters if letter.index in self._texts])
        self._inks: list[Any] = []
        self._group = self._grouped(near)
        if self._group:
            self._draw(drawing)

    def ink(self, letter: Letter) -> Any | None:
        """What the text of a letter alone puts on the page; ``None`` where it stands over no other."""
        number = self._group.get(self._texts.get(letter.index, 0))
        return None if number is None else self._inks[number]

    def _near(self, letters: Sequence[Letter]) -> dict[int, set[int]]:
        """The texts that stand over each text, where the letters are not the same."""
        fields: dict[tuple[int, int], list[Letter]] = defaultdict(list)
        for letter in letters:
            for place in _fields(letter.box):
                fields[place].append(letter)
        found: dict[int, set[int]] = defaultdict(set)
        for letter in letters:
            own, box = self._texts[letter.index], core(letter.box)
            for place in _fields(box):
                for other in fields[place]:
                    text = self._texts[other.index]
                    if text != own and other.character != letter.character and _touch(box, other.box):
                        found[own].add(text)
                        found[text].add(own)
        return found

    def _grouped(self, near: dict[int, set[int]]) -> dict[int, int]:
        """A number for each text that stands over others; such that these have other numbers."""
        found: dict[int, int] = {}
        for text, others in near.items():
            taken = {found[other] for other in others if other in found}
            found[text] = next((number for number in range(_GROUPS) if number not in taken), _GROUPS - 1)
        return found

    def _draw(self, drawing: Drawing) -> None:
        groups: list[list[Any]] = [[] for _ in range(max(self._group.values()) + 1)]
        for text, number in self._group.items():
            groups[number].append(self._handles[text])
        placed = [(handle, box or _NOWHERE) for handle, box in text_objects(drawing.page)]
        every = {address_of(handle): box for handle, box in placed}
        bounds = {text: every.get(text, _NOWHERE) for text in self._handles}
        over = [bounds[text] for text in self._group]
        for handle, own in placed:
            # Of words printed twice PDFium tells once: the others go with those that they stand over.
            if address_of(handle) in self._handles:
                continue
            if any(_shared(box, own) > 0 for box in over):
                text = max(bounds, key=lambda one: _shared(bounds[one], own))
                if text in self._group:
                    groups[self._group[text]].append(handle)
        self._inks = [drawing.ink_of(handles) for handles in groups]


def _touch(one: Box, other: Box) -> bool:
    """Whether a letter may show where another stands: letters side by side share a little of their boxes."""
    width, height = one.shared(other)
    return height > 0 and width > _BESIDE * min(one.width, other.width)


def _fields(box: Box) -> list[tuple[int, int]]:
    across = range(int(box.left // _CELL), int(box.right // _CELL) + 1)
    up = range(int(box.bottom // _CELL), int(box.top // _CELL) + 1)
    return [(x, y) for x in across[:_LARGEST] for y in up[:_LARGEST]]


def _shared(one: Box, other: Box) -> float:
    """The area that two boxes share, as a share of both."""
    width, height = one.shared(other)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / max(one.area + other.area - both, 0.01)
