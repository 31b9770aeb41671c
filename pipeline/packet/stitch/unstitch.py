"""A finished packet is taken apart into its parts: what stitching has added goes, what it has renamed gets
its own name back. The parts can be stitched anew, in another order or with others between them."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.base.model import Part
from pipeline.packet.pdf.copy_mark import is_copy
from pipeline.packet.pdf.destinations import Bookmark, Place, Reader
from pipeline.packet.pdf.drawn_lines import STAMPED
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.pdf.stamp import LINK_NAME
from pipeline.packet.pdf.structure_tree import LINKS
from pipeline.packet.stitch.members import Member
from pipeline.packet.stitch.record import Entry, Record
from pipeline.packet.stitch.seals import part_elements

_HEADING: Final = re.compile(r"/H([1-9])")


def members_of(pdf: Pdf, record: Record, source: str) -> list[Member]:
    """The parts of a packet.

    :param pdf: the packet, open; it is used up.
    :param record: of the packet.
    :param source: the file that findings name.
    :raises ValueError: when the packet is not put together as its record says.
    """
    if is_copy(pdf):
        raise ValueError("it is a copy for somebody: take the packet itself, and make its copies anew")
    if "/OCProperties" in pdf.Root:  # stitched anew without them, what they hide would be shown
        raise ValueError("it has layers, and no packet has any: make it anew")
    names = {entry.name for entry in record.entries}
    tops = part_elements(pdf, names)
    if set(tops) != names or len(pdf.pages) != record.page_count:
        raise ValueError("the packet is not put together as its record says")
    reader = Reader(pdf)
    marks = _bookmarks(reader.bookmarks(), record.entries)
    root = pdf.Root.StructTreeRoot
    roles = {str(own): str(role) for own, role in root.get("/RoleMap", Dictionary()).items()}
    members = []
    for entry in record.entries:
        part = entry.part(source, record.info.source)
        first, count = entry.first - 1, len(entry.pages)
        for index in range(first, first + count):
            _unstamp(pdf.pages[index].obj, part)
        _unname(tops[entry.name], entry, names)
        prefix = f"{entry.name}:"
        named = {
            name.removeprefix(prefix): Place(place.page - first, place.view)
            for name, place in reader.named.items()
            if name.startswith(prefix)
        }
        kids = [_moved(mark, -first) for mark in marks[entry.name]]
        members.append(Member(part, pdf, first, count, tops[entry.name], roles, {}, named, kids))
    return members


def _unstamp(page: Any, part: Part) -> None:
    """Take the stamps off a page."""
    contents = page.Contents
    if not isinstance(contents, Array) or len(contents) < 2:
        raise ValueError("a page of the packet bears no stamp")
    page.Contents = Array(list(contents)[1:-1])
    fonts = page.Resources.Font
    for name in [name for name in list(fonts.keys()) if name.startswith(STAMPED)]:
        del fonts[name]
    if len(fonts) == 0:
        del page.Resources["/Font"]
    prefix = f"{part.name}:"
    kept = [one for one in page.get("/Annots", ()) if str(one.get("/NM", "")) != LINK_NAME]
    for annotation in kept:
        if "/Dest" in annotation:
            # What leads to another part (a line of the index) is not renamed when it is stitched.
            annotation.Dest = String(str(annotation.Dest).removeprefix(prefix))
    if kept:
        page.Annots = Array(kept)
    elif "/Annots" in page:
        del page["/Annots"]


def _unname(top: Any, entry: Entry, names: set[str]) -> None:
    """Give the elements of a part their own ids and levels, and let go of parts within it."""
    prefix, own = f"{entry.name}:", {*names, f"{entry.name}:{LINKS}"}
    if "/P" in top:
        del top["/P"]
    del top["/ID"]
    stack = [top]
    while stack:
        element = stack.pop()
        if "/ID" in element:
            element.ID = String(str(element.ID).removeprefix(prefix))
        heading = _HEADING.fullmatch(str(element.S))
        if heading and entry.demoted:
            element.S = Name(f"/H{max(int(heading[1]) - entry.demoted, 1)}")
        for attributes in values_of(element.get("/A")):
            if isinstance(attributes, Dictionary) and "/Headers" in attributes:
                heads = [String(str(head).removeprefix(prefix)) for head in attributes.Headers]
                attributes.Headers = Array(heads)
        kids = [kid for kid in values_of(element.get("/K")) if not _is_one(kid, own)]
        if "/K" in element:
            element.K = Array(kids)
        stack += [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]


def _is_one(kid: Any, names: set[str]) -> bool:
    return isinstance(kid, Dictionary) and str(kid.get("/ID", "")) in names


def _bookmarks(marks: list[Bookmark], entries: tuple[Entry, ...]) -> dict[str, list[Bookmark]]:
    """The bookmarks below that of each part, by its name, without those of parts, which come last."""
    found: dict[str, list[Bookmark]] = {}
    rest = iter(range(len(entries)))

    def read(marks: list[Bookmark]) -> None:
        for mark in marks:
            at = next(rest, None)
            if at is None:
                raise ValueError("the packet has bookmarks of no part")
            own = len(mark.kids) - _parts_below(entries, at)
            found[entries[at].name] = mark.kids[:own]
            read(mark.kids[own:])

    read(marks)
    if len(found) != len(entries):
        raise ValueError("the bookmarks of the packet are not those of its parts")
    return found


def _parts_below(entries: tuple[Entry, ...], at: int) -> int:
    """How many parts stand right below one in the bookmarks."""
    below = list(takewhile(lambda entry: entry.level > entries[at].level, entries[at + 1 :]))
    highest = min((entry.level for entry in below), default=0)
    return sum(entry.level == highest for entry in below)


def _moved(mark: Bookmark, by: int) -> Bookmark:
    place = Place(mark.place.page + by, mark.place.view) if mark.place is not None else None
    return Bookmark(mark.title, place, [_moved(kid, by) for kid in mark.kids])
