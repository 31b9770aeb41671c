"""Lines end where they should: at spaces, and inside of words only where there is no other place."""

from __future__ import annotations

from tests.support.typeset import pages_of, typeset

PAGE = "@page { size: 200px; margin: 0 }"


def lines(width: int, text: str) -> list[str]:
    """The lines of a paragraph that has room for so many letters."""
    (page,) = pages_of(typeset(f'<p style="width: {6 * width}px; overflow-wrap: anywhere">{text}</p>', PAGE))
    return page


def test_the_space_at_the_end_of_a_text_needs_no_room() -> None:
    assert lines(9, "aaaa bbbb <b>cc</b>") == ["aaaa bbbb", "cc"]


def test_a_word_in_an_element_goes_to_the_next_line() -> None:
    assert lines(10, "<i>aaaa <b>bbbbbbb</b></i>") == ["aaaa", "bbbbbbb"]


def test_a_word_that_begins_in_an_element_is_broken() -> None:
    assert lines(10, "<b>1111</b>222222222222") == ["1111222222", "222222"]  # no word: without a hyphen


def test_a_word_that_fills_its_line_is_broken_before_an_element() -> None:
    assert lines(10, "aaaaaaaaaa<b>bbbbbb</b>") == ["aaaaaaaaaa", "bbbbbb"]
