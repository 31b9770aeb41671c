"""Which page of the packet each part begins on."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.packet.base.model import Part


def plan_pages(parts: Iterable[tuple[Part, int]]) -> tuple[dict[str, int], int]:
    """Number the pages through, from 1 on the first.

    A part for a right-hand page begins on an odd one: the first page of all lies to the right. Pages that are
    kept for a part and that it does not fill follow it.

    :param parts: the parts in order, each with its number of pages.
    :returns: the first page of each part, by name; and the number of pages in all, blank ones included.
    """
    starts: dict[str, int] = {}
    following = 1
    for part, count in parts:
        if part.right_hand and following % 2 == 0:
            following += 1
        starts[part.name] = following
        following += max(count, part.reserve)
    return starts, following - 1
