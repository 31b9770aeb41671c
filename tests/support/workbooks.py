"""Small workbooks, as a spreadsheet program saves them (ECMA-376-1)."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_HIDDEN = ' state="hidden"'
_GONE = ' hidden="1"'


@dataclass(frozen=True)
class Raw:
    """A cell as it stands in the file: its attributes, and what is in it."""

    attributes: str
    inside: str


Value = str | int | float | bool | datetime.date | None | Raw


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[Value]]],
    names: Mapping[str, str] = {},
    *,
    codes: Sequence[str] = (),
    hidden: Sequence[str | int] = (),
    columns: str = "",
    merged: Sequence[str] = (),
) -> bytes:
    """A workbook.

    :param sheets: rows of cells by the names of the sheets.
    :param names: what names of ranges stand for: ``Trade!$A$1:$B$3``.
    :param codes: of number formats, for styles from 2.
    :param hidden: names of sheets, and numbers of rows in all sheets.
    :param columns: elements ``col`` of all sheets; `merged`: ranges of theirs.
    """
    buffer = io.BytesIO()
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
                for n in numbers
            )
            + "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
            + "".join(
                f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"{_HIDDEN if name in hidden else ""}/>'
                for n, name in zip(numbers, sheets, strict=True)
            )
            + "</sheets><definedNames>"
            + "".join(
                f"<definedName name='{one}'>{escape(cells)}</definedName>" for one, cells in names.items()
            )
            + "</definedNames></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/s{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="rs" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><numFmts>'
            + "".join(
                f'<numFmt numFmtId="{n}" formatCode="{escape(code)}"/>' for n, code in enumerate(codes, 164)
            )
            + '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
            + "".join(f'<xf numFmtId="{n}"/>' for n, _ in enumerate(codes, 164))
            + "</cellXfs></styleSheet>",
        )
        for number, rows in zip(numbers, sheets.values(), strict=True):
            body = "".join(
                f'<row r="{at}"{_GONE if at in hidden else ""}>{_cells(row, at)}</row>'
                for at, row in enumerate(rows, start=1)
            )
            archive.writestr(
                f"xl/worksheets/s{number}.xml",
                f'<worksheet xmlns="{_MAIN}">{f"<cols>{columns}</cols>" if columns else ""}<sheetData>{body}'
                f"</sheetData>{_merged(merged)}</worksheet>",
            )
    return buffer.getvalue()


def _cells(row: Sequence[Value], at: int) -> str:
    return "".join(_cell(value, at, column) for column, value in enumerate(row))


def _merged(ranges: Sequence[str]) -> str:
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return f"<mergeCells>{cells}</mergeCells>" if ranges else ""


def _cell(value: Value, row: int, column: int) -> str:
    place = f'r="{chr(ord("A") + column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, Raw):
        return f"<c {place} {value.attributes}>{value.inside}</c>"
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime.date):
        days = (value - datetime.date(1899, 12, 30)).days
        return f'<c {place} s="1"><v>{days}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c {place}><v>{value}</v></c>"
    return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
