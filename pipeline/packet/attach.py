"""One more paper for a finished packet, without building it anew: in a part for late papers, or inside it.

The packet is taken apart and stitched together with the part at its end; no page before it gets another
number. The ebook gets the paper, and the manifest names it, so that a packet that is made anew has it.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pikepdf

from pipeline import desk, limits
from pipeline.article_store import open_store
from pipeline.build import broken
from pipeline.desk import at, desk_of
from pipeline.errors import reason_of
from pipeline.findings import Finding
from pipeline.packet.added_to import Work, sources_in
from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.model import Row
from pipeline.packet.late.additions import Addition
from pipeline.packet.late.in_volumes import members_in, opened, unlike
from pipeline.packet.late.part import UndrawnError
from pipeline.packet.make import PacketOrder, make_packet
from pipeline.packet.manifest.late_papers import (
    Home,
    NoPlaceError,
    home_of,
)
from pipeline.packet.output_folder import BusyError, locked, staged
from pipeline.packet.signature.field import field_of
from pipeline.packet.stitch.record import (
    InVolume,
    Record,
    read_record,
)
from pipeline.packet.stitch.unstitch import members_of
from pipeline.packet.stitch.verify import verify

_LIMITS: Final = limits.Limits()
"""For the whole, and for making one paper ready."""
_BOUND: Final = (
    "it is a volume, and its manifest is not at hand: write the paper into that, in a section at its end "
    "with late = true, and make the packet anew: no page gets another number"
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
                return _attach_to_volumes(packet, record.volume, additions, lock, result)
            home = _home(packet, record)
            members = members_of(pdf, record, str(packet))
            work = Work(packet, record, members, sources_in(pdf, record), folder, home, lock, result.findings)
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


def _attach_to_volumes(
    packet: Path, own: InVolume, additions: Sequence[Addition], lock: Lock, result: Attached
) -> Attached:
    """Put papers into the manifest and make all volumes anew: each of them names what is new in its index.

    What was there stays as it was: where an article or anything else has changed since, nothing is done.
    """
    paths = [packet.with_name(name) for name in own.files]
    with ExitStack() as stack, open_store().scratch() as folder:
        result.findings += [one for path in paths for one in verify(path, lock=lock).findings if one.is_error]
        if result.findings:
            return result
        before = opened(paths, lock, stack)
        record = before.whole
        home = _home(packet, record)
        if home is None:
            result.findings.append(Finding("packet-volumes", str(packet), None, _BOUND))
            return result
        members, inside = members_in(record, before.pdfs[0]), sources_in(before.pdfs[0], record)
        work = Work(packet, record, members, inside, folder, home, lock, result.findings)
        given = work.filed(additions)
        if given is None:
            return result
        gone = [str(one.path) for one in given if not one.path.is_file()]
        if gone:
            result.findings += [Finding("file-missing", one, None, "there is no such file") for one in gone]
            return result
        contents = [one.path.read_bytes() for one in given]
        rows = [Row("", False, one.tab, one.title, None, one.marking, 0, 0, "") for one in given]
        result.findings += work.filing.remember(given, rows, contents)
        order = PacketOrder(
            folder,
            paper=record.info.paper,
            sources=any(one.relationship == "Source" for one in inside),
            ebook=packet.with_name(f"{record.info.name}.epub").is_file(),
            version=home.version,
            lock=lock,
        )
        with contextlib.suppress(_UnlikeError), work.filing.written(work.section()):
            made = make_packet(Path(desk.shown(home.path)), order)
            names = {one.path.name for one in given}
            result.findings += [
                one for one in made.findings if one.is_error or any(name in one.message for name in names)
            ]
            if made.failed:
                raise _UnlikeError
            files = [output.path for output in made.outputs if output.path.suffix == ".pdf"]
            wrong = unlike(before, opened(files, lock, stack))
            if wrong:
                message = (
                    f"made anew with the paper, {wrong}: a source has changed since, or a volume has no "
                    "room; write the paper into the manifest, and make the packet anew"
                )
                result.findings.append(Finding("packet-volumes", str(packet), None, message))
                raise _UnlikeError
            with staged(packet.parent, held=True) as stage:
                shutil.copytree(folder / record.info.name, stage, dirs_exist_ok=True)
            result.lines = [f"{packet.with_name(path.name)}  is made anew" for path in files]
            result.lines += work.said_of_manifest()
            result.failed = False
    return result


class _UnlikeError(Exception):
    """The packet would not be what it was: all stays as it is, and findings say why."""


def _home(packet: Path, record: Record) -> Home | None:
    """The manifest that a packet was made of, where the packet lies at the desk that made it."""
    root = desk.current().root
    if root is None or not (root / desk.SOURCE).is_dir():
        return None
    name = record.info.source.name
    return home_of(root / desk.SOURCE, name, record.info.name, record.sources)
