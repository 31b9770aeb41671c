"""The parts of a packet as they are read: pages, structure, destinations, bookmarks."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.packet.base.model import Part
from pipeline.packet.pdf.destinations import Bookmark, Place, Reader

_OTHERS: Final = 40
"""Files that a process has open besides those of the parts, at most."""


@dataclass
class Member:
    """A part, open for reading. Pages of destinations and bookmarks are counted within it, from 0.

    :param pdf: the file that it is in.
    :param first: index of its first page there.
    :param count: how many pages it has.
    :param top: its topmost structure element, without a parent.
    :param roles: its role map, with slashes; `classes`: its class map.
    :param named: its destinations.
    :param bookmarks: what stands below its own bookmark.
    """

    part: Part
    pdf: Pdf
    first: int
    count: int
    top: Any
    roles: dict[str, str] = field(default_factory=dict)
    classes: dict[str, Any] = field(default_factory=dict)
    named: dict[str, Place] = field(default_factory=dict)
    bookmarks: list[Bookmark] = field(default_factory=list)


def load_all(parts: Sequence[Part]) -> list[Member]:
    """Open the files of parts. Where the system lets fewer files be open, they are read into memory.

    :raises: as `load`.
    """
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    held = most != resource.RLIM_INFINITY and len(parts) > most - _OTHERS
    return [load(part, held=held) for part in parts]


def load(part: Part, *, held: bool = False) -> Member:
    """Open the file of a part.

    :param held: whether it is read into memory, and not kept open.
    :raises OSError: when it can't be read.
    :raises ValueError: when it is no tagged PDF: annexes have to be prepared.
    """
    try:
        pdf = pikepdf.open(BytesIO(part.pdf.read_bytes()) if held else part.pdf)
        root = pdf.Root.StructTreeRoot
        tops = root.K
    except (pikepdf.PdfError, AttributeError) as error:
        raise ValueError(f"{part.pdf} is no tagged PDF") from error
    top = tops
    if isinstance(tops, Array):
        top = tops[0]
        if len(tops) > 1:
            top = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=tops))
            for kid in tops:
                kid.P = top
    if "/P" in top:
        del top["/P"]  # so that copying stops here
    reader = Reader(pdf)
    marks = reader.bookmarks() if part.kind != "front" else []
    if part.kind == "article" and len(marks) == 1:
        marks = marks[0].kids  # the first is the article's title
    return Member(
        part=part,
        pdf=pdf,
        first=0,
        count=len(pdf.pages),
        top=top,
        roles={str(own): str(role) for own, role in root.get("/RoleMap", Dictionary()).items()},
        classes=dict(root.get("/ClassMap", Dictionary()).items()),
        named=reader.named,
        bookmarks=marks,
    )
