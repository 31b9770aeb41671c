"""Dates as authors write them: which day is meant by one that is not written as year, month and day."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Final

_YEAR_FIRST: Final = re.compile(
    r"(\d{4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?:\s?日)?(?:[T ]\d\d?:.*)?"
)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{4})")
_TIGHT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_FIRST: Final = re.compile(
    r"(?:[^\W\d_]+,? )?(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de |d['’])?"
    r"([^\W\d_]+)\.?,?[ -](?:de )?(\d{4})"
)
_MONTH_FIRST: Final = re.compile(r"(?:[^\W\d_]+,? )?([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def meant_by(text: str, language: str = "en") -> str:
    """The day that a text means, as ``2026-11-24``; "" where that is not certain.

    :param text: ``24 November 2026``, ``24.11.2026``; of ``11/12/2026`` nobody knows which is the month.
    :param language: the tag of the article's language: its names of months are known, and those of English.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()).strip(".,;\"'“”„")
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    match = _YEAR_FIRST.fullmatch(text) or _TIGHT.fullmatch(text)
    if match is not None:
        return _written(*match.groups())
    match = _YEAR_LAST.fullmatch(text)
    if match is not None:
        first, sign, second, year = match.groups()
        if sign == "." or int(first) > 12 or first == second:
            return _written(year, second, first)
        return _written(year, first, second) if int(second) > 12 else ""
    match = _DAY_FIRST.fullmatch(text)
    if match is not None:
        return _written(match[3], _month(match[2], language), match[1])
    match = _MONTH_FIRST.fullmatch(text)
    return _written(match[3], _month(match[1], language), match[2]) if match is not None else ""


def _written(year: str, month: str, day: str) -> str:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _month(name: str, language: str) -> str:
    """The number of a month by its name or the beginning of it; "" where there is none."""
    from babel import Locale, UnknownLocaleError

    word = name.casefold()
    for tag in (language, "en"):
        try:
            months = Locale.parse(tag, sep="-").months
        except (UnknownLocaleError, ValueError):
            continue
        named = {
            str(known).casefold().strip("."): number
            for form in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
            for number, known in months[form][width].items()
        }
        near = {number for known, number in named.items() if len(word) > 2 and known.startswith(word)}
        if word in named:
            return str(named[word])
        if len(near) == 1:
            return str(near.pop())
    return ""
