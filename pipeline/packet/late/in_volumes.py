"""A packet in volumes, taken as one; and whether another state of it leaves all as it was."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf

from pipeline.packet.base.lock import Lock
from pipeline.packet.stitch.members import Member
from pipeline.packet.stitch.record import Record, read_record
from pipeline.packet.stitch.seals import Seals
from pipeline.packet.stitch.unstitch import members_of


@dataclass(frozen=True)
class Opened:
    """All files of a packet, open.

    :param records: of each file.
    :param whole: one record of all: places of parts are counted through the whole.
    """

    pdfs: Sequence[pikepdf.Pdf]
    records: Sequence[Record]
    whole: Record

    def drawn(self) -> dict[str, tuple[str, ...]]:
        """Checksums of the pages of each part by its name, without what is stamped on them.

        Neither does it count which page of another file a link leads to: pages may have come before that. The
        files are used up.
        """
        found = {}
        for pdf, record in zip(self.pdfs, self.records, strict=True):
            members_of(pdf, record, "")
            for page in pdf.pages:
                for link in page.obj.get("/Annots", ()):
                    if "/A" in link and link.A.get("/S") == pikepdf.Name.GoToR:
                        del link["/A"]
            seals = Seals(pdf, {entry.name for entry in record.entries})
            for entry in record.entries:
                found[entry.name] = tuple(seals.pages(entry.first - 1, len(entry.pages)))
        return found


def opened(paths: Sequence[Path], lock: Lock, stack: ExitStack) -> Opened:
    """Open all files of a packet.

    :param paths: the volumes, in order; or the one file of a packet that has none.
    :param lock: its password, or none.
    :param stack: closes the files.
    :raises OSError: when one can't be read.
    :raises ValueError: when one has no record, or belongs to another packet.
    """
    pdfs = [stack.enter_context(lock.open(path)) for path in paths]
    records = [read_record(pdf) for pdf in pdfs]
    entries, before = [], 0
    for number, record in enumerate(records, start=1):
        volume = record.volume
        if len(records) > 1 and (volume is None or (volume.number, volume.first) != (number, before + 1)):
            raise ValueError(f"{paths[number - 1].name} does not belong to the other volumes")
        entries += [replace(entry, first=entry.first + before) for entry in record.entries]
        before += record.page_count
    whole = replace(records[0], entries=tuple(entries), page_count=before, volume=None)
    return Opened(pdfs, records, whole)


def members_in(record: Record, pdf: pikepdf.Pdf) -> list[Member]:
    """The parts of a packet, for those who only want to know which there are."""
    return [
        Member(entry.part("", record.info.source), pdf, 0, len(entry.pages), None) for entry in record.entries
    ]


def unlike(before: Opened, after: Opened) -> str:
    """The first thing that is not the same in another state of a packet; empty where all is.

    Covers, indexes and dividers may be: they tell of what is new. Nothing has another number.
    Both are used up.
    """
    old, new = before.whole, after.whole
    was, drawn = before.drawn(), after.drawn()
    there = {entry.name: entry for entry in new.entries}
    then, now = _numbers(old), _numbers(new)
    for entry in old.entries:
        other = there.get(entry.name)
        named = f'"{entry.title}" (tab {entry.tab})' if entry.tab else f'"{entry.title}"'
        if other is None:
            return f"{named} would not be in it"
        if then[entry.first] != now[other.first]:
            return f"{named} would stand on page {now[other.first]}, and not on {then[entry.first]}"
        row_waits = any(row.name == entry.name and row.to_follow for row in old.rows)
        if entry.kind != "front" and was[entry.name] != drawn[entry.name] and not row_waits:
            return f"{named} would not be as it is"
    return ""


def _numbers(record: Record) -> dict[int, str]:
    """What the first page of each part bears, by its place: pages with letters do not count."""
    lettered = {
        page
        for entry in record.entries
        if entry.between
        for page in range(entry.first, entry.first + len(entry.pages) + len(entry.pages) % 2)
    }
    found = {}
    for entry in record.entries:
        found[entry.first] = str(entry.first - sum(page <= entry.first for page in lettered))
    return found
