"""Every construct on a phone, on a tablet, in the dark, without style sheets, in MuPDF: what can be measured.

`make gallery` puts the same on a page for looking.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.gallery import PAPERS, PHONE, VIEWS, articles, built, opened, seen, words_over_words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def epubs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The ebooks of all articles of the gallery, by name."""
    folder = tmp_path_factory.mktemp("gallery")
    return {
        article.stem: next(
            output.path
            for output in built(article, folder, PAPERS[0]).outputs
            if output.path.suffix == ".epub"
        )
        for article in articles()
    }


@pytest.fixture(scope="module")
def report(epubs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What Chromium shows of them."""
    return seen(epubs, tmp_path_factory.mktemp("pictures"), pictures=False)


def told(report: list[dict[str, Any]], kind: str, *views: str) -> list[str]:
    """What was seen of a kind, in some views."""
    return [
        f"{one['page']}, {one['view']}: {what}"
        for one in report
        if one["view"] in views
        for what in one[kind]
    ]


def test_every_article_was_seen_in_every_view(epubs: dict[str, Path], report: list[dict[str, Any]]) -> None:
    shown = {(one["page"].removesuffix("-article"), one["view"]) for one in report if one["parts"]}
    assert {(name, view["name"]) for name in epubs for view in VIEWS} <= shown


def test_every_text_stands_out_from_its_ground(report: list[dict[str, Any]]) -> None:
    """WCAG 2.2, 1.4.3, with the ratio of small type for all: 4.5."""
    assert told(report, "faint", "phone", "tablet", "dark", "forced") == []


def test_nothing_is_wider_than_its_screen(report: list[dict[str, Any]]) -> None:
    assert told(report, "wide", "phone", "tablet", "dark", "forced") == []


def test_no_text_lies_over_another(report: list[dict[str, Any]]) -> None:
    assert told(report, "covered", *(view["name"] for view in VIEWS)) == []


def test_a_number_of_a_formula_stands_beside_it_at_the_edge(report: list[dict[str, Any]]) -> None:
    assert told(report, "astray", "phone", "tablet", "dark", "forced") == []


def test_an_image_has_white_behind_it_whatever_the_colours(report: list[dict[str, Any]]) -> None:
    """With forced colours Chromium replaces it: black lines vanish (CSS Color Adjustment 1, 3.1)."""
    assert told(report, "unlit", "phone", "tablet", "dark", "forced") == []


@pytest.mark.parametrize("width", [PHONE, 600, 820])
def test_columns_do_not_overlap_in_mupdf(epubs: dict[str, Path], width: int) -> None:
    found = {name: list(words_over_words(epub, width)) for name, epub in epubs.items()}
    assert found == {name: [] for name in epubs}


def test_every_number_of_a_list_is_one_in_mupdf(epubs: dict[str, Path]) -> None:
    """MuPDF sets a bullet for a list style that it does not know."""
    with opened(epubs["kitchen-sink"], PHONE) as document:
        text = "\n".join(page.get_text() for page in document)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for item in ("a. with letters and a parenthesis,", "b. nested,", "4. From four, between parentheses,"):
        assert item in lines


def test_words_that_lie_over_each_other_are_seen(epubs: dict[str, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.epub"
    with zipfile.ZipFile(epubs["infobox"]) as good, zipfile.ZipFile(bad, "w") as archive:
        for name in good.namelist():
            more = b"p, td, th { line-height: 0.1em; margin: 0 }" if name.endswith("style.css") else b""
            archive.writestr(name, good.read(name) + more)
    assert list(words_over_words(bad))
