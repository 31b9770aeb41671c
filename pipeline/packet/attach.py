"""One more paper for a finished packet, without building it anew: as its last item, or as a file inside it.

The packet is taken apart, the index and the dividers are set again, and all is stitched together. Pages
before the new ones keep their numbers, unless the index grows by a page; then index and numbers follow.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pikepdf

from pipeline import limits
from pipeline.article_store import open_store
from pipeline.build import broken
from pipeline.desk import at, desk_of
from pipeline.errors import reason_of
from pipeline.files.media_types import media_type
from pipeline.findings import Finding
from pipeline.packet.annex.conformance import lowest
from pipeline.packet.annex.prepare import prepare
from pipeline.packet.assembly import CHANGES
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.model import Part, Row
from pipeline.packet.base.page_plan import plan_pages
from pipeline.packet.base.wishes import Wishes
from pipeline.packet.front import matter
from pipeline.packet.output_folder import SUMS, BusyError, locked, staged
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.signature.field import field_of
from pipeline.packet.stitch.members import Member, load
from pipeline.packet.stitch.record import (
    ADDED,
    RECORD,
    Notes,
    Record,
    checksums,
    read_record,
    sha256,
    sums_in,
)
from pipeline.packet.stitch.stitch import stitch_members
from pipeline.packet.stitch.unstitch import members_of
from pipeline.packet.stitch.verify import verify
from pipeline.read.input.decoding import CONTROL, DIRECTION, SURROGATE
from pipeline.tree import markings
from pipeline.tree.labels import labels_for
from pipeline.write.pdf.attachments import Attachment

ROUNDS: Final = 8
"""How often the index is set at most, until its pages and the numbers in it agree."""


_REFUSED: Final = re.compile(f"{CONTROL.pattern}|{SURROGATE.pattern}|{DIRECTION.pattern}|[\\n\\r\\t]")
_LONGEST: Final = {"title": 1000, "tab": 12}
"""As in a manifest."""
_LIMITS: Final = limits.Limits()
"""For the whole, and for making one paper ready."""


@dataclass(frozen=True)
class Addition:
    """What is attached.

    :param path: the file.
    :param title: by default the file's name.
    :param tab: by default the next one of the last section.
    :param marking: needed when the packet has one; not higher than the packet's.
    :param embed: whether it becomes a file inside the packet, without pages.
    :param safe: whether every page of it becomes a picture.
    """

    path: Path
    title: str = ""
    tab: str = ""
    marking: str = ""
    embed: bool = False
    safe: bool = False


@dataclass
class Attached:
    """What became of it. It failed when the packet is as it was."""

    packet: Path
    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failed: bool = True


def attach(
    packet: Path, additions: Sequence[Addition], *, styles: Path | None = None, lock: Lock = OPEN
) -> Attached:
    """Attach files to a packet, one after the other, and write it once: whole, or not at all.

    :param packet: the packet, a PDF that Despatch has made.
    :param styles: the folder with the look to take instead of that of the desk that the packet lies in.
    :param lock: the password of the packet; it has the same afterwards.
    """
    result = Attached(packet)
    try:
        with (
            at(desk_of(packet, styles)),
            locked(packet.parent if packet.parent.name else packet.parent.resolve()),
        ):
            (outcome,) = limits.run(_attach, [(packet, additions, lock)], _LIMITS)
            if not isinstance(outcome, limits.Broken):
                return outcome
            result.findings.append(broken(packet, outcome, _LIMITS))
    except BusyError as error:
        message = (
            f"another process is at work at the packet in {error}: wait until it has ended, then try again"
        )
        result.findings.append(Finding("packet-busy", str(packet), None, message))
    except OSError as error:
        message = f"it can't be written: {reason_of(error)}; the packet is as it was"
        result.findings.append(Finding("file-write", str(error.filename or packet), None, message))
    return result


def _attach(packet: Path, additions: Sequence[Addition], lock: Lock) -> Attached:
    """Attach in a process of its own, within limits."""
    result = Attached(packet)
    limits.set_activity("attaching")
    verdict = verify(packet, lock=lock)
    if any(finding.is_error for finding in verdict.findings):
        result.findings += verdict.findings
        return result
    try:
        with open_store().scratch() as folder, lock.open(packet) as pdf:
            if field_of(pdf) is not None:
                message = (
                    "the packet is signed, and would no longer be: put the paper into the manifest and make "
                    "the packet anew with --sign"
                )
                result.findings.append(Finding("packet-signed", str(packet), None, message))
                return result
            record = read_record(pdf)
            sources = _sources(pdf, record)
            work = _Work(packet, record, members_of(pdf, record, str(packet)), sources, folder, lock)
            for number, addition in enumerate(additions):
                result.findings += work.add(addition, number)
            if not any(finding.is_error for finding in result.findings):
                result.lines = work.write()
                result.failed = False
    except OSError as error:
        message = f"it can't be written: {reason_of(error)}; the packet is as it was"
        result.findings.append(Finding("file-write", str(error.filename or packet), None, message))
    except (ValueError, pikepdf.PdfError) as error:
        result.findings.append(
            Finding("packet-record", str(packet), None, f"it can't be taken apart: {error}")
        )
    return result


def _sources(pdf: pikepdf.Pdf, record: Record) -> list[Attachment]:
    """The files inside a packet that are not of its record."""
    found = []
    for name in record.sources:
        specification = pdf.attachments[name]
        data = specification.get_file().read_bytes()
        relationship = str(specification.obj.get("/AFRelationship", "/Source"))[1:]
        kind = specification.get_file().mime_type or "application/octet-stream"
        found.append(Attachment(name, data, kind, relationship, specification.description))
    return found


class _Work:
    """A packet that is being added to."""

    def __init__(
        self,
        packet: Path,
        record: Record,
        members: list[Member],
        sources: list[Attachment],
        folder: Path,
        lock: Lock,
    ) -> None:
        self.packet, self.record, self.members, self.folder = packet, record, members, folder
        self.sources, self.lock = sources, lock
        self.rows = list(record.rows)
        self.originals = {entry.name: (entry.original, entry.sha256) for entry in record.entries}
        self.claims: list[Claims] = [record.claims]

    def add(self, addition: Addition, number: int) -> list[Finding]:
        """Add a file.

        :param number: of the addition, from 0.
        :returns: what is wrong; errors leave everything as it was.
        """
        try:
            data = addition.path.read_bytes()
        except OSError as error:
            message = f"the file can't be read: {reason_of(error)}"
            return [Finding("file-missing", str(addition.path), None, message)]
        end = next((at for at, row in enumerate(self.rows) if row.name == CHANGES), len(self.rows))
        section = [row for row in self.rows[:end] if row.divider][-1:]
        items = end - self.rows.index(section[0]) - 1 if section else end
        tab = addition.tab or (f"{section[0].tab}.{items + 1}" if section else str(items + 1))
        addition = replace(addition, tab=tab, title=addition.title or addition.path.stem)
        found = self._faults(addition)
        if found:
            return found
        info = self.record.info
        name = f"{ADDED}{len(self.record.entries) + number}"
        if addition.embed:
            kind = media_type(addition.path.name)
            self.sources.append(Attachment(addition.path.name, data, kind, "Supplement", addition.title))
            name = ""
        else:
            source = str(self.packet)
            part = Part(
                *(name, addition.title, addition.tab, "annex", addition.path, 2 if section else 1),
                *(addition.marking, False, info.language, source, 1),
            )
            (prepared,) = limits.run(prepare, [(part, self.folder, Wishes(addition.safe))], _LIMITS)
            if isinstance(prepared, limits.Broken):
                return [broken(addition.path, prepared, _LIMITS)]
            found = [replace(finding, line=None) for finding in prepared.findings]
            if not prepared.page_count:
                return found
            # What has changed stays the last section, and what it is.
            names = [member.part.name for member in self.members]
            self.members.insert(names.index(CHANGES) if CHANGES in names else len(names), load(prepared.part))
            self.claims.append(prepared.claims)
            self.originals[name] = (addition.path.name, sha256(data))
        row = Row(name, False, addition.tab, addition.title, None, addition.marking, 0, 0, info.language)
        self.rows.insert(end, row)
        return found

    def _faults(self, addition: Addition) -> list[Finding]:
        info, path = self.record.info, str(addition.path)
        tabs = {row.tab.casefold() for row in self.rows}
        found = []
        for name, text in (("title", addition.title), ("tab", addition.tab)):
            refused = _REFUSED.search(text)
            if refused is not None or len(text) > _LONGEST[name] or not text.strip():
                what = f"has the character U+{ord(refused[0]):04X}" if refused else "is empty or too long"
                message = f"the {name} {what}: give it another one with --{name}"
                found.append(Finding("packet-value", path, None, message))
        if addition.tab.casefold() in tabs:
            message = f'the tab "{addition.tab}" is there already: choose another with --tab'
            found.append(Finding("packet-tab-duplicate", path, None, message))
        if addition.marking and markings.level(addition.marking) is None:
            found.append(Finding("packet-marking-unknown", path, None, markings.unknown(addition.marking)))
        elif info.marking and not addition.marking:
            message = f'the packet is marked "{info.marking}": say with --marking how this paper is marked'
            found.append(Finding("packet-marking-missing", path, None, message))
        elif markings.above(addition.marking, info.marking):
            own = (
                f'the marking of the packet, "{info.marking}"' if info.marking else "that of the packet, none"
            )
            message = (
                f'"{addition.marking}" is higher than {own}: '
                "put the paper into the manifest and make the packet anew"
            )
            found.append(Finding("packet-marking-low", path, None, message))
        if addition.embed and addition.path.name in {source.name for source in self.sources} | {SUMS, RECORD}:
            message = f"a file {addition.path.name} is inside already: give it another name"
            found.append(Finding("packet-value", path, None, message))
        return found

    def write(self) -> list[str]:
        """Set the index and the dividers, and write the packet.

        :returns: what was done, a line for each thing.
        """
        self._set_front()
        notes = Notes(self.rows, self.originals, self.record.beside)
        claims = lowest(self.claims)

        def stitch(path: Path) -> int:
            return stitch_members(
                self.members, self.record.info, path, self.sources, claims, notes, lock=self.lock
            ).page_count

        sums = self.packet.parent / SUMS
        listed = dict(sums_in(sums.read_text(encoding="utf-8"))) if sums.is_file() else {}
        if self.packet.name not in listed:
            pages = stitch(self.packet)
        else:
            with staged(self.packet.parent, held=True) as stage:
                for name in sorted(set(listed) - {self.packet.name}):
                    _link(self.packet.parent / name, stage / name)
                target = stage / self.packet.name
                pages = stitch(target)
                listed[self.packet.name] = sha256(target.read_bytes())
                (stage / SUMS).write_bytes(checksums(listed))
        lines = [f"{self.packet}  {pages} pages"]
        ebook = self.packet.with_suffix(".epub")
        if ebook.exists():
            lines.append(f"{ebook}  is as it was: make the packet anew to have it in the ebook, too")
        return lines

    def _set_front(self) -> None:
        """Set the index and the dividers until they name the pages that things are on."""
        info = self.record.info
        title = labels_for(info.language)["packet-index"]
        kept = {member.part.name: member for member in self.members}
        bodies: dict[str, str] = {}
        for _ in range(ROUNDS):
            members = [kept[member.part.name] for member in self.members]
            starts, _ = plan_pages((member.part, member.count) for member in members)
            self.rows = [_placed(row, starts, kept) for row in self.rows]
            wanted = {"index": (title, matter.index(info, self.rows, _address))}
            for section, rows in _sections(self.rows):
                wanted[section.name] = (section.title, matter.divider(info, rows, _address))
            changed = False
            for name, (title_of, body) in wanted.items():
                if name in kept and bodies.get(name) != body:
                    bodies[name] = body
                    leaf = matter.set_leaf(info, name, title_of, body, [])
                    path = self.folder / f"{name}.pdf"
                    path.write_bytes(leaf.pdf)
                    changed = changed or leaf.page_count != kept[name].count
                    kept[name] = load(replace(kept[name].part, pdf=path))
            if not changed:
                break
        self.members = [kept[member.part.name] for member in self.members]


def _address(name: str) -> str:
    """The address of a part; what is only embedded has none."""
    return matter.in_print(name) if name else ""


def _placed(row: Row, starts: dict[str, int], members: dict[str, Member]) -> Row:
    if row.name not in starts:
        return row
    first = starts[row.name]
    return replace(row, page=first, last=first + members[row.name].count - 1)


def _sections(rows: Sequence[Row]) -> list[tuple[Row, list[Row]]]:
    """Each section with its own row and those of its items."""
    found: list[tuple[Row, list[Row]]] = []
    for row in rows:
        if row.name == CHANGES:
            break
        if row.divider:
            found.append((row, [row]))
        elif found:
            found[-1][1].append(row)
    return found


def _link(source: Path, target: Path) -> None:
    """Let a file stand in a second place, by the same inode where that goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
