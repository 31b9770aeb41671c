"""Whether a finished packet is what it was: its parts, the files inside it, and the files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Pdf

from pipeline.findings import Finding
from pipeline.packet.stitch.record import (
    RECORD,
    SUMS,
    Entry,
    Record,
    Seals,
    part_elements,
    read_record,
    sha256,
    sums_in,
)

_PAGES: Final = 5
"""How many pages a finding names."""


@dataclass
class Verdict:
    """What was compared, and what was found."""

    packet: Path
    parts: int = 0
    pages: int = 0
    sources: int = 0
    beside: int = 0
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            f"{self.parts} parts, {self.pages} pages, {self.sources} sources inside, {self.beside} beside it"
        )
        state = "are not all what they were" if self.findings else "are what they were"
        return f"{self.packet}  {counts}: {state}"


def verify(path: Path) -> Verdict:
    """Compare a packet with its record, and with the checksums beside it. Nothing is built.

    :param path: the packet, a PDF.
    """
    verdict = Verdict(path)
    try:
        with pikepdf.open(path) as pdf:
            record = read_record(pdf)
            verdict.findings += _parts(path, pdf, record)
            verdict.findings += _sources(path, pdf, record)
    except FileNotFoundError:
        verdict.findings.append(Finding("file-missing", str(path), None, "there is no such file"))
        return verdict
    except (OSError, pikepdf.PdfError, ValueError, AttributeError, TypeError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it can't be read as a PDF"
        message = f"this is no whole packet of Despatch: {reason}"
        verdict.findings.append(Finding("packet-record", str(path), None, message))
        return verdict
    verdict.parts, verdict.pages, verdict.sources = (
        len(record.entries),
        record.page_count,
        len(record.sources),
    )
    verdict.beside = _beside(path, record, verdict.findings)
    return verdict


def _changed(path: Path, message: str) -> Finding:
    return Finding("packet-changed", str(path), None, message)


def _parts(path: Path, pdf: Pdf, record: Record) -> Iterator[Finding]:
    if len(pdf.pages) != record.page_count:
        yield _changed(path, f"it has {len(pdf.pages)} pages, and had {record.page_count}")
    names = {entry.name for entry in record.entries}
    seals, tops = Seals(pdf, names), part_elements(pdf, names)
    # When pages are gone or new, all that follow stand elsewhere: those count as kept.
    moved = set(seals.pages(0, len(pdf.pages))) if len(pdf.pages) != record.page_count else set[str]()
    for entry in record.entries:
        found = seals.pages(entry.first - 1, len(entry.pages))
        pairs = zip_longest(entry.pages, found)
        changed = [
            str(entry.first + index)
            for index, (was, now) in enumerate(pairs)
            if was != now and was not in moved
        ]
        if changed:
            shown = ", ".join(changed[:_PAGES]) + (" …" if len(changed) > _PAGES else "")
            what = f"page {shown} is" if len(changed) == 1 else f"pages {shown} are"
            state = "gone, or not what" if moved else "not what"
            yield _changed(
                path, f"{_called(entry)}: {what} {state} {'it was' if len(changed) == 1 else 'they were'}"
            )
        elif entry.name not in tops or seals.tags(tops[entry.name]) != entry.tags:
            yield _changed(path, f"{_called(entry)}: its structure, which is read aloud, is not what it was")


def _called(entry: Entry) -> str:
    return f'"{f"{entry.tab} {entry.title}".strip()}"'


def _sources(path: Path, pdf: Pdf, record: Record) -> Iterator[Finding]:
    attachments = pdf.attachments
    for name, digest in record.sources.items():
        if name not in attachments:
            yield _changed(path, f"the source {name} is no longer inside")
        elif sha256(attachments[name].get_file().read_bytes()) != digest:
            yield _changed(path, f"the source {name} inside is not what it was")
    for name in sorted(set(attachments) - set(record.sources) - {RECORD, SUMS}):
        yield _changed(path, f"the file {name} inside was not there")


def _beside(path: Path, record: Record, findings: list[Finding]) -> int:
    """Compare the files in the folder of the packet with the checksums there, and with those of the record.

    :returns: how many there are.
    """
    folder, known = path.parent, dict(record.beside)
    sums = folder / SUMS
    if sums.is_file():
        text = sums.read_text(encoding="utf-8", errors="replace")
        listed = dict(sums_in(text))
        if path.name not in listed:
            findings.append(Finding("packet-changed", str(sums), None, f"it does not list {path.name}"))
        for name in sorted(listed):
            if not (folder / name).is_file():
                findings.append(_changed(folder / name, f"the file is gone; {SUMS} lists it"))
            elif listed[name] not in {known.get(name, listed[name]), _sha256(folder / name)}:
                findings.append(_changed(sums, f"its checksum of {name} is not what it was"))
        known = listed | known
    there = [name for name in sorted(known) if (folder / name).is_file()]
    for name in there:
        if _sha256(folder / name) != known[name]:
            findings.append(_changed(folder / name, "the file is not what it was when the packet was made"))
    return len(there)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
