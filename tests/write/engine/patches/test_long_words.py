"""What is set of a long word grows as its length does, not with its square."""

from __future__ import annotations

import pytest

from tests.support.typeset import boxes_on, letters_set, typeset

PAGE = "@page { size: 9000px 100px; margin: 0 } td { padding: 0 } table { border-spacing: 0 }"
HYPHEN = "p { hyphenate-character: '-' }"
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


@pytest.mark.parametrize(
    ("language", "hyphens", "lines"),
    [
        ("fi", "manual", ["Ulkoasi-", "ainminis-", "teriö"]),
        ("de", "manual", ["Außenhan-", "delsminis-", "ter"]),
        ("cy", "manual", ["Gwrthry-", "felgarwch"]),  # no patterns: by those for any language
        ("fi", "none", ["Ulkoasiain", "ministeriö"]),
    ],
)
def test_a_word_is_cut_between_syllables(language: str, hyphens: str, lines: list[str]) -> None:
    word = "".join(line.removesuffix("-") for line in lines)
    style = f"width: 78px; font: 12px monospace; overflow-wrap: anywhere; hyphens: {hyphens}"
    (page,) = typeset(f'<p lang="{language}" style="{style}">{word}</p>', f"{PAGE} {HYPHEN}").pages
    assert [box.text for box in boxes_on(page) if hasattr(box, "text")] == lines


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("Xrzbrzgrzbrzgrzbrz", ["Xrzbrzgrzbrz\u2010", "grzbrz"]),
        ("中文" * 4 + "abc", ["中文中文中文中文", "abc"]),
        ("12345678901234567890", ["1234567890123", "4567890"]),
    ],
)
def test_a_word_that_is_cut_has_a_hyphen(word: str, lines: list[str]) -> None:
    """Not so what is no word: numbers, and scripts that end lines anywhere."""
    style = "width: 96px; font: 12px monospace; overflow-wrap: anywhere; hyphens: manual"
    (page,) = typeset(f'<p lang="en" style="{style}">{word}</p>', PAGE).pages
    assert [box.text for box in boxes_on(page) if hasattr(box, "text")] == lines
