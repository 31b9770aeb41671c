"""Tables from sheets of workbooks."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.tree.languages.values import as_text
from tests.support.workbooks import xlsx

TRADE = xlsx(
    {
        "Notes": [["Nothing"]],
        "Trade 2023": [
            ["Partner", "Exports", "Since"],
            ["Kosovo", 2345678.5, datetime.date(2008, 2, 24)],
            ["Albania", 12, datetime.date(1991, 3, 1)],
            [None, None, None],
            ["*Total*, all", 2023, True],
        ],
    },
    {"trade_only": "'Trade 2023'!$A$1:$B$3", "_xlnm.Print_Area": "'Trade 2023'!$A$1"},
)


def table(
    folder: Path, options: str, kind: str = "csv-table", language: str = "en", data: bytes = TRADE
) -> tuple[list[list[str]], list[Finding]]:
    (folder / "trade.xlsx").write_bytes(data)
    (folder / "trade.csv").write_text("A;B\n1;2\n", encoding="utf-8")
    path = folder / "article.rst"
    lines = "".join(f"   {line}\n" for line in options.split("|"))
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n"
    path.write_text(f"{head}.. {kind}:: Trade\n{lines}", encoding="utf-8")
    article, findings = read(path)
    rows = article.document.findall(nodes.row) if article is not None else ()
    return [[entry.astext() for entry in row] for row in rows], findings


def test_a_sheet_is_a_table(tmp_path: Path) -> None:
    rows, findings = table(tmp_path, ":file: trade.xlsx|:sheet: Trade 2023|:header-rows: 1")
    assert findings == []
    assert rows == [
        ["Partner", "Exports", "Since"],
        ["Kosovo", "2,345,678.5", "24 February 2008"],
        ["Albania", "12", "1 March 1991"],
        ["", "", ""],
        ["Total, all", "2023", "TRUE"],
    ]


@pytest.mark.parametrize(
    ("options", "first"),
    [
        (":file: trade.xlsx", ["Nothing"]),
        (":file: trade.xlsx|:sheet: 2|:range: A2:B3", ["Kosovo", "2,345,678.5"]),
        (":file: trade.xlsx|:sheet: trade 2023|:range: B:B", ["Exports"]),
        (":file: trade.xlsx|:range: trade_only", ["Partner", "Exports"]),
        (":file: trade.xlsx|:range: 'Trade 2023'!$C$2", ["24 February 2008"]),
    ],
)
def test_sheets_and_ranges(tmp_path: Path, options: str, first: list[str]) -> None:
    for kind in ("csv-table", "list-table"):
        rows, findings = table(tmp_path, options, kind)
        assert findings == []
        assert rows[0] == first


def test_a_list_table_reads_a_csv_file(tmp_path: Path) -> None:
    rows, findings = table(tmp_path, ":file: trade.csv", "list-table")
    assert rows == [["A", "B"], ["1", "2"]]
    assert [finding.code for finding in findings] == ["markup-misread"]  # parted by semicolons


@pytest.mark.parametrize(
    ("language", "number", "date"),
    [
        ("fr", "2\u202f345\u202f678,5", "24 février 2008"),
        ("de", "2.345.678,5", "24. Februar 2008"),
        ("nl", "2.345.678,5", "24 februari 2008"),
        ("en-US", "2,345,678.5", "February 24, 2008"),
        ("xx", "2,345,678.5", "24 February 2008"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(language: str, number: str, date: str) -> None:
    assert as_text(2345678.5, language) == number
    assert as_text(datetime.date(2008, 2, 24), language) == date
    assert as_text(2008, language) == "2008"
    assert as_text(0.1 + 0.2, language).strip("0") in (".3", ",3")


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b" " * (64 << 20), compresslevel=1)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("options", "data", "words"),
    [
        (":file: trade.xlsx|:sheet: Trade 2033", TRADE, 'did you mean "Trade 2023"'),
        (":file: trade.xlsx|:range: trade_onl", TRADE, 'did you mean "trade_only"'),
        (":file: trade.xlsx|:range: Z90:Z99", TRADE, "is empty there"),
        (":file: trade.csv|:sheet: x", TRADE, "are for a workbook"),
        (":file: ../trade.xlsx", TRADE, "outside"),
        (":file: trade.xlsx", b"PK\x03\x04 no zip", "damaged"),
        (":file: trade.xlsx", b"text", "no workbook"),
        (":file: trade.xlsx", bomb, "unpacked"),
        (":file: trade.xlsx|", lambda: xlsx({"A": [[1] * 20] * 3000}), "50000 cells"),
        (":file: trade.xlsx||x", TRADE, "keep one"),
    ],
    ids=range(10),
)
def test_findings(tmp_path: Path, options: str, data: bytes | Callable[[], bytes], words: str) -> None:
    # What is large is made here: each process of a run would make it while it collects the tests.
    _, findings = table(tmp_path, options, data=data if isinstance(data, bytes) else data())
    assert len(findings) == 1
    assert words in findings[0].message
    assert findings[0].is_error
