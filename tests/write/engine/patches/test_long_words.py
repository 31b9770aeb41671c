"""What is set of a long word grows as its length does, not with its square."""

from __future__ import annotations

import pytest

from tests.support.typeset import boxes_on, letters_set, typeset

PAGE = "@page { size: 9000px 100px; margin: 0 } td { padding: 0 } table { border-spacing: 0 }"
ANYWHERE = 'style="overflow-wrap: anywhere"'


def test_a_long_word_is_not_set_again_for_each_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def word(length: int) -> str:
        return f'<p style="width: 60px; overflow-wrap: anywhere">{"a" * length}</p>'

    short, long = (letters_set(monkeypatch, word(length), PAGE) for length in (1000, 2000))
    assert long < 3 * short


def test_the_least_width_is_measured_at_one_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    def word(length: int) -> str:
        return f"<table><tr><td {ANYWHERE}>{'a' * length}</td></tr></table>"

    short, long = (letters_set(monkeypatch, word(length), PAGE) for length in (300, 600))
    assert long < 3 * short


def test_the_least_width_behind_an_element_is_one_letter() -> None:
    body = f'<table style="width: 60px"><tr><td {ANYWHERE}><b>a</b>{"b" * 15}</td></tr></table>'
    (page,) = typeset(body, PAGE).pages
    assert [box.column_widths for box in boxes_on(page) if hasattr(box, "column_widths")] == [[60]]
