"""The caption of a narrow table is as wide as its words."""

from __future__ import annotations

import pytest

from tests.support.typeset import boxes_on, is_text, pages_of, typeset

PAGE = "@page { size: 200px 100px; margin: 0 } table { border-spacing: 0 } "
TABLE = "<table><caption>one two three</caption><tbody><tr><td>a</td></tr></tbody></table>"


@pytest.mark.parametrize("width", [200, 100, 60])
def test_a_caption_is_as_wide_as_its_words(width: int) -> None:
    lines = {200: ["one two three"], 100: ["one two three"], 60: ["one two", "three"]}[width]
    pages = pages_of(typeset(f'<div style="width: {width}px">{TABLE}</div>', PAGE))
    assert pages == [[*lines, "a"]]


@pytest.mark.parametrize(
    ("style", "caption", "cell"),
    [
        ("", 0, 0),
        ("margin-right: auto", 0, 0),
        ("margin-left: auto", 122, 194),
        ("margin: 0 auto", 61, 97),
        ("direction: rtl", 0, 72),
    ],
)
def test_the_table_stands_at_its_side(style: str, caption: int, cell: int) -> None:
    document = typeset(TABLE.replace("<table", f'<table style="{style}"'), PAGE)
    left = {box.text: box.position_x for box in boxes_on(document.pages[0]) if is_text(box)}
    assert left == {"one two three": caption, "a": cell}
