"""What an .ods (OpenDocument 1.3, part 3) and an .xls say of the cells of a sheet beside their values: what
is hidden, what could not be computed; of an .xls also in which form numbers are shown.

xlrd reads the .xls: the one reader of that format that tells which rows it hides; python-calamine does not.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from pipeline.errors import is_memory_error
from pipeline.read.data.looks import Looks, steps

OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an .xls begins."""
CONTENT: Final = "content.xml"
"""The part of an .ods that holds its sheets."""
_HIDING: Final = frozenset(("collapse", "filter"))
_MOST: Final = 1_048_576
"""More rows has no sheet."""
_STEPS: Final = ("table", "table-column", "table-row", "table-cell", "covered-table-cell")


def read_ods(archive: zipfile.ZipFile, sheet: str, made: Looks) -> None:
    """Read what an .ods says of a sheet."""
    inside, row, rows, column, columns = False, -1, 0, 0, 0
    for event, name, element in steps(io.BytesIO(archive.read(CONTENT)), _STEPS, huge=True):
        if name == "table":
            inside = event == "start" and _said(element, "name") == sheet
        elif not inside:
            continue
        elif name == "table-column" and event == "start":
            count = _times(element, "columns")
            made.columns.update(_hidden(element, columns, count))
            columns += count
        elif name == "table-row" and event == "start":
            row, rows, column = row + 1 if row < 0 else row + rows, _times(element, "rows"), 0
            made.rows.update(_hidden(element, row, rows))
        elif name == "table-row":
            element.clear()
        elif event == "end":
            if any(key.endswith("}value-type") and kind == "error" for key, kind in element.attrib.items()):
                made.errors[row, column] = "".join(element.itertext()).strip() or "#VALUE!"
            column += _times(element, "columns")


def _said(element: Any, name: str) -> str:
    """The value of an attribute, whatever its namespace is called."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def _times(element: Any, what: str) -> int:
    said = _said(element, f"number-{what}-repeated")
    return min(int(said), _MOST) if said.isdecimal() and said != "0" else 1


def _hidden(element: Any, first: int, count: int) -> range:
    return range(first, first + count) if _said(element, "visibility") in _HIDING else range(0)


def read_xls(data: bytes, sheet: str, made: Looks) -> None:
    """Read what an .xls says of a sheet; nothing where it can't be read."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        page = book.sheet_by_name(sheet)
        made.rows.update(number for number, row in page.rowinfo_map.items() if row.hidden or row.height == 0)
        made.columns.update(
            number for number, column in page.colinfo_map.items() if column.hidden or column.width == 0
        )
        for row in range(page.nrows):
            for column, kind in enumerate(page.row_types(row)):
                if kind == xlrd.XL_CELL_ERROR:
                    code = page.cell_value(row, column)
                    made.errors[row, column] = xlrd.error_text_from_code.get(code, "#VALUE!")
                elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                    style = book.xf_list[page.cell_xf_index(row, column)]
                    code = book.format_map[style.format_key].format_str
                    if code.casefold() != "general":
                        made.formats[row, column] = code
    except Exception as error:  # xlrd raises all kinds of things on a broken file
        if is_memory_error(error):
            raise
