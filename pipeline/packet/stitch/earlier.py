"""An earlier packet, as far as a new one is compared with it: from its record, and the trees inside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pikepdf

from pipeline.packet.base.lock import OPEN, Lock
from pipeline.packet.base.model import about
from pipeline.packet.stitch.comparison import ItemState
from pipeline.packet.stitch.record import Record, embedded, read_record, supplements
from pipeline.tree import markings

TREES: Final = "trees"
"""The folder that the trees have among the files inside a packet."""


@dataclass(frozen=True)
class Earlier:
    """An earlier packet.

    :param items: in their order.
    :param marking: the highest of the packet's and its items'.
    :param about: what it says of itself, by the keys of labels.
    """

    date: date
    items: tuple[ItemState, ...]
    marking: str = ""
    about: tuple[tuple[str, str], ...] = ()


def read_earlier(folder: Path, lock: Lock = OPEN) -> Earlier:
    """Read the earlier packet.

    :param folder: the folder that it is in, or its PDF.
    :param lock: its password.
    :raises OSError: when it can't be read.
    :raises ValueError: when there is none, or none that can be read.
    """
    path = folder if folder.is_file() else next(iter(sorted(folder.glob("*.pdf"))), None)
    if path is None:
        raise ValueError("there is no packet in it")
    first = _Read.of(path, lock)
    volume = first.record.volume
    names = volume.files if volume is not None else (path.name,)
    if missing := [name for name in names if not (path.parent / name).is_file()]:
        raise ValueError(f"it is one of {len(names)} volumes, and {missing[0]} is not beside it")
    found = [first if name == path.name else _Read.of(path.parent / name, lock) for name in names]
    if volume is not None and any(
        one.record.volume is None or one.record.volume.files != volume.files for one in found
    ):
        raise ValueError("its volumes do not belong together")
    given = [row.marking for one in found for row in one.record.rows]
    given += [entry.marking for one in found for entry in one.record.entries]
    info = first.record.info
    items = tuple(_items(found))
    return Earlier(info.date, items, markings.highest([info.marking, *given]), about(info))


@dataclass(frozen=True)
class _Read:
    """A file of the packet: its record, and what of the files inside counts here.

    :param trees: of articles; `inside`: what travels for its own sake, by title.
    """

    record: Record
    trees: dict[str, bytes]
    inside: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, path: Path, lock: Lock) -> _Read:
        """Read a file; errors as of `read_earlier`."""
        try:
            with lock.open(path) as pdf:
                record = read_record(pdf, older=True)
                files = embedded(pdf)
                names = [name for name in files if name.startswith(f"{TREES}/")]
                trees = {name: bytes(files[name].read_bytes()) for name in names}
                return cls(record, trees, supplements(pdf))
        except pikepdf.PdfError as error:
            raise ValueError("it can't be read as a PDF") from error


def tree_name(item: str) -> str:
    """The name that the tree of an item has among the files inside a packet."""
    return f"{TREES}/{item}.xml"


def _items(read: Sequence[_Read]) -> Iterator[ItemState]:
    """The items of a packet, from its files: the index is the same in each."""
    rows = read[0].record.rows
    trees = {name: data for one in read for name, data in one.trees.items()}
    inside = {title: said for one in read for title, said in one.inside.items()}
    entries = [entry for one in read for entry in one.record.entries]
    sections, dates, section = {}, {}, ""
    for row in rows:
        section = row.title if row.divider else section
        sections[row.name], dates[row.name] = section, row.date.isoformat() if row.date else ""
    found = {}
    for entry in entries:
        if entry.kind != "front":
            found[entry.name] = ItemState(
                *(entry.name, entry.tab, entry.title, entry.original, entry.sha256),
                *(trees.get(tree_name(entry.name)), sections.get(entry.name, ""), entry.marking),
                dates.get(entry.name, ""),
            )
    parts = {entry.name for entry in entries}
    for row in rows:
        if row.name not in parts and row.title in inside:
            own = (*inside[row.title], None, sections[row.name], row.marking)
            found[row.name] = ItemState(row.name, row.tab, row.title, *own)
    order = [row.name for row in rows if row.name in found]
    yield from (found[name] for name in dict.fromkeys([*order, *found]))
