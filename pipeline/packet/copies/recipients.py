"""Who gets a copy: a list as a spreadsheet saves it (CSV), or the spreadsheet itself."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path
from typing import Final

from pipeline.errors import reason_of
from pipeline.findings import Finding
from pipeline.read.data.separated import numbered_rows, outside
from pipeline.read.data.workbook import ENDINGS, sheet_of
from pipeline.read.input.decoding import CONTROL, DIRECTION
from pipeline.read.input.encodings import as_utf8
from pipeline.read.input.inclusions import Refused
from pipeline.write.engine.fonts import uncovered

MOST: Final = 1000
"""How many copies are made at once."""
LONGEST: Final = 80
"""Characters of a name: it has to stand on one line."""
_BYTES: Final = 4_000_000
_HEADINGS: Final = frozenset(
    (
        *("name", "names", "recipient", "recipients", "for", "nom", "noms", "destinataire", "pour", "naam"),
        *("voor", "ontvanger", "empfänger", "für", "nombre", "destinatario", "para", "nome", "per"),
        *("destinatário", "emri", "për"),
    )
)
"""What the column of names may be called."""


def read_recipients(path: Path, language: str = "en") -> tuple[list[str], list[Finding]]:
    """The names in a list, in its order.

    :param path: CSV, its values parted by commas, semicolons or tabs, or a workbook, its first sheet. Of more
        than one column, one is called ``name``; of a single one, that heading may stand above it.
    :param language: of numbers and dates in a workbook.
    :returns: the names, none where there are errors; and what was found.
    """
    shown = str(path)
    try:
        if path.stat().st_size > _BYTES:
            return [], [Finding("copies-list", shown, None, "it has more than four megabytes: take it apart")]
        data = path.read_bytes()
    except OSError as error:
        message = f"the list can't be read: {reason_of(error)}"
        return [], [Finding("file-missing", shown, None, message)]
    found: list[Finding] = []
    try:
        if path.suffix.lower() in ENDINGS:
            taken = sheet_of(data, path.name, hidden="show").texts(language)
            rows = list(enumerate(taken, start=1))
        else:
            text, found = _text(data, shown, language)
            rows = _rows(text)
    except Refused as error:
        return [], [Finding("copies-list", shown, None, str(error))]
    except csv.Error as error:
        message = f"its values can't be told apart ({error}): save it once more as CSV"
        return [], [Finding("copies-list", shown, None, message)]
    names, faults = _names(rows, shown)
    found += faults
    return ([] if any(finding.is_error for finding in found) else names), found


def _text(data: bytes, shown: str, language: str) -> tuple[str, list[Finding]]:
    """The text of a list, and a word on its encoding where that had to be guessed."""
    made, guess = as_utf8(data, language=language)
    text = made.decode("utf-8-sig", "replace")
    if guess is None:
        return text, []
    read = f"it is not UTF-8, and was read as {guess.name.title()} ({guess.words})"
    message = f"{read}: if that is wrong, save it as CSV UTF-8"
    odd = next((place for place, letter in enumerate(text) if not letter.isascii()), 0)
    return text, [Finding("copies-encoding", shown, text.count("\n", 0, odd) + 1, message)]


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows of comma-separated values with their lines; the sign between values is found out."""
    lines = [line for line in text.splitlines() if line.strip()]
    counts = {sign: {outside(line, sign) for line in lines} for sign in (";", "\t", ",")}
    sign = next((sign for sign, found in counts.items() if len(found) == 1 and found != {0}), None)
    if sign is None:  # rows of one value, or of differing lengths: the heading says which
        sign = next((sign for sign in counts if lines and outside(lines[0], sign)), "\0")
    return list(numbered_rows(text, sign, strict=True))


def _names(rows: list[tuple[int, list[str]]], shown: str) -> tuple[list[str], list[Finding]]:
    filled = [
        (line, [" ".join(cell.split()) for cell in row]) for line, row in rows if any(map(str.strip, row))
    ]
    if not filled:
        return [], [Finding("copies-list", shown, None, "there is no name in it")]
    line, first = filled[0]
    column = next((at for at, cell in enumerate(first) if cell.casefold() in _HEADINGS), None)
    if column is not None:
        filled = filled[1:]
    elif max(len(row) for _, row in filled) > 1:
        message = (
            'it has several columns, and none of them is called "name": write that above the one with the '
            "recipients"
        )
        return [], [Finding("copies-list", shown, line, message)]
    names, found = list[str](), list[Finding]()
    seen: dict[str, int] = {}
    for at, row in filled:
        name = unicodedata.normalize("NFC", row[column or 0]) if len(row) > (column or 0) else ""
        fault = _fault(name)
        if fault:
            found.append(Finding("copies-list", shown, at, fault))
        earlier = seen.setdefault(name.casefold(), at)
        if name and earlier != at:
            message = f'"{name}" stands in line {earlier}, too: two copies are made'
            found.append(Finding("copies-twice", shown, at, message))
        names.append(name)
    if not names:
        found.append(Finding("copies-list", shown, None, "there is no name in it"))
    if len(names) > MOST:
        message = f"it has {len(names)} names: {MOST} copies are made at once at most"
        found.append(Finding("copies-list", shown, None, message))
    return names, found


def _fault(name: str) -> str:
    """Why a name can't stand on the pages; empty where it can."""
    if not name:
        return "there is no name in this row: write one, or take the row out"
    if len(name) > LONGEST:
        return f'"{name[:30]}…" is too long: a name has {LONGEST} characters at most'
    odd = CONTROL.search(name) or DIRECTION.search(name)
    if odd is not None:
        return f"the name has the character U+{ord(odd[0]):04X}, which can't stand on a page: take it out"
    for character in uncovered(name):
        what = unicodedata.name(character, "unnamed").lower()
        return f"no font at hand has the character U+{ord(character):04X} ({what}): write the name otherwise"
    return ""
