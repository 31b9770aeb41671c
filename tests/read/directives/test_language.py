"""Passages in other languages are marked in both editions; dates and page heads that are not the author's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from docutils import nodes

from pipeline.read.reader import parse_text
from pipeline.tree.labels import direction_of
from tests.support.articles import HEAD
from tests.support.readback import EpubFile, PdfFile


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("fa", "rtl")],
)
def test_the_direction_follows_the_script_and_else_the_language(tag: str, direction: str) -> None:
    assert direction_of(tag) == direction


def test_a_role_marks_words_and_parses_the_markup_in_them(parse: Callable[[str], Any]) -> None:
    document, found = parse("He said :lang-nl:`België *erkent* [#a]_` then.\n\n.. [#a] A note.\n")
    assert found == []
    (inline,) = document.findall(nodes.inline)
    assert inline["classes"] == ["language-nl"]
    assert inline.astext() == "België erkent1"
    assert list(inline.findall(nodes.emphasis))


def test_a_directive_marks_blocks(parse: Callable[[str], Any]) -> None:
    document, found = parse(".. lang:: sr-Latn\n\n   Prvi pasus.\n\n   - Stavka.\n")
    assert found == []
    (box,) = document.findall(nodes.container)
    assert box["classes"] == ["language-sr-latn"]
    assert [type(child) for child in box] == [nodes.paragraph, nodes.bullet_list]


@pytest.mark.parametrize(
    "text", [".. lang:: not_a_tag\n\n   Text.\n", ".. lang::\n\n   Text.\n", ".. lang:: nl\n"]
)
def test_a_directive_without_a_tag_or_a_text_is_a_finding(parse: Callable[[str], Any], text: str) -> None:
    assert parse(text).found == [("directive-error", 1)]


def test_the_ebook_has_language_and_direction(ebook_edition: Callable[..., EpubFile]) -> None:
    book = ebook_edition("He said :lang-nl:`dag` and :lang-ar:`السلام`.\n\n.. lang:: he\n\n   שלום.\n")
    marked = {
        (element.get("lang"), element.get("dir"))
        for path in ("//h:span[@lang]", "//h:div[@lang]")
        for _, element in book.find(path)
    }
    assert {("nl", "ltr"), ("ar", "rtl"), ("he", "rtl")} <= marked


def test_the_date_directive_gives_the_date_of_the_article(parse: Callable[[str], Any]) -> None:
    document, found = parse("On |day|.\n\n.. |day| date:: %d.%m.%Y\n")
    assert found == []
    assert "On 24.11.2026." in document.astext()


def test_the_date_directive_honours_the_source_date_epoch(
    parse: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert "On 1970-01-02." in parse("On |day|.\n\n.. |day| date::\n").document.astext()


def test_brackets_read_as_they_are_written_after_some_from_right_to_left(
    print_edition: Callable[..., PdfFile],
) -> None:
    text = print_edition("Signs \u05e9\u05dc (a) [b].\n\nMore (one) and [two] <three>.\n").text
    assert "More (one) and [two] <three>." in text


def test_brackets_of_an_article_from_right_to_left_need_no_marks(
    print_edition: Callable[..., PdfFile],
) -> None:
    body = "\u05e9\u05dc (\u05d1) \u05e9.\n\n.. lang:: en\n\n   More (one).\n"
    text = f"\u05de\n==\n\n:date: 2026-11-24\n:language: he\n\n{body}"
    content = b"".join(page.Contents.read_bytes() for page in print_edition(text, whole=True).pike.pages)
    assert re.findall(rb"ActualText <feff(002[89])>", content) == [b"0028", b"0029"]  # those of "(one)" alone


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("de", "", "Inhalt"),
        ("fr-BE", "", "Table des matières"),
        ("en", "", "Contents"),
        ("fi", "", "Sisällys"),
        ("cy", "", "Contents"),
        ("de", " Contents", "Contents"),
        ("de", " Das *Wichtigste*", "Das Wichtigste"),
    ],
)
def test_the_contents_list_has_its_title_in_the_language_of_the_article(
    language: str, written: str, shown: str
) -> None:
    head = HEAD.replace(":language: en", f":language: {language}")
    document, _ = parse_text(f"{head}.. contents::{written}\n\nOne\n---\n\nx\n")
    (topic,) = document.findall(nodes.topic)
    assert topic[0].astext() == shown
    assert topic["ids"]


def test_a_contents_list_of_a_section_has_no_title() -> None:
    head = HEAD.replace(":language: en", ":language: de")
    document, _ = parse_text(f"{head}One\n---\n\n.. contents::\n   :local:\n\nTwo\n~~~\n\nx\n")
    (topic,) = document.findall(nodes.topic)
    assert list(topic.findall(nodes.title)) == []
