"""Markup that touches a word: docutils reads it as words and says nothing, Despatch says where it is."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest
from docutils import nodes

from pipeline.read.reader import parse_text
from pipeline.tree.nodes import fault

HEAD = "T\n=\n\n:date: 2026-11-24\n:language: en\n\n"
NOTES = "\n\n.. [1] One.\n.. [#a] Named.\n.. [#] Automatic.\n.. [*] Symbol.\n.. [CIT] Cited.\n\n.. _place: https://e.example\n"


def found(text: str, *codes: str) -> list[tuple[str, int | None, str]]:
    _, findings = parse_text(HEAD + text + NOTES)
    return [(one.code, one.line, one.message) for one in findings if one.code in codes]


CALLS = ["[1]_", "[#a]_", "[#]_", "[*]_", "[CIT]_", "[cit]_"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Signed in 1992.{}", "before"),
        ("Signed{}, then ratified.", "before"),
        ("One *word* more\nand signed.{} Then", "before"),
        ("Signed {}then", "behind"),
        ("{}then", "behind"),
    ],
)
def test_a_note_reference_that_touches_a_word_is_an_error(text: str, side: str, call: str) -> None:
    line = 8 if "\n" in text else 7
    message = f"the note reference {call} touches what stands {side} it: put a space {side} it"
    ((code, at, said),) = found(text.format(call), "note-stuck")
    assert (code, at) == ("note-stuck", line)
    assert said.startswith(message)


@pytest.mark.parametrize("call", CALLS)
def test_its_note_is_not_said_to_be_uncited(call: str) -> None:
    label = call[1:-2].removeprefix("#").lower()
    uncited = " ".join(said for _, _, said in found(f"Signed.{call}", "note-uncited")).lower()
    assert len(found("Signed.", "note-uncited")) == 5
    assert f"[{label}]" not in uncited
    assert f"[#{label}]" not in uncited or label == "*"


def test_two_references_without_a_space_are_one_error() -> None:
    said = [message for _, _, message in found("Signed. [1]_[#a]_ Then", "note-stuck")]
    assert [message.split(":")[0] for message in said] == [
        "the note reference [1]_ touches what stands behind it",
    ]


@pytest.mark.parametrize("text", ["**see {}**", "`see {} <https://e.example>`_", "`see {}`"])
@pytest.mark.parametrize("call", CALLS)
def test_a_note_reference_within_other_markup_is_an_error(text: str, call: str) -> None:
    ((_, line, said),) = found(text.format(call), "note-stuck")
    assert line == 7
    assert said.startswith(f"the note reference {call} stands within ")


def test_a_note_reference_within_emphasis_is_an_error() -> None:
    message = "the note reference [1]_ stands within *emphasis*: write it behind"
    assert found("*see [1]_*", "note-stuck") == [("note-stuck", 7, message)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Heading.[1]_\n------------\n\nText.", 7),
        ("- item\n- item.[1]_", 8),
        ("====== ==\nhead\n====== ==\nA.[1]_ B\n====== ==", 10),
        (".. note:: Text.[1]_", 7),
        (".. infobox:: A\n\n   :area: 1.[1]_", 9),
        (".. [#b] Note.[1]_\n\nText. [#b]_", 7),
        (".. epigraph::\n\n   Text.\n\n   -- Someone.[1]_", 11),
        (".. table:: Caption.[1]_\n\n   == ==\n   a  b\n   == ==", 7),
    ],
)
def test_it_is_found_wherever_text_is(text: str, line: int) -> None:
    ((_, at, _),) = found(text, "note-stuck")
    assert at == line


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("CO:sub:`2` and", ":sub:`2` touches what stands before it", 7),
        ("one\nS.:page:`T`", ":page:`T` touches what stands before it", 8),
        ("one\nsee`place`_ here", "the link `place`_ touches what stands before it", 8),
        ("see`the place <https://e.example>`_.", "the link `the place <https://e.example>`_ touches", 7),
        ("*see* one.`the\nplace <https://e.example>`__ x", "the link `the place <https://e.example>`__", 7),
        ("*see `place`_*", "the link `place`_ stands within *emphasis*", 7),
    ],
)
def test_a_link_or_a_role_that_touches_a_word_is_an_error(text: str, what: str, line: int) -> None:
    ((_, at, said),) = found(text, "markup-stuck")
    assert at == line
    assert said.startswith(what)


@pytest.mark.parametrize("call", ["[1]", "[#a]", "[CIT]"])
def test_a_name_of_a_note_without_its_line_is_told_where_it_stands(call: str) -> None:
    uncited = ("note-uncited", 8, f'"{call}" is read as text: a note is called with {call}_')
    said = found(f"One\nand see {call}.", "rst-warning", "note-stuck", "note-uncited")
    assert [one for one in said if call in one[2]] == [uncited]


@pytest.mark.parametrize(
    "text",
    [
        "See [1]_ and [#a]_, (see [*]_) “[CIT]_”. [#]_",
        "See ``x[1]_`` and :math:`x[1]_`, x\\[1]_, x\\[#a]_, [1]\\_ and [#a\\]_.",
        "Code::\n\n   x[1]_ `a`_ a:sub:`b`",
        ".. code::\n\n   x[1]_",
        ".. A remark.[1]_",
        "x[b]_, x[_]_, x[b c]_, [sic], […], x[2], [2], [#2]",
        "CO\\ :sub:`2`, *a*\\ :sup:`b`, 12:`30`, x:nothing:`b`, \\:sub:`x`, see \\`place`_.",
        "`place`_, (`place`_), `the place <https://e.example>`_, <https://e.example>`",
        ">>> x[1]_",
    ],
)
def test_what_is_right_or_meant_as_words_is_none(text: str) -> None:
    assert found(text, "note-stuck", "markup-stuck", "rst-warning") == []


def test_a_draft_shows_the_fault_where_it_is() -> None:
    document, _ = parse_text(HEAD + "Signed in 1992.[1]_ Then see`place`_ and CO:sub:`2`. [1]_" + NOTES)
    paragraphs = [one for one in document.findall(nodes.paragraph) if one.astext().startswith("Signed")]
    (paragraph,) = paragraphs
    assert [child.astext() for child in paragraph if isinstance(child, fault)] == [
        "[1]_",
        "`place`_",
        ":sub:`2`",
    ]
    assert paragraph.astext() == "Signed in 1992.[1]_ Then see`place`_ and CO:sub:`2`.1"


@pytest.fixture
def uncollected() -> Iterator[None]:
    """What other tests left in this process is not gone through while time is taken."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
@pytest.mark.usefixtures("uncollected")
def test_thousands_of_them_are_found_in_a_line_of_time() -> None:
    start = time.process_time()
    assert len(found("Signed.[1]_\n" * 500, "note-stuck")) == 500
    once = time.process_time() - start
    start = time.process_time()
    assert len(found("Signed.[1]_\n" * 2000, "note-stuck")) == 2000
    assert time.process_time() - start < 12 * once
