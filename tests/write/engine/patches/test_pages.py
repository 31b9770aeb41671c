"""Breaks between pages, and numbers of pages in the text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.typeset import boxes_on, is_text, pages_of, typeset

PAGE = "@page { size: 200px 25px; margin: 0 } html { page: upright } h2, table { margin-top: 9px }"


def test_no_margin_at_the_head_of_a_page_with_a_name() -> None:
    table = "<table><caption>caption</caption><tr><td>cell</td></tr></table>"
    document = typeset(f"<p>text</p><h2>heading</h2>{table}", f"{PAGE} table {{ border-spacing: 0 }}")
    tops = [min(box.position_y for box in boxes_on(page) if is_text(box)) for page in document.pages]
    assert tops == [0, 0, 0]


def test_a_page_that_names_earlier_ones_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    typeset("<p>first</p>", PAGE)  # WeasyPrint is loaded
    from weasyprint.layout import page

    made: list[int] = []
    make_page = page.make_page

    def counting_make_page(
        context: Any, root: Any, kind: Any, resume_at: Any, number: int, *rest: Any
    ) -> Any:
        made.append(number)
        return make_page(context, root, kind, resume_at, number, *rest)

    monkeypatch.setattr(page, "make_page", counting_make_page)
    sheet = f"""{PAGE} p {{ break-after: page }} a::after {{ content: target-counter(attr(href url), page) }}
        b::after {{ content: target-counter(attr(href url), page) " of " counter(pages) }}"""
    links = '<a href="#one">page </a><a href="#two">, </a>'
    document = typeset(f'<p id="one">one</p><p id="two">two</p><p>{links}</p>', sheet)
    assert pages_of(document) == [["one"], ["two"], ["page 1, 2"]]
    assert made == [1, 2, 3]
    # What is known later only, and the number of all pages, are still set.
    text = '<p><a href="#two">page </a></p><p id="two">two</p><p><b href="#two">page </b></p>'
    assert pages_of(typeset(text, sheet)) == [["page 2"], ["two"], ["page 2 of 3"]]
