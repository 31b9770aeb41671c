"""The check knows charts: what they show in words, their tables, and the words that are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.damage import Book, change

TEXT = """Title
=====

:date: 2026-11-24
:language: en
:numbered: figures

Exports grew, as :numref:`trade` shows.

.. chart:: trade.csv
   :kind: line
   :unit: million euros
   :caption: Trade in goods
   :name: trade
   :source: Eurostat

.. chart:: trade.csv
   :columns: Exports
   :table: both

   Exports

.. list-of:: figures
"""
CSV = b"Year,Exports,Imports\n2021,12.5,3\n2022,14,2.5\n2023,9,\n"


def elements(pdf: pikepdf.Pdf, below: Any = None) -> Iterator[Any]:
    """The structure elements of a PDF, in order."""
    kids: Any = (pdf.Root.StructTreeRoot if below is None else below).get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(pdf, kid)


@pytest.fixture(scope="module")
def made(finished: Callable[..., Result]) -> Result:
    return finished(TEXT, {"trade.csv": CSV}, whole=True)


def said(made: Result, folder: Path, pdf: bytes | None = None, epub: bytes | None = None) -> list[str]:
    article, _ = read(made.article)
    assert article is not None
    for output, data in zip(made.outputs, (pdf, epub), strict=True):
        (folder / f"article{output.path.suffix}").write_bytes(data or output.path.read_bytes())
    return [f"{one.code}: {one.message}" for one in check(article, folder, validators=False).findings]


def test_both_editions_have_all_of_a_chart(made: Result, tmp_path: Path) -> None:
    assert said(made, tmp_path) == []
    with pikepdf.open(made.outputs[0].path) as pdf:
        figures = [
            str(one.Alt)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert [alt.split(",")[0] for alt in figures] == ["Line chart", "Bar chart"]


def test_the_tags_of_the_pdf_have_the_values_as_a_table(made: Result) -> None:
    """Each value is the text of a cell, and the cell holds what is drawn for it."""
    with pikepdf.open(made.outputs[0].path) as pdf:
        tables = [one for one in elements(pdf) if one.S == "/Table"]
        rows = [one for one in elements(pdf, tables[0]) if one.S == "/TR"]
        cells = [[cell for cell in row.K if isinstance(cell, pikepdf.Dictionary)] for row in rows]
        texts = [[str(cell.get("/ActualText", "")) for cell in row] for row in cells]
        scopes = {str(cell.A.Scope) for cell in (*cells[0], *(row[0] for row in cells[1:]))}
        drawn = [[int(cell.K) for cell in row[1:] if "/K" in cell] for row in cells[1:]]
        content = next(one.Pg for one in elements(pdf) if one.S == "/Figure").Contents.read_bytes()
    assert texts == [
        ["Year", "Exports", "Imports"],
        *(["2021", "12.5", "3.0"], ["2022", "14.0", "2.5"], ["2023", "9.0", "\u2013"]),
    ]
    assert scopes == {"/Column", "/Row"}
    assert [len(row) for row in drawn] == [2, 2, 1]  # no value, no mark
    for number in (number for row in drawn for number in row):
        inside = re.search(rb"/Figure <</MCID %d>>\s+BDC(.*?)EMC" % number, content, re.DOTALL)
        assert inside is not None
        assert re.search(rb"\s[fS]\s", inside[1])
    assert b"% value" not in content
    assert len(tables) == 2  # the second one is printed


@pytest.mark.parametrize(
    ("pattern", "new", "code"),
    [
        (r"<svg.*?</svg>", "", "check-text"),
        (r'aria-label="Line chart', 'aria-label="A chart', "check-text"),
        (r"<details.*?</details>", "", "check-text"),
        (r"<td([^>]*)><p>14\.0", r"<td\1><p>41.0", "check-table"),
        (r">Imports</text>", ">Exports</text>", "check-text"),
        (r">million euros</text>", "></text>", "check-text"),
    ],
)
def test_a_damaged_epub(made: Result, tmp_path: Path, pattern: str, new: str, code: str) -> None:
    book = Book.read(made.outputs[1].path.read_bytes())
    change(pattern, new)(book)
    assert code in {one.partition(":")[0] for one in said(made, tmp_path, epub=book.write())}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("2.5", "5.2", "check-table"), ("Imports", "Exports", "check-text"), ("Line", "Bar", "check-text")],
)
def test_a_damaged_pdf(made: Result, tmp_path: Path, old: str, new: str, code: str) -> None:
    buffer = BytesIO()
    with pikepdf.open(made.outputs[0].path) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") in ("/Figure", "/TD", "/TH"):
                key = "/Alt" if one.S == "/Figure" else "/ActualText"
                if old in str(one.get(key, "")):
                    one[key] = pikepdf.String(str(one[key]).replace(old, new))
        pdf.save(buffer)
    assert code in {one.partition(":")[0] for one in said(made, tmp_path, pdf=buffer.getvalue())}


def test_the_check_sees_that_the_table_of_a_chart_is_gone(made: Result, tmp_path: Path) -> None:
    buffer = BytesIO()
    with pikepdf.open(made.outputs[0].path) as pdf:
        figure = next(one for one in elements(pdf) if one.S == "/Figure")
        kids = [one for one in figure.P.K if one.S != "/Table"]
        assert len(kids) == len(figure.P.K) - 1
        figure.P.K = pikepdf.Array(kids)
        pdf.save(buffer)
    assert "check-table" in {one.partition(":")[0] for one in said(made, tmp_path, pdf=buffer.getvalue())}


def test_the_ebook_says_that_it_has_described_pictures(made: Result) -> None:
    package = Book.read(made.outputs[1].path.read_bytes())["EPUB/content.opf"].decode()
    for name, value in (
        ("accessMode", "visual"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "alternativeText"),
    ):
        assert f'schema:{name}">{value}<' in package


def test_a_chart_of_shares_and_losses_is_found_good(finished: Callable[..., Result], tmp_path: Path) -> None:
    head = TEXT.partition("Exports grew")[0]
    values = "".join(f"   {row}\n" for row in ("Y,A", "a,-12%", "b,3%", "c,-5%"))
    made = finished(f"{head}.. chart::\n   :caption: Shares\n\n{values}", whole=True)
    assert said(made, tmp_path) == []


@pytest.mark.slow
def test_a_line_that_goes_up_and_down_steeply_reaches_no_farther_than_it_does(
    finished: Callable[..., Result], tmp_path: Path
) -> None:
    head = TEXT.partition("Exports grew")[0]
    values = "".join(f"   {number},{number * 37 % 101}\n" for number in range(400))
    made = finished(f"{head}.. chart::\n   :kind: line\n   :caption: Days\n\n   Day,A\n{values}", whole=True)
    assert said(made, tmp_path) == []


def test_a_chart_in_a_cell_can_be_read(finished: Callable[..., Result], tmp_path: Path) -> None:
    head = TEXT.partition("Exports grew")[0]
    inside = ".. chart::\n          :caption: C\n\n          y;v\n          a;1\n          b;-2\n"
    text = f"{head}.. list-table::\n   :header-rows: 1\n\n   * - A\n     - B\n   * - {inside}     - x\n"
    assert said(finished(text, whole=True), tmp_path) == []
