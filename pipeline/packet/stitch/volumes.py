"""A packet is written: as one file, or as one for each of its volumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.model import PacketInfo, Part, Stitched
from pipeline.packet.base.page_plan import Plan
from pipeline.packet.base.volumes import Binding, Volumes
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.signature.keys import Key
from pipeline.packet.stitch.record import Notes
from pipeline.packet.stitch.stitch import stitch
from pipeline.write.pdf.attachments import Attachment


@dataclass(frozen=True)
class Shelf:
    """The parts of a packet and how they are bound.

    :param parts: in their order, of all volumes.
    :param plan: their pages.
    :param volumes: none where the packet is one file.
    """

    parts: Sequence[Part]
    info: PacketInfo
    plan: Plan
    volumes: Volumes = ()


def stitch_all(
    shelf: Shelf,
    folder: Path,
    *,
    attachments: Sequence[Attachment],
    claims: Claims,
    notes: Notes,
    key: Key | None = None,
    lock: Lock = OPEN,
) -> list[Stitched]:
    """Write all files of a packet into a folder. The first volume has the files that travel inside.

    :param attachments: those files; the others as for `stitch`.
    :raises: as `stitch`.
    """
    info, volumes = shelf.info, shelf.volumes
    if not volumes:
        path = folder / f"{info.name}.pdf"
        made = stitch(
            *(shelf.parts, info, path),
            attachments=attachments,
            claims=claims,
            notes=notes,
            key=key,
            lock=lock,
        )
        return [made]
    parts = {part.name: part for part in shelf.parts}
    return [
        stitch(
            *([parts[name] for name in one.names], info, folder / one.file),
            attachments=attachments if one.number == 1 else (),
            claims=claims,
            notes=replace(notes, binding=Binding(shelf.plan, volumes, one.number, parts)),
            key=key,
            lock=lock,
        )
        for one in volumes
    ]
