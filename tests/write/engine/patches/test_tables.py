"""Tables keep their heads, the rest of their cells, and room for the notes that these call."""

from __future__ import annotations

import pytest

from tests.support.typeset import boxes_on, is_text, pages_of, typeset

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


def test_the_rest_of_a_cell_without_room_is_not_the_whole_cell() -> None:
    """The block of ten lines has no room below the head; the other cell goes on there."""
    block = f'<div style="break-inside: avoid">{"<br/>".join("cdefghijkl")}</div>'
    other = "<br/>".join(f"{number}" for number in range(22))
    body = f"<table>{HEAD}<tr><td>a<br/>b{block}</td><td>{other}</td></tr></table>"
    pages = pages_of(typeset(body, f"{PAGE} tr {{ break-inside: auto }} td {{ vertical-align: top }}"))
    lines = [letter for page in pages for line in page for letter in line]
    assert [letter for letter in lines if letter in "abcdefghijkl"] == [*"abcdefghijkl"]


WIDE = "@page { size: 200px 100px; margin: 0 } table { border-spacing: 0 } "
TABLE = "<table><caption>one two three</caption><tbody><tr><td>a</td></tr></tbody></table>"


@pytest.mark.parametrize("width", [200, 100, 60])
def test_a_caption_is_as_wide_as_its_words(width: int) -> None:
    lines = {200: ["one two three"], 100: ["one two three"], 60: ["one two", "three"]}[width]
    pages = pages_of(typeset(f'<div style="width: {width}px">{TABLE}</div>', WIDE))
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
    document = typeset(TABLE.replace("<table", f'<table style="{style}"'), WIDE)
    left = {box.text: box.position_x for box in boxes_on(document.pages[0]) if is_text(box)}
    assert left == {"one two three": caption, "a": cell}


ROWS = """
@page { size: 120px 100px; margin: 0 }
table { border-spacing: 0 }
td { vertical-align: top }
.note { float: footnote; footnote-policy: line; display: block }
.note::footnote-call, .note::footnote-marker { content: none; line-height: 0; vertical-align: baseline }
* { orphans: 1; widows: 1 }
"""


def test_a_row_is_broken_above_the_notes_that_it_calls() -> None:
    lines = "<br/>".join("abcdefghijkl")
    row = f'<tr><td>{lines}</td><td>x<span class="note">n</span></td></tr>'
    pages = pages_of(typeset(f"<p>1</p><table>{row}</table>", ROWS))
    assert pages == [["1", "ax", *"bcdefg", "n"], [*"hijkl"]]


def test_a_row_that_goes_on_for_pages_is_broken_above_the_notes_of_each() -> None:
    lines, others = ("<br/>".join(letters) for letters in ("abcdefghijklmnop", "ABCDEFGHIJKLMN"))
    other = others.replace("B", 'B<span class="note">1</span>').replace("J", 'J<span class="note">2</span>')
    pages = pages_of(typeset(f"<table><tr><td>{lines}</td><td>{other}</td></tr></table>", ROWS))
    first = ["aA", "bB", "cC", "dD", "eE", "fF", "gG", "hH", "1"]
    assert pages == [first, ["iI", "jJ", "kK", "lL", "mM", "nN", "o", "p", "2"]]
