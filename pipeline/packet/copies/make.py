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
    result, packets = Copies(packet), [packet]
    for path in packets:
        verdict = verify(path, order.limits, lock=order.lock)
        if any(finding.is_error for finding in verdict.findings):
            result.findings += verdict.findings
            return result
        if verdict.volumes and path.name != verdict.volumes[verdict.number - 1]:
            message = f"it is no volume of this name: it was {verdict.volumes[verdict.number - 1]}"
            result.findings.append(Finding("packet-volumes", str(path), None, message))
            return result
        if path == packet:
            packets += [packet.with_name(name) for name in verdict.volumes if name != packet.name]
    packets.sort(key=lambda path: verdict.volumes.index(path.name) if verdict.volumes else 0)
    names, found = read_recipients(order.names, verdict.language)
    result.findings += found
    if not names:
        return result
    folder = order.folder if order.folder is not None else packet.parent / COPIES
    try:
        with at(desk_of(packet, order.styles)), staged(folder) as stage:
            (outcome,) = limits.run(_make, [(packets, names, order, stage)], order.limits)
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


@dataclass(frozen=True)
class _Made:
    """A copy of a file.

    :param name: of the file, in the folder of the copies.
    :param packet: the file that it is a copy of.
    """

    name: str
    copy: Copy
    packet: Path


def _make(
    packets: Sequence[Path], names: Sequence[str], order: CopyOrder, stage: Path
) -> list[tuple[str, Copy]] | Finding:
    """Make the copies, in a process of their own.

    :param packets: the packet, or all of its volumes.
    :returns: the name of each file, and which copy it is; or why there are none.
    """
    limits.set_activity("making copies")
    made = []
    for packet in packets:
        with order.lock.open(packet) as pdf:
            message = _refused(pdf, order)
            if message:
                code = "copies-copy" if is_copy(pdf) else "packet-signed"
                return Finding(code, str(packet), None, message)
            made += _Work(packet, pdf, names, order, stage).make()
    made.sort(key=lambda one: one.copy.number)  # the volumes of one copy stay in their order
    sums = {one.name: file_checksum(stage / one.name) for one in made}
    record = stage / f"{COPIES}.csv"
    write_whole(record, _record(made, sums))
    sums[record.name] = file_checksum(record)
    write_whole(stage / SUMS, checksums(sums))
    return [(one.name, one.copy) for one in made]


def _refused(pdf: pikepdf.Pdf, order: CopyOrder) -> str:
    """Why no copies are made of a file, in words; empty where they are."""
    if is_copy(pdf):
        return "it is a copy itself: name the packet that it is a copy of"
    if field_of(pdf) is not None and order.key is None:
        return "it is signed, and its copies would not be: name the key with --sign"
    if order.key is not None and field_of(pdf) is None:
        return "it has no room for a signature: make it anew with --sign, then its copies"
    return ""


class _Work:
    """A file of a packet whose copies are being made."""

    def __init__(
        self, packet: Path, pdf: pikepdf.Pdf, names: Sequence[str], order: CopyOrder, stage: Path
    ) -> None:
        self.packet, self.pdf, self.order, self.stage = packet, pdf, order, stage
        self.record = read_record(pdf)
        self.info = self.record.info
        self.copies = [Copy(number, len(names), name) for number, name in enumerate(names, start=1)]

    def make(self) -> list[_Made]:
        """Write all copies."""
        text = labels_for(self.info.language)["packet-copy"]
        lines = Lines(self.info, [("copy", _line(text, one)) for one in self.copies])
        marks = [lines.mark(self.pdf, index) for index in range(len(self.copies))]
        width = min(_WIDEST, max(mark.width for mark in marks))
        lock = self.order.lock if self.info.locked else OPEN
        marked = Marked(self.pdf, self.info, places(self.packet, width, lock.password), width)
        made = []
        for one, mark in zip(self.copies, marks, strict=True):
            name = self._name(one)
            (self.stage / name).parent.mkdir(exist_ok=True)
            marked.write(one, mark)
            take_out(self.pdf)
            seed = f"{self.packet.stem} {one}".encode()
            write(self.pdf, self.stage / name, self.order.key, lock, seed)
            made.append(_Made(name, one, self.packet))
        return made

    def _name(self, one: Copy) -> str:
        """The name of a copy. Volumes keep theirs, in a folder for each copy: so their links hold."""
        number = f"copy-{one.number:0{len(str(one.count))}}"
        if self.record.volume is not None:
            return f"{self.info.name}-{number}/{self.packet.name}"
        return f"{self.packet.stem}-{number}.pdf"


def _record(made: Sequence[_Made], sums: dict[str, str]) -> bytes:
    """Who got what, as a spreadsheet opens it (UTF-8, with the mark that it looks for)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("copy", "of", "for", "file", "sha256", "packet", "sha256 of the packet"))
    known = {packet: file_checksum(packet) for packet in {one.packet: None for one in made}}
    for one in made:
        own = one.copy
        packet = (one.packet.name, known[one.packet])
        writer.writerow((own.number, own.count, own.recipient, one.name, sums[one.name], *packet))
    return text.getvalue().encode("utf-8-sig")


def _line(text: str, one: Copy) -> str:
    """The line of a copy, as HTML: the name keeps its own direction."""
    said = text.format(number=one.number, count=one.count, name="\0")
    return escape(said).replace("\0", f"<bdi>{escape(one.recipient)}</bdi>")
