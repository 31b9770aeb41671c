"""Separated values: the signs between them, and rows with their lines. Tables, charts and lists share it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

SEPARATORS: Final = (",", ";", "\t", "|")
"""What may stand between values."""
_SEP: Final = re.compile(r'\ufeff?"?sep=(.)"?', re.IGNORECASE)


def outside(line: str, sign: str, quote: str | None = '"') -> int:
    """How often a sign stands in a line outside quotation marks.

    :param quote: the quotation mark, if there is one.
    """
    parts = line.split(quote) if quote else [line]
    return sum(part.count(sign) for part in parts[::2])


def records(lines: Sequence[str], quote: str | None = '"') -> list[str]:
    """Lines, joined where a quotation mark is open at the end of one: a value may have several.

    :param quote: the quotation mark, if there is one.
    """
    if not quote:
        return list(lines)
    found: list[str] = []
    begun: list[str] = []
    is_open = False
    for line in lines:
        begun.append(line)
        is_open ^= line.count(quote) % 2 == 1
        if not is_open:
            found.append("\n".join(begun))
            begun = []
    return list(lines) if begun else [record for record in found if record.strip()]


def said_separator(line: str) -> str:
    """The sign that a first line names for Excel (``sep=;``); "" for another line."""
    match = _SEP.fullmatch(line)
    return match[1] if match is not None else ""


def separator(text: str) -> str:
    """The sign that parts each row into as many values, and most of them."""
    rows = records(text.splitlines()[:200])[:50]
    best, most = ",", 0
    for sign in SEPARATORS:
        counts = [outside(row, sign) for row in rows]
        least = min(counts, default=0)
        if least > most or (least == most and least and len(set(counts)) == 1 and best == ","):
            best, most = sign, least
    return best


def parting_sign(lines: Sequence[str], quote: str | None = '"') -> str:
    """The sign that parts values where it is no comma: each line has as many of it; "" for none.

    :param lines: those that are not empty.
    :param quote: the quotation mark, if there is one.
    """
    commas = {outside(line, ",", quote) for line in lines}
    if len(commas) == 1 and commas != {0}:
        return ""
    for sign in (";", "\t", "|", "،", "，", "、"):
        counts = {outside(line, sign, quote) for line in lines}
        drawn = sign == "|" and lines[0].startswith(sign)
        if len(counts) == 1 and counts != {0} and not drawn:
            return sign
    return ""


def numbered_rows(text: str, sign: str, **form: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text, each with the number of its first line, from 1: a value may have several lines.

    :param sign: what stands between the values.
    :param form: what else `csv.reader` is told.
    :raises csv.Error: when the values can't be told apart.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, **form)
    before = 0
    for row in reader:
        yield before + 1, row
        before = reader.line_num
