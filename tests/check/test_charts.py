"""The check knows charts: what they show in words, their tables, and the words that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

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
    assert [("2022: Exports 14.0, Imports 2.5" in alt, alt.split(",")[0]) for alt in figures] == [
        (True, "Line chart"),
        (False, "Bar chart"),  # its table follows
    ]


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
    [("Imports 2.5", "Imports 5.2", "check-text"), ("Line chart", "Bar chart", "check-text")],
)
def test_a_damaged_pdf(made: Result, tmp_path: Path, old: str, new: str, code: str) -> None:
    buffer = BytesIO()
    with pikepdf.open(made.outputs[0].path) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure" and old in str(one.Alt):
                one.Alt = pikepdf.String(str(one.Alt).replace(old, new))
        pdf.save(buffer)
    assert code in {one.partition(":")[0] for one in said(made, tmp_path, pdf=buffer.getvalue())}


def test_the_ebook_says_that_it_has_described_pictures(made: Result) -> None:
    package = Book.read(made.outputs[1].path.read_bytes())["EPUB/content.opf"].decode()
    for name, value in (
        ("accessMode", "visual"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "alternativeText"),
    ):
        assert f'schema:{name}">{value}<' in package
