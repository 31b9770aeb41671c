"""The record of a packet, which travels inside it: what it was put together from, and what each page was.

``record.json`` names every part with its pages and their checksums, the files that the parts were taken from,
and what stands in the index; ``SHA256SUMS`` has the checksums of the sources that are embedded, as
``sha256sum -c`` reads them. The record finds damage and exchanged pages. It is no signature: who can write
the packet can write it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from pikepdf import Dictionary, Name, Pdf

from pipeline import __version__
from pipeline.packet.base.model import PacketInfo, Part, Row
from pipeline.packet.pdf.catalog import Claims
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.pdf.sharing import Fingerprints
from pipeline.write.pdf.attachments import Attachment

RECORD: Final = "record.json"
SUMS: Final = "SHA256SUMS"
"""Names of the embedded files that this module writes."""
VERSION: Final = 1
"""Of the record's form."""

_DIGITS: Final = 32
"""Hexadecimal digits of the checksum of a page: half of SHA-256."""
_TEXTS: Final = ("/S", "/Alt", "/ActualText", "/E", "/Lang", "/T", "/ID")


@dataclass(frozen=True)
class Notes:
    """What stitching does not see, and the record holds.

    :param rows: the lines of the index.
    :param originals: the file that each part was taken from and its SHA-256, by the part's name.
    :param beside: SHA-256 of the files that lie beside the packet, by their names there.
    """

    rows: Sequence[Row] = ()
    originals: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A part in the record; the first fields are those of `Part`.

    :param first: its first page in the packet, from 1.
    :param demoted: by how many levels its headings went down.
    :param pages: the checksum of each page.
    :param tags: the checksum of its structure.
    :param original: the file that it was taken from, and `sha256` of it; empty for front matter.
    """

    name: str
    title: str
    tab: str
    kind: str
    level: int
    marking: str
    right_hand: bool
    language: str
    line: int
    first: int
    demoted: int
    pages: tuple[str, ...]
    tags: str
    original: str
    sha256: str

    def part(self, source: str, pdf: Path) -> Part:
        """The part that it is the record of."""
        values = {item.name: getattr(self, item.name) for item in fields(Part) if hasattr(self, item.name)}
        return Part(**values, source=source, pdf=pdf)


@dataclass(frozen=True)
class Record:
    """The whole record.

    :param page_count: of the packet.
    :param sources: SHA-256 of the embedded files, by name; `beside`: of files in the packet's folder.
    """

    info: PacketInfo
    claims: Claims
    page_count: int
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]
    sources: dict[str, str]
    beside: dict[str, str]

    def write(self) -> bytes:
        """As JSON, in UTF-8."""
        info = asdict(self.info) | {"source": self.info.source.name}
        data = {
            "record": VERSION,
            "program": f"Despatch {__version__}",
            "packet": info,
            "claims": asdict(self.claims),
            "page_count": self.page_count,
            "parts": [asdict(entry) for entry in self.entries],
            "index": [asdict(row) for row in self.rows],
            "sources": self.sources,
            "beside": self.beside,
        }
        return (json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def read_record(pdf: Pdf) -> Record:
    """The record inside a packet.

    :raises ValueError: when there is none, or none that this version can read.
    """
    if RECORD not in pdf.attachments:
        raise ValueError("there is no record in it: only packets that Despatch has made can be read")
    try:
        data = json.loads(pdf.attachments[RECORD].get_file().read_bytes())
        if data["record"] != VERSION:
            raise ValueError("its record is from another version of Despatch")
        packet = data["packet"]
        packet["date"] = datetime.date.fromisoformat(packet["date"])
        packet["source"] = Path(packet["source"])
        rows = [row | {"date": _date(row["date"])} for row in data["index"]]
        entries = [Entry(**entry | {"pages": tuple(entry["pages"])}) for entry in data["parts"]]
        return Record(
            info=PacketInfo(**packet),
            claims=Claims(**data["claims"]),
            page_count=int(data["page_count"]),
            entries=tuple(entries),
            rows=tuple(Row(**row) for row in rows),
            sources=dict(data["sources"]),
            beside=dict(data["beside"]),
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("its record is damaged") from error


def checksums(sums: Mapping[str, str]) -> bytes:
    """Checksums as ``sha256sum`` writes and reads them.

    :param sums: SHA-256 in hexadecimal digits, by the name of the file.
    :raises ValueError: for a name with a line break, which the form has no room for.
    """
    if any("\n" in name or "\\" in name for name in sums):
        raise ValueError("a file name with a line break or a backslash")
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()


def sha256(data: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def enclosed(record: Record, sources: Sequence[Attachment]) -> list[Attachment]:
    """All files that travel inside a packet: its sources, their checksums, the record."""
    sums = {source.name: sha256(source.data) for source in sources}
    whole = replace(record, sources=sums)
    return [
        *sources,
        Attachment(SUMS, checksums(sums), "text/plain", "Data", "Checksums of the sources"),
        Attachment(RECORD, whole.write(), "application/json", "Data", "The record of the packet"),
    ]


class Seals:
    """Checksums of the pages and the structure of parts, the same for a packet in memory and in its file."""

    def __init__(self, pdf: Pdf, names: set[str]) -> None:
        self.pdf = pdf
        self.names = names
        self._fingerprints = Fingerprints()

    def pages(self, first: int, count: int) -> tuple[str, ...]:
        """The checksums of some pages, the first counted from 0."""
        return tuple(
            self._fingerprints.page(self.pdf.pages[index].obj).hex()[:_DIGITS]
            for index in range(first, min(first + count, len(self.pdf.pages)))
        )

    def tags(self, top: Any) -> str:
        """The checksum of the structure of a part, without that of parts within it."""
        state = hashlib.sha256()
        stack = [top]
        while stack:
            element = stack.pop()
            for key in _TEXTS:
                if key in element:
                    state.update(f"{key} {element[key]}\n".encode("utf-8", "replace"))
            for kid in values_of(element.get("/K")):
                if isinstance(kid, int):
                    state.update(f"{kid} ".encode())
                elif not isinstance(kid, Dictionary) or kid.get("/Type") == Name.OBJR:
                    state.update(b"object ")
                elif kid.get("/Type") == Name.MCR:
                    state.update(f"{kid.MCID} ".encode())
                elif str(kid.get("/ID", "")) not in self.names:
                    stack.append(kid)
            state.update(b"\n")
        return state.hexdigest()[:_DIGITS]


def part_elements(pdf: Pdf, names: set[str]) -> dict[str, Any]:
    """The topmost structure element of each part, by name."""
    found: dict[str, Any] = {}
    stack = _elements(pdf.Root.StructTreeRoot.get("/K"))
    while stack:
        element = stack.pop()
        name = str(element.get("/ID", ""))
        if name in names:
            found.setdefault(name, element)
        if name in names or element.get("/S") == Name.Document:
            stack += _elements(element.get("/K"))
    return found


def _elements(value: Any) -> list[Any]:
    return [kid for kid in values_of(value) if isinstance(kid, Dictionary) and "/S" in kid]


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def sums_in(text: str) -> Iterator[tuple[str, str]]:
    """Name and checksum of each line of a ``SHA256SUMS``."""
    for line in text.splitlines():
        digest, _, name = line.partition(" ")
        if len(digest) == 64 and name[1:]:
            yield name[1:], digest
