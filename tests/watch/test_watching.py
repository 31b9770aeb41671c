"""``despatch watch``: what is saved is seen, in both editions, and nothing else moves."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.paths import REPOSITORY
from tests.support.reading import said

PARAGRAPH = "The two countries enjoy good relations, and their ministers meet every year. " * 12

EDITOR = "touch 'opened {line} in' {file}.{line}.opened"
"""A command with a blank in an argument; it leaves a file that tells what was opened."""


class Watching:
    """The command, at work on an article of a few pages."""

    def __init__(self, folder: Path) -> None:
        self.article = folder / "source" / "a.rst"
        self.article.parent.mkdir()
        text = "\n\n".join(f"First{number} {PARAGRAPH}" for number in range(14))
        self.article.write_text(HEAD + text + "\n\nThe last words.\n")
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "watch", "a", "--editor", EDITOR],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(folder)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.address = self.wait(r"open (\S+) in a browser")

    def wait(self, pattern: str) -> str:
        """What the command says, as soon as it says it."""
        for _ in range(600):
            match = re.search(pattern, self.log.read_text())
            if match is not None:
                return match[1]
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def states(self) -> Iterator[dict[str, Any]]:
        """What a browser is told."""
        with urllib.request.urlopen(f"{self.address}events", timeout=60) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))

    def text(self, state: dict[str, Any]) -> str:
        """The text of the ebook."""
        name = state["preview"]["chapters"][-1]["name"]
        with urllib.request.urlopen(f"{self.address}book/light/{name}", timeout=60) as answer:
            return str(answer.read().decode())

    def replace(self, before: str, after: str) -> None:
        """Save the article with other words."""
        self.article.write_text(self.article.read_text().replace(before, after))


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    """The command, until the test is done."""
    one = Watching(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.send_signal(signal.SIGINT)
        one.process.wait(20)


def fresh(states: Iterator[dict[str, Any]]) -> dict[str, Any]:
    return next(state for state in states if not state["busy"] and state["preview"]["pages"])


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_build_that_is_overtaken_is_dropped_and_an_interruption_leaves_nothing(
    watching: Watching, tmp_path: Path, end: signal.Signals
) -> None:
    states = watching.states()
    fresh(states)
    watching.replace("The last words.", "The words between.")
    next(state for state in states if state["busy"])
    time.sleep(0.3)
    watching.replace("The words between.", "The words behind.")
    state = fresh(states)
    assert "The words behind." in watching.text(state)
    assert len(re.findall(r" pages?$", watching.log.read_text(), re.MULTILINE)) == 2
    watching.process.send_signal(end)
    assert watching.process.wait(20) == 0
    assert watching.log.read_text().endswith("despatch: no longer watching\n")
    assert [path.name for path in tmp_path.glob("despatch-watch-*")] == []
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(watching.address, timeout=5)


@pytest.mark.slow
def test_both_editions_follow_what_is_saved_and_nothing_moves(watching: Watching, tmp_path: Path) -> None:
    steps = [
        ["First9 The two", "First9 The three", "fresh"],
        ["The last words.", "The last words [#none]_.", "stale"],
        [" [#none]_", "", "fresh"],
    ]
    seen = said("watch.mjs", steps, watching.address, str(watching.article), str(tmp_path / "seen.png"))
    assert seen["wrong"] == []
    before, changed, stale, mended, phone = seen["report"]
    assert len(before["pages"]) > 2
    differ = [one != other for one, other in zip(before["pages"], changed["pages"], strict=True)]
    assert differ.count(True) == 1
    assert "First9 The two" in before["text"]
    assert "First9 The three" in changed["text"]
    assert (before["scroll"], before["textScroll"]) == (900, 300)
    for one in (changed, stale, mended):
        assert (one["scroll"], one["textScroll"]) == (900, 300)
        assert one["drawn"]
        assert one["pages"] == changed["pages"]
    assert stale["stale"]
    assert not mended["stale"]
    (finding,) = stale["findings"]
    assert re.match(r'source/a\.rst:\d+ error: no note is called "none"', finding)
    assert mended["findings"] == []
    assert (mended["width"] > 600, phone["width"]) == (True, 390)
    assert phone["colour"] != mended["colour"]
    line = re.fullmatch(r"source/a\.rst:(\d+) is open in the editor", seen["clicked"])
    assert line is not None
    assert watching.article.read_text().splitlines()[int(line[1]) - 1].startswith("First0 The two")
    assert {path.name for path in watching.article.parent.iterdir()} == {"a.rst", f"a.rst.{line[1]}.opened"}
    assert (tmp_path / f"opened {line[1]} in").is_file()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("touch", "{file} is missing"),
        ("{file} x", "{file} is missing"),
        ("touch '{file}", "a quotation mark is not closed"),
        ("no-such-editor {file}", "there is no program no-such-editor here"),
        ("", "{file} is missing"),
    ],
)
def test_an_editor_is_a_command_with_a_place_for_the_file(tmp_path: Path, words: str, fault: str) -> None:
    (tmp_path / "a.rst").write_text(HEAD)
    done = despatch("watch", "a.rst", "--editor", words, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"despatch: --editor: {fault}")


def test_what_is_not_there_can_not_be_watched(tmp_path: Path) -> None:
    done = despatch("watch", "nothing.rst", folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "despatch: there is no file nothing.rst\n")


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    from pipeline.watch.server import listen

    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    with listen() as socket:
        port = socket.getsockname()[1]
        done = despatch("watch", "a", "--port", str(port), folder=tmp_path)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"despatch: another program answers at port {port}: leave --port out, or name another\n"
    )
