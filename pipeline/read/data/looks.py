"""What a workbook says of the cells of a sheet beside their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass
class Looks:
    """What a sheet says of its cells.

    :param rows: those that are hidden, from 0; `columns`: likewise.
    :param formats: codes of number formats, where a cell has one.
    :param errors: what stands in cells that could not be computed: ``#REF!``.
    :param unknown: cells with formulas whose values the file does not have.
    """

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    formats: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    unknown: set[Place] = field(default_factory=set)


def steps(part: IO[bytes], names: Iterable[str], *, huge: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Read a part of a workbook, and nothing else: begin and end of its elements.

    :param names: of the elements, whatever their namespace.
    :param huge: whether it may be nested and long beyond the bounds of lxml.
    :returns: ``start`` or ``end``, the name and the element of each.
    """
    from lxml import etree

    tags = tuple(f"{{*}}{name}" for name in names)
    allowed = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": huge}
    for event, element in etree.iterparse(part, events=("start", "end"), tag=tags, **allowed):
        yield event, etree.QName(element).localname, element
