"""Sheets of workbooks (.xlsx, .xls, .xlsb, .ods) as rows of texts, with numbers and dates of the language.

python-calamine reads them all: values, no formulas, and no macros. Of a number it knows the value and not the
form that the sheet shows.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Final

from pipeline.findings import listed, suggest
from pipeline.read.input.inclusions import Refused
from pipeline.tree.languages.values import as_text

ENDINGS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MAX_UNPACKED: Final = 128 * 1024 * 1024
"""How many bytes a workbook may have when it is unpacked."""
MAX_CELLS: Final = 50_000
"""How many cells are taken from a sheet."""

_CELLS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_COLUMNS: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_PARTED: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


def rows_of(data: bytes, name: str, sheet: str, cells: str, language: str) -> list[list[str]]:
    """The cells of a sheet, or of a part of it, as texts.

    :param language: language tag of the article; the others are those of `values_of`.
    :raises Refused: when it can't be read, or holds no such sheet or range.
    """
    return [[as_text(value, language) for value in row] for row in values_of(data, name, sheet, cells)]


def values_of(data: bytes, name: str, sheet: str, cells: str) -> list[list[Any]]:
    """The cells of a sheet, or of a part of it, as the workbook has them: numbers, dates, texts.

    :param data: the workbook; `name`: how messages call it.
    :param sheet: its name, or its number from 1; "" is the first one.
    :param cells: ``A1:C9``, ``A:C``, ``Trade!A1:C9``, or the name of a range; "" is all of the sheet.
    :raises Refused: when it can't be read, or holds no such sheet or range.
    """
    import python_calamine as calamine

    _check_size(data, name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise Refused(
            "insertion-missing", f'"{name}" is locked with a password: save it without one'
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        message = f'"{name}" is no workbook that can be read: save it as .xlsx'
        raise Refused("insertion-missing", message) from error
    there = list(book.sheet_names)
    cells = cells.strip()
    named = (
        _named(data, cells) if cells and not _CELLS.fullmatch(cells) and not _COLUMNS.fullmatch(cells) else ""
    )
    parted = _PARTED.fullmatch(named or cells)
    if parted is not None and (parted[1] or parted[2]) in there:
        sheet, cells = (parted[1] or parted[2]).replace("''", "'"), parted[3]
    elif named:
        cells = named
    chosen = _sheet(there, sheet, name)
    try:
        values = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
        rows = _part(values, cells, name, _names(data))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("insertion-missing", f'the sheet "{chosen}" of "{name}" can\'t be read') from error
    while rows and not any(value != "" for value in rows[-1]):
        rows.pop()
    width = max((at + 1 for row in rows for at, value in enumerate(row) if value != ""), default=0)
    if not width:
        raise Refused("directive-error", f'the sheet "{chosen}" of "{name}" is empty there')
    if len(rows) * width > MAX_CELLS:
        message = f"the table has more than {MAX_CELLS} cells: name a part of the sheet, as in :range: A1:F40"
        raise Refused("limit-size", message)
    return [row[:width] for row in rows]


def _check_size(data: bytes, name: str) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("insertion-missing", f'"{name}" is damaged: save it anew') from error
    if size > MAX_UNPACKED:
        limit = MAX_UNPACKED >> 20
        raise Refused("limit-size", f'"{name}" has more than {limit} million bytes when it is unpacked')


def _sheet(there: list[str], wanted: str, name: str) -> str:
    wanted = wanted.strip()
    if not wanted and there:
        return there[0]
    exact = next((one for one in there if one.casefold() == wanted.casefold()), None)
    if exact is not None:
        return exact
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(there):
        return there[int(wanted) - 1]
    names = listed([f'"{one}"' for one in there[:8]])
    message = f'"{name}" has no sheet "{wanted}"{suggest(wanted, there)}: there are {names}'
    raise Refused("directive-error", message)


def _part(values: list[list[Any]], cells: str, name: str, names: dict[str, str]) -> list[list[Any]]:
    if not cells:
        return values
    match, columns = _CELLS.fullmatch(cells), _COLUMNS.fullmatch(cells)
    if match is None and columns is None:
        hint = suggest(cells, names)
        message = (
            f'"{name}" has no range "{cells[:60]}"{hint}: write cells, as in A1:C9, or a name that it has'
        )
        raise Refused("directive-error", message)
    if columns is not None:
        left, right = sorted((_number(columns[1]), _number(columns[2])))
        return [row[left : right + 1] for row in values]
    assert match is not None
    left, right = sorted((_number(match[1]), _number(match[3] or match[1])))
    top, bottom = sorted((int(match[2]), int(match[4] or match[2])))
    return [row[left : right + 1] for row in values[max(top, 1) - 1 : bottom]]


def _number(letters: str) -> int:
    """The number of a column, from 0: A is 0, AA is 26."""
    found = 0
    for letter in letters.upper():
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _named(data: bytes, name: str) -> str:
    """The cells that a name of the workbook stands for; "" where it has none of that name."""
    return next((cells for one, cells in _names(data).items() if one.casefold() == name.casefold()), "")


def _names(data: bytes) -> dict[str, str]:
    """The names of ranges in an .xlsx (ECMA-376-1, 18.2.5)."""
    if not data.startswith(b"PK"):
        return {}
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    except (KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, OSError, ValueError):
        return {}
    return {
        str(one.get("name")): str(one.text or "")
        for one in root.iter("{*}definedName")
        if one.get("name") and not str(one.get("name")).startswith("_xlnm")
    }
