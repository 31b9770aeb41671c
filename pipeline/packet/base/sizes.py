"""How many bytes each part of a packet takes in its file, before that is written: too many, rather."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pikepdf

from pipeline.packet.base.model import Part
from pipeline.packet.base.volumes import MEGABYTE, Counted, Most, Volumes

_STAMPS: Final = 1500
"""What each page gets: its number, its marking, its link, its place in structure and record."""
_TRIES: Final = 4
"""How often volumes are parted anew at most, when one has become larger than it may be."""


@dataclass
class Sizes:
    """The sizes of the parts of one packet.

    :param files: bytes of what travels inside the first volume.
    :ivar of: bytes of each part, by name.
    """

    files: float = 0.0
    of: dict[str, float] = field(default_factory=dict)
    _known: dict[tuple[str, Path], float] = field(default_factory=dict)
    _more: dict[str, float] = field(default_factory=dict)
    _tries: int = 0

    def weigh(self, parts: Iterable[Counted]) -> None:
        """Look at the files of parts; those of front matter may not be there yet."""
        for part, count in parts:
            key = part.name, part.pdf
            if key not in self._known or part.kind == "front":
                self._known[key] = _size(part) + _STAMPS * count
            self.of[part.name] = self._known[key] * self._more.get(part.name, 1.0)

    def outgrown(self, volumes: Volumes, made: Mapping[str, int], most: Most) -> bool:
        """Whether volumes are to be parted anew, as one that could be smaller is too large.

        :param made: the bytes of their files, by name.
        """
        limit = most.megabytes * MEGABYTE
        large = [one for one in volumes if 0 < limit < made[one.file] and len(one.names) > 3]
        for one in large:
            thought = sum(self.of.get(name, 0.0) for name in one.names)
            thought += self.files if one.number == 1 else 0.0
            growth = max(1.01, 1.02 * made[one.file] / max(thought, 1.0))
            self._more.update({name: self._more.get(name, 1.0) * growth for name in one.names[2:]})
        self._tries += bool(large)
        return bool(large) and self._tries <= _TRIES


def too_large(volumes: Volumes, made: Mapping[str, tuple[int, int]], most: Most) -> Iterator[str]:
    """What to say of each volume that is larger than it may be.

    :param made: pages and bytes of their files, by name.
    """
    for one in volumes:
        pages, size = made[one.file]
        items = [name for name in one.names if name.count("-") > 1]
        advice = "write a larger number"
        if len(items) == 1:
            advice = (
                f'what is filed under tab "{one.tabs[-1]}" is as large by itself, and no item is parted: '
                'make two items of it, with pages = "1-200" and pages = "201-"'
            )
        if most.pages and pages > most.pages:
            yield f"volume {one.number} has {pages} pages, and {most.pages} are allowed: {advice}"
        if most.megabytes and size > most.megabytes * MEGABYTE:
            large = f"{size / MEGABYTE:.1f} megabytes, and {most.megabytes} are allowed"
            yield f"volume {one.number} has {large}: {advice}"


def _size(part: Part) -> float:
    """The size of a file without what it carries inside: that stays behind."""
    if not part.pdf.is_file():
        return 0.0
    size = part.pdf.stat().st_size
    if part.kind != "article":
        return size
    with pikepdf.open(part.pdf) as pdf:
        inside = {stream.objgen: stream for one in pdf.attachments.values() for stream in _streams(one.obj)}
        return size - sum(len(stream.read_raw_bytes()) for stream in inside.values())


def _streams(specification: pikepdf.Object) -> list[pikepdf.Object]:
    return [stream for _, stream in specification.get("/EF", pikepdf.Dictionary()).items()]
