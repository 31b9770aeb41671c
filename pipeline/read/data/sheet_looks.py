"""What an .xlsx says of the cells of a sheet beside their values: what is hidden, what could not be computed,
and in which form numbers are shown (ECMA-376-1, 18.3.1).
"""

from __future__ import annotations

import contextlib
import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from typing import Any, Final

from pipeline.read.data.looks import Looks, Place, steps
from pipeline.read.data.number_forms import BUILT_IN
from pipeline.read.data.other_looks import CONTENT, OLD, read_ods, read_xls
from pipeline.tree.note_order import letter

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_COLUMNS: Final = 16_384


def looks_of(data: bytes, sheet: str) -> Looks:
    """What a workbook says of a sheet; of an .xlsb, and where it can't be read, nothing."""
    made = Looks()
    if data.startswith(OLD):
        read_xls(data, sheet, made)

    def take(archive: zipfile.ZipFile) -> None:
        if CONTENT in archive.namelist():
            read_ods(archive, sheet, made)
            return
        path = _path(archive, sheet)
        if path:
            _read(io.BytesIO(archive.read(path)), _codes(archive), made)

    _take(data, take)
    return made


def names_of(data: bytes) -> dict[str, str]:
    """The names of ranges in an .xlsx (ECMA-376-1, 18.2.5); none where it can't be read."""
    found: dict[str, str] = {}

    def take(archive: zipfile.ZipFile) -> None:
        for one in _root(archive, "xl/workbook.xml").iter("{*}definedName"):
            name = str(one.get("name") or "")
            if name and not name.startswith("_xlnm"):
                found[name] = str(one.text or "")

    _take(data, take)
    return found


def _take(data: bytes, take: Callable[[zipfile.ZipFile], None]) -> None:
    """Take something from the parts of an .xlsx, as far as they can be read."""
    if not data.startswith(b"PK"):
        return
    from lxml import etree

    unreadable = KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, OSError, ValueError
    with contextlib.suppress(*unreadable), zipfile.ZipFile(io.BytesIO(data)) as archive:
        take(archive)


def _root(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)


def _path(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of a sheet's part."""
    wanted = ""
    for one in _root(archive, "xl/workbook.xml").iter("{*}sheet"):
        if one.get("name") == sheet:
            wanted = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
    for link in _root(archive, "xl/_rels/workbook.xml.rels").iter("{*}Relationship"):
        if wanted and link.get("Id") == wanted:
            return posixpath.normpath(posixpath.join("/xl", str(link.get("Target")))).lstrip("/")
    return ""


def _codes(archive: zipfile.ZipFile) -> list[str]:
    """The code of the number format of each style of cells."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = _root(archive, "xl/styles.xml")
    own = {str(one.get("numFmtId")): str(one.get("formatCode", "")) for one in root.iter("{*}numFmt")}
    known = {str(number): code for number, code in BUILT_IN.items()} | own
    listed = root.find("{*}cellXfs")
    return [known.get(str(one.get("numFmtId")), "") for one in listed] if listed is not None else []


def _read(part: io.BytesIO, codes: list[str], made: Looks) -> None:
    row, column = -1, -1
    for event, name, element in steps(part, ("col", "row", "c")):
        if event == "start" and name == "col" and _is_hidden(element, "width"):
            first, last = (int(element.get(key, "1")) for key in ("min", "max"))
            made.columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
        elif event == "start" and name == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
            if _is_hidden(element, "ht"):
                made.rows.add(row)
        elif event == "end" and name == "c":
            match = _REFERENCE.fullmatch(element.get("r", ""))
            column = number_of(match[1]) if match else column + 1
            _read_cell(element, (row, column), codes, made)
        elif event == "end" and name == "row":
            element.clear()


def _is_hidden(element: Any, extent: str) -> bool:
    return element.get("hidden") in ("1", "true") or element.get(extent) in ("0", "0.0")


def _read_cell(cell: Any, place: Place, codes: list[str], made: Looks) -> None:
    kind, value = cell.get("t", "n"), cell.findtext("{*}v") or ""
    style = cell.get("s", "")
    if value and style.isdecimal() and int(style) < len(codes) and codes[int(style)]:
        made.formats[place] = codes[int(style)]
    if kind == "e":
        made.errors[place] = value.strip() or "#VALUE!"
    elif not value and kind != "str" and cell.find("{*}f") is not None:
        made.unknown.add(place)


def number_of(letters: str) -> int:
    """The number of a column, from 0: A is 0, AA is 26."""
    found = 0
    for one in letters.upper():
        found = found * 26 + ord(one) - ord("A") + 1
    return found - 1


def letters_of(number: int) -> str:
    """The letters of a column, from its number: 0 is A, 26 is AA."""
    return letter(number + 1).upper()
