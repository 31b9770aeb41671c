"""A table that fills the page keeps its head and its caption."""

from __future__ import annotations

from tests.support.typeset import pages_of, typeset

PAGE = """
@page { size: 120px 100px; margin: 0 }
table { border-spacing: 0 }
tr { break-inside: avoid }
"""


def table(rows: str, *above: str) -> str:
    cell = "<br/>".join(rows)
    return f"<table>{''.join(above)}<tbody><tr><td>{cell}</td></tr></tbody></table>"


HEAD = "<thead><tr><th>H</th></tr></thead>"
CAPTION = "<caption>C</caption>"


def test_a_row_that_fills_the_page_is_broken_below_the_head() -> None:
    pages = pages_of(typeset(f"<p>before</p>{table('abcdefghijklm', HEAD)}", PAGE))
    assert pages == [["before"], ["H", *"abcdefghi"], ["H", *"jklm"]]


def test_a_caption_does_not_stand_alone() -> None:
    assert pages_of(typeset(table("abcdefghijkl", CAPTION), PAGE)) == [["C", *"abcdefghi"], [*"jkl"]]
