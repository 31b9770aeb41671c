"""What the packet that is replaced has and the new one has not: nobody misses it in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

from pipeline import limits
from pipeline.findings import Finding
from pipeline.packet.base.lock import Lock, LockedError
from pipeline.packet.base.model import LATE, SUMS
from pipeline.packet.signature.field import field_of
from pipeline.packet.stitch.record import ADDED, read_record, supplements


@dataclass
class _There:
    """The packet that is there.

    :param attached: tab and title, and checksum, of what was attached to it.
    :param signed: whether it is signed; `locked`: whether it has a password.
    :param fault: why it can't be read.
    """

    attached: list[tuple[str, str]] = field(default_factory=list)
    signed: bool = False
    locked: bool = False
    fault: str = ""


def dropped(old: Path, known: set[str], allowed: limits.Limits, lock: Lock, *, signed: bool) -> list[Finding]:
    """A finding for each thing that is dropped when a new packet takes the place of an old one.

    :param old: the packet that is there, or nothing.
    :param known: the checksums of the files that are in the new one.
    :param lock: the password of the new one, which the old one may have, too.
    :param signed: whether the new one is.
    """
    if not old.is_file():
        return []
    (there,) = limits.run(_look, [(old, lock)], allowed)
    if isinstance(there, limits.Broken):
        there = _There(fault="reading it took too much time or memory")
    messages = [
        f'"{title}" was attached to the packet that was there, and is not in the new one: '
        "attach it again, or put it into the manifest"
        for title, checksum in there.attached
        if checksum not in known
    ]
    if there.fault and (old.parent / SUMS).is_file():
        messages.append(
            f"the packet that was there can't be read ({there.fault}): whether papers were attached to it "
            "is not known; ask who worked with it"
        )
    found = [Finding("packet-attached-lost", str(old), None, message) for message in messages]
    if there.signed and not signed:
        message = "the packet that was there was signed, and the new one is not: name the key with --sign"
        found.append(Finding("packet-signature-lost", str(old), None, message))
    if there.locked and not lock.variable:
        message = (
            "the packet that was there had a password, and the new one has none: "
            "write password-from into the manifest"
        )
        found.append(Finding("packet-password-lost", str(old), None, message))
    return found


def _look(path: Path, lock: Lock) -> _There:
    try:
        with lock.open(path) as pdf:
            own = field_of(pdf)
            record = read_record(pdf, older=True)
            signed, locked = own is not None and "/V" in own, bool(pdf.is_encrypted)
            inside = supplements(pdf)
    except LockedError as error:
        return _There(locked=True, fault=str(error).partition(":")[0])
    except (OSError, ValueError, pikepdf.PdfError) as error:
        plain = isinstance(error, ValueError) and not isinstance(error, (UnicodeError, pikepdf.PdfError))
        return _There(fault=str(error) if plain else "it is no PDF")
    late = [one for one in record.entries if one.sha256 and one.name.startswith((ADDED, LATE))]
    added = [(f"{one.tab} {one.title}", one.sha256) for one in late]
    return _There(added + [(title, digest) for title, (_, digest) in inside.items()], signed, locked)
