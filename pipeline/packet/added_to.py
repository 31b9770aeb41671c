"""A finished packet that is being added to: where papers go, what they need, the files that are written."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pikepdf

from pipeline import desk, limits
from pipeline.build import broken
from pipeline.errors import reason_of
from pipeline.files.atomic import write_whole
from pipeline.files.media_types import media_type
from pipeline.findings import Finding, suggest
from pipeline.packet.annex.conformance import lowest
from pipeline.packet.annex.prepare import prepare
from pipeline.packet.base.lock import Lock
from pipeline.packet.base.model import Part
from pipeline.packet.base.wishes import Wishes
from pipeline.packet.ebook.renewed import NoEbookError
from pipeline.packet.late.additions import Addition, faults, others_of
from pipeline.packet.late.filing import Filing
from pipeline.packet.late.kept_place import KeptPlace, kept_place
from pipeline.packet.late.part import FullError, LatePart, Paper
from pipeline.packet.manifest.late_papers import (
    Home,
    LateSection,
    NoPlaceError,
    filed_in,
    held_in,
    lettered_behind,
    loaded,
)
from pipeline.packet.output_folder import SUMS, staged
from pipeline.packet.stitch.earlier import tree_name
from pipeline.packet.stitch.members import Member
from pipeline.packet.stitch.record import (
    SUPPLEMENT,
    Notes,
    Record,
    checksums,
    sha256,
    sums_in,
)
from pipeline.packet.stitch.stitch import stitch_members
from pipeline.write.pdf.attachments import Attachment

_LIMITS: Final = limits.Limits()
"""For making one paper ready."""


def sources_in(pdf: pikepdf.Pdf, record: Record) -> list[Attachment]:
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
class Work:
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

    def filed(self, additions: Sequence[Addition]) -> list[Addition] | None:
        """Find places for papers.

        :returns: the papers with title and tab; ``None`` where there is no place: findings say why not.
        :raises NoPlaceError: when the manifest has faults.
        """
        # What the manifest says of every item.
        defaults = self.defaults = loaded(self.home.path.read_bytes()) if self.home is not None else {}
        taken, tab = filed_in(defaults) if self.home is not None else (set[str](), "")
        behind = additions[0].between if additions else ""
        right = bool(defaults.get("right-hand"))
        place = self.place = (
            None if behind or not additions else kept_place(self.record, self.home, additions[0].tab)
        )
        self.filing = Filing(self.packet, self.home, place)
        kept = place.row.name if place is not None else ""
        held = held_in(defaults, tab)
        with contextlib.suppress(NoPlaceError):  # where there is no such tab, that is told below
            held = lettered_behind(defaults, behind) if behind and defaults else held
        self.late = LatePart(
            *(self.record, self.members, self.folder, right, taken, tab, held, behind, kept),
        )
        if behind and self.late.base is None:
            known = [row.tab for row in self.record.rows if not row.divider]
            message = f'the packet has no pages under the tab "{behind}"{suggest(behind, known)}'
            self.findings.append(Finding("packet-tab-unknown", str(self.packet), None, message))
            return None
        if behind and any(one.embed for one in additions):
            message = "a file inside the packet has no pages: leave out --between, or --embed"
            self.findings.append(Finding("packet-item", str(self.packet), None, message))
            return None
        given = [replace(one, title=one.title or one.path.stem) for one in additions]
        others = {*taken, *(row.tab.casefold() for row in self.record.rows)}
        if place is not None:
            wrong = place.fault(additions[0])
            self.findings += [Finding("packet-item", str(additions[0].path), None, wrong)] if wrong else []
            given, others = [place.filled(additions[0])], set()
        tabs = self.late.tabs([one.tab for one in given]) if place is None else [place.row.tab]
        found = [replace(one, tab=tab) for one, tab in zip(given, tabs, strict=True)]
        for addition in found:
            inside = [one.name for one in self.sources]
            self.findings += faults(addition, self.record, inside, others)
        return None if any(finding.is_error for finding in self.findings) else found

    def add(self, additions: Sequence[Addition]) -> bool:
        """File the papers, and make all ready to be written.

        :returns: whether that is possible; findings say why not.
        :raises NoPlaceError: when the manifest has faults.
        """
        given, place, defaults = self.filed(additions), self.place, self.defaults
        if given is None:
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
            data = self.filing.manifest(one.data, self.section())
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

    def section(self) -> LateSection:
        """The section of the manifest that they go into."""
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
        with self.filing.written(self.section()) as changed:
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
        lines += self.said_of_manifest(changed=changed)
        if self.late.unlisted:
            lines.append(
                f"{self.packet}  its index has no room for the line of the late papers: "
                f"bookmarks lead to page {self.late.section.shown}"
            )
        return lines

    def said_of_manifest(self, *, changed: bool = True) -> list[str]:
        """What was done beside the packet, a line for each thing."""
        lines = []
        if self.home is not None and changed:
            lines.append(f"{desk.shown(self.home.path)}  names it, for a packet that is made anew")
        return lines + [f"{desk.shown(path)}  is a copy of the file" for path in self.filing.copies]

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
