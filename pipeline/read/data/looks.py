"""What a workbook says of the cells of a sheet beside their values."""

from __future__ import annotations

from dataclasses import dataclass, field

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
