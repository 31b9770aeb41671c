"""Source lines, aligned columns, and cells that span others, in trees and in finished files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.reader import parse_text
from pipeline.read.tables.spans import Cell, fitted
from tests.support.articles import HEAD
from tests.support.readback import EpubFile, PdfFile

LIST: Final = """.. list-table:: Trade
   :header-rows: 2
   :stub-columns: 1

   * - :rspan:`1` Year
     - :cspan:`1` *Value*
   * - Exports
     - Imports
   * - 2022
     - :cspan:`1` :rspan:`1` 5
{rest}
"""
OMITTED, EMPTY = "   * - 2023", "   * - 2023\n     -\n     -"


def spans(table: nodes.table) -> list[list[tuple[str, int, int]]]:
    """By row, what each cell says and how many columns and rows it has beside its own."""
    return [
        [(cell.astext(), cell.get("morecols", 0), cell.get("morerows", 0)) for cell in row]
        for row in table.findall(nodes.row)
    ]


EXPECTED: Final = [
    [("Year", 0, 1), ("Value", 1, 0)],
    [("Exports", 0, 0), ("Imports", 0, 0)],
    [("2022", 0, 0), ("5", 1, 1)],
    [("2023", 0, 0)],
]


@pytest.mark.parametrize("rest", [OMITTED, EMPTY])
def test_cells_of_a_list_table_span_others(rest: str) -> None:
    document, found = parse_text(HEAD + LIST.format(rest=rest))
    assert found == []
    (table,) = document.findall(nodes.table)
    assert spans(table) == EXPECTED
    assert table[1]["cols"] == 3


@pytest.mark.parametrize("rest", ["2023", "2023,,"])
def test_cells_of_a_csv_table_span_others(rest: str) -> None:
    body = (
        ".. csv-table:: Trade\n   :header-rows: 2\n\n   :rspan:`1` Year, :cspan:`1` *Value*,\n"
        "   , Exports, Imports\n"
        f"   2022, :cspan:`1` :rspan:`1` 5,\n   {rest}\n"
    )
    document, found = parse_text(HEAD + body)
    assert found == []
    (table,) = document.findall(nodes.table)
    assert spans(table) == EXPECTED


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (LIST.format(rest="   * - 2023\n     - 7\n     - 8"), 11, "row 4"),
        (LIST.format(rest="   * - 2023\n     - 7"), 11, "row 4"),
        (".. list-table::\n\n   * - :rspan:`1` a\n     - b\n", 3, "row 1"),
        (".. list-table::\n   :header-rows: 1\n\n   * - :rspan:`1` a\n     - b\n   * - c\n", 4, "row 1"),
        (".. csv-table::\n\n   a, b\n   :cspan:`2` c, d\n", 4, "row 2"),
        ("Text.\n\n:cspan:`1` Text.\n", 3, "take it out here"),
        (".. list-table::\n\n   * - :cspan:`x` a\n     - b\n", 3, "write a number from 1"),
    ],
)
def test_spans_that_do_not_fit(body: str, line: int, said: str) -> None:
    document, found = parse_text(HEAD + body)
    (one,) = found
    assert said in one.message
    assert (str(one.severity), one.line) == ("error", HEAD.count("\n") + line)
    document.validate()


@st.composite
def tilings(draw: st.DrawFn) -> tuple[int, list[list[Cell]]]:
    """Rows whose cells fill a table without a gap."""
    columns, rows = draw(st.integers(2, 5)), draw(st.integers(1, 5))
    taken: set[tuple[int, int]] = set()
    found: list[list[Cell]] = []
    for row in range(rows):
        found.append([])
        for column in range(columns):
            if (row, column) in taken:
                continue
            wide = 1
            while column + wide < columns and (row, column + wide) not in taken and draw(st.booleans()):
                wide += 1
            high = draw(st.integers(1, rows - row))
            taken |= {(row + y, column + x) for y in range(high) for x in range(wide)}
            found[-1].append(Cell(wide - 1, high - 1, False))
    return columns, found


@given(tilings())
def test_what_fills_a_table_fits(tiling: tuple[int, list[list[Cell]]]) -> None:
    columns, rows = tiling
    count, places, bad = fitted(rows)
    if bad < 0 and count == columns:
        placed = [[index for index in row if index is not None] for row in places]
        assert placed == [list(range(len(row))) for row in rows]
    else:  # a first row of so many cells may be read as one whose covered cells stand there
        assert len(rows[0]) != columns


SOURCED: Final = """.. list-table:: Trade
   :column-align: left, decimal
   :source: Eurostat, *own* sums [#a]_

   * - A
     - 3.1
   * - B
     - 112.25

.. figure:: drawing.svg
   :alt: Dot
   :source: Own drawing

.. table:: Plain
   :source: Source: Bank

   == ==
   1  2
   == ==

.. [#a] A note.
"""


def test_a_source_line_says_where_a_table_comes_from() -> None:
    document, found = parse_text(HEAD.replace(":language: en", ":language: fr") + SOURCED)
    assert found == []
    lines = [node.astext() for node in document.findall(nodes.paragraph) if "source-line" in node["classes"]]
    assert lines == ["Source\u00a0: Eurostat, own sums1", "Source\u00a0: Own drawing", "Source: Bank"]


def test_too_many_words_for_columns_are_told() -> None:
    _, found = parse_text(HEAD + SOURCED.replace("left, decimal", "left right right"))
    assert [(one.code, one.line) for one in found] == [("directive-error", HEAD.count("\n") + 1)]


def test_both_editions_have_the_source_line_and_the_columns(
    print_edition: Callable[..., PdfFile], ebook_edition: Callable[..., EpubFile], pictures: dict[str, bytes]
) -> None:
    book = ebook_edition(SOURCED, pictures)
    lines = ["".join(line.itertext()) for _, line in book.find("//h:p[contains(@class, 'source-line')]")]
    assert lines == ["Source: Eurostat, own sums1", "Source: Own drawing", "Source: Bank"]
    pads = [cell.get("style") for _, cell in book.find("//h:td[contains(@class, 'numeric')]/h:p")]
    assert pads == ["padding-right: 0.5em", None]
    page = print_edition(SOURCED, pictures).pages[0]
    signs = [char.x for char in page.chars if char.text == "." and char.size < 10][:2]
    assert signs[0] == pytest.approx(signs[1], abs=0.4)
