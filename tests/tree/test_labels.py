"""The words that Despatch itself puts on a page, in each language that it has them in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from docutils import nodes

from pipeline import styles
from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import parse_text, read
from pipeline.tree.labels import has_labels, labels_for
from pipeline.tree.numbering.words import words_for
from tests.support.quick import each_nth
from tests.support.readback import PdfFile

PLACES = re.compile(r"{\w+}")

WHOLE = """\
{title}
====

:date: 2026-11-24
:language: {language}
:numbered: sections

{text} :page:`there`\\ 。 [#a]_

.. _there:

{title}
----

.. index:: Belgium; NATO

{text} [#a]_

.. index:: {text}

.. pagebreak::

{title}
----

.. index:: {text}

{text} [#a]_

.. [#a] {text}
"""


def test_each_language_has_every_word_with_its_places() -> None:
    table = styles.data("labels")
    for language, words in table.items():
        for key, english in table["en"].items():
            assert sorted(PLACES.findall(words[key])) == sorted(PLACES.findall(english)), (language, key)
        assert words["page"].index("{page}") < words["page"].index("{pages}")


@pytest.mark.parametrize("language", [*styles.data("labels"), "am"])
def test_boxes_and_captions_are_named_in_each_language_that_has_words(
    language: str,
) -> None:
    """docutils has no words for half of them: the titles were English, and nothing said so."""
    head = f"T\n=\n\n:date: 2026-11-24\n:language: {language}\n:abstract: A.\n\n"
    document, _ = parse_text(f"{head}.. warning:: W.\n\n.. tip:: T.\n", "source/name.rst")
    boxes = [*document.findall(nodes.admonition), *document.findall(nodes.topic)]
    titles = [box[0] for box in boxes]
    assert ([title.astext() for title in titles] == ["Warning", "Tip", "Abstract"]) == (
        language in {"en", "am"}
    )
    marked = [title for title in titles if list(title.findall(nodes.inline))]
    assert len(marked) == (3 if language == "am" else 0)
    assert words_for(language).foreign == (language == "am")


@pytest.mark.parametrize(
    ("language", "contents"),
    [
        ("ru", "Содержание"),
        ("uk-UA", "Зміст"),
        ("no", "Innhold"),
        ("zh-CN", "目录"),
        ("zh-TW", "目錄"),
        ("zh-Hant-HK", "目錄"),
        ("cy", "Contents"),
    ],
)
def test_a_tag_has_the_words_of_its_language(language: str, contents: str) -> None:
    assert labels_for(language)["contents"] == contents
    assert has_labels(language) == (contents != "Contents")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "title", "text", "shown"),
    each_nth(
        4,
        [
            ("ar", "العلاقات", "بلجيكا", ()),
            ("zh-TW", "關係", "比利時", ("比利時 第1頁。", "索引")),
            ("ja", "関係", "ベルギー", ("ベルギー 1ページ。", "索引")),
            ("ru", "Связи", "Бельгия", ("Бельгия страница 1。", "Указатель")),
        ],
    ),
)
def test_the_editions_have_the_words_of_their_language(
    finished: Callable[..., Result], language: str, title: str, text: str, shown: tuple[str, ...]
) -> None:
    result = finished(WHOLE.format(language=language, title=title, text=text), whole=True)
    article, _ = read(result.article)
    assert article is not None
    folder = result.outputs[0].path.parent
    assert [str(one) for one in check(article, folder, validators=False).findings] == []
    text = PdfFile((folder / "article.pdf").read_bytes()).text
    for words in shown:
        assert words in text
