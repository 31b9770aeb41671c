"""Files of sources: BibLaTeX, BibTeX, CSL-JSON, CSL-YAML and RIS, each entry with its line."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.cite import bib, engine, review
from pipeline.cite.tidy import tidied, with_particles
from pipeline.findings import Finding

FORMATS: Final = {
    ".bib": "BibLaTeX or BibTeX",
    ".bibtex": "BibTeX",
    ".json": "CSL-JSON",
    ".yaml": "CSL-YAML",
    ".yml": "CSL-YAML",
    ".ris": "RIS",
}
"""The formats by the ending of the file's name."""


@dataclass(frozen=True)
class Entry:
    """A source.

    :param item: what is known of it, in CSL-JSON.
    :param source: the file, as findings show it; `line`: where it begins there, from 1.
    :param faults: what is wrong with it: line and message of each.
    """

    key: str
    item: dict[str, Any]
    source: str
    line: int
    faults: tuple[tuple[int, str], ...] = ()

    def findings(self) -> list[Finding]:
        """The faults as findings."""
        return [Finding("cite-entry", self.source, line, message) for line, message in self.faults]


@dataclass
class Library:
    """The sources of an article, in the order of their files.

    :param findings: what keeps entries from being read: broken ones, two of one key.
    :param unread: the texts of files in which something can't be read.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def may_hold(self, key: str) -> bool:
        """Whether a key without an entry may be one of those that can't be read."""
        return any(key in text for text in self.unread)

    def add(self, text: str, shown: str) -> None:
        """Take in the sources of a file.

        :param text: its text, with LF line ends.
        :param shown: how findings name it; its ending says what it is.
        :raises EngineError: when the engine that reads some formats is missing.
        """
        ending = "." + shown.rpartition(".")[2].lower()
        if ending not in FORMATS:
            kinds = ", ".join(dict.fromkeys(FORMATS))
            message = f"this is no file of sources: its name ends in {ending[:12]}, and not in one of {kinds}"
            self.findings.append(Finding("cite-sources", shown, None, message))
            return
        reader = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".ris": _ris}.get(ending, _bib)
        try:
            for key, item, line, faults in reader(text):
                self._take(key, item, shown, line, faults)
        except BrokenFileError as error:
            self.findings.append(Finding("cite-sources", shown, error.line, str(error)))
        if any(one.code == "cite-sources" and one.source == shown for one in self.findings):
            self.unread.append(text)

    def _take(
        self, key: str, item: dict[str, Any] | None, shown: str, line: int, faults: list[tuple[int, str]]
    ) -> None:
        if item is None:
            self.findings += [Finding("cite-sources", shown, at, message) for at, message in faults]
        elif key in self.entries:
            first = self.entries[key]
            where = f"line {first.line}" if first.source == shown else f"{first.source}, line {first.line}"
            message = f'the source "{key}" is here a second time (first: {where}): give this one another key'
            self.findings.append(Finding("cite-duplicate", shown, line, message))
        else:
            item = tidied(item)
            found = [*faults, *((line, message) for message in review.faults(item))]
            self.entries[key] = Entry(key, item, shown, line, tuple(found))


class BrokenFileError(Exception):
    """A file of sources can't be read; the message says why."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


_Read = Iterator[tuple[str, dict[str, Any] | None, int, list[tuple[int, str]]]]
"""Key, item (none where the entry is broken), line, and what is wrong: line and message."""


def _bib(text: str) -> _Read:
    found = bib.read(text)
    items = {item["id"]: item for item in engine.convert(found.text, "biblatex")} if found.entries else {}
    for line, message in found.broken:
        yield "", None, line, [(line, message)]
    for entry in found.entries:
        item = items.get(entry.key)
        if item is None:
            message = f'the source "{entry.key}" can\'t be read: look for a brace that is not closed'
            yield "", None, entry.line, [(entry.line, message)]
            continue
        item = dict(item) if entry.bare_names else with_particles(item)
        if entry.undated:
            item.pop("issued", None)
            item[review.UNDATED] = True
        yield entry.key, item, entry.line, entry.faults


def _json(text: str) -> _Read:
    try:
        items = json.loads(text)
    except RecursionError as error:
        raise BrokenFileError(1, "this is no CSL-JSON: it is nested too deeply") from error
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise BrokenFileError(line, "this is no JSON: look for a comma or a bracket here") from error
    lines = [(match[1], text.count("\n", 0, match.start()) + 1) for match in _ID.finditer(text)]
    yield from _items(items if isinstance(items, list) else [items], dict(reversed(lines)), lines)


_ID: Final = re.compile(r'"id"\s*:\s*"?((?:[^"\\\n,}]|\\.)*)')


def _yaml(text: str) -> _Read:
    try:
        import yaml
    except ImportError as error:
        raise engine.EngineError(f"what reads YAML is not installed: type {engine.INSTALL}") from error
    try:
        for token in yaml.scan(text):
            if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
                message = "sources that repeat one another (& and *) are not read: write them out"
                raise BrokenFileError(token.start_mark.line + 1, message)
        data = yaml.load(text, _plain_loader(yaml))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise BrokenFileError(line, "this is no YAML: look at the indentation and the colons") from error
    found = data.get("references") if isinstance(data, dict) else data
    lines = [
        (match[1].strip("\"' "), text.count("\n", 0, match.start(1)) + 1) for match in _KEY.finditer(text)
    ]
    yield from _items(found if isinstance(found, list) else [], dict(reversed(lines)), lines)


_KEY: Final = re.compile(r"(?m)^[ -]*id:[ \t]*(.+?)[ \t]*$")


def _plain_loader(yaml: Any) -> Any:
    """A loader that makes texts of everything but lists and tables: 2024-03-01 and "no" stay words."""

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    return Loader


def _items(items: list[Any], lines: dict[str, int], _: Any) -> _Read:
    seen: dict[str, int] = {}
    for item in items:
        if not isinstance(item, dict) or not str(item.get("id", "")).strip():
            yield "", None, 1, [(1, "a source has no key: each needs an id")]
            continue
        key = str(item["id"]).strip()
        seen[key] = seen.get(key, 0) + 1
        places = [line for name, line in _ if name == key]
        line = places[min(seen[key], len(places)) - 1] if places else 1
        try:
            made = review.in_form({**item, "id": key})
        except ValueError as error:
            yield "", None, line, [(line, f'the source "{key}" can\'t be read: {error}')]
            continue
        yield key, made, line, []


_RIS_DATES: Final = ("PY", "DA", "Y1", "Y2")
_TAG: Final = re.compile(r"([A-Z][A-Z0-9])  ?-[ \t]?(.*)")


def _ris(text: str) -> _Read:
    lines: list[str] = []
    start = 1
    for number, line in enumerate(text.split("\n"), start=1):
        if not lines and line.strip():
            start = number
        if line.strip():
            lines.append(line.strip())
        tag = _TAG.fullmatch(line.strip())
        if tag is not None and tag[1] == "ER":
            yield from _ris_entry(lines, start)
            lines = []
    if lines:
        yield "", None, start, [(start, 'this source has no end: write a last line "ER  -"')]


def _ris_entry(lines: list[str], start: int) -> _Read:
    tags = [
        (match[1], match[2].strip(), at) for at, line in enumerate(lines) if (match := _TAG.fullmatch(line))
    ]
    if not tags or tags[0][0] != "TY":
        yield "", None, start, [(start, 'this source has no type: its first line begins with "TY  -"')]
        return
    values = {tag: text for tag, text, _ in reversed(tags)}
    key = values.get("ID", "")
    if not key:
        yield "", None, start, [(start, 'this source has no key: write a line "ID  - key" in it')]
        return
    plain = [line for line in lines if line[:2] not in _RIS_DATES]
    made = engine.convert("\n".join(plain) + "\n", "ris")
    if not made:
        yield "", None, start, [(start, f'the source "{key}" can\'t be read')]
        return
    item = {**made[0], "id": key}
    item.pop("issued", None)
    faults = []
    for name, tag in (("accessed", "Y2"), ("issued", "Y1"), ("issued", "DA"), ("issued", "PY")):
        if tag not in values or (name == "issued" and "issued" in item and tag != "DA"):
            continue
        parts = [part for part in re.split(r"[/-]", values[tag])[:3] if part.strip()]
        try:
            numbers = [int(part) for part in parts]
            datetime.date(*[*numbers, 1, 1][:3])
        except (ValueError, TypeError):
            at = next(at for other, _, at in tags if other == tag)
            faults.append((start + at, f'"{values[tag][:40]}" is not a date: write 2024/03/01'))
            continue
        if len(numbers) >= len(item.get(name, {"date-parts": [[]]})["date-parts"][0]):
            item[name] = {"date-parts": [numbers]}
    yield key, item, start, faults
