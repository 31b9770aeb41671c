"""Separated values: the signs between them, and rows with their lines. Tables, charts and lists share it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any


def outside(line: str, sign: str, quote: str | None = '"') -> int:
    """How often a sign stands in a line outside quotation marks.

    :param quote: the quotation mark, if there is one.
    """
    parts = line.split(quote) if quote else [line]
    return sum(part.count(sign) for part in parts[::2])


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
