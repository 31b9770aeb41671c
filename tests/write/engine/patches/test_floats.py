"""Boxes with a formatting context of their own stand beside what floats, or below it."""

from __future__ import annotations

from tests.support.typeset import boxes_on, is_text, pages_of, typeset

PAGE = """
@page { size: 300px 100px; margin: 0 }
.float { float: left; width: 90px; height: 50px }
.wide { width: 240px }
.box { display: flow-root }
.columns { columns: 2; column-gap: 0 }
ul { padding-left: 30px }
"""
FLOAT = '<div class="float">f</div>'


def places(body: str) -> dict[str, tuple[float, float]]:
    """Where each text stands on the first page."""
    page = typeset(body, PAGE).pages[0]
    return {
        box.text.strip(): (round(box.position_x), round(box.position_y))
        for box in boxes_on(page)
        if is_text(box)
    }


def test_a_box_stands_beside_a_float() -> None:
    assert places(f'{FLOAT}<div class="box">a</div>b')["a"] == (90, 0)


def test_a_box_below_a_float_goes_to_the_page_on_which_it_fits() -> None:
    wide = FLOAT.replace('"float"', '"float wide"')
    lines = "<br/>".join("abcdef")
    pages = pages_of(
        typeset(f'<p>1</p>{wide}<div class="box">{lines}</div>', PAGE + "* { orphans: 1; widows: 1 }")
    )
    assert pages == [["1", "f", *"abcd"], [*"ef"]]


def test_a_heading_goes_with_the_float_that_follows_it() -> None:
    section = f"<section><h2>2</h2>{FLOAT}<p>3</p></section>"
    style = PAGE + "* { margin: 0; font-size: 16px; line-height: 20px } h2 { break-after: avoid }"
    assert pages_of(typeset(f"<p>0</p><p>1</p>{section}", style)) == [["0", "1"], ["2", "f3"]]


def test_words_between_floats_have_room() -> None:
    """The second one stands below the first; where no word would stand between them, at its side."""
    for width, height in ((90, 50), (60, 0), (190, 0)):
        other = f'<div class="float" style="float: right; width: {width}px">r</div>'
        assert places(f"{FLOAT}{other}<p>a</p>")["r"][1] == height


def test_columns_stand_beside_a_float() -> None:
    found = places(f'{FLOAT}<div class="columns"><p>a</p><p>b</p></div>')
    assert (found["a"], found["b"]) == ((90, 0), (195, 0))


def test_the_mark_of_an_item_stands_beside_a_float() -> None:
    found = places(f"{FLOAT}<ul><li>a</li></ul>")
    assert (found["•"][0] >= 90, found["a"]) == (True, (120, 0))
