"""What is in a packet, as its manifest has it: sections, items, files that travel inside."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.packet.base.model import PacketInfo
from pipeline.packet.base.volumes import UNBOUND, Most
from pipeline.packet.base.wishes import Wishes
from pipeline.read.input.conditions import PacketVersion

ItemKind = Literal["article", "pdf", "image", "note"]


@dataclass(frozen=True)
class Item:
    """One member of the packet.

    :param name: ``item-SECTION-NUMBER``, both from 1; of a late paper, ``late-SECTION-NUMBER``.
    :param path: its file, below the source root; ``None`` for a note.
    :param note: the text of a note, in reStructuredText.
    :param title: empty where the article's own is meant.
    :param marking: empty where the article's own is meant, or none.
    :param date: ``None`` where the article's own is meant, or none.
    :param ebook: ``full``: it stands in the ebook; ``list``: its page in the printed packet is named there;
        ``omit``: the ebook does not mention it.
    :param wishes: what is asked for a PDF.
    :param reserve: how many pages are kept for it at least.
    :param to_follow: whether it is not there yet: then it is a note that says so.
    :param between: whether its pages bear the number of the page before, with letters.
    :param left_out: whether only its pages stay, without what stands on them.
    :param line: of the item in the manifest; `note_line`: on which the text of its note begins.
    """

    name: str
    kind: ItemKind
    path: Path | None
    note: str
    alt: str
    title: str
    tab: str
    marking: str
    date: datetime.date | None
    language: str
    right_hand: bool
    ebook: str
    wishes: Wishes
    line: int
    note_line: int
    left_out: bool = False
    reserve: int = 0
    to_follow: bool = False
    between: bool = False


@dataclass(frozen=True)
class Enclosed:
    """A file that travels inside the packet, and has no pages; the fields as those of `Item`."""

    name: str
    path: Path
    title: str
    tab: str
    marking: str
    language: str
    line: int


@dataclass(frozen=True)
class Section:
    """A section: its divider's name (``divider-NUMBER``), title, tab, items, and line in the manifest.

    :param late: whether it is for late papers: it stands behind the others, and its divider (``late-NUMBER``)
        is an index of its own.
    :param enclosed: the files that are filed in it and travel inside the packet.
    """

    name: str
    title: str
    tab: str
    items: tuple[Item, ...]
    line: int
    late: bool = False
    enclosed: tuple[Enclosed, ...] = ()

    @property
    def filed(self) -> list[Item | Enclosed]:
        """All that is filed in it."""
        return [*self.items, *self.enclosed]


@dataclass(frozen=True)
class Manifest:
    """A manifest without faults.

    :param root: the source root: every file that it names lies below.
    :param marking_line: the line of its own marking; of the whole where it has none.
    :param data: its bytes, as they were read.
    :param gone: tabs of the whole packet that this version of it has not.
    :param sources: whether it and the texts travel inside; `remarks`: whether their remarks stay in them.
    :param password_from: the variable of the environment with the password of the packet; empty for none.
        `password_line` names it.
    :param version: which version of it this is; ``None`` where it has none.
    :param keeps_pages: whether each page of this version has the number that it has in the whole packet.
    :param most: what a volume of it may hold; `volumes_line` says so.
    """

    info: PacketInfo
    sections: tuple[Section, ...]
    root: Path
    marking_line: int
    data: bytes = b""
    sources: bool = True
    remarks: bool = False
    gone: tuple[str, ...] = ()
    password_from: str = ""
    password_line: int = 1
    most: Most = UNBOUND
    volumes_line: int = 1
    keeps_pages: bool = False
    version: PacketVersion | None = None

    @property
    def items(self) -> list[Item]:
        """All items, in order."""
        return [item for section in self.sections for item in section.items]

    @property
    def filed(self) -> list[Item | Enclosed]:
        """All items, and the files that travel inside, in order."""
        return [one for section in self.sections for one in section.filed]

    @property
    def enclosed(self) -> list[Enclosed]:
        """All files that travel inside, in order."""
        return [one for section in self.sections for one in section.enclosed]
