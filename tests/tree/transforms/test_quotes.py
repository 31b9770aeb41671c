"""Quotation marks and dashes as printers set them: ``:quotes: typographic``, in both finished editions."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from docutils import nodes
from hypothesis import given, settings

from pipeline.build import FORMATS, Order, build_one
from pipeline.check.article import check
from pipeline.read.reader import parse_text, read
from tests.support.random_check import SLOW, UNSHRUNK, check_editions, check_text
from tests.support.random_source import bodies
from tests.support.readback import EpubFile, PdfFile

HEAD = "T\n=\n\n:date: 2026-11-24\n:language: en\n:quotes: typographic\n\n"


def words(text: str, language: str = "en") -> str:
    """The first paragraph below the metadata."""
    document, findings = parse_text(HEAD.replace("language: en", f"language: {language}") + text + "\n")
    assert [str(one) for one in findings] == []
    return next(part for part in document if isinstance(part, nodes.paragraph)).astext()


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Kosovo's \"long\" road", "Kosovo’s “long” road"),
        ("\"it's *'good'*\"", "“it’s ‘good’”"),
        ("1990--1999 -- or so --- and...", "1990–1999 – or so — and…"),
        ("in the '90s", "in the ’90s"),
        ('"``a--b \'c\'``"', "“a--b 'c'”"),
        ('5\\\'10\\" and \\"kept\\"', "5'10\" and \"kept\""),
        ("see https://e.example/a--b", "see https://e.example/a--b"),
        ("`\"Pact\" <https://e.example/a--b>`_", "“Pact”"),
        ("ann--o'neill@e.example", "ann--o'neill@e.example"),
        ("'x' :math:`a'`", "‘x’ a'"),
    ],
)  # fmt: skip
def test_marks_are_set(typed: str, set_: str) -> None:
    assert words(typed) == set_


@pytest.mark.parametrize(
    ("language", "set_"),
    [
        ("de", "„nein“"),
        ("fr", "«\xa0nein\xa0»"),
        ("fr-BE", "«\xa0nein\xa0»"),
        ("sq", "«nein»"),
        ("en-GB", "“nein”"),
    ],
)
def test_marks_are_those_of_the_language(language: str, set_: str) -> None:
    assert words('"nein"', language) == set_


def test_without_the_field_marks_stay_as_typed() -> None:
    document, _ = parse_text(HEAD.replace(":quotes: typographic\n", "") + '"It\'s" -- so...\n')
    assert '"It\'s" -- so...' in document.astext()


def test_a_passage_has_the_marks_of_its_own_language() -> None:
    document, _ = parse_text(HEAD + '.. lang:: de\n\n   "nein"\n\n.. lang:: ar\n\n   "نعم"\n')
    assert [part.astext() for part in document.findall(nodes.paragraph)][-2:] == ["„nein“", '"نعم"']


def test_a_language_whose_marks_are_not_known_is_a_warning_with_its_line() -> None:
    _, findings = parse_text(HEAD.replace("language: en", "language: sw") + '"Ndiyo"\n')
    assert [(one.code, one.line, one.is_error) for one in findings] == [("meta-language", 6, False)]


def test_both_editions_and_their_records_have_the_same_marks(tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    head = HEAD.replace("T\n=\n", 'Kosovo\'s "road" [#a]_\n=====================\n')
    fields = ":author: Mary O'Neill\n:identifier: urn:x--y\n"
    body = (
        'It\'s so. [#b]_\n\n.. infobox:: The "box"\n\n   :It\'s: 1990--1999\n\n.. table:: "Rows"\n\n'
        "   === ===\n   a's \"b\"\n   === ===\n\nLast's\n------\n\n.. index:: O'Hare\n\nText.\n\n"
        ".. [#a] \"Title's\".\n.. [#b] It's.\n"
    )
    path.write_text(head.rstrip("\n") + "\n" + fields + "\n" + body, encoding="utf-8")
    result = build_one(path, Order(FORMATS, tmp_path))
    assert [str(one) for one in result.findings] == []
    article, _ = read(path)
    assert article is not None
    assert [str(one) for one in check(article, tmp_path, validators=False).findings] == []
    pdf, epub = (tmp_path / "article.pdf").read_bytes(), EpubFile((tmp_path / "article.epub").read_bytes())
    for text in (PdfFile(pdf).text, epub.text):
        assert not {"'", '"'}.intersection(text)
    with pikepdf.open(tmp_path / "article.pdf") as opened:
        assert str(opened.docinfo.Title) == "Kosovo’s “road”"
    assert epub.values("title") == ["Kosovo’s “road”"]
    assert epub.values("creator") == ["Mary O’Neill"]
    assert epub.values("identifier") == ["urn:x--y"]


@pytest.mark.fuzz
@settings(max_examples=200, phases=UNSHRUNK, suppress_health_check=SLOW)
@given(bodies)
def test_any_text_is_read_and_written(body: str) -> None:
    check_text(HEAD + body + "\n")


@pytest.mark.fuzz
@settings(max_examples=40, phases=UNSHRUNK, suppress_health_check=SLOW)
@given(bodies)
def test_both_editions_of_any_text_say_the_same(body: str) -> None:
    check_editions(HEAD + body + "\n")
