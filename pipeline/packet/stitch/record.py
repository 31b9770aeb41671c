"""The record of a packet, which travels inside it: what it was put together from, and what each page was.

``record.json`` names every part with its pages and their checksums, the files that the parts were taken from,
what stands in the index, and a checksum of each entry of the catalogue with all that hangs on it;
``SHA256SUMS`` has the checksums of the sources that are embedded, as ``sha256sum -c`` reads them. The record
finds damage and whatever was changed. It is no signature: who can write the packet can write it. So nothing
that it says is believed before it is looked at: it may come from anywhere.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from pikepdf import Name, Pdf, PdfError

from pipeline import __version__
from pipeline.packet.base.model import RECORD, SUMS, PacketInfo, Part, Row
from pipeline.packet.base.volumes import Binding
from pipeline.packet.pdf.catalog import Claims
from pipeline.read.input.decoding import CONTROL, DIRECTION, SURROGATE
from pipeline.write.pdf.attachments import Attachment

ADDED: Final = "added-"
"""How the names of parts begin that an earlier version attached to a finished packet."""
SUPPLEMENT: Final = "Supplement"
"""What an embedded file is to the packet that is neither of its record nor a source (ISO 32000-2, 7.11.3)."""
VERSION: Final = 3
"""Of the record's form."""

_LONGEST: Final = 100_000
"""The longest text in a record: a manifest has no longer ones."""


@dataclass(frozen=True)
class Notes:
    """What stitching does not see, and the record holds.

    :param rows: the lines of the index.
    :param originals: the file that each part was taken from and its SHA-256, by the part's name.
    :param beside: SHA-256 of the files that lie beside the packet, by their names there.
    :param binding: which volume of a packet the parts are; ``None`` where they are all of it.
    """

    rows: Sequence[Row] = ()
    originals: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    binding: Binding | None = None


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
    reserve: int = 0
    between: bool = False

    def part(self, source: str, pdf: Path) -> Part:
        """The part that it is the record of."""
        values = {item.name: getattr(self, item.name) for item in fields(Part) if hasattr(self, item.name)}
        return Part(**values, source=source, pdf=pdf)


@dataclass(frozen=True)
class InVolume:
    """Which volume of a packet a file is.

    :param number: from 1, of `count`.
    :param first: the place of its first page in the packet, from 1.
    :param files: the names of the files of all volumes, in order.
    """

    number: int
    count: int
    first: int
    files: tuple[str, ...]

    def __str__(self) -> str:
        return f"volume {self.number} of {self.count}"


def in_volume(binding: Binding) -> InVolume:
    """What the record says of a volume."""
    one = binding.volume
    return InVolume(one.number, one.count, one.first, tuple(other.file for other in binding.volumes))


@dataclass(frozen=True)
class Record:
    """The whole record.

    :param page_count: of the packet.
    :param sources: SHA-256 of the embedded files, by name; `beside`: of files in the packet's folder.
    :param blanks: the checksums of the pages that belong to no part, by their numbers.
    :param document: the checksum of each entry of the catalogue (`pipeline.packet.pdf.digests`).
    :param version: of the record's form; what an older one says of its pages can't be compared any more.
    :param intact: whether it is, letter by letter, what was written.
    :param volume: which volume of a packet it is the record of; ``None`` where the packet is one file.
    """

    info: PacketInfo
    claims: Claims
    page_count: int
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]
    sources: dict[str, str]
    beside: dict[str, str]
    blanks: dict[str, str] = field(default_factory=dict)
    document: dict[str, str] = field(default_factory=dict)
    version: int = VERSION
    intact: bool = True
    volume: InVolume | None = None

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
            "blanks": self.blanks,
            "document": self.document,
        }
        if self.volume is not None:
            data["volume"] = asdict(self.volume)
        return _json(data)


def _json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def sealed(data: dict[str, Any]) -> bytes:
    """A record as JSON, with its own checksum."""
    plain = {key: value for key, value in data.items() if key != "own"}
    return _json(plain | {"own": sha256(_json(plain))})


OLDER: Final = (
    "it was made by an earlier version of Despatch: make it anew from its manifest, with the version that is "
    "installed now"
)
"""What to say of a packet whose record has an older form."""


def read_record(pdf: Pdf, *, older: bool = False) -> Record:
    """The record inside a packet.

    :param older: whether one that an earlier version has written is read as well, as far as it goes.
    :raises ValueError: when there is none, or none that this version can read.
    """
    files = embedded(pdf)
    if RECORD not in files:
        raise ValueError("there is no record in it: only packets that Despatch has made can be read")
    try:
        text = files[RECORD].read_bytes()
        data = json.loads(text, parse_constant=_refuse)
        version = data["record"]
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            raise _UnfitError("its record is damaged: it does not say of which form it is")
        if version > VERSION:
            raise _UnfitError("it was made by a later version of Despatch: install that one")
        if version < VERSION and not older:
            raise _UnfitError(OLDER)
        packet = data["packet"]
        packet["date"] = datetime.date.fromisoformat(packet["date"])
        packet["source"] = Path(Path(packet["source"]).name or "packet.toml")
        dates = (row["date"] for row in data["index"])
        days = [datetime.date.fromisoformat(date) if date else None for date in dates]
        rows = [Row(**row | {"date": day}) for row, day in zip(data["index"], days, strict=True)]
        entries = [Entry(**entry | {"pages": tuple(entry["pages"])}) for entry in data["parts"]]
        volume = data.get("volume")
        record = Record(
            info=PacketInfo(**packet),
            claims=Claims(**data["claims"]),
            page_count=data["page_count"],
            entries=tuple(entries),
            rows=tuple(rows),
            sources=dict(data["sources"]),
            beside=dict(data["beside"]),
            blanks=dict(data.get("blanks", {}) if version < VERSION else data["blanks"]),
            document=dict(data.get("document", {}) if version < VERSION else data["document"]),
            version=version,
            intact=version < VERSION or text == sealed(data),
            volume=InVolume(**volume | {"files": tuple(volume["files"])}) if volume is not None else None,
        )
        _check(record)
    except _UnfitError as error:
        raise ValueError(str(error)) from error
    except (KeyError, TypeError, AttributeError, ValueError, PdfError) as error:
        raise ValueError("its record is damaged") from error
    except (RecursionError, OverflowError) as error:
        message = "its record is damaged: it is nested too deeply, or has numbers too large"
        raise ValueError(message) from error
    return record


class _UnfitError(ValueError):
    """A record that no version of Despatch has written."""


def _refuse(constant: str) -> None:
    raise _UnfitError(f"its record is damaged: {constant} is no number of JSON")


def _check(record: Record) -> None:
    """Hold that a record is of the form that is written: types, lengths, characters, names.

    :raises _UnfitError: when it is not.
    """
    volumes = () if record.volume is None else (record.volume,)
    for one in (record.info, record.claims, *record.entries, *record.rows, *volumes):
        for name, kind in get_type_hints(type(one)).items():
            value = getattr(one, name)
            if not isinstance(value, _allowed(kind)) or (isinstance(value, bool) and kind is int):
                raise _UnfitError(f"its record is damaged: {name} is not what it should be")
            if isinstance(value, tuple) and not all(isinstance(text, str) for text in value):
                raise _UnfitError(f"its record is damaged: {name} is not what it should be")
            _check_texts(value if isinstance(value, tuple) else [value] if isinstance(value, str) else ())
    for table in (record.sources, record.beside, record.blanks, record.document):
        if not all(isinstance(digest, str) for digest in table.values()):
            raise _UnfitError("its record is damaged: a checksum is none")
        _check_texts((*table, *table.values()))
    if not record.entries:
        raise _UnfitError("its record is damaged: it has no parts")
    if isinstance(record.page_count, bool) or not isinstance(record.page_count, int):
        raise _UnfitError("its record is damaged: page_count is not what it should be")
    _check_volume(record.volume)
    names = [entry.name for entry in record.entries]
    if len(set(names)) < len(names):
        raise _UnfitError("its record is damaged: two parts have one name")
    places = [page for entry in record.entries for page in range(entry.first, entry.first + len(entry.pages))]
    whole = sorted([*places, *(int(page) for page in record.blanks if page.isascii() and page.isdigit())])
    if record.version < VERSION:  # it does not tell of blank pages
        known = len(set(whole)) == len(whole) and set(whole) <= set(range(1, record.page_count + 1))
    else:
        known = len(whole) == record.page_count and whole == list(range(1, len(whole) + 1))
    if not known:
        raise _UnfitError("its record is damaged: it does not have every page once")


def _check_volume(own: InVolume | None) -> None:
    if own is None:
        return
    plain = all(Path(name).name == name and name.endswith(".pdf") for name in own.files)
    if not plain or own.first < 1 or not 0 < own.number <= own.count == len(set(own.files)):
        raise _UnfitError("its record is damaged: it does not say which volume it is")


def _allowed(kind: Any) -> tuple[type, ...]:
    """The types that a field of this annotation may have."""
    options = get_args(kind)
    if isinstance(kind, type):
        return (kind,)
    plain = tuple(option if isinstance(option, type) else type(option) for option in options)
    return (tuple,) if getattr(kind, "__origin__", None) is tuple else plain


def _check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        unfit = CONTROL.search(text) or DIRECTION.search(text) or SURROGATE.search(text)
        if len(text) > _LONGEST or unfit:
            raise _UnfitError("its record is damaged: a text has what no packet has")


def embedded(pdf: Pdf) -> dict[str, Any]:
    """The streams of the files inside a PDF, by their names in its list of files.

    A file that is said in two ways (``F`` and ``UF``) has to be one.

    :raises ValueError: when the list is not as ISO 32000-1, 7.11.4, has it.
    """
    found: dict[str, Any] = {}
    try:
        for name in pdf.attachments:
            streams = dict(pdf.attachments[name].obj.EF.items())
            if len({stream.objgen for stream in streams.values()}) != 1 or name in found:
                raise ValueError(f"the file {name!r} inside is two files")
            found[name] = next(iter(streams.values()))
    except (KeyError, AttributeError, TypeError, UnicodeError, PdfError) as error:
        raise ValueError("the list of the files inside it is damaged") from error
    return found


def supplements(pdf: Pdf) -> dict[str, tuple[str, str]]:
    """The files that travel inside a packet for their own sake: name and SHA-256 of each, by its title.

    :raises ValueError: as `embedded`.
    """
    found = {}
    for name, stream in embedded(pdf).items():
        specification = pdf.attachments[name]
        if specification.obj.get("/AFRelationship") == Name(f"/{SUPPLEMENT}"):
            found[specification.description] = name, sha256(bytes(stream.read_bytes()))
    return found


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


def sums_in(text: str) -> Iterator[tuple[str, str]]:
    """Name and checksum of each line of a ``SHA256SUMS``."""
    for line in text.splitlines():
        digest, _, name = line.partition(" ")
        if len(digest) == 64 and name[1:]:
            yield name[1:], digest
