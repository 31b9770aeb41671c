"""Which page of the packet each part begins on, and which number each page bears."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.packet.base.model import Part, Row

_LABEL: Final = re.compile(r"([0-9]+)([a-z]*)")


@dataclass(frozen=True)
class Plan:
    """The pages of a packet.

    :param starts: the place of the first page of each part, from 1, by name.
    :param numbers: what each page bears, blank ones included: a number, or a number with letters.
    """

    starts: dict[str, int]
    numbers: tuple[str, ...]

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return len(self.numbers)

    def numbered(self, rows: Iterable[Row]) -> list[Row]:
        """The lines of an index, each with the number of its first page."""
        found = []
        for row in rows:
            number = self.number(row.page)
            found.append(replace(row, number="" if number == str(row.page) else number))
        return found

    def number(self, page: int) -> str:
        """The number of a page, as it is printed; of no page, nothing.

        :param page: its place, from 1.
        """
        return self.numbers[page - 1] if 0 < page <= len(self.numbers) else ""


def plan(parts: Iterable[tuple[Part, int]]) -> Plan:
    """Number the pages through, from 1 on the first.

    A part for a right-hand page begins on an odd one: the first page of all lies to the right. Pages that are
    kept for a part and that it does not fill follow it. A part that stands between others has the number of
    the page before it, with letters: 37a, 37b. It ends a sheet, so that right-hand pages stay what they are.

    :param parts: the parts in order, each with its number of pages.
    """
    starts: dict[str, int] = {}
    numbers: list[str] = []
    last, lettered = 0, 0
    for part, count in parts:
        if part.right_hand and last % 2 == 1 and not part.between:
            last, lettered = last + 1, 0
            numbers.append(str(last))
        starts[part.name] = len(numbers) + 1
        place = max(count, part.reserve)
        if part.between:
            place += place % 2
            numbers += [f"{last}{_letters(index)}" for index in range(lettered, lettered + place)]
            lettered += place
        else:
            numbers += [str(last + 1 + index) for index in range(place)]
            last, lettered = last + place, 0
    return Plan(starts, tuple(numbers))


def _letters(index: int) -> str:
    """a … z, aa, bb … zz: as page labels of a PDF count (ISO 32000-1, table 159)."""
    return string.ascii_lowercase[index % 26] * (index // 26 + 1)


def ranges(numbers: Sequence[str]) -> list[tuple[int, str, int]]:
    """The stretches of pages that are numbered on.

    :returns: of each, the index of its first page, from 0; the number in front of its letters, empty where it
        has none; and the number, or the place of the letter, that it begins with, from 1.
    """
    found: list[tuple[int, str, int]] = []
    for index, text in enumerate(numbers):
        match = _LABEL.fullmatch(text)
        number, letters = (match[1], match[2]) if match else (text, "")
        place = string.ascii_lowercase.index(letters[0]) + 26 * (len(letters) - 1) if letters else -1
        prefix, value = (number, place + 1) if letters else ("", int(number))
        if found and found[-1][1] == prefix and found[-1][2] + index - found[-1][0] == value:
            continue
        found.append((index, prefix, value))
    return found
