"""Charts: values from files, what is wrong with them, and what they show in words."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.tree.nodes import chart, datum
from tests.support.workbooks import Raw, Value, xlsx

TRADE = "Year,Exports,Imports\n2021,12.5,3\n2022,14,2.5\n2023,9,\n"
BOOK = xlsx(
    {
        "Trade": [
            ["Month", "Exports", "Share"],
            [datetime.date(2023, 1, 1), 12345.6, 0.5],
            [datetime.date(2023, 2, 1), 9000, 0.25],
        ]
    },
    {},
)


def made(
    folder: Path, text: str, *, language: str = "en", data: str = TRADE
) -> tuple[list[chart], list[Finding]]:
    (folder / "trade.csv").write_text(data, encoding="utf-8")
    (folder / "trade.xlsx").write_bytes(BOOK)
    path = folder / "article.rst"
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n:numbered: figures\n\n"
    path.write_text(f"{head}{text}\n", encoding="utf-8")
    article, findings = read(path)
    return list(article.document.findall(chart)) if article is not None else [], findings


def numbers(node: chart) -> list[str]:
    return [str(value["content"]) for value in node.findall(datum)]


def test_a_chart_is_a_numbered_figure_with_its_values(tmp_path: Path) -> None:
    text = ".. chart:: trade.csv\n   :kind: line\n   :unit: million euros\n   :source: *Eurostat*\n"
    text += "   :name: x\n\n"
    (node,), findings = made(tmp_path, f"See :numref:`x`.\n\n{text}   Trade in **goods**\n\n   Legend.")
    assert findings == []
    figure = node.parent
    assert isinstance(figure, nodes.figure)
    assert [part.tagname for part in figure] == ["chart", "caption", "legend"]
    assert figure[1].astext() == "Figure\u00a01. Trade in goods"
    assert [part.astext() for part in figure[2]] == ["Legend.", "Source: Eurostat"]
    assert numbers(node) == ["2021.0", "12.5", "3.0", "2022.0", "14.0", "2.5", "2023.0", "9.0"]
    rows = [[entry.astext() for entry in row] for row in node.findall(nodes.row)]
    assert rows == [
        ["Year", "Exports", "Imports"],
        ["2021", "12.5", "3.0"],
        ["2022", "14.0", "2.5"],
        ["2023", "9.0", "–"],
    ]
    assert node["alt"] == (
        "Line chart, million euros, 2021 – 2023. Exports: highest 14.0 (2022), lowest 9.0 (2023). "
        "Imports: highest 3.0 (2021), lowest 2.5 (2022)."
    )


def test_values_may_stand_below_the_directive(tmp_path: Path) -> None:
    text = ".. chart::\n   :caption: Troops\n   :alt: Italy leads.\n\n   Country; Troops\n   Italy; 852\n"
    text += "   Poland; 247"
    (node,), findings = made(tmp_path, text)
    assert findings == []
    assert (node["type"], node["alt"]) == ("bar", "Italy leads.")


def test_a_sheet_has_numbers_and_dates_of_the_language(tmp_path: Path) -> None:
    text = ".. chart:: trade.xlsx\n   :sheet: Trade\n   :range: A1:B3\n   :kind: line"
    (node,), findings = made(tmp_path, text, language="fr")
    assert findings == []
    rows = [[entry.astext() for entry in row] for row in node.findall(nodes.row)]
    assert rows[1:] == [["1 janvier 2023", "12\u202f345,6"], ["1 février 2023", "9\u202f000,0"]]
    assert numbers(node) == ["2023-01-01", "12345.6", "2023-02-01", "9000.0"]


@pytest.mark.parametrize(
    ("data", "language", "wanted"),
    [
        ("A;B\nx;1.234,5\ny;2", "de", ["1234.5", "2.0"]),
        ("A;B\nx;1,234\ny;2,5", "de", ["1.234", "2.5"]),
        ('A,B\nx,"1,234"\ny,2', "en", ["1234.0", "2.0"]),
        ('A,B\nx,"1,234,567.5"\ny,2', "fr", ["1234567.5", "2.0"]),
        ("A\tB\nx\t1 234,5\ny\t\u22122", "fr", ["1234.5", "-2.0"]),
        ("A,B\nx,12 %\ny,3 %", "en", ["12.0", "3.0"]),
        ("A,B\nx,١٢\ny,۳", "ar", ["12.0", "3.0"]),
        ("A,B\nx,..\ny,1e3", "en", ["1000.0"]),
        ("A;B\nx;0.001\ny;0.002", "de", ["0.001", "0.002"]),
        ("A,B\nx,1.234\ny,2.345", "en", ["1.234", "2.345"]),
    ],
)
def test_numbers_are_read_as_they_are_written(
    tmp_path: Path, data: str, language: str, wanted: list[str]
) -> None:
    (node,), findings = made(tmp_path, ".. chart:: trade.csv", data=data, language=language)
    assert findings == []
    assert numbers(node) == wanted


@pytest.mark.parametrize(
    ("text", "data", "line", "said"),
    [
        (".. chart:: trad.csv", TRADE, 8, 'did you mean "trade.csv"'),
        (".. chart:: trade.csv\n   :columns: Export", TRADE, 8, 'no column "Export" (did you mean "Exports"'),
        (".. chart:: trade.csv\n   :x: Jahr", TRADE, 8, 'no column "Jahr": there are "Year"'),
        (".. chart:: trade.csv\n   :kind: pie", TRADE, 9, "write :kind: bar, or :kind: stacked"),
        (".. chart:: trade.csv\n   :kind: lin", TRADE, 8, 'did you mean "line"'),
        (".. chart:: trade.csv\n   :table: no", TRADE, 9, 'write "both"'),
        (".. chart:: trade.csv\n   :sheet: 2", TRADE, 8, "for a workbook"),
        (".. chart:: trade.csv", "A,B\nx,1\ny,about 3\n", 3, '"about 3" in the column "B" is not a number'),
        (".. chart:: trade.csv", "A,B\nx,1\ny,3,4\n", 3, "this row has 3 cells, and 2 columns have names"),
        (".. chart:: trade.csv", "A,B\nx,\ny,-\n", 8, 'the column "B" of "trade.csv" has no number'),
        (".. chart:: trade.csv", "A,B,B\nx,1,2\n", 8, 'two columns "B", and nobody could tell them apart'),
        (".. chart:: trade.csv", "A,B\n", 8, "no row of values below the names of its columns"),
        (".. chart:: trade.csv", "A\nx\n", 8, "no column of values beside the one of :x:"),
        (
            ".. chart:: trade.csv",
            "A,B,C,D,E,F,G,H\nx,1,2,3,4,5,6,7\n",
            8,
            "shows up to 6 columns, and here are 7",
        ),
        (".. chart::", TRADE, 8, "the chart has no values: name a file"),
        (".. chart::\n\n   A,B\n   x,1\n   y,?", TRADE, 12, '"?" in the column "B" is not a number'),
        (".. chart:: trade.xlsx\n   :x: Exports\n   :columns: Month", TRADE, 8, "row 2, is not a number"),
        (".. chart:: trade.csv", "A,B\n" + "x,1\n" * 200, 8, "write :kind: line, or take fewer rows"),
        (
            ".. chart:: trade.csv",
            "A,B\n" + "x,1\n" * 60,
            8,
            "60 names with their bars have no room on a page",
        ),
        (".. chart:: trade.csv", "A,B\n" + "x,1\n" * 2001, 8, "more than 2000 rows"),
        (".. chart:: trade.csv", "A,B\nx,1e300\n", 2, "too large for a chart"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, data: str, line: int, said: str) -> None:
    charts, findings = made(tmp_path, text, data=data)
    assert charts == []
    (finding,) = findings
    assert said in finding.message
    assert finding.line == line


def test_numbers_that_can_be_read_in_two_ways_are_not_guessed(tmp_path: Path) -> None:
    charts, (finding,) = made(tmp_path, ".. chart:: trade.csv", data="A;B\nx;1.234\ny;2.345", language="de")
    assert charts == []
    assert 'can be read in two ways ("1.234"' in finding.message


def test_what_a_chart_shows_has_the_signs_of_its_language(tmp_path: Path) -> None:
    text = ".. chart::\n   :caption: C\n   :unit: U\n\n   Y; A\n   2020; -12%\n   2021; 3%"
    (node,), _ = made(tmp_path, text)
    assert node["alt"] == ("Bar chart, U, 2020 – 2021. A: highest 3% (2021), lowest \u221212% (2020).")
    assert numbers(node)[1] == "-12.0"
    (node,), _ = made(tmp_path, text, language="ar")
    assert "U، 2020" in node["alt"]
    assert "," not in node["alt"]
    (node,), _ = made(tmp_path, text, language="ja")
    assert node["alt"].startswith("棒グラフ、U、2020 – 2021。A: 最大")
    assert node["alt"].endswith("。")


def test_small_numbers_keep_their_digits(tmp_path: Path) -> None:
    text = ".. chart::\n   :caption: C\n\n   Y; A\n   2020; 0.0000012\n   2021; 3.5e-7"
    (node,), findings = made(tmp_path, text)
    assert findings == []
    assert "highest 0.00000120 (2020), lowest 0.00000035 (2021)" in node["alt"]


def test_a_chart_reads_what_spreadsheets_save(tmp_path: Path) -> None:
    saved = 'sep=;\nLand;Wert\n"Zwei\nZeilen";1.234,5\nTürkei;-7,25\n'
    (tmp_path / "saved.csv").write_bytes(saved.encode("utf-16"))
    (node,), findings = made(tmp_path, ".. chart:: saved.csv\n\n   C", language="de")
    assert findings == []
    assert numbers(node) == ["1234.5", "-7.25"]
    rows: list[list[Value]] = [
        ["Jahr", "Anteil"],
        [Raw('s="2"', "<v>45000</v>"), Raw('s="3"', "<v>0.125</v>")],
    ]
    (tmp_path / "b.xlsx").write_bytes(xlsx({"S": rows}, codes=["mmm yyyy", "0.0%"]))
    (node,), findings = made(tmp_path, ".. chart:: b.xlsx\n\n   C", language="de")
    assert findings == []
    assert [value.astext() for value in node.findall(datum)] == ["März 2023", "12,5\u00a0%"]
