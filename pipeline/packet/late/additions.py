"""What is attached to a finished packet, and what is wrong with it before it is opened."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.findings import Finding
from pipeline.packet.base.model import RECORD, SUMS
from pipeline.packet.base.wishes import Other
from pipeline.packet.manifest.late_papers import Home
from pipeline.packet.manifest.reader import read_manifest
from pipeline.packet.manifest.said_markings import said
from pipeline.packet.stitch.record import Record
from pipeline.read.input.decoding import CONTROL, DIRECTION, SURROGATE
from pipeline.tree import markings

_REFUSED: Final = re.compile(f"{CONTROL.pattern}|{SURROGATE.pattern}|{DIRECTION.pattern}|[\\n\\r\\t]")
_LONGEST: Final = {"title": 1000, "tab": 12}
"""As in a manifest."""


@dataclass(frozen=True)
class Addition:
    """What is attached.

    :param path: the file.
    :param title: by default the file's name.
    :param tab: by default the next one of the late papers.
    :param marking: needed when the packet has one; not higher than the packet's.
    :param embed: whether it becomes a file inside the packet, without pages.
    :param safe: whether every page of it becomes a picture.
    :param between: the tab that it stands behind, its pages with letters; empty for the end of the packet.
    """

    path: Path
    title: str = ""
    tab: str = ""
    marking: str = ""
    embed: bool = False
    safe: bool = False
    between: str = ""


def others_of(record: Record, home: Home | None) -> tuple[Other, ...]:
    """The PDFs of a packet that a late paper may lead to by the names of their files.

    :param home: the manifest, which knows which of their pages there are; without it nothing is led to.
    """
    manifest, _ = read_manifest(home.path, version=home.version) if home is not None else (None, [])
    pages = {item.name: item.wishes.pages for item in manifest.items} if manifest is not None else {}
    return tuple(
        Other(PurePosixPath(entry.original).name, entry.name, pages[entry.name])
        for entry in record.entries
        if entry.kind == "annex" and entry.original and entry.name in pages
    )


def faults(
    addition: Addition, record: Record, inside: Collection[str], tabs: Collection[str]
) -> list[Finding]:
    """What is wrong with a paper that is to be attached.

    :param addition: with its title and its tab.
    :param record: of the packet.
    :param inside: the names of the files that travel in it.
    :param tabs: those that are taken, in small letters.
    """
    info, path = record.info, str(addition.path)
    found = []
    for name, text in (("title", addition.title), ("tab", addition.tab)):
        refused = _REFUSED.search(text)
        if refused is not None or len(text) > _LONGEST[name] or not text.strip():
            what = f"has the character U+{ord(refused[0]):04X}" if refused else "is empty or too long"
            message = f"the {name} {what}: give it another one with --{name}"
            found.append(Finding("packet-value", path, None, message))
    if addition.tab.casefold() in tabs:
        message = f'the tab "{addition.tab}" is there already: choose another with --tab'
        found.append(Finding("packet-tab-duplicate", path, None, message))
    if addition.marking and markings.level(addition.marking) is None:
        found.append(Finding("packet-marking-unknown", path, None, markings.unknown(addition.marking)))
    elif info.marking and not addition.marking:
        message = f'the packet is marked "{info.marking}": say with --marking how this paper is marked'
        found.append(Finding("packet-marking-missing", path, None, message))
    elif markings.above(addition.marking, info.marking):
        own = f'the marking of the packet, "{info.marking}"' if info.marking else "that of the packet, none"
        message = (
            f'"{addition.marking}" is higher than {own}: '
            "put the paper into the manifest and make the packet anew"
        )
        found.append(Finding("packet-marking-low", path, None, message))
    higher = markings.said_above(f"{addition.tab} {addition.title}", addition.marking)
    if higher:
        message = said(addition.title, higher, "the paper", addition.marking)
        found.append(Finding("marking-said", path, None, message))
    if addition.embed and addition.path.name in {*inside, SUMS, RECORD}:
        message = f"a file {addition.path.name} is inside already: give it another name"
        found.append(Finding("packet-value", path, None, message))
    return found
