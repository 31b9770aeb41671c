"""The manifest of a packet (``source/packets/NAME.toml``): read, checked, its defaults filled in.

TOML 1.0 gives the values, ``manifest.schema.json`` says which there may be, and what a schema can't say of
files, tabs and markings is checked here. Every finding has its line.
"""

from __future__ import annotations

import datetime
import os
import re
import tomllib
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline import styles
from pipeline.desk import source_root
from pipeline.files.toml_faults import explain
from pipeline.findings import Finding, in_order
from pipeline.packet.base.model import LATE, RECORD, SUMS, PacketInfo
from pipeline.packet.base.volumes import Most
from pipeline.packet.base.wishes import NoSuchPagesError, Wishes, read_ranges
from pipeline.packet.manifest.contents import Enclosed, Item, ItemKind, Manifest, Section
from pipeline.packet.manifest.files import ENDINGS, UnfitFileError, file_of
from pipeline.packet.manifest.plain_texts import markup_in
from pipeline.packet.manifest.schema import faults, plain
from pipeline.packet.manifest.toml_lines import Lines
from pipeline.packet.manifest.versions import LEFT_OUT, Version, late_faults, letters, ordinals
from pipeline.read.input.conditions import PacketVersion
from pipeline.read.input.decoding import CONTROL, DIRECTION, direction_fault, read_given
from pipeline.tree import markings
from pipeline.tree.labels import labels_for
from pipeline.write.engine.fonts import uncovered

MAX_SIZE: Final = 2_000_000
"""The largest manifest, in bytes."""

_OF_ENCLOSED: Final = frozenset(("enclosed", "title", "tab", "marking", "language", "versions", LEFT_OUT))
_OF_PDF: Final = ("safe", "pages", "fit", "password-from", "ocr")
_OF_FILE: Final = frozenset(("article", "pdf", "image", "alt", *_OF_PDF))
_KINDS: Final[tuple[ItemKind, ...]] = ("article", "pdf", "image", "note")


def read_manifest(
    path: Path, paper: str | None = None, version: str = "", raw: bytes | None = None
) -> tuple[Manifest | None, list[Finding]]:
    """Read and check a manifest.

    :param paper: name of a paper size; by default the manifest's own, else A4.
    :param version: the version of the packet that is wanted; empty for the whole packet.
    :param raw: its bytes, where they are not yet in the file: an editor has them.
    :returns: the manifest, or ``None`` when it has errors; and all findings, in the order of their lines.
    """
    shown = str(path)
    if path.suffix.lower() in ENDINGS["article"] and path.is_file():
        message = "this is an article, not a manifest (.toml): build it with despatch build"
        return None, [Finding("packet-syntax", shown, None, message)]
    raw, text, findings = _text(path, shown) if raw is None else _decoded(raw, shown)
    if findings:
        return None, findings
    try:
        data = plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line, said = explain(error, text)
        return None, [Finding("packet-syntax", shown, line, f"this is not TOML: {said}")]
    except RecursionError:
        return None, [Finding("packet-syntax", shown, 1, "the values are nested too deeply")]
    except ValueError:  # Python reads no integer of more than 4,300 digits
        line = next((at for at, row in enumerate(text.split("\n"), 1) if re.search(r"\d{4000}", row)), 1)
        return None, [Finding("packet-syntax", shown, line, "there is a number in it that is too long")]
    lines = Lines(text)
    findings = list(faults(data, lines, shown)) or late_faults(data, lines, shown)
    if findings:
        return None, in_order(findings)
    gone, keeps, versions = tuple[str, ...](), False, tuple(data.get("version", ()))
    if version:
        asked = Version(data, version, lines, shown)
        data = asked.applied()
        if asked.findings:
            return None, in_order(asked.findings)
        gone, keeps = tuple(asked.gone), asked.keeps
    reader = _Reader(path, text, data, lines)
    manifest = reader.manifest(paper, f"{path.stem}-{version}" if version else path.stem)
    errors = [finding for finding in reader.findings if finding.is_error]
    if errors:
        return None, in_order(reader.findings)
    shown_to = PacketVersion(version, versions) if versions else None
    return replace(manifest, data=raw, gone=gone, keeps_pages=keeps, version=shown_to), in_order(
        reader.findings
    )


def _text(path: Path, shown: str) -> tuple[bytes, str, list[Finding]]:
    raw, fault = read_given(path, shown, MAX_SIZE, ending=".toml", kind="manifests")
    if fault is not None:
        return raw, "", [fault]
    if len(raw) > MAX_SIZE:
        message = "a manifest has no more than two million bytes"
        return raw, "", [Finding("packet-syntax", shown, None, message)]
    return _decoded(raw, shown)


def _decoded(raw: bytes, shown: str) -> tuple[bytes, str, list[Finding]]:
    try:
        return raw, raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            line, message = 1, "the file is UTF-16: save it as UTF-8"
        return raw, "", [Finding("file-encoding", shown, line, message)]


class _Reader:
    """Makes a `Manifest` of data that are as the schema says, and finds what else is wrong."""

    def __init__(self, path: Path, text: str, data: dict[str, Any], lines: Lines) -> None:
        self.path, self.shown, self.data, self.lines = path, str(path), data, lines
        self.text = text.split("\n")
        self.root = source_root(path)
        self.folder = path.resolve().parent
        self.findings: list[Finding] = []
        self.tabs: dict[str, int] = {}
        self.inside = {RECORD, SUMS, path.name}

    def manifest(self, paper: str | None, name: str) -> Manifest:
        """The whole of it."""
        data = self.data
        for place, text in _texts(data):
            self._characters(place, text)
            self._markup(place, text)
        own = styles.paper_named(data.get("paper", "a4"))
        if own is None:
            message = f'there is no paper "{data["paper"]}": write one of {", ".join(styles.papers())}'
            self._report("packet-value", message, "paper")
        info = PacketInfo(
            name=name,
            title=_folded(data["title"]),
            subtitle=_folded(data.get("subtitle", "")),
            recipient=_folded(data.get("for", "")),
            meeting=_folded(data.get("meeting", "")),
            date=self._date(data["date"], "date") or datetime.date(1970, 1, 1),
            originator=_folded(data.get("originator", "")),
            marking=self._marking(data, ()),
            language=data.get("language", "en"),
            identifier=data.get("identifier")
            or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'despatch:packet:' + name)}",
            paper=(styles.paper_named(paper) if paper else own) or "",
            source=self.path,
            zoom=data.get("zoom", 0),
            numbered_bookmarks=data.get("bookmark-pages", False),
        )
        sections = sorted(
            (self._section(index, entry, info) for index, entry in enumerate(data["section"]) if entry),
            key=lambda section: section.late,  # the order stays otherwise
        )
        return Manifest(
            info,
            tuple(sections),
            self.root,
            self.lines.at("marking"),
            sources=data.get("sources", True),
            remarks=data.get("remarks", False),
            password_from=data.get("password-from", ""),
            password_line=self.lines.at("password-from"),
            most=Most(**data.get("volumes", {})),
            volumes_line=self.lines.at("volumes"),
        )

    def _report(self, code: str, message: str, *place: str | int) -> None:
        self.findings.append(Finding(code, self.shown, self.lines.at(*place), message))

    def _characters(self, place: tuple[str | int, ...], text: str) -> None:
        """Find what no edition can show; the text of a note is read as an article is."""
        control, direction = CONTROL.search(text), DIRECTION.search(text)
        if control is not None:
            message = f"the character U+{ord(control[0]):04X} can't stand in an edition: take it out"
            self._report("file-control", message, *place)
        elif direction is not None:
            self._report("file-direction", f"{direction_fault(direction[0])}; take it out", *place)
        elif not text.isascii() and place[-1] != "note":
            for character in uncovered(text):
                name = unicodedata.name(character, "unnamed").lower()
                message = f"no font at hand has the character U+{ord(character):04X} ({name})"
                self._report("glyph-missing", f"{message}: write it otherwise", *place)

    def _markup(self, place: tuple[str | int, ...], text: str) -> None:
        """Find signs of markup: every text but a note is printed as it stands."""
        if place[-1] == "note":
            return
        said = next(markup_in(text), None)
        if said is not None:
            self._report("markup-foreign", f"{said}: texts of a manifest are plain words", *place)

    def _section(self, index: int, data: dict[str, Any], info: PacketInfo) -> Section:
        place = ("section", index)
        tab = self._tab(data.get("tab") or letters(index), *place)
        late = data.get("late", False)
        name = f"divider-{index + 1}"
        if late:
            name = f"{LATE}{sum(bool(one and one.get('late')) for one in self.data['section'][: index + 1])}"
        items, enclosed = [], []
        for number, (entry, ordinal) in enumerate(zip(data["item"], ordinals(data["item"]), strict=True)):
            here = (*place, "item", number)
            names = f"{name.replace('divider', 'item')}-{ordinal}", f"{tab}.{ordinal}"
            if entry and "enclosed" in entry:
                enclosed += self._enclosed(here, entry, *names, info)
            elif entry:
                items.append(self._item(here, entry, *names, info))
        title, line = _folded(data["title"]), self.lines.at(*place)
        return Section(name, title, tab, tuple(items), line, late, tuple(enclosed))

    def _enclosed(
        self, place: tuple[str | int, ...], data: dict[str, Any], name: str, tab: str, info: PacketInfo
    ) -> list[Enclosed]:
        """A file that travels inside; one that is left out is nowhere."""
        for key in data:
            if key not in _OF_ENCLOSED:
                message = f'"{key}" belongs to an item with pages, and a file that is "enclosed" has none'
                self._report("packet-item", message, *place, key)
        if "title" not in data:
            self._report("packet-key-missing", 'an item with "enclosed" has no title: give it one', *place)
        path = self._file("enclosed", data["enclosed"], *place, "enclosed")
        tab = self._tab(data.get("tab") or tab, *place)
        if path is None or LEFT_OUT in data:
            return []
        if path.name in self.inside:
            message = f"a file {path.name} is inside already: give it another name"
            self._report("packet-value", message, *place, "enclosed")
        self.inside.add(path.name)
        values = (_folded(data.get("title", "")), tab, self._marking(data, place))
        language = data.get("language", info.language)
        return [Enclosed(name, path, *values, language, self.lines.at(*place))]

    def _item(
        self, place: tuple[str | int, ...], data: dict[str, Any], name: str, tab: str, info: PacketInfo
    ) -> Item:
        data, to_follow = self._to_follow(place, data, info)
        kind = self._kind(place, data)
        if kind in {"pdf", "image", "note"} and "title" not in data:
            self._report("packet-key-missing", f'an item with "{kind}" has no title: give it one', *place)
        if kind == "image" and "alt" not in data:
            message = 'the image has no alternative text: say with "alt" what it shows'
            self._report("image-alt-missing", message, *place)
        if "alt" in data and kind not in {"image", None}:
            self._report("packet-key-unknown", f'"alt" belongs to an image, not to "{kind}"', *place, "alt")
        for key in (*_OF_PDF, "between"):
            if key in data and kind not in {"pdf", None}:
                self._report("packet-key-unknown", f'"{key}" belongs to a PDF, not to "{kind}"', *place, key)
        date = self._date(data["date"], *place, "date") if "date" in data else None
        return Item(
            name=name,
            kind=kind or "note",
            path=self._file(kind, data[kind], *place, kind) if kind in ENDINGS else None,
            note=data.get("note", "").strip("\n"),
            alt=_folded(data.get("alt", "")),
            title=_folded(data.get("title", "")),
            tab=self._tab(data.get("tab") or tab, *place),
            marking=self._marking(data, place),
            date=date if date or to_follow or kind == "article" else info.date if kind == "note" else None,
            language=data.get("language", info.language),
            right_hand=data.get("right-hand", self.data.get("right-hand", False)),
            ebook=data.get("ebook", "full"),
            wishes=self._wishes(place, data),
            left_out=LEFT_OUT in data,
            reserve=data.get("reserve", 0),
            to_follow=to_follow,
            between=data.get("between", False),
            line=self.lines.at(*place),
            note_line=self._note_line(place, data.get("note", "")),
        )

    def _to_follow(
        self, place: tuple[str | int, ...], data: dict[str, Any], info: PacketInfo
    ) -> tuple[dict[str, Any], bool]:
        """An item that is not there yet as a note that says so; any other as it is.

        :returns: its data, and whether it is still to follow.
        """
        given = [kind for kind in _KINDS if kind in data]
        if not data.get("to-follow") or len(given) > 1 or "note" in data:
            return data, False
        try:
            for kind in given:
                file_of(kind, data[kind], self.folder, self.root)
                return data, False
        except UnfitFileError as error:
            if error.code != "packet-file-missing":
                return data, False
        if LEFT_OUT not in data:
            title = _folded(data.get("title", data.get("tab", "")))
            message = f'"{title}" is to follow: a page says so in its place'
            self._report("packet-to-follow", message, *place, "to-follow")
        label = labels_for(info.language)["packet-to-follow"]
        kept = {key: value for key, value in data.items() if key not in _OF_FILE}
        return kept | {"note": f"{label[:1].upper()}{label[1:]}.", "language": info.language}, True

    def _wishes(self, place: tuple[str | int, ...], data: dict[str, Any]) -> Wishes:
        """What is asked for a PDF. Only the form of its pages is looked at: the file is not open yet."""
        pages, password = data.get("pages", ""), data.get("password-from", "")
        try:
            read_ranges(pages) if pages else None
        except NoSuchPagesError as error:
            message = f'"pages" is wrong: {error}; write "3-7" or "1, 4-6"'
            self._report("packet-value", message, *place, "pages")
        if password and not os.environ.get(password):
            message = f'the variable "{password}" of the environment is not set: set it to the password first'
            self._report("annex-locked", message, *place, "password-from")
        fit, ocr = (data.get(key, self.data.get(key, none)) for key, none in (("fit", ""), ("ocr", False)))
        return Wishes(data.get("safe", False), pages, fit, password, ocr)

    def _file(self, kind: str, name: str, *place: str | int) -> Path | None:
        try:
            return file_of(kind, name, self.folder, self.root)
        except UnfitFileError as error:
            self._report(error.code, str(error), *place)
            return None

    def _note_line(self, place: tuple[str | int, ...], note: str) -> int:
        """The line that the text of a note begins on: the next one where the quotation marks end a line."""
        line = self.lines.at(*place, "note")
        below = re.search(r"=\s*(\"{3}|'{3})\s*$", self.text[line - 1]) is not None
        return line + below + len(note) - len(note.lstrip("\n"))

    def _kind(self, place: tuple[str | int, ...], data: dict[str, Any]) -> ItemKind | None:
        given = [kind for kind in _KINDS if kind in data]
        if len(given) == 1:
            return given[0]
        if given:
            message = f"an item is one thing, and this one has {' and '.join(given)}: make two items of it"
        else:
            message = 'this item has nothing in it: give it one of "article", "pdf", "image" and "note"'
        self._report("packet-item", message, *place)
        return None

    def _tab(self, tab: str, *place: str | int) -> str:
        line = self.lines.at(*place, "tab")
        first = self.tabs.setdefault(tab.casefold(), line)
        if first != line:
            message = f'the tab "{tab}" is there twice (line {first}): everybody would turn to the first one'
            self._report("packet-tab-duplicate", message, *place, "tab")
        return tab

    def _marking(self, data: dict[str, Any], place: tuple[str | int, ...]) -> str:
        marking = _folded(data.get("marking", ""))
        if marking and markings.level(marking) is None:
            self._report("packet-marking-unknown", markings.unknown(marking), *place, "marking")
        return markings.listed(marking)

    def _date(self, text: str, *place: str | int) -> datetime.date | None:
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            self._report("packet-value", f"there is no such day as {text}", *place)
            return None


def _texts(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, (*place, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, (*place, index))


def _folded(text: str) -> str:
    return " ".join(text.split())
