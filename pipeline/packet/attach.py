"""One more paper for a finished packet, without building it anew: in a part for late papers, or inside it.

The packet is taken apart and stitched together with the part at its end; no page before it gets another
number. The ebook gets the paper, and the manifest names it, so that a packet that is made anew has it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pikepdf

from pipeline import desk, limits
from pipeline.article_store import open_store
from pipeline.build import broken
from pipeline.desk import at, desk_of
from pipeline.errors import reason_of
from pipeline.files.atomic import write_whole
from pipeline.files.media_types import media_type
from pipeline.findings import Finding, suggest
from pipeline.packet.annex.conformance import lowest
from pipeline.packet.annex.prepare import prepare
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.model import Part
from pipeline.packet.base.wishes import Wishes
from pipeline.packet.ebook.renewed import NoEbookError
from pipeline.packet.late.additions import Addition, faults, others_of
from pipeline.packet.late.filing import Filing
from pipeline.packet.late.kept_place import KeptPlace, kept_place
from pipeline.packet.late.part import FullError, LatePart, Paper, UndrawnError
from pipeline.packet.manifest.late_papers import (
    Home,
    LateSection,
    NoPlaceError,
    filed_in,
    home_of,
    loaded,
)
from pipeline.packet.output_folder import SUMS, BusyError, locked, staged
from pipeline.packet.signature.field import field_of
from pipeline.packet.stitch.earlier import tree_name
from pipeline.packet.stitch.members import Member
from pipeline.packet.stitch.record import SUPPLEMENT, Notes, Record, checksums, read_record, sha256, sums_in
from pipeline.packet.stitch.stitch import stitch_members
from pipeline.packet.stitch.unstitch import members_of
from pipeline.packet.stitch.verify import verify
from pipeline.write.pdf.attachments import Attachment

_LIMITS: Final = limits.Limits()
"""For the whole, and for making one paper ready."""
_BOUND: Final = (
    "it is a volume, and the index of each would need another line: write the paper into the manifest, "
    "in a section at its end with late = true, and make the packet anew: no page gets another number"
)


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
    home: Home | None = None
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
            if record.volume is not None:
                result.findings.append(Finding("packet-volumes", str(packet), None, _BOUND))
                return result
            home = _home(packet, record)
            members = members_of(pdf, record, str(packet))
            work = _Work(packet, record, members, _sources(pdf, record), folder, home, lock, result.findings)
            if work.add(additions):
                result.lines = work.write()
                result.failed = False
    except NoPlaceError as error:
        where = str(home.path if home is not None else packet)
        result.findings.append(Finding("packet-syntax", where, None, str(error)))
    except UndrawnError as error:
        result.findings.append(broken(packet, error.outcome, _LIMITS))
    except OSError as error:
        message = f"it can't be written: {reason_of(error)}; the packet is as it was"
        result.findings.append(Finding("file-write", str(error.filename or packet), None, message))
    except (ValueError, pikepdf.PdfError) as error:
        result.findings.append(
            Finding("packet-record", str(packet), None, f"it can't be taken apart: {error}")
        )
    return result


def _home(packet: Path, record: Record) -> Home | None:
    """The manifest that a packet was made of, where the packet lies at the desk that made it."""
    root = desk.current().root
    if root is None or not (root / desk.SOURCE).is_dir():
        return None
    name = record.info.source.name
    return home_of(root / desk.SOURCE, name, record.info.name, record.sources)


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


@dataclass
class _Work:
    """A packet that is being added to.

    :param home: the manifest that it was made of; ``None`` where that is not at hand.
    :param lock: the password of the packet, or none.
    """

    packet: Path
    record: Record
    members: list[Member]
    sources: list[Attachment]
    folder: Path
    home: Home | None
    lock: Lock
    findings: list[Finding] = field(default_factory=list)

    def add(self, additions: Sequence[Addition]) -> bool:
        """File the papers, and make all ready to be written.

        :returns: whether that is possible; findings say why not.
        :raises NoPlaceError: when the manifest has faults.
        """
        # What the manifest says of every item.
        defaults = loaded(self.home.path.read_bytes()) if self.home is not None else {}
        taken, tab = filed_in(defaults) if self.home is not None else (set[str](), "")
        behind = additions[0].between if additions else ""
        right = bool(defaults.get("right-hand"))
        place = None if behind or not additions else kept_place(self.record, self.home, additions[0].tab)
        self.filing = Filing(self.packet, self.home, place)
        kept = place.row.name if place is not None else ""
        self.late = LatePart(self.record, self.members, self.folder, right, taken, tab, behind, kept)
        if behind and self.late.base is None:
            known = [row.tab for row in self.record.rows if not row.divider]
            message = f'the packet has no pages under the tab "{behind}"{suggest(behind, known)}'
            self.findings.append(Finding("packet-tab-unknown", str(self.packet), None, message))
            return False
        if behind and any(one.embed for one in additions):
            message = "a file inside the packet has no pages: leave out --between, or --embed"
            self.findings.append(Finding("packet-item", str(self.packet), None, message))
            return False
        given = [replace(one, title=one.title or one.path.stem) for one in additions]
        others = {*taken, *(row.tab.casefold() for row in self.record.rows)}
        if place is not None:
            wrong = place.fault(additions[0])
            self.findings += [Finding("packet-item", str(additions[0].path), None, wrong)] if wrong else []
            given, others = [place.filled(additions[0])], set()
        for addition, tab in zip(given, self.late.tabs([one.tab for one in given]), strict=True):
            inside = [one.name for one in self.sources]
            self.findings += faults(replace(addition, tab=tab), self.record, inside, others)
        if any(finding.is_error for finding in self.findings):
            return False
        self.contents: dict[int, bytes] = {}
        self.others = others_of(self.record, self.home)
        papers = [self._paper(number, one, defaults, place) for number, one in enumerate(given)]
        if any(finding.is_error for finding in self.findings):
            return False
        self.papers = [paper for paper in papers if paper is not None]
        try:
            rows = self.late.file(self.papers)
        except FullError:
            message = "the index would get a page more by another line: attach it without --between"
            if place is not None:
                message = "the index would get a page less: make the packet anew, with the paper in its place"
            self.findings.append(Finding("packet-index-full", str(self.packet), None, message))
            return False
        self.originals = {entry.name: (entry.original, entry.sha256) for entry in self.record.entries}
        contents = [self.contents[number] for number in range(len(given))]
        self.findings += self.filing.remember(given, rows, contents)
        self.originals |= self.filing.originals
        for one in [one for one in self.sources if self.home is not None and one.name == self.home.name]:
            data = self.filing.manifest(one.data, self._section())
            self.sources[self.sources.index(one)] = replace(one, data=data)
        if place is not None:
            self.sources = [one for one in self.sources if one.name != tree_name(place.row.name)]
        return not any(finding.is_error for finding in self.findings)

    def _paper(
        self, number: int, addition: Addition, defaults: dict[str, Any], place: KeptPlace | None
    ) -> Paper | None:
        """A paper, made ready; ``None`` when it can't be: a finding says why.

        :param defaults: what the manifest says of every item; `place`: that is kept for the paper.
        """
        path = addition.path
        try:
            self.contents[number] = path.read_bytes()
        except OSError as error:
            message = f"the file can't be read: {reason_of(error)}"
            self.findings.append(Finding("file-missing", str(path), None, message))
            return None
        own = (addition.title, addition.tab, addition.marking)
        if addition.embed:
            kind, data = media_type(path.name), self.contents[number]
            self.sources.append(Attachment(path.name, data, kind, SUPPLEMENT, addition.title))
            return Paper(*own, None)
        part = Part(
            *(f"paper-{number}", addition.title, addition.tab, "annex", path, 2, addition.marking),
            *(False, place.language if place else self.record.info.language, str(self.packet), 1),
        )
        wishes = Wishes(addition.safe, fit=defaults.get("fit", ""), others=self.others)
        if place is not None:
            wishes = place.wishes(defaults, self.others, safe=addition.safe)
        (prepared,) = limits.run(prepare, [(part, self.folder, wishes)], _LIMITS)
        if isinstance(prepared, limits.Broken):
            self.findings.append(broken(path, prepared, _LIMITS))
            return None
        self.findings += [replace(finding, line=None) for finding in prepared.findings]
        message = place.too_long(prepared.page_count) if place is not None else ""
        if message:
            self.findings.append(Finding("packet-reserve", str(path), None, message))
        return Paper(*own, prepared) if prepared.page_count else None

    def _section(self) -> LateSection:
        late = self.late
        return LateSection(late.section.title, late.section.tab, late.base.tab if late.base else "")

    def write(self) -> list[str]:
        """Write the packet, its ebook, and what its manifest says.

        :returns: what was done, a line for each thing.
        :raises OSError: when something can't be written; then all is as it was.
        """
        sums = self.packet.parent / SUMS
        listed = dict(sums_in(sums.read_text(encoding="utf-8"))) if sums.is_file() else {}
        lines, ebook = [], self._ebook(listed)
        with self.filing.written(self._section()) as changed:
            if self.packet.name not in listed:
                pages = self._stitch(self.packet)
                if ebook is not None:
                    write_whole(self.packet.with_suffix(".epub"), ebook)
            else:
                with staged(self.packet.parent, held=True) as stage:
                    made = {self.packet.name, *([self.packet.with_suffix(".epub").name] if ebook else [])}
                    for name in sorted(set(listed) - made):
                        _link(self.packet.parent / name, stage / name)
                    target = stage / self.packet.name
                    pages = self._stitch(target)
                    listed[self.packet.name] = sha256(target.read_bytes())
                    if ebook is not None:
                        write_whole(target.with_suffix(".epub"), ebook)
                        listed[target.with_suffix(".epub").name] = sha256(ebook)
                    (stage / SUMS).write_bytes(checksums(listed))
        lines.append(f"{self.packet}  {pages} pages")
        if ebook is not None:
            lines.append(f"{self.packet.with_suffix('.epub')}  has it, too")
        if self.home is not None and changed:
            lines.append(f"{desk.shown(self.home.path)}  names it, for a packet that is made anew")
        lines += [f"{desk.shown(path)}  is a copy of the file" for path in self.filing.copies]
        if self.late.unlisted:
            lines.append(
                f"{self.packet}  its index has no room for the line of the late papers: "
                f"bookmarks lead to page {self.late.section.shown}"
            )
        return lines

    def _stitch(self, path: Path) -> int:
        claims = lowest(
            [self.record.claims, *(one.prepared.claims for one in self.papers if one.prepared is not None)]
        )
        notes = Notes(self.late.rows, self.originals, self.beside)
        members, info = self.late.members, self.record.info
        return stitch_members(members, info, path, self.sources, claims, notes, lock=self.lock).page_count

    def _ebook(self, listed: Mapping[str, str]) -> bytes | None:
        """The ebook with the papers; ``None`` where there is none, or none that can be read."""
        path = self.packet.with_suffix(".epub")
        self.beside = dict(self.record.beside)
        if path.name not in self.beside.keys() | listed.keys() or not path.is_file():
            return None
        try:
            data = self.late.ebook(path, self.papers)
        except NoEbookError as error:
            message = f"{error}: it is as it was; make the packet anew to have the paper in it"
            self.findings.append(Finding("packet-ebook-old", str(path), None, message))
            return None
        if path.name in self.beside:
            self.beside[path.name] = sha256(data)
        return data


def _link(source: Path, target: Path) -> None:
    """Let a file stand in a second place, by the same inode where that goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
