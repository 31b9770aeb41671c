"""BibLaTeX and BibTeX: entries with their lines, and the text that the engine reads.

bibtexparser takes the file apart: it goes on behind a broken entry and knows the line of each field, which
the engine's own reader does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.cite.engine import INSTALL, EngineError
from pipeline.findings import suggest

TYPES: Final = (
    *("article", "book", "mvbook", "inbook", "bookinbook", "suppbook", "booklet", "collection"),
    *("incollection", "mvcollection", "suppcollection", "dataset", "manual", "misc", "online", "patent"),
    *("periodical", "suppperiodical", "proceedings", "mvproceedings", "inproceedings", "reference"),
    *("mvreference", "inreference", "report", "set", "software", "thesis", "unpublished", "xdata"),
    *("conference", "electronic", "mastersthesis", "phdthesis", "techreport", "www", "artwork", "audio"),
    *("bibnote", "commentary", "image", "jurisdiction", "legislation", "legal", "letter", "movie", "music"),
    *("performance", "review", "standard", "video", "newsarticle"),
)
"""The types of entries (biblatex 3.20, sections 2.1.1 to 2.1.3)."""

_NO_SOURCES: Final = ("xdata",)
"""Entries that others take fields from, and that are no sources themselves."""
_AS_TYPED: Final = frozenset(
    (
        *("title", "subtitle", "shorttitle", "booktitle", "booksubtitle", "maintitle", "mainsubtitle"),
        *("journal", "journaltitle", "journalsubtitle", "issuetitle", "issuesubtitle", "eventtitle"),
        *("origtitle", "reprinttitle"),
        # An "and" in these parts several, by the book; most often it is a word of one name.
        *("series", "titleaddon", "publisher", "organization", "institution", "school"),
    )
)
"""Titles and names of bodies: they stay as the author typed them."""
_DATES: Final = ("date", "urldate", "origdate", "eventdate")
_UNDATED: Final = (
    *("n.d.", "nd", "n. d.", "undated", "s.d.", "s. d.", "sine anno", "z.d.", "o.j.", "o. j.", "forthcoming"),
)
# EDTF, level 0 and what biblatex takes of level 1: 2024, 2024-03, 2024-03-01, ranges, ~ and ?.
_DATE: Final = re.compile(
    r"-?\d{1,4}(?:-(?:0[1-9]|1[0-2]|2[1-4])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?:T[\d:+Z.-]+)?[~?%]?"
)
_BARE_NAMES: Final = re.compile(r"\buseprefix\s*=\s*(?:false|0)\b")
# What stands in a field "year" beside a year: about, perhaps, and years from and to.
_ABOUT: Final = re.compile(r"(?i)(?:c|ca|circa|um|vers)\.?\s*(\d{3,4})|\[?(\d{3,4})\s*\?\]?|\[(\d{3,4})\]")
_YEARS: Final = re.compile(r"(\d{3,4})\s*(?:-{1,3}|[\u2013\u2014/])\s*(\d{2,4})")
# A series that biblatex has a name of its own for ("newseries"), or its number.
_KEY_OF_SERIES: Final = re.compile("newseries|oldseries")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f]")


@dataclass
class BibEntry:
    """An entry of a file.

    :param line: where it begins, from 1.
    :param faults: line and message of what is wrong in it.
    :param undated: whether the author says that it has no date.
    :param bare_names: whether the author says that "van" and "de la" are left out where a name is short.
    """

    key: str
    line: int
    faults: list[tuple[int, str]] = field(default_factory=list)
    undated: bool = False
    bare_names: bool = False


@dataclass
class BibFile:
    """What a file holds.

    :param text: its good entries, for the engine: titles in the capitals that they have.
    :param broken: line and message of what can't be read.
    """

    entries: list[BibEntry] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)
    text: str = ""


def read(text: str) -> BibFile:
    """Take a file apart.

    :raises EngineError: when what reads it is not installed.
    """
    try:
        import bibtexparser.entrypoint
        from bibtexparser import model
    except ImportError as error:
        raise EngineError(f"what reads .bib files is not installed: type {INSTALL}") from error
    import logging

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    found: Any = bibtexparser.entrypoint.parse_string(_CONTROL.sub(" ", text), parse_stack=[])
    made = BibFile()
    parts: list[str] = []
    for block in found.blocks:
        line = (block.start_line or 0) + 1
        entry: Any = block
        if isinstance(block, (model.DuplicateBlockKeyBlock, model.DuplicateFieldKeyBlock)):
            entry = block.ignore_error_block
            if isinstance(block, model.DuplicateFieldKeyBlock):
                names = ", ".join(sorted(block.duplicate_keys))
                made.broken.append((line, f"an entry has the field {names} twice: keep one of them"))
                continue
        if isinstance(block, model.ParsingFailedBlock) and entry is block:
            made.broken.append((line, _why(block)))
        elif isinstance(entry, model.String):
            parts.append(f"@string{{{entry.key} = {entry.value}}}\n")
        elif isinstance(entry, model.Entry):
            if not entry.key.strip():
                made.broken.append(
                    (line, "an entry has no key: write one behind the brace, as in @book{key,")
                )
                continue
            read_entry = _entry(entry, line)
            if entry.entry_type.lower() not in _NO_SOURCES:
                made.entries.append(read_entry)
            parts.append(_as_text(entry, read_entry.undated))
    made.text = "\n".join(parts)
    return made


def _why(block: Any) -> str:
    raw = " ".join(str(block.raw or "").split())[:40]
    return (
        f'the entry that begins with "{raw}" can\'t be read: a brace, a quotation mark or a comma is missing'
    )


def _entry(entry: Any, line: int) -> BibEntry:
    made = BibEntry(entry.key, line)
    kind = entry.entry_type.lower()
    if kind not in TYPES:
        message = f'"@{kind}" is no type of a source{suggest(kind, TYPES)}; it is set as @misc'
        made.faults.append((line, message))
    for part in entry.fields:
        name, at = part.key.lower(), (part.start_line or line - 1) + 1
        value = _bare(str(part.value))
        if name in _DATES and name == "date" and value.lower() in _UNDATED:
            made.undated = True
        elif name in _DATES and value and not _is_date(value):
            message = f'"{value[:40]}" is not a date: write {name} = {{2024-03-01}}, or {{n.d.}} for none'
            made.faults.append((at, message))
        elif name == "year" and value.lower() in _UNDATED:
            made.undated = True
        elif name == "options" and _BARE_NAMES.search(value):
            made.bare_names = True
        elif name == "year" and value and not re.search(r"\d{3,4}", value):
            made.faults.append((at, f'"{value[:40]}" is not a year: write year = {{2024}}'))
    return made


def _is_date(value: str) -> bool:
    return all(part in ("", "..") or _DATE.fullmatch(part) for part in value.split("/")) and value != "/"


def _bare(value: str) -> str:
    """A value without what stands around it."""
    value = value.strip()
    while len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        value = value[1:-1].strip()
    return value


def _as_text(entry: Any, undated: bool) -> str:
    kind = entry.entry_type.lower() if entry.entry_type.lower() in TYPES else "misc"
    fields = []
    for part in entry.fields:
        value = str(part.value)
        inside = value[1:-1]
        whole = len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"'))
        # The engine's reader makes small letters of the capitals in an English title that is not in braces.
        named = part.key.lower() == "series" and _KEY_OF_SERIES.fullmatch(inside.strip())
        if whole and part.key.lower() in _AS_TYPED and not named and _balanced(inside):
            value = f"{{{{{inside}}}}}"
        if undated and part.key.lower() in ("date", "year", "month"):
            continue
        date = _date_of(_bare(value)) if part.key.lower() == "year" else ""
        fields.append(f"  date = {{{date}}}" if date else f"  {part.key} = {value}")
    return f"@{kind}{{{entry.key},\n" + ",\n".join(fields) + "\n}\n"


def _date_of(year: str) -> str:
    """A date of biblatex for what BibTeX's field "year" holds beside a year; "" where it holds no more."""
    about, years = _ABOUT.fullmatch(year), _YEARS.fullmatch(year)
    if about is not None:
        number = next(filter(None, about.groups()))
        return number if about[3] else f"{number}~"
    if years is None:
        return ""
    first, last = years.groups()
    return f"{first}/{first[: len(first) - len(last)]}{last}"


def _balanced(text: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\[{}]", "", text):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0
