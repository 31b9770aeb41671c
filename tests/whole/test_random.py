"""Random articles through the whole house: no exception, whole editions, the same words in both."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.build import FORMATS, Order, build_one
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.articles import HEAD
from tests.support.high_source import SVG, HighArticle
from tests.support.paths import DATA
from tests.support.random_check import SLOW, UNSHRUNK, check_editions, check_text
from tests.support.random_source import blocks, bodies

FOUND = sorted((DATA / "found").glob("*.rst"))
"""What random articles have found, as short as it can be said."""

EDITIONS = 300
"""How many random articles are built whole: each takes about a second."""

HIGH = 40
"""How many articles of high things: each takes about five."""

TEXTS = 2000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 12
"""How many are read and written."""


@settings(max_examples=TEXTS, suppress_health_check=SLOW)
@given(bodies)
def test_any_text_is_read_and_written(body: str) -> None:
    check_text(HEAD + body + "\n")


@pytest.mark.slow
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
