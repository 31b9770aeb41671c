"""What docutils reads without a word, and not as its author means it."""

from __future__ import annotations

import pytest

from pipeline.read import parse_text

HEAD = "T\n=\n\n:date: 2026-11-24\n:language: en\n\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (".. note: One\n", 7, 'write .. note::'),
        (".. note::One\n", 7, 'write .. note::'),
        (".. figure: x.png\n   :alt: y\n", 7, "write .. figure::"),
        ("One\n\n.. figure: x.png\n   :alt: y\n\n   z\n\nTwo\n", 9, "write .. figure::"),
        ("Points:\n- one\n- two\n", 8, '"- one" is read as a part'),
        ("Points\n* one\n* two\n* three\n", 8, '"* one" is read as a part'),
        ("Points:\n1. one\n", 8, '"1. one" is read as a part'),
        (".. infobox:: A\n\n  :a: b\n   :c d: e\n  :f: g\n", 10, '":c d:" is read as a part'),
    ],
)  # fmt: skip
def test_a_slip_is_a_warning_with_its_line(text: str, line: int, said: str) -> None:
    _, findings = parse_text(HEAD + text)
    (finding,) = (one for one in findings if one.code == "rst-warning")
    assert finding.line == line
    assert said in finding.message


@pytest.mark.parametrize(
    "text",
    [
        ".. Note to self: check this\n",
        ".. _note: https://example.org/\n\nSee note_.\n",
        "Belgium, Luxembourg\n- both founding members -\nagree.\n",
        "Points:\n\n- one\n- two\n",
        "In the year\n1995. A full stop.\n",
        ".. infobox:: A\n\n   :a: b\n      :sub:`c` d\n",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    _, findings = parse_text(HEAD + text)
    assert [one for one in findings if one.code == "rst-warning"] == []


def test_messages_are_in_plain_words() -> None:
    _, findings = parse_text(HEAD + "A *b, |c| and d_.\n\n- e\nf\n")
    text = "\n".join(finding.message for finding in findings)
    assert "start-string" not in text
    assert "unindent" not in text
    assert "Undefined" not in text
    assert "* is opened and not closed" in text
    assert 'the link "d" leads nowhere' in text
