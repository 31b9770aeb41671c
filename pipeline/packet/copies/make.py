"""Numbered copies of a finished packet: one file for each recipient, and one record of who got what."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final

import pikepdf

from pipeline import limits
from pipeline.build import broken
from pipeline.desk import at, desk_of
from pipeline.errors import reason_of
from pipeline.files.atomic import write_whole
from pipeline.files.content_store import file_checksum
from pipeline.findings import Finding, printable
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.copies.places import places
from pipeline.packet.copies.recipients import read_recipients
from pipeline.packet.output_folder import SUMS, BusyError, staged
from pipeline.packet.pdf.copy_mark import Copy, Marked, is_copy
from pipeline.packet.pdf.drawn_lines import Lines
from pipeline.packet.signature.field import field_of, take_out
from pipeline.packet.signature.keys import Key
from pipeline.packet.stitch.record import checksums, read_record
from pipeline.packet.stitch.stitch import write
from pipeline.packet.stitch.verify import verify
from pipeline.tree.labels import labels_for

COPIES: Final = "copies"
"""The folder beside a packet that its copies go to, and the name of their record."""
_WIDEST: Final = 320.0
"""Points that a line takes at most: a longer one is drawn smaller."""


@dataclass
class Copies:
    """What became of it. It failed when there are no new copies.

    :param lines: what was made, a line for each.
    """

    packet: Path
    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failed: bool = True


@dataclass(frozen=True)
class CopyOrder:
    """What is asked for.

    :param names: the list of the recipients.
    :param folder: where the copies go; by default a folder beside the packet.
    :param key: that signs each copy; a packet that is signed needs one.
    :param lock: the password of the packet, and of its copies.
    :param limits: time and memory for all of it.
    :param styles: the folder with the look to take instead of the desk's own.
    """

    names: Path
    folder: Path | None = None
    key: Key | None = None
    lock: Lock = OPEN
    limits: limits.Limits = field(default_factory=limits.Limits)
    styles: Path | None = None


def make_copies(packet: Path, order: CopyOrder) -> Copies:
    """Make the copies of a packet: all of them, or none.

    :param packet: a PDF that Despatch has made.
    """
    result = Copies(packet)
    verdict = verify(packet, order.limits, lock=order.lock)
    if any(finding.is_error for finding in verdict.findings):
        result.findings += verdict.findings
        return result
    names, found = read_recipients(order.names)
    result.findings += found
    if not names:
        return result
    folder = order.folder if order.folder is not None else packet.parent / COPIES
    try:
        with at(desk_of(packet, order.styles)), staged(folder) as stage:
            (outcome,) = limits.run(_make, [(packet, names, order, stage)], order.limits)
            if isinstance(outcome, limits.Broken):
                result.findings.append(broken(packet, outcome, order.limits))
            elif isinstance(outcome, Finding):
                result.findings.append(outcome)
            else:
                result.lines = [printable(f"{folder / name}  {one}") for name, one in outcome]
                result.lines.append(f"{folder / COPIES}.csv  who has which copy")
                result.failed = False
            if result.failed:
                raise _NothingMade
    except _NothingMade:
        pass
    except BusyError as error:
        message = f"another process makes copies in {error}: wait until it has ended, then try again"
        result.findings.append(Finding("packet-busy", str(packet), None, message))
    except OSError as error:
        message = f"it can't be written: {reason_of(error)}; the copies that were there are as they were"
        result.findings.append(Finding("file-write", str(error.filename or folder), None, message))
    return result


class _NothingMade(Exception):
    """There are no new copies, and a finding says why."""


def _make(
    packet: Path, names: Sequence[str], order: CopyOrder, stage: Path
) -> list[tuple[str, Copy]] | Finding:
    """Make the copies, in a process of their own.

    :returns: the name of each file, and which copy it is; or why there are none.
    """
    limits.set_activity("making copies")
    with order.lock.open(packet) as pdf:
        if is_copy(pdf):
            message = "it is a copy itself: name the packet that it is a copy of"
            return Finding("copies-copy", str(packet), None, message)
        if field_of(pdf) is not None and order.key is None:
            message = "it is signed, and its copies would not be: name the key with --sign"
            return Finding("packet-signed", str(packet), None, message)
        if order.key is not None and field_of(pdf) is None:
            message = "it has no room for a signature: make it anew with --sign, then its copies"
            return Finding("packet-signed", str(packet), None, message)
        return _Work(packet, pdf, names, order, stage).make()


class _Work:
    """A packet whose copies are being made."""

    def __init__(
        self, packet: Path, pdf: pikepdf.Pdf, names: Sequence[str], order: CopyOrder, stage: Path
    ) -> None:
        self.packet, self.pdf, self.order, self.stage = packet, pdf, order, stage
        self.info = read_record(pdf).info
        self.copies = [Copy(number, len(names), name) for number, name in enumerate(names, start=1)]

    def make(self) -> list[tuple[str, Copy]]:
        """Write all copies and their record."""
        text = labels_for(self.info.language)["packet-copy"]
        lines = Lines(self.info, [("copy", _line(text, one)) for one in self.copies])
        marks = [lines.mark(self.pdf, index) for index in range(len(self.copies))]
        width = min(_WIDEST, max(mark.width for mark in marks))
        lock = self.order.lock if self.info.locked else OPEN
        marked = Marked(self.pdf, self.info, places(self.packet, width, lock.password), width)
        made, sums = [], {}
        digits = len(str(len(self.copies)))
        for one, mark in zip(self.copies, marks, strict=True):
            path = self.stage / f"{self.packet.stem}-copy-{one.number:0{digits}}.pdf"
            marked.write(one, mark)
            take_out(self.pdf)
            seed = f"{self.packet.stem} {one}".encode()
            write(self.pdf, path, self.order.key, lock, seed)
            made.append((path.name, one))
            sums[path.name] = file_checksum(path)
        record = self.stage / f"{COPIES}.csv"
        write_whole(record, self._record(made, sums))
        sums[record.name] = file_checksum(record)
        write_whole(self.stage / SUMS, checksums(sums))
        return made

    def _record(self, made: Sequence[tuple[str, Copy]], sums: dict[str, str]) -> bytes:
        """Who got what, as a spreadsheet opens it (UTF-8, with the mark that it looks for)."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(("copy", "of", "for", "file", "sha256", "packet", "sha256 of the packet"))
        packet = (self.packet.name, file_checksum(self.packet))
        for name, one in made:
            writer.writerow((one.number, one.count, one.recipient, name, sums[name], *packet))
        return text.getvalue().encode("utf-8-sig")


def _line(text: str, one: Copy) -> str:
    """The line of a copy, as HTML: the name keeps its own direction."""
    said = text.format(number=one.number, count=one.count, name="\0")
    return escape(said).replace("\0", f"<bdi>{escape(one.recipient)}</bdi>")
