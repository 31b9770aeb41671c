"""The line on a terminal while long work lasts."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from pipeline import limits
from pipeline.limits import Place
from pipeline.terminal.progress import Progress
from tests.support.articles import HEAD
from tests.support.paths import REPOSITORY


class Terminal(StringIO):
    """Keeps what a terminal would show."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "watcher", repr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")


def test_it_says_which_article_how_far_and_how_long() -> None:
    now, stream = [0.0], Terminal()
    line = Progress(20, stream, lambda: now[0])
    now[0] = 0.9
    line.reached(Place("setting pages", page=3))
    assert stream.getvalue() == ""  # what is quick needs none
    now[0] = 10.0
    line.finished()
    line.finished()
    line.reached(Place("setting pages", page=12))
    assert stream.getvalue() == "\r\x1b[2Karticle 3 of 20 · setting pages, page 12 · about 2 min left"
    now[0] = 10.05
    line.reached(Place("setting pages", page=13))
    assert "page 13" not in stream.getvalue()  # not more often than an eye can follow
    line.close()
    assert stream.getvalue().endswith("\r\x1b[2K")
    now[0] = 30.0
    line.reached(Place("setting pages", page=14))
    assert "page 14" not in stream.getvalue()


@pytest.mark.parametrize("term", ["dumb", "xterm"])
def test_nothing_of_it_is_on_a_pipe_or_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    stream = Terminal() if term == "dumb" else StringIO()
    now = [0.0]
    line = Progress(2, stream, lambda: now[0])
    now[0] = 50.0
    line.reached(Place("setting pages", page=1))
    line.finished()
    assert stream.getvalue() == ""
    Progress(2, None).reached(Place("setting pages"))


@pytest.mark.slow
def test_a_long_build_shows_it_on_a_terminal(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.rst").write_text(HEAD + ("Words of a long text. " * 60 + "\n\n") * 120)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "build", "one.rst", "two.rst", "--to", "pdf", "--jobs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # its other end is closed
            break
        if not part:
            break
        shown += part
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    assert b"article 1 of 2 \xc2\xb7 setting" in shown
    assert b"article 2 of 2" in shown
    assert b" left" in shown
    assert shown.endswith(b"\r\x1b[2K")
    assert "\x1b" not in out
    assert out.count("pages,") == 2
