"""Save after save, pages are set from those before: they are what a layout from nothing gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.read.reader import read
from pipeline.watch.pictures import Page, draw_pages
from pipeline.write.print.edition import PrintLayout, drawable, finish_pdf, lay_out, looks_of
from tests.support.random_check import SLOW
from tests.support.saves import Text


def check_saves(folder: Path, seed: int, saves: int) -> None:
    """Save an article some times, and compare its pages each time."""
    text, path = Text(seed), folder / "article.rst"
    layout: PrintLayout | None = None
    for _ in range(saves):
        path.write_text(str(text), encoding="utf-8")
        article, _found = read(path, draft=True)
        text.edit()
        assert article is not None
        guessed = lay_out([article], since=layout, guess=True, keep=True)
        layout = lay_out([article], since=guessed, keep=True)
        assert finish_pdf(layout) == finish_pdf(lay_out([article]))


def check_looks(folder: Path, seed: int, saves: int) -> int:
    """Save an article some times, and compare the pictures of pages that are to look alike.

    :returns: how often a page was known.
    """
    text, path = Text(seed), folder / "article.rst"
    layout: PrintLayout | None = None
    pictures: dict[object, Page] = {}
    kept = 0
    for _ in range(saves):
        path.write_text(str(text), encoding="utf-8")
        article, _found = read(path, draft=True)
        text.edit()
        assert article is not None
        layout = lay_out([article], since=layout, guess=True, keep=True)
        looks = looks_of(layout)
        assert looks is not None
        drawn = draw_pages(drawable(layout, range(len(looks))), folder / "pages")
        for look, picture in zip(looks, drawn, strict=True):
            kept += look in pictures
            assert pictures.setdefault(look, picture) == picture
    return kept


@pytest.mark.parametrize("seed", [4])
def test_pages_after_saves_are_those_of_a_layout_from_nothing(images: Path, seed: int) -> None:
    check_saves(images, seed, 2)


def test_pages_that_look_alike_are_known(images: Path) -> None:
    assert check_looks(images, 4, 3) > 1


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=SLOW, deadline=None)
@given(st.integers(0, 10**9))
def test_pages_after_any_saves_are_those_of_a_layout_from_nothing(images: Path, seed: int) -> None:
    check_saves(images, seed, 4)
    check_looks(images, seed, 4)
