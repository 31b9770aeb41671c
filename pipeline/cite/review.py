"""What is wrong with a source before any style sets it: its type, its dates, what its kind needs."""

from __future__ import annotations

import re
from typing import Any, Final

from pipeline.findings import suggest

UNDATED: Final = "despatch-undated"
"""Stands in an item of which the author says that it has no date; the engine does not get it."""

TYPES: Final = (
    *("article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast"),
    *("chapter", "classic", "collection", "dataset", "document", "entry", "entry-dictionary"),
    *("entry-encyclopedia", "event", "figure", "graphic", "hearing", "interview", "legal_case"),
    *("legislation", "manuscript", "map", "motion_picture", "musical_score", "pamphlet", "paper-conference"),
    *("patent", "performance", "periodical", "personal_communication", "post", "post-weblog", "regulation"),
    *("report", "review", "review-book", "software", "song", "speech", "standard", "thesis"),
    *("treaty", "webpage"),
)
"""The types of sources (CSL 1.0.2, appendix III)."""

DATES: Final = ("issued", "accessed", "original-date", "event-date", "submitted", "available-date")
_NAMES: Final = ("author", "editor", "translator", "container-author", "director", "interviewer", "recipient")
_WITHIN: Final = {
    "article-journal": "the journal it stands in (journaltitle)",
    "article-magazine": "the magazine it stands in (journaltitle)",
    "article-newspaper": "the newspaper it stands in (journaltitle)",
    "chapter": "the book it stands in (booktitle)",
    "paper-conference": "the proceedings it stands in (booktitle)",
}
_TEXTS: Final = (
    *("type", "title", "title-short", "container-title", "container-title-short", "collection-title"),
    *("publisher", "publisher-place", "authority", "edition", "volume", "issue", "number", "page", "genre"),
    *("note", "abstract", "language", "DOI", "URL", "ISBN", "ISSN", "section", "medium", "version", "event"),
)
_OF_ONE_MOMENT: Final = ("personal_communication", "interview")


def faults(item: dict[str, Any]) -> list[str]:
    """What is missing or wrong in an item of CSL-JSON, each with what to write.

    The names of fields are those of BibLaTeX, in which most sources are kept.
    """
    key, kind = item["id"], str(item.get("type", ""))
    found = []
    if "type" in item and kind and kind not in TYPES:
        found.append(f'the source "{key}" has a type "{kind}" that is none{suggest(kind, TYPES)}')
    elif not kind and "type" not in item:
        found.append(f'the source "{key}" has no type: write one, such as {TYPES[5]} or {TYPES[-1]}')
    if not str(item.get("title", "")).strip() and kind not in _OF_ONE_MOMENT:
        found.append(f'the source "{key}" has no title')
    if not _dated(item.get("issued")) and UNDATED not in item:
        found.append(
            f'the source "{key}" has no date: write date = {{2024-03-01}}, or {{n.d.}} if it has none'
        )
    if item.get("URL") and not _dated(item.get("accessed")) and not item.get("DOI"):
        found.append(
            f'the source "{key}" has an address and no date on which it was looked at: write '
            "urldate = {2024-03-01}"
        )
    within = _WITHIN.get(kind)
    if within and not str(item.get("container-title", "")).strip():
        found.append(f'the source "{key}" lacks {within}')
    for name in DATES:
        if name in item and _wrong(item[name]):
            found.append(f'the source "{key}" has a date that is none: {_shown(item[name])}')
    return found


def author_of(item: dict[str, Any], language: str) -> str:
    """The author of a source as a word of a sentence: family names, else the editors', else the title."""
    for role in ("author", "editor"):
        names = [
            " ".join(
                filter(None, (one.get("non-dropping-particle"), one.get("family") or one.get("literal")))
            )
            for one in item.get(role) or ()
            if isinstance(one, dict)
        ]
        names = [name for name in names if name]
        if len(names) > 2:
            return f"{names[0]} et al."
        if names:
            from babel.core import Locale, UnknownLocaleError
            from babel.lists import format_list

            try:
                return format_list(names, locale=Locale.parse(language, sep="-"))
            except (UnknownLocaleError, ValueError):
                return format_list(names, locale="en")
    return str(item.get("title") or item["id"])


def in_form(item: dict[str, Any]) -> dict[str, Any]:
    """An item of CSL-JSON or CSL-YAML in the form that the engine reads.

    :raises ValueError: for values of another form; the message says which.
    """
    made = dict(item)
    for name, value in item.items():
        if name in DATES:
            made[name] = _date(value, name)
        elif name in _NAMES:
            if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
                raise ValueError(f'"{name}" is a list of names, each with family and given, or literal')
        elif isinstance(value, (dict, list)) and name not in ("categories", "custom", "keyword"):
            if name in _TEXTS:
                raise ValueError(f'"{name[:30]}" is a text')
            if not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
                del made[name]  # what a program keeps there for itself ("multi", of Juris-M)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            made[name] = str(value)
    return made


def _date(value: Any, name: str) -> dict[str, Any]:
    if isinstance(value, list) and value and isinstance(value[0], dict):  # pandoc's YAML: - year: 2024
        names = ("year", "month", "day")
        value = {"date-parts": [[one[part] for part in names if part in one] for one in value]}
    if isinstance(value, (str, int)):
        written = str(value).strip()
        match = re.fullmatch(r"(-?\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", written)
        return (
            {"date-parts": [[int(part) for part in match.groups() if part]]}
            if match
            else {"literal": written}
        )
    if not isinstance(value, dict):
        raise ValueError(f'"{name}" is no date: write 2024-03-01')
    parts = value.get("date-parts")
    if parts is None:
        return value
    if not isinstance(parts, list) or not all(isinstance(one, list) for one in parts):
        raise ValueError(f'"{name}" is no date: write 2024-03-01')
    try:
        made = [[int(number) for number in one if str(number).strip()] for one in parts]
        return {**value, "date-parts": made}
    except (TypeError, ValueError) as error:
        raise ValueError(f'"{name}" is no date: write 2024-03-01') from error


def _dated(date: Any) -> bool:
    if not isinstance(date, dict):
        return False
    parts = date.get("date-parts")
    return bool((parts and parts[0]) or date.get("literal") or date.get("raw") or date.get("season"))


def _wrong(date: Any) -> bool:
    """Whether a month or a day is none; months 13 to 16 and 21 to 24 are seasons (CSL 1.0.2)."""
    for numbers in date.get("date-parts") or () if isinstance(date, dict) else ():
        for at, number in enumerate(numbers[1:3]):
            most = (24, 31)[at]
            if not 1 <= number <= most:
                return True
        if len(numbers) > 2 and numbers[1] > 12:
            return True
    return False


def _shown(date: dict[str, Any]) -> str:
    return "/".join("-".join(map(str, numbers)) for numbers in date.get("date-parts") or ())
