"""What a manifest says now beside what is in the packet: whether it is still that manifest's packet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.check.packet_parts import Part
from pipeline.check.pdf.tree import Opened

_CHANGES: Final = "changes"
"""The last section of a packet, which says what has changed: no manifest has it."""
_SAME: Final = 1.5
"""Points by which a page of a size may differ from it."""


@dataclass(frozen=True)
class FiledItem:
    """An item of a manifest, or a section.

    :param name: of its part; `title`: empty where its article gives it.
    :param waiting: whether its file is to follow.
    :param checksum: SHA-256 of its file, where it is a PDF or an image; empty for others.
    :param count: how many pages it has, where it is a PDF; 0 for others.
    :param size: that every page of it is fitted to, width and height upright, in points.
    """

    name: str
    tab: str
    title: str
    waiting: bool = False
    checksum: str = ""
    count: int = 0
    size: tuple[float, float] | None = None


def check_items(items: Sequence[FiledItem], parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    """Compare the items of a manifest with the parts of a packet.

    :param items: in any order; none where the manifest is not known.
    :param parts: without covers and indexes.
    :returns: code and message of each difference.
    """
    there = {part.name: part for part in parts}
    for item in items:
        part, named = there.get(item.name), f'"{item.title or item.tab}" (tab {item.tab})'
        if part is None:
            yield "check-stale", f"{named} is in the manifest, and not in the packet"
        elif part.waiting and not item.waiting:
            yield "check-stale", f"{named} is there by now, and in the packet it is still to follow"
        elif item.waiting and not part.waiting:
            yield "check-stale", f"{named} is in the packet, and its file is not there any more"
        elif part.tab != item.tab:
            yield "check-stale", f"{named} stands under tab {part.tab} in the packet"
        elif item.title and part.title != item.title:
            yield "check-stale", f'{named} is called "{part.title}" in the packet'
        elif item.checksum and part.checksum != item.checksum:
            yield "check-stale", f"the file of {named} is not the one that the packet was made of"
        elif item.count and part.count != item.count:
            yield "check-text", f"{named} has {part.count} pages in the packet instead of {item.count}"
    names = {item.name for item in items}
    for part in parts if items else ():
        if part.name not in names and part.name != _CHANGES:
            yield "check-stale", f'"{part.title}" (tab {part.tab}) is in the packet, and not in the manifest'


def check_sizes(
    opened: Opened, items: Sequence[FiledItem], parts: Sequence[Part], before: int, numbers: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Every page of a PDF has the size that the manifest asks for, upright or lying.

    :param opened: a file of the packet; `parts`: those in it.
    :param before: how many pages of the packet are in other files before this one.
    :param numbers: what the pages of the packet bear.
    """
    sizes = {item.name: item.size for item in items if item.size is not None}
    for part in parts:
        for page in range(part.first, part.first + part.count) if part.name in sizes else ():
            box = [float(side) for side in opened.pdf.pages[page - before - 1].mediabox]
            size, wanted = sorted((box[2] - box[0], box[3] - box[1])), sorted(sizes[part.name])
            if any(abs(one - other) > _SAME for one, other in zip(size, wanted, strict=True)):
                found = f"{box[2] - box[0]:.0f} × {box[3] - box[1]:.0f} points"
                yield "check-paper", f"page {numbers[page - 1]} has {found}, and another size is asked for"
                break
