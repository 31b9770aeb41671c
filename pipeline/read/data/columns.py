"""The columns of a chart: numbers and dates, out of cells that are texts or what a workbook has in them."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.findings import listed, suggest
from pipeline.read.data.separated import numbered_rows, said_separator, separator
from pipeline.read.input.inclusions import Refused
from pipeline.tree.languages.values import as_text, decimal_sign, month_text, number_text, percent_text

MAX_ROWS: Final = 2000
"""The most rows of a chart."""
_NONE: Final = frozenset(("", "-", "\u2013", "\u2014", "\u2026", "...", "..", "n/a", "n.a.", "na", "nan"))
"""What stands where there is no number."""
_SPACES: Final = re.compile("[\u00a0\u202f\u2009'\u2019 ]")
_PLAIN: Final = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?")
_GROUPS: Final = {sign: re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:[{sign}]\d{{3}})+") for sign in ".,"}
_DIGITS: Final = {
    ord(sign): str(number) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for number, sign in enumerate(digits)
}
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Cell:
    """A cell of a chart's table.

    :param text: as the article shows it.
    :param content: the number or the day, "" where there is none; `form`: which of them it is.
    """

    text: str
    content: str = ""
    form: str = ""


@dataclass(frozen=True)
class Column:
    """A column.

    :param name: what heads it.
    """

    name: str
    cells: tuple[Cell, ...]

    @property
    def numbers(self) -> list[float | None]:
        """The numbers; ``None`` where there is none."""
        return [float(cell.content) if cell.form == "number" else None for cell in self.cells]


@dataclass(frozen=True)
class Rows:
    """What a file holds.

    :param name: how messages call it.
    :param head: what heads its columns.
    :param rows: its rows, as many cells each; `lines`: where each begins, in the text or the sheet, from 1.
    :param semicolons: whether semicolons stand between values: then a comma is a decimal sign.
    :param source: the file that a finding about a row names, or "" where it is no text.
    """

    name: str
    head: list[str]
    rows: list[list[Any]]
    lines: list[int]
    semicolons: bool = False
    source: str = ""

    def at(self, row: int) -> str:
        """Where a row is, counted from 0, in a message that has no line."""
        return "" if self.source else f", row {self.lines[row]},"

    def refuse(self, row: int, message: str) -> Refused:
        """What is wrong with a row, counted from 0: on its line where it is one of a text."""
        place = (self.source, self.lines[row]) if self.source else None
        return Refused("chart-data", message, place)


def rows_of_text(text: str, name: str, delimiter: str, source: str, first: int = 1) -> Rows:
    """The rows of comma-separated values; what stands between the values is found out.

    :param delimiter: what stands between them, or "".
    :param first: the number of the first line.
    :raises Refused: for a text without a row below its head.
    """
    said, _, rest = text.partition("\n")
    if said_separator(said.strip()):
        delimiter, text, first = delimiter or said_separator(said.strip()), rest, first + 1
    sign = delimiter or separator(text)
    try:
        found = [
            (first + line - 1, [cell.strip() for cell in row])
            for line, row in numbered_rows(text, sign, skipinitialspace=True)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise Refused("chart-data", f"the values of {name} can't be read: {error}") from error
    return _headed([row for _, row in found], [line for line, _ in found], name, sign == ";", source)


def rows_of_values(values: list[list[Any]], name: str) -> Rows:
    """The rows of a sheet."""
    numbered = [(line, row) for line, row in enumerate(values, start=1) if any(cell != "" for cell in row)]
    return _headed([row for _, row in numbered], [line for line, _ in numbered], name, False, "")


def _headed(rows: list[list[Any]], lines: list[int], name: str, semicolons: bool, source: str) -> Rows:
    if len(rows) < 2:
        what = "no row of values below the names of its columns" if rows else "no values"
        raise Refused("chart-data", f"{name} has {what}")
    if len(rows) > MAX_ROWS:
        raise Refused("limit-size", f"{name} has more than {MAX_ROWS} rows: a chart shows a part of them")
    head = [as_text(cell, "en").strip() for cell in rows[0]]
    while (
        head
        and not head[-1]
        and not any(str(row[len(head) - 1]).strip() for row in rows[1:] if len(row) >= len(head))
    ):
        head.pop()
    found = Rows(name, head, [], lines[1:], semicolons, source)
    for number, row in enumerate(rows[1:]):
        if len(row) > len(head) and any(str(cell).strip() for cell in row[len(head) :]):
            cure = (
                'put quotation marks around a value with a comma in it, as in "1,234"'
                if source
                else "name each"
            )
            message = f"this row has {len(row)} cells, and {len(head)} columns have names: {cure}"
            raise found.refuse(number, message)
        found.rows.append([*row[: len(head)], *[""] * (len(head) - len(row))])
    return found


def chosen(rows: Rows, wanted: str) -> int:
    """The number of a column, from 0, by its name, or by its number from 1.

    :raises Refused: where there is none; the nearest is named.
    """
    wanted = wanted.strip()
    for number, name in enumerate(rows.head):
        if name == wanted:
            return number
    folded = [number for number, name in enumerate(rows.head) if name.casefold() == wanted.casefold()]
    if folded:
        return folded[0]
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(rows.head):
        return int(wanted) - 1
    there = listed([f'"{name}"' for name in rows.head[:8] if name])
    hint = suggest(wanted, rows.head)
    raise Refused("chart-data", f'{rows.name} has no column "{wanted[:60]}"{hint}: there are {there}')


def series(rows: Rows, number: int, language: str) -> Column:
    """A column of numbers.

    :raises Refused: for a cell that is none, and where numbers can be read in two ways.
    """
    name = rows.head[number]
    raw = [row[number] for row in rows.rows]
    texts = [_bare(value) for value in raw if isinstance(value, str)]
    percent = bool(texts) and all(text.endswith("%") for text in texts if text.casefold() not in _NONE)
    fraction = _fraction_sign(rows, name, texts, language)
    found: list[float | None] = []
    decimals = 0
    for row, value in enumerate(raw):
        if isinstance(value, str):
            text = _bare(value)
            if text.casefold() in _NONE:
                found.append(None)
                continue
            plain = _plain(text.removesuffix("%").strip() if percent else text, fraction)
            if plain is None:
                raise rows.refuse(
                    row,
                    f'"{value.strip()[:40]}" in the column "{name}"{rows.at(row)} is not a number: '
                    "write a number, or leave the cell empty",
                )
            number_found = float(plain)
            decimals = max(decimals, _digits(plain))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            number_found = float(value)
            decimals = max(decimals, _digits(f"{number_found:.12g}"))
        else:
            what = as_text(value, language)
            raise rows.refuse(row, f'"{what}" in the column "{name}"{rows.at(row)} is not a number')
        if not abs(number_found) < 1e15:
            raise rows.refuse(
                row, f'the number in the column "{name}"{rows.at(row)} is too large for a chart'
            )
        found.append(number_found)
    if all(one is None for one in found):
        raise Refused("chart-data", f'the column "{name}" of {rows.name} has no number')
    grouped = any(one is not None and abs(one) >= 10_000 for one in found)
    return Column(
        name,
        tuple(
            Cell("\u2013")
            if one is None
            else Cell(
                _in_percent(number_text(one, language, decimals, grouped=grouped), language, percent=percent),
                repr(one),
                "number",
            )
            for one in found
        ),
    )


def _in_percent(text: str, language: str, *, percent: bool) -> str:
    return percent_text(text, language) if percent else text


def _digits(plain: str) -> int:
    """How many digits stand behind the point of a number as Python writes it; "1.5e-7" has eight."""
    number, _, power = plain.lower().partition("e")
    return min(max(len(number.partition(".")[2]) - int(power or 0), 0), 15)


def _bare(value: str) -> str:
    return value.strip().replace("\u2212", "-").translate(_DIGITS)


def _fraction_sign(rows: Rows, name: str, texts: Sequence[str], language: str) -> str:
    """What stands before the fractions of a column of numbers.

    :raises Refused: where it can't be told: "1.234" in German can be a number of thousands, or none.
    """
    numbers = [_SPACES.sub("", text.removesuffix("%")) for text in texts]
    points, commas = ([text for text in numbers if sign in text] for sign in ".,")
    if not points and not commas:
        return "."
    both = [text for text in numbers if "." in text and "," in text]
    if both:
        return "." if both[0].rindex(".") > both[0].rindex(",") else ","
    sign, marked = (".", points) if points else (",", commas)
    other = "," if sign == "." else "."
    if points and commas:
        whole = [
            mark for mark, some in ((".", points), (",", commas)) if any(one.count(mark) > 1 for one in some)
        ]
        return ("," if whole[0] == "." else ".") if whole else decimal_sign(language)
    if any(text.count(sign) > 1 for text in marked):
        return other  # 1,234,567
    if not all(_GROUPS[sign].fullmatch(text) for text in marked):
        return sign
    # Three digits behind each sign: thousands, or thousandths.
    local = decimal_sign(language)
    if local == ".":
        if sign == "." or not rows.semicolons:
            return "."
    elif sign == "," and rows.semicolons:
        return ","
    raise Refused(
        "chart-data",
        f'the numbers of the column "{name}" can be read in two ways ("{marked[0]}" is a thousand, or one '
        "and a fraction): write them without a sign between thousands",
    )


def _plain(text: str, fraction: str) -> str | None:
    """A number as Python reads it, or ``None``."""
    text = _SPACES.sub("", text)
    if not _PLAIN.fullmatch(text):
        return None
    group = "," if fraction == "." else "."
    whole = text.split(fraction)[0]
    if group in text and (group not in whole or not _GROUPS[group].fullmatch(whole)):
        return None
    if text.count(fraction) > 1:
        return None
    return text.replace(group, "").replace(fraction, ".")


def scale(rows: Rows, number: int, language: str) -> Column:
    """The column that the values stand over: days, months, numbers, or names."""
    raw = [row[number] for row in rows.rows]
    name = rows.head[number]
    days = [_day(value) for value in raw]
    if all(day is not None for day in days):
        months = all(isinstance(value, str) and _MONTH.fullmatch(value.strip()) for value in raw)
        form = "month" if months else "day"
        cells = [
            Cell(month_text(day, language) if months else as_text(day, language), day.isoformat(), form)
            for day in days
            if day is not None
        ]
        return Column(name, tuple(cells))
    plain = [_plain(_bare(value), ".") if isinstance(value, str) else _number(value) for value in raw]
    if all(one is not None and "," not in str(value) for one, value in zip(plain, raw, strict=True)):
        return Column(
            name,
            tuple(Cell(as_text(float(one), language), repr(float(one)), "number") for one in plain if one),
        )
    return Column(name, tuple(Cell(as_text(value, language)) for value in raw))


def _number(value: Any) -> str | None:
    return repr(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _day(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    month = _MONTH.fullmatch(text)
    try:
        if month:
            return datetime.date(int(month[1]), int(month[2]), 1)
        return datetime.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
