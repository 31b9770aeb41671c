"""The pages of a whole packet, for a version of it in which each page keeps its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.packet.base.model import Part


@dataclass(frozen=True)
class WholePages:
    """The pages of a whole packet.

    :param places: how many pages each part takes, kept ones included, by name.
    :param numbers: what its first page bears.
    :param begins: the names of the parts that volumes begin with, but the first.
    """

    places: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    begins: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.places)

    def kept(self, part: Part) -> Part:
        """A part with as many pages kept for it as it takes there."""
        place = self.places.get(part.name, 0)
        return replace(part, reserve=place) if part.reserve < place else part


NO_PAGES: Final = WholePages()
"""For the whole packet itself, and for versions that close up."""
