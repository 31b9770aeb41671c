"""Random articles through the whole house: no exception, whole editions, the same words in both."""

from __future__ import annotations

import os
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest
from conftest import HEAD
from high_source import SVG, HighArticle
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_source import blocks, bodies
from readback import EpubFile

from pipeline.build import FORMATS, Order, build_one
from pipeline.check.article import check
from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.tree.article import Article
from pipeline.write.epub.edition import write_epub
from pipeline.write.print.edition import article_xhtml

OURS = ("contract", "internal")
"""Codes that say: the fault is ours."""

FOUND = sorted((Path(__file__).parent / "data" / "found").glob("*.rst"))
"""What random articles have found, as short as it can be said."""

EDITIONS = 300
"""How many random articles are built whole: each takes about a second."""

HIGH = 40
"""How many articles of high things: each takes about five."""

TEXTS = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 20
"""How many are read and written."""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""An article that takes a second to build is not made shorter in five minutes."""

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def read_both_ways(text: str, folder: Path) -> tuple[Article | None, list[Finding]]:
    """Read a text strictly and as a draft; the draft and its findings."""
    path = folder / "article.rst"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    strict, found = read(path)
    assert (strict is None) == any(finding.is_error for finding in found), found
    draft, shown = read(path, draft=True)
    assert not [str(finding) for finding in (*found, *shown) if finding.code in OURS]
    length = len(text.splitlines()) + 1
    assert all(finding.line is None or 1 <= finding.line <= length for finding in found), found
    return draft, shown


def check_xhtml(article: Article) -> None:
    """The pages of both editions are well-formed, their ids unique, and their inner links lead somewhere."""
    page = ET.fromstring(f"<body>{article_xhtml(article)}</body>")
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    links = {link.get("href", "") for link in page.iter("a")}
    dangling = {link for link in links if link.startswith("#") and link[1:] not in ids}
    assert dangling == set(), dangling
    with patch(
        "pipeline.write.epub.edition.cover_png", return_value=b""
    ):  # it takes longer than all the rest
        data, _, _ = write_epub([article])
    EpubFile(data)  # parses every page


def check_text(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        article, _ = read_both_ways(text, folder)
        if article is not None:
            check_xhtml(article)


def check_editions(text: str) -> None:
    """Both editions of the draft say what its tree says."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        article, _ = read_both_ways(text, folder)
        if article is None:
            return
        result = build_one(folder / "article.rst", Order(FORMATS, folder, draft=True))
        assert not [str(finding) for finding in result.findings if finding.code in OURS]
        assert len(result.outputs) == 2, [str(finding) for finding in result.findings]
        report = check(article, folder, validators=False)
        assert [str(finding) for finding in report.findings] == []


@settings(max_examples=TEXTS, suppress_health_check=SLOW)
@given(bodies)
def test_any_text_is_read_and_written(body: str) -> None:
    check_text(HEAD + body + "\n")


@settings(max_examples=TEXTS, suppress_health_check=SLOW)
@given(st.lists(blocks, max_size=3).map("\n\n".join))
def test_any_text_without_a_head_is_read_and_written(body: str) -> None:
    check_text(body)


@pytest.mark.fuzz
@settings(suppress_health_check=SLOW)
@given(st.text())
def test_any_characters_are_read_and_written(text: str) -> None:
    check_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_both_editions_of_what_was_found_say_the_same(path: Path) -> None:
    check_editions(path.read_text(encoding="utf-8"))


@pytest.mark.fuzz
@settings(max_examples=EDITIONS, phases=UNSHRUNK, suppress_health_check=SLOW)
@given(bodies)
def test_both_editions_of_any_text_say_the_same(body: str) -> None:
    check_editions(HEAD + body + "\n")


@pytest.mark.fuzz
@settings(max_examples=HIGH, phases=UNSHRUNK, suppress_health_check=SLOW)
@given(st.integers(0, 2**32))
def test_both_editions_of_high_things_say_the_same(seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "article.rst"
        path.write_text(HEAD + HighArticle(seed).text(), encoding="utf-8")
        (path.parent / "tall.svg").write_text(SVG, encoding="utf-8")
        result = build_one(path, Order(FORMATS, path.parent))
        assert [str(finding) for finding in result.findings] == []
        article, _ = read(path)
        assert article is not None
        report = check(article, path.parent, validators=False)
        assert [str(finding) for finding in report.findings] == []
