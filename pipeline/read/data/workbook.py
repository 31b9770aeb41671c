"""Sheets of workbooks (.xlsx, .xls, .xlsb, .ods) as rows of texts, with numbers and dates of the language.

python-calamine reads them all: values, no formulas, and no macros. Of an .xlsx, its XML tells the rest: what
is hidden, what could not be computed, in which form numbers are shown (`pipeline.read.data.sheet_looks`).
openpyxl would tell most of it, too, but reads a workbook twice to know which formula has no value.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Final

from pipeline.findings import Finding, listed, suggest
from pipeline.read.data.sheet import Sheet, taken
from pipeline.read.data.sheet_looks import looks_of, names_of, number_of
from pipeline.read.input.inclusions import Refused
from pipeline.read.input.reading import reading
from pipeline.read.input.refused import place_of

ENDINGS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MAX_UNPACKED: Final = 128 * 1024 * 1024
"""How many bytes a workbook may have when it is unpacked."""
_ALL: Final = 1_048_576
"""More rows and columns has no sheet."""

_CELLS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_COLUMNS: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_PARTED: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


def hidden_choice(argument: str) -> str:
    """The word of ``:hidden:``.

    :raises ValueError: for another one than "show" and "drop".
    """
    word = argument.strip().lower()
    if word not in ("show", "drop"):
        raise ValueError(f'"{word}" unknown; choose from "show", "drop"', word)
    return word


def sheet_of(data: bytes, name: str, sheet: str = "", cells: str = "", hidden: str = "") -> Sheet:
    """A sheet of a workbook, or a part of it. Hidden rows and columns are left out, as on a printed sheet.

    :param data: the workbook; `name`: how messages call it.
    :param sheet: its name, or its number from 1 among those that are seen; "" is the first of these.
    :param cells: ``A1:C9``, ``A:C``, ``Trade!A1:C9``, or the name of a range; "" is all of the sheet.
    :param hidden: "show" where what is hidden is taken, too; "drop" where nothing is to be said of it.
    :raises Refused: when it can't be read, holds no such sheet or range, or a cell could not be computed.
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
    visible = calamine.SheetVisibleEnum.Visible
    seen = [one.name for one in book.sheets_metadata if one.visible == visible]
    names = names_of(data)
    sheet, cells = _meant(sheet, cells.strip(), there, names)
    chosen = _sheet(there, seen or there, sheet, name)
    region = _region(cells, name, names)
    try:
        page = book.get_sheet_by_name(chosen)
        values, merged = page.to_python(skip_empty_area=False), page.merged_cell_ranges or []
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("insertion-missing", f'the sheet "{chosen}" of "{name}" can\'t be read') from error
    made = taken(values, region, looks_of(data, chosen), chosen, merged, show=hidden == "show")
    if not made.rows and made.hidden:
        message = f'the sheet "{chosen}" of "{name}" hides all that is named: write :hidden: show to show it'
        raise Refused("directive-error", message)
    if not made.rows:
        raise Refused("directive-error", f'the sheet "{chosen}" of "{name}" is empty there')
    if data.startswith(b"PK") and name.lower().endswith(".xlsb"):
        made.hidden = "what rows and columns an .xlsb hides can't be told, and all is shown here"
    if chosen not in seen:
        made.hidden = f'the sheet "{chosen}" is hidden in the workbook, and shown here'
    if hidden:
        made.hidden = ""
    return made


def sheet_for(directive: Any, data: bytes, name: str, sheet: str, cells: str) -> Sheet:
    """The sheet that a directive names. What is hidden there is a finding, unless its option says what to do.

    :param directive: with its option ``hidden``; the others are those of `sheet_of`.
    """
    found = sheet_of(data, name, sheet, cells, directive.options.pop("hidden", ""))
    if found.hidden:
        source, line = place_of(directive)
        message = (
            f'"{name}": {found.hidden}; write :hidden: drop if that is meant, or :hidden: show. The PDF '
            "carries the workbook whole, unless it is built with --no-attachments"
        )
        if "shown here" in found.hidden:
            message = f'"{name}": {found.hidden}; write :hidden: show if that is meant'
        reading(directive.state.document).files.findings.append(Finding("data-hidden", source, line, message))
    return found


def _meant(sheet: str, cells: str, there: list[str], names: dict[str, str]) -> tuple[str, str]:
    """The sheet and the cells that are meant, where the cells are a name, or name their sheet."""
    if not _CELLS.fullmatch(cells) and not _COLUMNS.fullmatch(cells):
        cells = next((one for name, one in names.items() if name.casefold() == cells.casefold()), cells)
    parted = _PARTED.fullmatch(cells)
    named = (parted[1] or parted[2]).replace("''", "'") if parted is not None else ""
    return (named, parted[3]) if parted is not None and named in there else (sheet, cells)


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


def _sheet(there: list[str], seen: list[str], wanted: str, name: str) -> str:
    wanted = wanted.strip()
    if not wanted and seen:
        return seen[0]
    exact = next((one for one in there if one.casefold() == wanted.casefold()), None)
    if exact is not None:
        return exact
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(seen):
        return seen[int(wanted) - 1]
    names = listed([f'"{one}"' for one in seen[:8]])
    message = f'"{name}" has no sheet "{wanted}"{suggest(wanted, seen)}: there are {names}'
    raise Refused("directive-error", message)


def _region(cells: str, name: str, names: dict[str, str]) -> tuple[range, range]:
    """The rows and the columns of a range, from 0."""
    if not cells:
        return range(_ALL), range(_ALL)
    match, columns = _CELLS.fullmatch(cells), _COLUMNS.fullmatch(cells)
    if columns is not None:
        left, right = sorted((number_of(columns[1]), number_of(columns[2])))
        return range(_ALL), range(left, right + 1)
    if match is None:
        hint = suggest(cells, names)
        message = (
            f'"{name}" has no range "{cells[:60]}"{hint}: write cells, as in A1:C9, or a name that it has'
        )
        raise Refused("directive-error", message)
    left, right = sorted((number_of(match[1]), number_of(match[3] or match[1])))
    top, bottom = sorted((int(match[2]), int(match[4] or match[2])))
    return range(max(top, 1) - 1, bottom), range(left, right + 1)
