"""The files of a packet, one or its volumes, as their records have them."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipeline.check.packet_parts import Part, numbers_of

RECORD: Final = "record.json"
_FRONT: Final = re.compile(r"(cover|index)(-[0-9]+)?")
"""The names of covers and indexes."""


@dataclass(frozen=True)
class PacketFile:
    """A file of a packet.

    :param path: of the file; `plain`: the same without its password, where it has one.
    :param names: of its parts; the second is its index.
    :param count: how many pages it has.
    :param first: the place of its first page in the packet, from 1.
    :param volume: which volume it is, from 1; 0 where the packet is one file. There are `volumes`.
    :param claims: the standards that it claims.
    :param language: of the packet.
    """

    path: Path
    plain: Path
    names: tuple[str, ...]
    count: int
    first: int
    volume: int
    volumes: int
    claims: Mapping[str, Any]
    language: str

    def shifted(self, files: Sequence[PacketFile]) -> dict[str, int]:
        """Where the pages of the other files are, as if they were numbered on in this one, by their names."""
        return {one.path.name: one.first - self.first for one in files if one is not self}


@dataclass(frozen=True)
class Packet:
    """A packet as its files have it.

    :param parts: of all files; pages are counted through the whole.
    :param numbers: what its pages have to bear.
    """

    files: tuple[PacketFile, ...]
    parts: list[Part]
    numbers: list[str]

    def file_of(self, part: Part) -> PacketFile:
        """The file that a part is in."""
        return next(one for one in self.files if part.name in one.names)

    @property
    def filed(self) -> list[Part]:
        """The parts without covers and indexes."""
        return [part for part in self.parts if not _FRONT.fullmatch(part.name)]


def read_packet(paths: Sequence[tuple[Path, Path]]) -> Packet:
    """Read the records of all files of a packet.

    :param paths: of each file, and of the same without its password.
    :raises ValueError: when one has none, or when they don't belong together.
    """
    files, parts, place = list[PacketFile](), list[Part](), 1
    names = [path.name for path, _ in paths]
    for number, (path, plain) in enumerate(paths, start=1):
        data, count = _record(plain)
        said = data.get("volume") or {"number": 0, "count": 0, "first": 1, "files": names}
        wanted = number if len(paths) > 1 else 0
        if (said["number"], said["first"], said["files"]) != (wanted, place, names):
            raise ValueError(f"{path.name} does not belong to the other volumes")
        waiting = {row["name"] for row in data["index"] if row.get("to_follow")}
        own = [_part(entry, waiting) for entry in data["parts"]]
        parts += [replace(part, first=part.first + place - 1) for part in own]
        held = tuple(part.name for part in own)
        files.append(
            PacketFile(
                *(path, plain, held, count, place, said["number"], said["count"]),
                *(data["claims"], str(data["packet"]["language"])),
            )
        )
        place += count
    return Packet(tuple(files), parts, numbers_of(parts, place - 1))


def _record(path: Path) -> tuple[dict[str, Any], int]:
    """The record in a file, and how many pages that has."""
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if RECORD not in pdf.attachments:
                raise ValueError("there is no record in it")
            data: dict[str, Any] = json.loads(pdf.attachments[RECORD].get_file().read_bytes())
            return data, len(pdf.pages)
    except pikepdf.PdfError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _part(entry: dict[str, Any], waiting: Container[str]) -> Part:
    return Part(
        name=entry["name"],
        title=entry["title"],
        tab=entry["tab"],
        marking=entry["marking"],
        kind=entry["kind"],
        first=entry["first"],
        count=len(entry["pages"]),
        demoted=entry["demoted"],
        reserve=entry.get("reserve", 0),
        between=entry.get("between", False),
        waiting=entry["name"] in waiting,
        checksum=entry.get("sha256", ""),
    )
