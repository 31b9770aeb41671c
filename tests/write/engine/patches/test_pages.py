"""Breaks between pages."""

from __future__ import annotations

from tests.support.typeset import boxes_on, is_text, typeset

PAGE = "@page { size: 200px 25px; margin: 0 } html { page: upright } h2, table { margin-top: 9px }"


def test_no_margin_at_the_head_of_a_page_with_a_name() -> None:
    table = "<table><caption>caption</caption><tr><td>cell</td></tr></table>"
    document = typeset(f"<p>text</p><h2>heading</h2>{table}", f"{PAGE} table {{ border-spacing: 0 }}")
    tops = [min(box.position_y for box in boxes_on(page) if is_text(box)) for page in document.pages]
    assert tops == [0, 0, 0]
