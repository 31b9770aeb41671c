"""An earlier packet, as far as a new one is compared with it: from its record, and the trees inside it."""

from __future__ import annotations

from collections.abc import Iterator
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
    try:
        with lock.open(path) as pdf:
            record = read_record(pdf, older=True)
            files = embedded(pdf)
            names = {tree_name(entry.name) for entry in record.entries} & files.keys()
            trees = {name: bytes(files[name].read_bytes()) for name in names}
            inside = supplements(pdf)
    except pikepdf.PdfError as error:
        raise ValueError("it can't be read as a PDF") from error
    given = [*(row.marking for row in record.rows), *(entry.marking for entry in record.entries)]
    highest = markings.highest([record.info.marking, *given])
    items = tuple(_items(record, trees, inside))
    return Earlier(record.info.date, items, highest, about(record.info))


def tree_name(item: str) -> str:
    """The name that the tree of an item has among the files inside a packet."""
    return f"{TREES}/{item}.xml"


def _items(
    record: Record, trees: dict[str, bytes], inside: dict[str, tuple[str, str]]
) -> Iterator[ItemState]:
    sections, dates, section = {}, {}, ""
    for row in record.rows:
        section = row.title if row.divider else section
        sections[row.name], dates[row.name] = section, row.date.isoformat() if row.date else ""
    found = {}
    for entry in record.entries:
        if entry.kind != "front":
            found[entry.name] = ItemState(
                *(entry.name, entry.tab, entry.title, entry.original, entry.sha256),
                *(trees.get(tree_name(entry.name)), sections.get(entry.name, ""), entry.marking),
                dates.get(entry.name, ""),
            )
    parts = {entry.name for entry in record.entries}
    for row in record.rows:
        if row.name not in parts and row.title in inside:
            own = (*inside[row.title], None, sections[row.name], row.marking)
            found[row.name] = ItemState(row.name, row.tab, row.title, *own)
    order = [row.name for row in record.rows if row.name in found]
    yield from (found[name] for name in dict.fromkeys([*order, *found]))
