"""The password of a packet, as its manifest and the command ask for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf

from pipeline.findings import Finding
from pipeline.packet.base.lock import OPEN, Lock, LockedError, faults_of_lock
from pipeline.packet.manifest.contents import Manifest


def with_lock(
    manifest: Manifest, asked: Lock | None, *, ebook: bool = True
) -> tuple[Manifest, Lock, list[Finding]]:
    """The manifest of a packet that has a password, where it is to have one.

    :param asked: the password that the command names; ``None`` where the packet is to have none.
    :param ebook: whether there are ebooks.
    :returns: the manifest, the password, and what is wrong with it or has none.
    """
    if asked is None:
        return manifest, OPEN, []
    lock = asked if asked.variable else Lock(manifest.password_from)
    if not lock.variable:
        return manifest, OPEN, []
    source, line = str(manifest.info.source), manifest.password_line
    if lock.fault:
        return manifest, lock, [Finding("packet-password", source, line, lock.fault)]
    name = "the PDF of the packet" if manifest.most else f"{manifest.info.name}.pdf"
    others = (
        "the ebook and the articles by themselves have none: no reading program opens a locked ebook"
        if ebook
        else "the articles by themselves have none"
    )
    message = f"only {name} has a password, and so it can't be PDF/A; {others}; hand on {name} alone"
    found = Finding("packet-unlocked", source, line, message)
    return replace(manifest, info=replace(manifest.info, locked=True)), lock, [found]


def unlocked(pdf: Path, folder: Path, lock: Lock) -> tuple[Path | None, list[str]]:
    """A packet without its password, to be read by programs that know of none.

    :param folder: gets it.
    :param lock: that it should have, or none.
    :returns: the file, the packet itself where it has no password; and how that is not what was asked for.
    """
    if lock.fault:
        return None, [lock.fault]
    try:
        with lock.open(pdf) as opened:
            found = faults_of_lock(opened, wanted=bool(lock.variable))
            if not opened.is_encrypted:
                return pdf, found
            opened.save(folder / pdf.name, encryption=False)
            return folder / pdf.name, found
    except LockedError as error:
        return None, [str(error)]
    except pikepdf.PdfError:
        return pdf, []  # whoever reads it says what is wrong with it
