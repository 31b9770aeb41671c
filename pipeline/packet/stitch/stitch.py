"""From the PDF files of its parts to one packet: PDF/UA-1 and PDF/A-3a, as far as the annexes are.

Pages are copied as they are; the structure trees, destinations, bookmarks and ids of the parts are put
together (`structure_tree`, `destinations`), what several parts bring along is stored once (`sharing`), and
each page is stamped (`stamp`). What an article carries inside (its ebook, its source) stays behind: the
packet carries the sources itself, and the ebooks lie beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from pikepdf import Dictionary, ObjectStreamMode, Pdf, StreamDecodeLevel

from pipeline.files.atomic import whole_file
from pipeline.packet.base.lock import OPEN, Lock, announce, save_locked
from pipeline.packet.base.model import PacketInfo, Part, Stitched
from pipeline.packet.base.page_plan import plan
from pipeline.packet.base.volumes import Binding, is_index
from pipeline.packet.pdf.catalog import Claims, attach, describe
from pipeline.packet.pdf.destinations import WHOLE, Bookmark, Place, Places
from pipeline.packet.pdf.geometry import box_of
from pipeline.packet.pdf.marking_strip import strip_marking
from pipeline.packet.pdf.sharing import Fingerprints, Sharing
from pipeline.packet.pdf.stamp import Stamps
from pipeline.packet.pdf.structure_tree import Branch, Tags
from pipeline.packet.signature.field import NO_MOMENT, add_field, fill
from pipeline.packet.signature.keys import Key
from pipeline.packet.signature.sign import now, sign
from pipeline.packet.stitch.members import Member, load_all
from pipeline.packet.stitch.record import Entry, Notes, Record, enclosed, in_volume
from pipeline.packet.stitch.seals import Seals, seal
from pipeline.tree.labels import direction_of, labels_for
from pipeline.write.pdf.attachments import Attachment

_UNRECORDED: Final = frozenset(("pdf", "source"))
"""What the record does not say of a part: where it was on the machine that made the packet."""


def stitch(
    parts: Sequence[Part],
    info: PacketInfo,
    path: Path,
    *,
    attachments: Sequence[Attachment] = (),
    claims: Claims | None = None,
    notes: Notes | None = None,
    key: Key | None = None,
    lock: Lock = OPEN,
) -> Stitched:
    """Put a packet together and write it: whole, or not at all.

    :param parts: in their order; annexes are prepared.
    :param path: where it goes.
    :param attachments: the sources, which travel inside.
    :param claims: the standards that the annexes allow; by default all of them.
    :param notes: what else the record holds, which travels inside as well; without it there is no record.
    :param key: that signs the packet; it needs a record.
    :param lock: the password, where the packet is to have one.
    :raises OSError: when a part can't be read or the packet can't be written.
    :raises ValueError: when a part is no tagged PDF.
    """
    members = load_all(parts)
    return stitch_members(members, info, path, attachments, claims or Claims(), notes, key, lock)


def stitch_members(
    members: Sequence[Member],
    info: PacketInfo,
    path: Path,
    attachments: Sequence[Attachment],
    claims: Claims,
    notes: Notes | None,
    key: Key | None = None,
    lock: Lock = OPEN,
) -> Stitched:
    """As `stitch`, for parts that are open."""
    packet = _Packet(members, info, notes.binding if notes else None, signed=key is not None)
    packet.copy_pages()
    packet.build({row.name for row in notes.rows if row.to_follow} if notes is not None else set())
    if info.locked:
        announce(packet.pdf)
    intent = members[0].pdf.Root.OutputIntents[0]
    intent = packet.pdf.copy_foreign(intent if intent.is_indirect else members[0].pdf.make_indirect(intent))
    describe(packet.pdf, replace(info, title=packet.title), claims, intent, packet.plan.numbers)
    files = enclosed(packet.record(claims, notes), attachments) if notes is not None else attachments
    attach(packet.pdf, info, files)
    if notes is not None:
        seal(packet.pdf)
    write(packet.pdf, path, key, lock if info.locked else OPEN)
    return Stitched(path, packet.starts, packet.count)


def write(pdf: Pdf, path: Path, key: Key | None, lock: Lock, seed: bytes = b"") -> None:
    """Write a packet that is complete: whole, or not at all.

    :param key: that signs it.
    :param lock: its password, or none.
    :param seed: what makes its identifier another one than that of the packet it was made of.
    """
    if key is not None:
        fill(pdf, now() if lock.variable else NO_MOMENT)
    with whole_file(path) as file:
        if lock.variable:
            save_locked(pdf, file, lock, pdf.Root.Metadata.read_bytes() + seed)
        else:
            pdf.save(
                file,
                force_version="1.7",
                object_stream_mode=ObjectStreamMode.generate,
                stream_decode_level=StreamDecodeLevel.none,
                deterministic_id=True,
            )
    if key is not None:
        sign(path, key)


class _Packet:
    """A packet that is being put together."""

    def __init__(
        self, members: Sequence[Member], info: PacketInfo, binding: Binding | None, *, signed: bool
    ) -> None:
        self.members, self.info, self.signed = members, info, signed
        self.pdf = Pdf.new()
        self.binding, self.title = binding, info.title
        if binding is None:
            self.plan = plan((member.part, member.count) for member in members)
        else:
            self.plan = binding.own
            named = labels_for(info.language)["packet-volume-of"]
            named = named.format(number=binding.volume.number, count=binding.volume.count)
            self.title = f"{info.title} ({named})"
        names = [member.part.name for member in members]
        self.index = next((name for name in names if is_index(name)), "")
        self.starts, self.count = self.plan.starts, self.plan.page_count
        self.tops: list[Any] = []
        self.demoted: dict[str, int] = {}

    def copy_pages(self) -> None:
        """Copy all pages, then the structure that refers to them; set blank pages between."""
        for member in self.members:
            for _ in range(self.starts[member.part.name] - 1 - len(self.pdf.pages)):
                self._add_blank()
            for index in range(member.first, member.first + member.count):
                self.pdf.pages.append(member.pdf.pages[index])
            held = Dictionary(Top=member.top, Classes=Dictionary(member.classes))
            self.tops.append(self.pdf.copy_foreign(member.pdf.make_indirect(held)))
        for _ in range(self.count - len(self.pdf.pages)):
            self._add_blank()

    def build(self, waiting: Collection[str]) -> None:
        """Put structure, places and stamps together.

        :param waiting: the names of the parts that are to follow.
        """
        info, labels = self.info, labels_for(self.info.language)
        tags = Tags(self.pdf, info.language, self.title)
        elsewhere = self.binding.elsewhere if self.binding is not None else None
        places = Places(self.pdf, {name: start - 1 for name, start in self.starts.items()}, elsewhere)
        for member in self.members:
            places.add(member.part.name, member.named)
        markings = sorted({member.part.marking for member in self.members} - {""})
        arrow = "\u2192" if direction_of(info.language) == "rtl" else "\u2190"
        back = f"{arrow} {labels['packet-to-index']}"
        numbers = self.plan.numbers
        said = (labels["packet-reserved"], labels["packet-unused"])
        kept = said if any(member.part.reserve > member.count for member in self.members) else ()
        stamps = Stamps(self.pdf, info, markings, back, labels["packet-to-index"], numbers, self.index, kept)
        sharing = Sharing(Fingerprints())
        for number, member in enumerate(self.members):
            part, top = member.part, self.tops[number]
            start = self.starts[part.name] - 1
            branch = Branch(part.name, part.title, part.level, part.language, top.Top)
            branch.roles, branch.classes = member.roles, dict(top.Classes.items())
            self.demoted[part.name] = tags.add(branch)
            for index in range(start, start + member.count):
                page = self.pdf.pages[index].obj
                for annotation in page.get("/Annots", ()):
                    places.relink(part.name, annotation)
                if part.kind == "article":
                    strip_marking(page)
                sharing.share(page.get("/Resources"))
            self._stamp(tags, stamps, number, said[part.name not in waiting])
            if self.signed and number == 0:
                tags.add_field(add_field(self.pdf), 0)
            label = f"{part.tab} {part.title}".strip()
            if info.numbered_bookmarks:
                label = f"{label} ({labels['on-page'].format(page=self.plan.number(start + 1))})"
            mark = Bookmark(label, Place(0, WHOLE), member.bookmarks)
            places.bookmark(part.level, mark, start)
        tags.write()
        places.write()

    def record(self, claims: Claims, notes: Notes) -> Record:
        """The record of the packet as it is now."""
        seals = Seals(self.pdf, {member.part.name for member in self.members})
        entries = []
        for member, top in zip(self.members, self.tops, strict=True):
            part = member.part
            recorded = [item.name for item in fields(Part) if item.name not in _UNRECORDED]
            original, checksum = notes.originals.get(part.name, ("", ""))
            entries.append(
                Entry(
                    **{name: getattr(part, name) for name in recorded},
                    first=self.starts[part.name],
                    demoted=self.demoted[part.name],
                    pages=seals.pages(self.starts[part.name] - 1, member.count),
                    tags=seals.tags(top.Top),
                    original=original,
                    sha256=checksum,
                )
            )
        own = {entry.first + index for entry in entries for index in range(len(entry.pages))}
        blanks = {
            str(page): seals.pages(page - 1, 1)[0]
            for page in range(1, len(self.pdf.pages) + 1)
            if page not in own
        }
        rows, beside = tuple(notes.rows), dict(notes.beside)
        volume = in_volume(self.binding) if self.binding is not None else None
        found = Record(self.info, claims, self.count, tuple(entries), rows, {}, beside, blanks)
        return replace(found, volume=volume)

    def _stamp(self, tags: Tags, stamps: Stamps, number: int, said: str) -> None:
        """Stamp the pages of a part, and the blank ones that follow.

        :param said: on the pages that are kept for it and have nothing of it.
        """
        part, start = self.members[number].part, self.starts[self.members[number].part.name] - 1
        kept = range(start + self.members[number].count, start + part.reserve)
        following = [self.starts[member.part.name] - 1 for member in self.members[number + 1 :][:1]]
        links = []
        for index in range(start, following[0] if following else self.count):
            linked = self.index not in ("", part.name)
            text = said if index in kept else ""
            annotation = stamps.stamp(index, part.marking, linked, len(tags.marks[index]), text)
            if annotation is not None:
                page = self.pdf.pages[index].obj
                page.Annots = [*page.get("/Annots", ()), annotation]
            links.append((index, annotation))
        tags.add_links(part.name, links, kept)

    def _add_blank(self) -> None:
        box = box_of(self.pdf.pages[-1].obj)
        self.pdf.add_blank_page(page_size=(box.width, box.height))
