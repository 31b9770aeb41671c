"""What docutils reads without a word, and not as its author means it."""

from __future__ import annotations

import pytest

from pipeline.read.reader import parse_text

SLIPS = ("markup-foreign", "markup-misread", "heading-unread", "table-unread", "table-uneven", "file-space")
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
        ("..note:: One\n", 7, '"..note::" is read as text: put a space'),
        ("One.\n\n..[#a] A note\n", 9, '"..[#a]" is read as text: put a space'),
        ("One.\n\n.._place: https://e.example\n", 9, '".._place:" is read as text: put a space'),
        ("..|x| replace:: y\n", 7, '"..|x|" is read as text: put a space'),
        (".. [#a]: A note.\n", 7, '".. [#a]" is read as a remark'),
        ("One.\n\n.. [two words] A note.\n\nTwo.\n", 9, '".. [two words]" is read as a remark'),
        (".. _place https://e.example\n", 7, "the name of a place ends with a colon"),
        ("# Heading\n", 7, '"# Heading" is read as text: a heading has'),
        ("### Heading\nText\n", 7, '"### Heading" is read as text: a heading has'),
        ("> A quotation\n> goes on\n", 7, '"> A quotation" is read as text'),
        ("```python\nx = 1\n```\n", 7, "code stands indented below .. code-block::"),
        ("One\ntwo.[^1]\n", 8, '"[^1]" is read as text: write [#name]_'),
        ("One\n\n[^note]: A note.\n", 9, '"[^note]:" is read as text: write [#name]_'),
        ("One\n![A map](map.png)\n", 8, '"![A map](map.png)" is read as text: an image'),
        ("One [two](https://e.example/x)\n", 7, "a link is `words <address>`_"),
        ("One [two](map.pdf)\n", 7, "a link is `words <address>`_"),
        ("25. März 1992.\n", 7, '"25." is read as the mark of a list: if it begins a sentence, write \\25.'),
        ("1992. A full stop.\n", 7, '"1992." is read as the mark'),
        ("One. [#a]_\n\n.. [#a] 1. August 1914.\n", 9, '"1." is read as the mark'),
    ],
)  # fmt: skip
def test_a_slip_is_a_warning_with_its_line(text: str, line: int, said: str) -> None:
    _, findings = parse_text(HEAD + text)
    (finding,) = (one for one in findings if one.code in ("rst-warning", *SLIPS))
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
        "\\A. Smith said so.\n\n\\25. März 1992.\n",
        "A. Smith said so,\nand went.\n",
        "A. One\n\nB. Two\n",
        "A. One\nB. Two\n",
        "1. One\n\n.. note:: x\n\n2. Two\n",
        "1. One\n",
        "One. [#a]_\n\n.. [#a] 1. One\n   2. Two\n",
        "One. [#a]_\n\n.. [#a] Smith:\n\n   1. One\n",
        "a. One\n",
        "x[0](y) and ``[^1]``, ``[a](b.c)``, \\[^1], [sic] (x), [a] (https://e.example)\n",
        "*# no heading*\n\n\\# none\n\n#none\n",
        "Code::\n\n   [a](b.c)\n   # x\n   ..note:: x\n",
        ".. A remark [1].\n",
        ".. [[[cog x]]]\n",
        "(3) One\n",
        "...and so on.\n\n.. and so on\n",
        ":index:`a` and so on.\n",
        "Text by A. Peeters in 1992, 10 km² and 3 × 10³ m.\n",
        "The names __init__ and ``_a_`` and snake_case and _private.\n",
        "See <https://e.example/> and a <= b > c; R&D; AT&T.\n",
        "Note: this is no directive.\n",
        "He said – as before – nothing.\n",
        "– No, he said.\n",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    _, findings = parse_text(HEAD + text)
    assert [one for one in findings if one.code in ("rst-warning", *SLIPS)] == []


def test_messages_are_in_plain_words() -> None:
    _, findings = parse_text(HEAD + "A *b, |c| and d_.\n\n- e\nf\n")
    text = "\n".join(finding.message for finding in findings)
    assert "start-string" not in text
    assert "unindent" not in text
    assert "Undefined" not in text
    assert "* is opened and not closed" in text
    assert 'the link "d" leads nowhere' in text


@pytest.mark.parametrize(
    "text",
    [
        "The « treaty » was “signed”, „gut“ und „so”, »b« and «a».\n",
        "He said: «This is it.\n\n«And this too.»\n",
        "He asked: ¿Cuándo es? Then he left.\n",
        ".. note:: :class:`Request` is no subclass of :class:`mpi4py.MPI.Request`.\n",
        ".. class:: side\n\nText.\n",
        "The setting\n===========\n\nwe would do\n\n    >>> f(1)\n\nand do\n\n    >>> f(2)\n",
        ".. code-block:: python\n\n   f'{name}'\n\nThe field {name} is set.\n",
        ".. note to self: ask Ann\n",
        ".. date of the visit is not certain yet\n",
        ".. include the annex later\n",
        ".. figure 3 is old\n\n   and so is this.\n",
        ".. title of Ann: Director\n",
        ".. only Python 2\n\n   What was here is gone.\n",
        "Then type this\n::\n\n    make pdf\n\nEnd.\n",
        "**Background**\n\nText of the first.\n\n**Relations**\n\nText of the second.\n",
        "The :lang-gsw:`Chuchichäschtli`, :lang-sr-Latn:`kuća` and :lang-pt-BR:`trem`.\n",
    ],
)
def test_what_is_meant_as_it_is_read_is_no_slip(text: str) -> None:
    said = parse_text(HEAD + text)[1]
    assert not [one for one in said if one.code.startswith(("markup", "text-", "heading", "directive"))], said
    assert not [one for one in said if "no language has" in one.message], said


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (":author: Peeters, Ann", False),
        (":author: Ann Peeters, Head of Unit", False),
        (":author: Ann Peeters, Policy Officer", False),
        (":author: Jan van den Berg, Ann Peeters", True),
        (":authors: Ann Peeters; Bart Jansen", False),
    ],
)
def test_names_parted_by_a_comma_are_several_only_where_each_is_whole(field: str, said: bool) -> None:
    text = f"Title\n=====\n\n{field}\n:date: 2026-11-24\n:language: en\n\nText.\n"
    found = parse_text(text)[1]
    assert any("name of one author" in one.message for one in found) is said, found


def test_a_title_with_the_signs_of_the_next_heading_is_named() -> None:
    text = "Title\n=====\n\nSecond\n======\n\n:date: 2026-11-24\n:language: en\n\nText.\n"
    said = [one for one in parse_text(text)[1] if one.code == "meta-title-missing"]
    assert [one.line for one in said] == [1]
    assert 'the signs below "Second" are the same' in said[0].message
