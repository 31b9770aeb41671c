"""Titles in which nothing can be read: an escaped space, or a letter of no width, in the finished files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import FORMATS, Order, Result, build_one
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.articles import HEAD, Read
from tests.support.readback import EpubFile

FIELDS = "\n:date: 2026-11-24\n:language: en\n\nText.\n"

UNSEEN = {
    "an escaped space": "\\\n=\n" + FIELDS,
    "a letter of no width": "\\ |n|\n=====\n" + FIELDS + "\n.. |n| unicode:: U+200B\n",
    "a note alone": "[#]_\n====\n" + FIELDS + "\n.. [#] A note.\n",
}

OPTIONAL = {
    "admonition": ".. admonition:: \\\n\n   Words within.\n",
    "topic": ".. topic:: \\\n\n   Words within.\n",
    "sidebar": ".. sidebar:: \\\n\n   Words within.\n",
    "rubric": ".. rubric:: \\\n\nWords within.\n",
    "table": ".. table:: \\\n\n   ===== =======\n   Words within.\n   ===== =======\n",
    "list-table": ".. list-table:: \\\n\n   * - Words within.\n",
}


def agree(path: Path, result: Result) -> None:
    """Both editions are there and say what the article says."""
    assert len(result.outputs) == 2, [str(one) for one in result.findings]
    article, _ = read(path, draft=True)
    assert article is not None
    assert [str(one) for one in check(article, path.parent, validators=False).findings] == []


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_an_article_whose_title_can_not_be_read_bears_the_name_of_its_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "note-verbale.rst"
    path.write_text(text, encoding="utf-8")
    result = build_one(path, Order(FORMATS, tmp_path))
    assert [(one.code, one.line) for one in result.findings] == [("meta-title-missing", 1)]
    agree(path, result)
    with pikepdf.open(tmp_path / "note-verbale.pdf") as pdf:
        assert str(pdf.docinfo.Title) == "note-verbale"
    assert EpubFile((tmp_path / "note-verbale.epub").read_bytes()).values("title") == ["note-verbale"]


@pytest.mark.parametrize("text", OPTIONAL.values(), ids=OPTIONAL)
def test_a_box_or_a_table_whose_title_can_not_be_read_has_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    path.write_text(HEAD + text, encoding="utf-8")
    result = build_one(path, Order(FORMATS, tmp_path))
    assert [str(one) for one in result.findings] == []
    agree(path, result)


def test_an_infobox_whose_title_can_not_be_read_is_an_error(read_text_article: Callable[..., Read]) -> None:
    article, found, _ = read_text_article(".. infobox:: \\\n\n   :capital: Pristina\n")
    assert article is None
    assert found == [("infobox-title-missing", 1)]
