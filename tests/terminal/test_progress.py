"""The line on a terminal while long work lasts."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest

from pipeline import article_store, limits
from pipeline.limits import Place
from pipeline.terminal.progress import Progress
from tests.support.articles import HEAD
from tests.support.command import despatch, on_a_terminal


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


def test_the_parts_of_a_packet_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_store, "counter", article_store.counter)
    now, stream = [0.0], Terminal()
    line = Progress(1, stream, lambda: now[0], of_parts=True)
    article_store.counter(2, 20)
    now[0] = 10.0
    limits.watcher(Place("setting pages", page=12))
    assert stream.getvalue() == "\r\x1b[2Kpart 3 of 20 · setting pages, page 12"
    article_store.counter(0, 0)
    now[0] = 11.0
    limits.watcher(Place("putting the packet together"))
    assert stream.getvalue().endswith("\r\x1b[2Kputting the packet together")
    line.finished()
    assert stream.getvalue().endswith("\r\x1b[2K")


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
def test_a_packet_and_a_check_show_it_on_a_terminal(tmp_path: Path) -> None:
    desk = tmp_path / "source"
    (desk / "packets").mkdir(parents=True)
    text = HEAD + ("Words of a long text. " * 60 + "\n\n") * 60
    for name in ("one", "two"):
        (desk / f"{name}.rst").write_text(text.replace("Title", f"Title {name}"), encoding="utf-8")
    items = "".join(f'[[section.item]]\narticle = "../{name}.rst"\n' for name in ("one", "two"))
    manifest = f'title = "P"\ndate = 2026-11-24\n\n[[section]]\ntitle = "S"\n\n{items}'
    (desk / "packets" / "p.toml").write_text(manifest, encoding="utf-8")
    words = ("packet", "source/packets/p.toml", "--to", "pdf", "--jobs", "1")
    shown = on_a_terminal(*words, folder=tmp_path).stderr
    assert re.search(r"part [12] of 2 \u00b7 setting pages, page \d", shown), shown[-2000:]
    assert despatch("build", "one", "two", folder=tmp_path).returncode == 0
    shown = on_a_terminal("check", "one", "two", "--no-validators", folder=tmp_path).stderr
    assert "article " in shown


@pytest.mark.slow
def test_a_long_build_shows_it_on_a_terminal(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.rst").write_text(HEAD + ("Words of a long text. " * 60 + "\n\n") * 120)
    words = ("build", "one.rst", "two.rst", "--to", "pdf", "--jobs", "1")
    done = on_a_terminal(*words, folder=tmp_path)
    out, shown = done.stdout, done.stderr
    assert done.returncode == 0
    assert "article 1 of 2 \u00b7 setting" in shown
    assert "article 2 of 2" in shown
    assert " left" in shown
    assert shown.endswith("\r\x1b[2K")
    assert "\x1b" not in out
    assert out.count("pages,") == 2
