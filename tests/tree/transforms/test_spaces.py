"""Spaces as languages have them, in the finished editions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.readback import EpubFile

HEAD = "T\n=\n\n:date: 2026-11-24\n:language: {}\n\n{}\n"


def paragraphs(ebook_edition: Callable[..., EpubFile], language: str, text: str) -> list[str]:
    epub = ebook_edition(HEAD.format(language, text), whole=True)
    return ["".join(element.itertext()) for element in epub.pages["article.xhtml"].iter("{*}p")]


def test_lines_of_chinese_are_joined_without_a_space(ebook_edition: Callable[..., EpubFile]) -> None:
    text = "能源、交通\n和教育。\n这里有 English\n单词。强调\\ **重要**\n的“引号”\n内容"
    (found,) = paragraphs(ebook_edition, "zh-Hans", text)
    assert found == "能源、交通和教育。这里有 English\n单词。强调重要的“引号”内容"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_words_of_other_scripts_keep_their_spaces(
    language: str, ebook_edition: Callable[..., EpubFile]
) -> None:
    words = {"en": "one\ntwo “three”\nfour", "ko": "한국\n대사관"}[language]
    assert paragraphs(ebook_edition, language, words) == [words]


def test_french_marks_end_no_line_and_begin_none(ebook_edition: Callable[..., EpubFile]) -> None:
    text = "Il a dit « *bonjour* » : pourquoi ? Voir :lang-en:`why ?` et ``a : b`` ; fin !"
    (found,) = paragraphs(ebook_edition, "fr", text)
    assert found == (
        "Il a dit «\u00a0bonjour\u00a0»\u00a0: pourquoi\u202f? Voir why ? et a : b\u202f; fin\u202f!"
    )


@pytest.mark.parametrize(
    ("language", "typed", "set_as"),
    [
        ("en", "1 200 km and +235.9 %, see p. 12", "1~200~km and +235.9~%, see p.~12"),
        ("en", "12\u2009345\u2009678 EUR (§ 4)", "12\u202f345\u202f678~EUR (§~4)"),
        ("en", "EUR 5, no 5 men, 12\nkm", "EUR~5, no 5 men, 12~km"),
        ("en", "2021 200 people; 12 3456", "2021 200 people; 12 3456"),
        ("de", "Siehe S. 12, 3 Mio. Euro", "Siehe S.~12, 3~Mio. Euro"),
        ("en", "See S. 12", "See S. 12"),
        ("fr", "l’art. 5 : 12 %", "l’art.~5~: 12~%"),
        ("en", "``1 200`` https://example.org/ 12 m", "1 200 https://example.org/ 12~m"),
        ("en", "It was 1 *200*", "It was 1 200"),
    ],
)
def test_no_line_ends_inside_a_number(
    language: str, typed: str, set_as: str, ebook_edition: Callable[..., EpubFile]
) -> None:
    (found,) = paragraphs(ebook_edition, language, typed)
    assert found == set_as.replace("~", "\u00a0")


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("fa", "۲۴ نوامبر ۲۰۲۶"),
        ("ar-EG", "٢٤ نوفمبر ٢٠٢٦"),
        ("ar", "24 نوفمبر 2026"),
        ("bn", "২৪ নভেম্বর, ২০২৬"),
        ("hi", "24 नवंबर 2026"),
    ],
)
def test_a_date_has_the_digits_of_its_language(
    language: str, date: str, ebook_edition: Callable[..., EpubFile]
) -> None:
    epub = ebook_edition(HEAD.format(language, "a"), whole=True)
    ((_, time),) = epub.find("//h:time")
    assert " ".join(time.text.split()) == date


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ISBN 978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("ISBN-10: 0-306-40615-2", "urn:isbn:0306406152"),
        ("urn:isbn:9783161484100", "urn:isbn:9783161484100"),
        ("978 3 16 148410 0", "urn:isbn:9783161484100"),
        ("doi:10.1000/182", "doi:10.1000/182"),
    ],
)
def test_an_isbn_is_a_urn(written: str, kept: str, ebook_edition: Callable[..., EpubFile]) -> None:
    text = HEAD.replace(":language", f":identifier: {written}\n:language").format("en", "Text.")
    epub = ebook_edition(text, whole=True)
    assert epub.values("identifier") == [kept]


def test_an_isbn_with_a_wrong_digit_is_told(tmp_path: Path) -> None:
    from pipeline.read.reader import read

    path = tmp_path / "isbn.rst"
    path.write_text(
        HEAD.replace(":language", ":identifier: ISBN 978-3-16-148410-1\n:language").format("en", "a")
    )
    assert [(finding.code, finding.line) for finding in read(path)[1]] == [("meta-value", 5)]
