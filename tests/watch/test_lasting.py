"""The processes behind ``despatch watch``: an article is built save after save, and pages come early."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.article_store import warm
from pipeline.build import Order
from pipeline.desk import Desk
from pipeline.watch import lasting
from pipeline.watch.builders import Keeping
from pipeline.watch.building import Early, Seen, article_made
from tests.support.articles import HEAD
from tests.support.saves import Text

PARAGRAPH = "The two countries enjoy good relations, and their ministers meet every year. " * 9
TEXT = HEAD + "\n\n".join(f"First{number} {PARAGRAPH}" for number in range(9)) + "\n"


class Kept:
    """An article that is built in a process that keeps its pages."""

    def __init__(self, folder: Path) -> None:
        self.path, self.folder, self.number = folder / "source" / "a.rst", folder / "w", 0
        self.path.parent.mkdir()
        warm(Desk(), 1)
        context = multiprocessing.get_context("fork")
        self.builder = Keeping(self.path, Order(folder=self.folder), self.folder / "pages", context)

    def save(self, text: str) -> None:
        """Save a text, and order a build."""
        self.path.write_text(text, encoding="utf-8")
        self.number += 1
        self.builder.begin(self.number)

    def news(self) -> Iterator[Any]:
        """What there is of builds, as it comes."""
        for _ in range(6000):
            yield from self.builder.news()
            time.sleep(0.01)
        raise AssertionError("nothing came")

    def last(self) -> list[Early | Seen]:
        """What there is of the last build, up to its end."""
        found: list[Early | Seen] = []
        for number, news in self.news():
            if number in (None, self.number):
                found.append(news)
            if isinstance(news, Seen) and found:
                return found
        raise AssertionError

    def alone(self) -> Seen:
        """What a build from nothing shows."""
        return article_made(self.path, Order(folder=self.folder / "alone"), self.folder / "pages")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    one = Kept(tmp_path)
    yield one
    one.builder.end()


def below(pid: int | None) -> list[int]:
    """The processes that a process has started, and theirs."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [each for child in children for each in (int(child), *below(int(child)))]


def test_pages_come_before_the_editions_and_both_are_those_of_a_build_from_nothing(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lasting, "_BACK", 1)
    kept.save(TEXT)
    *_, first = kept.last()
    assert isinstance(first, Seen)
    assert first.preview is not None
    kept.save(TEXT.replace("First7 The two", "First7 The three"))
    early, seen = kept.last()
    assert isinstance(early, Early)
    assert isinstance(seen, Seen)
    assert seen.preview == kept.alone().preview
    assert seen.preview is not None
    assert early.pages == seen.preview.pages
    differ = [one != other for one, other in zip(first.preview.pages, early.pages, strict=True)]
    assert differ.count(True) == 1
    for _ in range(600):  # then pictures that nobody can ask for any more are let go
        left = {path.stem for path in kept.builder.pictures.glob("*.jpg")}
        if left <= {page.key for page in seen.preview.pages}:
            break
        time.sleep(0.01)
    assert left == {page.key for page in seen.preview.pages}


@pytest.mark.slow
def test_what_breaks_is_told_and_the_next_save_is_built(kept: Kept) -> None:
    kept.save(TEXT)
    kept.last()
    assert kept.builder.process is not None
    (keeper,) = below(kept.builder.process.pid)
    os.kill(keeper, signal.SIGKILL)
    (seen,) = kept.last()
    assert isinstance(seen, Seen)
    assert "was ended from outside" in seen.result.findings[0].message
    kept.save(TEXT + "\nA text [#none]_.\n")
    *_, wrong = kept.last()
    assert isinstance(wrong, Seen)
    assert (wrong.preview, wrong.result.findings[0].code) == (None, "note-undefined")
    kept.save(TEXT)
    *_, right = kept.last()
    assert isinstance(right, Seen)
    assert right.preview == kept.alone().preview


def test_an_end_leaves_no_process(kept: Kept) -> None:
    kept.save(TEXT)
    next(kept.news())  # the pages
    assert kept.builder.process is not None
    pid = kept.builder.process.pid
    while len(below(pid)) < 2:  # now the editions are made
        assert next(kept.builder.news(), None) is None
    processes = [pid, *below(pid)]
    kept.builder.end()
    deadline = time.monotonic() + 10  # one whose parent has ended first is buried by the system
    while (
        left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]
    ) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


@pytest.mark.slow
def test_any_saves_are_shown_as_builds_from_nothing_show_them(kept: Kept, images: Path) -> None:
    (images / "dot.png").rename(kept.path.parent / "dot.png")
    for seed in range(6):
        text = Text(seed)
        for _ in range(3):
            kept.save(str(text))
            *_, seen = kept.last()
            assert isinstance(seen, Seen)
            assert seen.preview == kept.alone().preview
            text.edit()
