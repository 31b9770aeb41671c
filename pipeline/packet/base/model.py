"""What passes between the steps of a packet: who it is for, and the parts that it is put together from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pipeline.findings import Finding
from pipeline.tree.metadata import Metadata

BASE: Final = "https://packet.invalid/"
"""Front matter names another part as ``BASE#NAME``; stitching makes a link inside the packet of it. The
top-level domain is reserved (RFC 2606): nothing answers there."""


def page_address(name: str) -> str:
    """The address of a page of a part, as `BASE` says; ``{page}`` stands for its number there, from 1."""
    return f"{BASE}#{name}@{{page}}"


RECORD: Final = "record.json"
SUMS: Final = "SHA256SUMS"
"""Names of the embedded files that every packet has."""
LATE: Final = "late-"
"""How the names begin of the sections for late papers (``late-1``) and of what is in them (``late-1-2``)."""


def is_late(name: str) -> bool:
    """Whether a part, or a line of the index, belongs to the late papers."""
    return name.startswith(LATE)


Kind = Literal["front", "article", "annex"]
"""``front``: cover, index, dividers. ``article``: set by Despatch, with tags and bookmarks of its own; notes
to the reader and images are set so too. ``annex``: an external PDF, taken in as it is."""


@dataclass(frozen=True)
class PacketInfo:
    """The packet as a whole. Texts are plain; absent ones are empty.

    :param name: of the manifest without its ending; built files are named after it.
    :param recipient: whom it is for (``for`` in the manifest).
    :param date: of the packet; time stamps follow it.
    :param marking: the packet's own; it appears at top and bottom of every page that has no other.
    :param language: BCP 47.
    :param identifier: the same one for the same manifest.
    :param paper: name of a paper size.
    :param source: the manifest, as it was given.
    :param zoom: at which the packet opens, in percent; 0 where the reader's program decides.
    :param numbered_bookmarks: whether each bookmark of a section and an item ends with its page.
    :param locked: whether it has a password.
    """

    name: str
    title: str
    subtitle: str
    recipient: str
    meeting: str
    date: datetime.date
    originator: str
    marking: str
    language: str
    identifier: str
    paper: str
    source: Path
    zoom: int = 0
    numbered_bookmarks: bool = False
    locked: bool = False


@dataclass(frozen=True)
class Part:
    """One piece of the packet, as a PDF file.

    :param name: unique in the packet, ASCII: ``cover``, ``index``, ``divider-1``, ``item-1-2``.
    :param title: of its bookmark.
    :param tab: the letter or number that it is filed under; empty for front matter without one.
    :param pdf: the file. Of an annex, the external one, before it is prepared.
    :param level: of its bookmark, from 1: cover, index and dividers 1, items 2.
    :param marking: of its pages; empty when the packet has none.
    :param right_hand: whether it begins on a right-hand (odd) page.
    :param language: BCP 47.
    :param source: the manifest, for findings.
    :param line: the line of the manifest that names it, for findings.
    :param reserve: how many pages are kept for it at least.
    :param between: whether its pages bear the number of the page before, with letters.
    """

    name: str
    title: str
    tab: str
    kind: Kind
    pdf: Path
    level: int
    marking: str
    right_hand: bool
    language: str
    source: str
    line: int
    reserve: int = 0
    between: bool = False


@dataclass(frozen=True)
class Row:
    """A line of the index.

    :param name: of the part that it leads to; where there is none, of a file that travels inside.
    :param divider: whether it is a section; its items follow.
    :param marking: empty where the packet has none.
    :param page: where the part begins in the printed packet; 0 while nobody knows, and for a file inside.
    :param last: its last page there.
    :param language: BCP 47, of the title.
    :param to_follow: whether the paper is not there yet.
    :param number: what the first page bears where that is not its place in the packet, which `page` is.
    :param volume: that it is in, from 1; 0 where the packet is one file.
    """

    name: str
    divider: bool
    tab: str
    title: str
    date: datetime.date | None
    marking: str
    page: int
    last: int
    language: str
    to_follow: bool = False
    number: str = ""
    volume: int = 0

    @property
    def shown(self) -> str:
        """The number of its first page, as it is printed; empty while nobody knows."""
        return self.number or (str(self.page) if self.page else "")


@dataclass(frozen=True)
class Stitched:
    """A packet put together.

    :param path: the file, complete, not yet in its place.
    :param starts: the page that each part begins on, from 1, by name.
    :param page_count: pages in all, blank ones included.
    """

    path: Path
    starts: dict[str, int]
    page_count: int
    findings: list[Finding] = field(default_factory=list)


def about(info: PacketInfo) -> tuple[tuple[str, str], ...]:
    """What a packet says of itself, by the keys of labels."""
    return (
        ("packet-title", info.title),
        ("packet-for", info.recipient),
        ("packet-meeting", info.meeting),
        ("packet-from", info.originator),
        ("packet-marking", info.marking),
    )


def packet_metadata(info: PacketInfo) -> Metadata:
    """The record of a packet, as that of an article."""
    return Metadata(
        title=info.title,
        subtitle=info.subtitle,
        short_title=info.title,
        organization=info.originator,
        date=info.date,
        language=info.language,
        identifier=info.identifier,
        description=info.subtitle,
        marking=info.marking,
        paper=info.paper,
        contents="no",
    )
