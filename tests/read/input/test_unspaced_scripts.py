"""Marks beside letters of scripts without spaces are marks; in other scripts they are findings still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docutils import nodes

from tests.support.articles import Parsed

Parse = Callable[[str], Parsed]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("这是**重要**的。", nodes.strong, "重要"),
        ("これは*大切*です。", nodes.emphasis, "大切"),
        ("นี่คือ**สำคัญ**มาก", nodes.strong, "สำคัญ"),
        ("**한국**의 대사관", nodes.strong, "한국"),
        ("见`部 <https://example.org>`__的网站", nodes.reference, "部"),
        ("类型``code``在此", nodes.literal, "code"),
    ],
)
def test_marks_touch_letters(parse: Parse, text: str, kind: type[nodes.Element], words: str) -> None:
    document, found = parse(text + "\n")
    assert found == []
    assert [node.astext() for node in document.findall(kind)] == [words]


def test_a_note_reference_touches_letters(parse: Parse) -> None:
    document, found = parse("条约[#a]_签署。\n\n.. [#a] 注。\n")
    assert found == []
    assert [node.astext() for node in document.findall(nodes.footnote_reference)] == ["1"]


@pytest.mark.parametrize("text", ["文件_名称在此。", "甲|乙|丙", "3*4和5*6"])
def test_signs_in_words_stay_signs(parse: Parse, text: str) -> None:
    document, found = parse(text + "\n")
    assert found == []
    assert document[-1].astext() == text


@pytest.mark.parametrize("text", ["un**believ**able", "mot**gras**", "слово**жирное**"])
def test_elsewhere_touching_is_told(parse: Parse, text: str) -> None:
    assert parse(text + "\n").found == [("markup-stuck", 1)]
