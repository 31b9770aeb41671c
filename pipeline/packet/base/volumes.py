"""A packet in several volumes: how large each may be, which part is in which, where the others lie.

The pages are numbered through over all of them, the cover and the index of each counted: a volume is a
stretch of the packet's pages, in a file of its own.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pipeline.packet.base.model import Part
from pipeline.packet.base.page_plan import Plan, plan

COVER: Final = "cover"
INDEX: Final = "index"
"""The names of the first two parts of a packet; those of a second volume are ``cover-2`` and ``index-2``."""
MEGABYTE: Final = 1_000_000
"""The smaller of the two that are called so: no upload that counts in either refuses the file."""


@dataclass(frozen=True)
class Most:
    """What a volume may hold; 0 for no bound.

    :param pages: blank ones, cover and index included.
    :param megabytes: of the file.
    """

    pages: int = 0
    megabytes: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.megabytes)


UNBOUND: Final = Most()
"""One file, however large."""


@dataclass(frozen=True)
class Volume:
    """One volume.

    :param number: from 1, of `count`.
    :param first: the place of its first page in the packet, from 1; `last`: that of its last one.
    :param file: the name of its file.
    :param names: of its parts.
    :param tabs: the first and the last tab in it; one where both are the same.
    """

    number: int
    count: int
    first: int
    last: int
    file: str
    names: tuple[str, ...]
    tabs: tuple[str, ...] = ()


Volumes = tuple[Volume, ...]
"""All of a packet; none where it is one file."""


@dataclass(frozen=True)
class Binding:
    """Which volume of a packet a file is.

    :param plan: the pages of the whole packet.
    :param number: of the volume, from 1.
    :param parts: those of all volumes, by name.
    """

    plan: Plan
    volumes: Volumes
    number: int
    parts: Mapping[str, Part]

    @property
    def volume(self) -> Volume:
        """The volume."""
        return self.volumes[self.number - 1]

    @property
    def own(self) -> Plan:
        """The pages of the volume: their places within it, and the numbers that they bear."""
        one = self.volume
        starts = {name: self.plan.starts[name] - one.first + 1 for name in one.names}
        return Plan(starts, self.plan.numbers[one.first - 1 : one.last])

    @property
    def elsewhere(self) -> dict[str, Elsewhere]:
        """The parts of the other volumes, by name."""
        found = {}
        for one in self.volumes:
            if one.number != self.number:
                ends = [*(self.plan.starts[name] for name in one.names[1:]), one.last + 1]
                for name, end in zip(one.names, ends, strict=True):
                    start = self.plan.starts[name]
                    found[name] = Elsewhere(one.file, start - one.first, end - start, self.parts[name].pdf)
        return found


@dataclass(frozen=True)
class Elsewhere:
    """A part in another volume.

    :param file: the name of that volume's file.
    :param first: the index of its first page there.
    :param count: how many pages belong to it, blank ones included.
    :param pdf: the file of the part itself.
    """

    file: str
    first: int
    count: int
    pdf: Path


def front_name(name: str, number: int) -> str:
    """The name of the cover or the index of a volume.

    :param name: `COVER` or `INDEX`.
    :param number: of the volume, from 1.
    """
    return name if number == 1 else f"{name}-{number}"


def is_index(name: str) -> bool:
    """Whether a part is the index of the packet, or that of a volume."""
    return name.rstrip(string.digits).rstrip("-") == INDEX


Counted = tuple[Part, int]
"""A part, and how many pages it has."""


def parted(
    parts: Sequence[Counted], most: Most, weights: Mapping[str, float], files: float = 0.0
) -> list[str]:
    """Where volumes begin.

    A section that has room in one volume is in one; another one is parted between its items. An item is never
    parted, and what stands between others as pages with letters stays with what is before it.

    :param parts: of the whole packet as if it had one volume: its cover, its index, all others.
    :param weights: bytes of each part, by name, where the size counts.
    :param files: bytes of what travels inside, which the first volume has.
    :returns: the name of the first part of each volume but the first.
    """
    front, begins = list(parts[:2]), []
    now, weight = list(front), files

    def fits(held: Sequence[Counted], more: float) -> bool:
        pages = plan(held).page_count
        if most.pages and pages + pages % 2 > most.pages:  # the next volume begins on a right-hand page
            return False
        size = more + sum(weights.get(part.name, 0.0) for part, _ in held)
        return not most.megabytes or size <= most.megabytes * MEGABYTE

    for section in _sections(parts[2:]):
        whole = [one for unit in section for one in unit]
        alone = fits([*front, *whole], 0.0)
        for unit in [whole] if alone else section:
            if len(now) > len(front) and not fits([*now, *unit], weight):
                begins.append(unit[0][0].name)
                now, weight = list(front), 0.0
            now += unit
    return begins


def _sections(parts: Sequence[Counted]) -> Iterator[list[list[Counted]]]:
    """The sections of a packet: of each, what stays together."""
    section: list[list[Counted]] = []
    for number, one in enumerate(parts):
        part = one[0]
        if part.level == 1 and section:
            yield section
            section = []
        # A divider stands before what it divides off.
        behind = number > 0 and parts[number - 1][0].level == 1 < part.level
        if section and (behind or part.between):
            section[-1].append(one)
        else:
            section.append([one])
    if section:
        yield section


def with_fronts(parts: Sequence[Part], begins: Sequence[str]) -> list[Part]:
    """The parts of all volumes, each with a cover and an index.

    Items at the beginning of a volume, whose divider is in the one before, stand by themselves. Each cover is
    another, in a file of its name; the index is the same one.

    :param parts: as those of `parted`.
    :param begins: as `parted` gives it.
    """
    found, number, below = list[Part](), 1, True
    for part in parts:
        if part.name in begins:
            number += 1
            cover, index = parts[:2]
            name = front_name(COVER, number)
            found.append(replace(cover, name=name, pdf=cover.pdf.with_stem(name), right_hand=True))
            found.append(replace(index, name=front_name(INDEX, number)))
            below = False
        below = below or part.level == 1
        found.append(part if below else replace(part, level=1))
    return found


def volumes_of(parts: Sequence[Part], pages: Plan, begins: Sequence[str], name: str) -> Volumes:
    """The volumes.

    :param parts: as `with_fronts` gives them.
    :param pages: their pages.
    :param name: of the packet.
    """
    if not begins:
        return ()
    held: list[list[Part]] = []
    for part in parts:
        if not held or part.name == front_name(COVER, len(held) + 1):
            held.append([])
        held[-1].append(part)
    firsts = [pages.starts[own[0].name] for own in held]
    lasts = [*(first - 1 for first in firsts[1:]), pages.page_count]
    return tuple(
        Volume(
            *(number, len(held), first, last, f"{name}-{number}.pdf"),
            *(tuple(part.name for part in own), _tabs(own, parts)),
        )
        for number, (own, first, last) in enumerate(zip(held, firsts, lasts, strict=True), start=1)
    )


def _tabs(own: Sequence[Part], parts: Sequence[Part]) -> tuple[str, ...]:
    """The first and the last tab of a volume; of a section that is whole, that of the section."""
    tabbed = [part for part in own if part.tab]
    if not tabbed:
        return ()
    first, last = tabbed[0], tabbed[-1]
    names = [part.name for part in parts]
    following = parts[names.index(own[-1].name) + 3 :]  # behind the cover and the index of the next volume
    sections = [part for part in tabbed if _is_section(part)]
    if sections and (not following or _is_section(following[0])):
        last = sections[-1]
    return (first.tab,) if first.tab == last.tab else (first.tab, last.tab)


def _is_section(part: Part) -> bool:
    """Whether a part begins a section; items have the number of theirs in their names."""
    return part.name.count("-") < 2
