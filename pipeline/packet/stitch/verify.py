"""Whether a finished packet is what it was: its parts, the files inside it, and the files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Pdf

from pipeline import limits
from pipeline.build import broken
from pipeline.errors import is_memory_error
from pipeline.files.confined import digest_below, name_below, read_below
from pipeline.findings import Finding
from pipeline.packet.base.lock import OPEN, Lock, LockedError, faults_of_lock
from pipeline.packet.base.model import RECORD, SUMS
from pipeline.packet.pdf.copy_mark import take_off
from pipeline.packet.signature.field import field_of, take_out
from pipeline.packet.signature.keys import MISSING, installed
from pipeline.packet.signature.proof import Proof, prove
from pipeline.packet.stitch.record import (
    VERSION,
    Entry,
    Record,
    checksums,
    embedded,
    read_record,
    sha256,
    sums_in,
)
from pipeline.packet.stitch.seals import Seals, part_elements
from pipeline.packet.stitch.stored import leftovers

_PAGES: Final = 5
"""How many pages a finding names."""
_LONGEST: Final = 16 * 1024 * 1024
"""The longest list of checksums, in bytes."""
_ENTRIES: Final = {
    "OpenAction": "what it does when it is opened",
    "AA": "what it does by itself",
    "Outlines": "its bookmarks",
    "PageLabels": "the numbers of its pages in the viewer",
    "Names/Dests": "the places that its links lead to",
    "Dests": "the places that its links lead to",
    "Names/EmbeddedFiles": "the list of the files inside",
    "Names/JavaScript": "its scripts",
    "AF": "what it says of the files inside",
    "StructTreeRoot": "its structure, which is read aloud",
    "StructParents": "where its content stands in its structure",
    "MarkInfo": "what it says of its structure",
    "Metadata": "its metadata",
    "Info": "its information",
    "Lang": "its language",
    "OCProperties": "its layers",
    "AcroForm": "its forms",
    "OutputIntents": "what it says of its colours",
    "ViewerPreferences": "how a viewer shows it",
    "PageMode": "how a viewer shows it",
    "PageLayout": "how a viewer shows it",
    "Pages": "what its pages have in common",
    "trailer": "the end of the file",
}
"""Words for what hangs on the catalogue (ISO 32000-1, table 28)."""


@dataclass
class Verdict:
    """What was compared, and what was found.

    :param signature: whom it is signed by, in a line; empty where it is not.
    :param copy: which copy of a packet it is, in words; empty for the packet itself.
    :param volume: which volume of a packet it is, in words; empty where the packet is one file.
    :param number: the same as a number from 1; `volumes`: the names of the files of all of them.
    :param older: whether an earlier version made it, so that its pages could not be compared.
    :param language: of the packet.
    """

    packet: Path
    parts: int = 0
    pages: int = 0
    sources: int = 0
    beside: int = 0
    older: bool = False
    signature: str = ""
    copy: str = ""
    volume: str = ""
    number: int = 0
    volumes: tuple[str, ...] = ()
    language: str = "en"
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            f"{self.parts} parts, {self.pages} pages, {self.sources} sources inside, {self.beside} beside it"
        )
        faults = sum(finding.is_error for finding in self.findings)
        if self.older:  # which is one
            counts, faults = f"{self.sources} sources inside, {self.beside} beside it", faults - 1
        state = "are not all what they were" if faults else "are what they were"
        which = "".join(f"{one}; " for one in (self.volume, self.copy) if one)
        return f"{self.packet}  {which}{counts}: {state}"


def verify(
    path: Path, allowed: limits.Limits | None = None, roots: Sequence[bytes] = (), lock: Lock = OPEN
) -> Verdict:
    """Compare a packet with its record, and with the checksums beside it. Nothing is built.

    A packet may come from anywhere: it is read in a process of its own, within limits.

    :param path: the packet, a PDF.
    :param allowed: time and memory; by default those of a build.
    :param roots: the certificates that a signature has to go back to, as DER; by default none is asked for.
    :param lock: the password of the packet.
    """
    allowed = allowed or limits.Limits()
    (outcome,) = limits.run(_verify, [(path, roots, lock)], allowed)
    if isinstance(outcome, limits.Broken):
        return Verdict(path, findings=[broken(path, outcome, allowed)])
    return outcome


def _verify(path: Path, roots: Sequence[bytes], lock: Lock = OPEN) -> Verdict:
    verdict = Verdict(path)
    try:
        if path.exists() and not path.is_file():
            raise ValueError("it is no file")
        with lock.open(path) as pdf:
            own = field_of(pdf)
            signed, signature = own is not None, (own or {}).get("/V")
            filled = take_out(pdf)
            record = read_record(pdf, older=True)
            line, verdict.language = take_off(pdf), record.info.language
            if record.volume is not None:
                verdict.volume, verdict.number = str(record.volume), record.volume.number
                verdict.volumes = record.volume.files
            verdict.copy = str(line.copy) if line.copy is not None else ""
            verdict.findings += [_changed(path, f"{what} is not what it was") for what in line.faults]
            locked = record.info.locked
            verdict.findings += [_changed(path, fault) for fault in faults_of_lock(pdf, wanted=locked)]
            if record.version == VERSION:
                apart = {one.objgen for one in (signature, pdf.trailer.get("/Encrypt")) if one is not None}
                verdict.findings += _differences(path, pdf, record, apart | line.objects)
            else:
                verdict.findings += _older(path, pdf, record)
                verdict.findings += _sources(path, pdf, record)
        if signed:
            _signature(verdict, roots, lock, filled=filled)
        elif roots:
            verdict.findings.append(Finding("packet-signature", str(path), None, "it is not signed"))
    except FileNotFoundError:
        verdict.findings.append(Finding("file-missing", str(path), None, "there is no such file"))
        return verdict
    except LockedError as error:
        verdict.findings.append(Finding("packet-password", str(path), None, str(error)))
        return verdict
    except Exception as error:  # pikepdf raises all kinds of things on odd files
        if is_memory_error(error):
            raise
        plain = isinstance(error, ValueError) and not isinstance(error, (UnicodeError, pikepdf.PdfError))
        reason = str(error) if plain else "it can't be read as a PDF"
        message = f"this is no whole packet of Despatch: {reason}"
        verdict.findings.append(Finding("packet-record", str(path), None, message))
        return verdict
    verdict.parts, verdict.pages = len(record.entries), record.page_count
    verdict.sources = len(record.sources)
    verdict.older = record.version < VERSION
    verdict.beside = _beside(path, record, verdict.findings)
    return verdict


def _differences(path: Path, pdf: Pdf, record: Record, apart: Set[tuple[int, int]]) -> Iterator[Finding]:
    """Compare a packet with its record.

    :param apart: numbers of objects that belong to it, and are in no checksum.
    """
    seals = Seals(pdf, {entry.name for entry in record.entries})
    if pdf.get_warnings():  # qpdf has mended it: each viewer does so in its own way
        yield _changed(path, "the file is damaged")
    yield from _parts(path, pdf, record, seals)
    yield from _blanks(path, pdf, record, seals)
    yield from _sources(path, pdf, record)
    yield from _document(path, record, seals)
    if not record.intact:
        yield _changed(path, "its record is not what it was")
    for message in leftovers(path.read_bytes(), pdf, seals.reached | apart):
        yield _changed(path, message)


def _signature(verdict: Verdict, roots: Sequence[bytes], lock: Lock, *, filled: bool) -> None:
    """Say whom the packet is signed by, and whether that holds.

    :param filled: whether there is a signature in its field.
    """
    path = verdict.packet
    if not installed():
        verdict.findings.append(Finding("packet-unchecked", str(path), None, f"it is signed: {MISSING}"))
        return
    try:
        proof = prove(path.read_bytes(), roots, lock.password) if filled else Proof(fault="it was taken out")
    except Exception as error:  # pyHanko raises all kinds of things on odd signatures
        if is_memory_error(error):
            raise
        proof = Proof(fault="it can't be read")
    who = f'"{proof.name}"' if proof.name else "nobody that can be read"
    when = f" on {proof.moment}" if proof.moment else ""
    if proof.fault:
        message = f"its signature does not hold: {proof.fault}; it names {who}{when}"
        verdict.findings.append(Finding("packet-signature", str(path), None, message))
        return
    checked = {
        None: "the signature holds, the certificate was not checked: name one that you trust with --trust",
        True: "the signature holds, the certificate goes back to one that is trusted",
        False: "the signature holds, but not the certificate",
    }[proof.trusted]
    verdict.signature = f"{path}  signed by {who}{when}: {checked}"
    if proof.trusted is False:
        message = (
            f"it is signed by {who}{when}, whose certificate goes back to none of those that are trusted"
        )
        verdict.findings.append(Finding("packet-signature", str(path), None, message))


def _changed(path: Path, message: str) -> Finding:
    return Finding("packet-changed", str(path), None, message)


def _parts(path: Path, pdf: Pdf, record: Record, seals: Seals) -> Iterator[Finding]:
    if len(pdf.pages) != record.page_count:
        yield _changed(path, f"it has {len(pdf.pages)} pages, and had {record.page_count}")
    try:
        tops = part_elements(pdf, seals.names)
    except (AttributeError, KeyError, TypeError, ValueError):
        tops = {}
        yield _changed(path, "its structure, which is read aloud, is gone")
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
            were = "it was" if len(changed) == 1 else "they were"
            yield _changed(path, f"{_called(entry)}: {what} {state} {were}")
        elif tops and (entry.name not in tops or _tags(seals, tops[entry.name]) != entry.tags):
            yield _changed(path, f"{_called(entry)}: its structure, which is read aloud, is not what it was")


def _older(path: Path, pdf: Pdf, record: Record) -> Iterator[Finding]:
    """A packet of an earlier version: its pages were summed up in another way."""
    message = (
        "it was made by an earlier version of Despatch: its pages can no longer be compared with its record, "
        "only the sources inside and the files beside it can; make it anew from its manifest"
    )
    yield Finding("packet-older", str(path), None, message)
    if len(pdf.pages) != record.page_count:
        yield _changed(path, f"it has {len(pdf.pages)} pages, and had {record.page_count}")


def _tags(seals: Seals, top: object) -> str:
    try:
        return seals.tags(top)
    except (AttributeError, KeyError, TypeError, ValueError):
        return ""


def _blanks(path: Path, pdf: Pdf, record: Record, seals: Seals) -> Iterator[Finding]:
    """Pages between the parts, and behind the last."""
    moved = len(pdf.pages) != record.page_count
    for page, was in record.blanks.items():
        now = seals.pages(int(page) - 1, 1)
        if was not in now and not moved:
            yield _changed(path, f"page {page}, which belongs to no part, is not what it was")


def _document(path: Path, record: Record, seals: Seals) -> Iterator[Finding]:
    """What hangs on the catalogue, beside the pages."""
    now = seals.document()
    for key in sorted(record.document.keys() | now.keys()):
        if record.document.get(key) != now.get(key):
            state = "gone" if key not in now else "new" if key not in record.document else "not what it was"
            yield _changed(path, f"{_ENTRIES.get(key, f'its entry {key!r}')}: this is {state}")


def _called(entry: Entry) -> str:
    return f'"{f"{entry.tab} {entry.title}".strip()}"'


def _sources(path: Path, pdf: Pdf, record: Record) -> Iterator[Finding]:
    files = embedded(pdf)
    for name, digest in record.sources.items():
        if name not in files:
            yield _changed(path, f"the source {name} is no longer inside")
        elif sha256(files[name].read_bytes()) != digest:
            yield _changed(path, f"the source {name} inside is not what it was")
    for name in sorted(set(files) - set(record.sources) - {RECORD, SUMS}):
        yield _changed(path, f"the file {name} inside was not there")
    if SUMS not in files or files[SUMS].read_bytes() != checksums(record.sources):
        yield _changed(path, f"the list {SUMS} inside is not what it was")


def _beside(path: Path, record: Record, findings: list[Finding]) -> int:
    """Compare the files in the folder of the packet with the checksums there, and with those of the record.

    :returns: how many there are.
    """
    folder, known = path.parent, dict(record.beside)
    sums = folder / SUMS
    if sums.is_symlink() or sums.exists():
        try:
            text = read_below(folder, SUMS, _LONGEST).decode("utf-8", "replace")
        except (OSError, ValueError):
            findings.append(_changed(sums, "the list of checksums can't be read"))
            text = ""
        listed = dict(sums_in(text))
        if path.name not in listed:
            findings.append(_changed(sums, f"it does not list {path.name}"))
        for name in sorted(listed):
            digest = _digest(folder, name)
            if digest is None and name not in known:
                findings.append(_changed(folder / name, f"the file is gone; {SUMS} lists it"))
            elif listed[name] not in {known.get(name, listed[name]), digest}:
                findings.append(_changed(sums, f"its checksum of {name} is not what it was"))
        known = listed | known
        missing = [name for name in record.beside if name in listed and _digest(folder, name) is None]
        findings += [_changed(folder / name, f"the file is gone; {SUMS} lists it") for name in missing]
    there = {name: digest for name in sorted(known) if (digest := _digest(folder, name)) is not None}
    for name, digest in there.items():
        if digest != known[name]:
            findings.append(_changed(folder / name, "the file is not what it was when the packet was made"))
    return len(there)


def _digest(folder: Path, name: str) -> str | None:
    """The checksum of a file beside a packet; ``None`` where there is none, or none that belongs to it."""
    try:
        return digest_below(folder, name_below(name))
    except (OSError, ValueError):
        return None
