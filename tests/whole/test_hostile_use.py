"""Odd files, names, clocks and streams around the command: each gets an answer, none a traceback."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.article_store import Built
from pipeline.build import Order, build_one
from pipeline.files.atomic import write_whole
from pipeline.findings import Finding
from pipeline.limits import Limits, run
from pipeline.packet.attach import attach
from pipeline.packet.late.additions import Addition
from pipeline.packet.make import PacketOrder, copy_editions, make_packet
from pipeline.packet.output_folder import BusyError, locked, staged
from pipeline.read.reader import read
from tests.support.articles import HEAD, Read
from tests.support.command import despatch
from tests.support.packet_papers import text_pdf
from tests.support.paths import REPOSITORY

MANIFEST = """\
title = "P"
date = 2026-11-24
marking = "Public"

[[section]]
title = "S"

[[section.item]]
title = "N"
marking = "Public"
note = "Text."
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest of the smallest packet."""
    path = tmp_path / "source" / "packets" / "p.toml"
    path.parent.mkdir(parents=True)
    path.write_text(MANIFEST)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the smallest packet, made once."""
    folder = tmp_path_factory.mktemp("smallest")
    path = folder / "source" / "packets" / "p.toml"
    path.parent.mkdir(parents=True)
    path.write_text(MANIFEST)
    result = make_packet(path, PacketOrder(folder / "build"))
    assert not result.failed, result.findings
    return result.outputs[0].path.parent


@pytest.fixture
def packet(made: Path, tmp_path: Path) -> Path:
    """The smallest packet."""
    return shutil.copytree(made, tmp_path / "build" / "p") / "p.pdf"


# What could not be written is not said to be built -------------------------------------------------------


@pytest.mark.slow
def test_a_packet_that_could_not_take_its_place_has_failed(
    manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted", str(tmp_path / "build" / "p"))

    monkeypatch.setattr("pipeline.packet.output_folder._exchange", refuse)
    result = make_packet(manifest, PacketOrder(tmp_path / "build"))
    assert result.failed
    assert result.outputs == []
    assert [finding.code for finding in result.findings] == ["file-write"]


@pytest.mark.slow
def test_a_pipe_in_the_output_folder_stays_there(packet: Path, manifest: Path, tmp_path: Path) -> None:
    os.mkfifo(packet.parent / "fifo")
    done = despatch("packet", manifest, "-o", tmp_path / "build", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert stat.S_ISFIFO((packet.parent / "fifo").stat().st_mode)
    assert packet.is_file()


@pytest.mark.slow
def test_an_output_folder_that_is_a_link_leads_where_it_did(manifest: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "p").symlink_to(tmp_path / "elsewhere")
    for _ in range(2):
        result = make_packet(manifest, PacketOrder(tmp_path / "build"))
        assert not result.failed, result.findings
    assert (tmp_path / "build" / "p").is_symlink()
    assert (tmp_path / "elsewhere" / "p.pdf").is_file()


@pytest.mark.slow
def test_who_may_read_a_packet_stays_as_it_was(packet: Path, manifest: Path, tmp_path: Path) -> None:
    packet.chmod(0o600)
    packet.parent.chmod(0o700)
    assert not make_packet(manifest, PacketOrder(tmp_path / "build")).failed
    assert stat.S_IMODE(packet.stat().st_mode) == 0o600
    assert stat.S_IMODE(packet.parent.stat().st_mode) == 0o700


def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    write_whole(path, b"1")
    path.chmod(0o600)
    write_whole(path, b"2")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"2", 0o600)


def _write_often(folder: Path, name: str) -> int:
    failed = 0
    for number in range(300):
        try:
            write_whole(folder / name, f"{number}".encode())
        except OSError:
            failed += 1
    return failed


@pytest.mark.slow
def test_two_processes_write_into_one_folder(tmp_path: Path) -> None:
    names = [(tmp_path, f"{number}.txt") for number in range(3)]
    with multiprocessing.get_context("fork").Pool(3) as pool:
        assert pool.starmap(_write_often, names) == [0, 0, 0]


# Names ---------------------------------------------------------------------------------------------------


def test_articles_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    built = []
    for number, name in enumerate(("one/a.rst", "two/a.rst", "one/a-2.rst", "two/A.rst", "x/a.rst")):
        folder = tmp_path / f"store-{number}"
        folder.mkdir()
        one = Built(Path(name), folder, "T", "", "", "en", {"pdf": 1}, "", (), True)
        one.pdf.write_bytes(name.encode())
        one.epub.write_bytes(name.encode())
        built.append(one)
    files = copy_editions(built, tmp_path / "articles")
    assert len({str(path).casefold() for path in files}) == 10
    wanted = [name.encode() for one in built for name in [str(one.path)] * 2]
    assert [path.read_bytes() for path in files] == wanted


def test_an_article_that_is_a_link_out_of_the_source_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.rst").write_text(HEAD + "Hidden.\n")
    (tmp_path / "source" / "c.rst").write_text(HEAD + "Text.\n")
    (tmp_path / "source" / "a.rst").symlink_to(tmp_path / "other" / "b.rst")
    (tmp_path / "source" / "d.rst").symlink_to(tmp_path / "source" / "c.rst")
    article, found = read(tmp_path / "source" / "a.rst")
    assert article is None
    assert [finding.code for finding in found] == ["file-outside"]
    assert read(tmp_path / "source" / "d.rst")[1] == []


@pytest.mark.parametrize("command", ["build", "check", "tree", "packet"])
@pytest.mark.parametrize("ending", [".rst", ".toml"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, command: str, ending: str) -> None:
    if (command, ending) in (("build", ".toml"), ("tree", ".toml")):
        ending = ".rst"
    os.mkfifo(tmp_path / f"a{ending}")
    done = despatch(
        command, f"a{ending}", *(["--no-validators"] if command == "check" else []), folder=tmp_path
    )
    assert done.returncode == 1
    assert "pipe or a device" in done.stderr
    assert "Traceback" not in done.stderr


# What stands on a terminal -------------------------------------------------------------------------------


def test_no_finding_moves_the_cursor() -> None:
    shown = str(Finding("file-missing", "a\x1b[2J\u202e\x07.rst", 1, "what \x1b]0;x\x07 is \x9b1m that?"))
    assert shown.isprintable()
    assert "<U+001B>" in shown


def test_a_name_with_control_characters_does_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "good\x1b[2J.rst").write_text(HEAD + "Text.\n")
    done = despatch("build", "goo.rst", folder=tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    done = despatch("build", "good\x1b[2J.rst", folder=tmp_path)
    assert "\x1b" not in done.stderr + done.stdout


STREAMS = [">&-", ">/dev/full", "2>&- >&-"]
COMMANDS = ["build --to epub a.rst", "tree a.rst", "build --help", "--version"]
CHEAP = {("build --to epub a.rst", ">/dev/full")}
"""One of the commands that take long to start, and all of one that does not."""


@pytest.mark.parametrize(
    ("command", "how"),
    [
        pytest.param(
            command,
            how,
            marks=[] if command == "--version" or (command, how) in CHEAP else pytest.mark.slow,
        )
        for command in COMMANDS
        for how in STREAMS
    ],
)
def test_output_that_can_not_be_written_is_no_traceback(tmp_path: Path, command: str, how: str) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m pipeline {command} {how}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    if "--" not in command.rsplit(maxsplit=1)[-1]:  # argparse says its help as well as it can
        assert done.returncode == (1 if "full" in how else 0), done.stderr


# Clock, numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1970, 1979, 2108, 2200, 2400])
def test_whatever_the_clock_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    path = tmp_path / "a.rst"
    path.write_text(HEAD + "Text.\n")
    order = Order(("epub",), tmp_path / "build")
    first = build_one(path, order).outputs[0].path.read_bytes()
    moment = datetime.datetime(year, 1, 2, tzinfo=datetime.UTC).timestamp()
    monkeypatch.setattr(time, "time", lambda: moment)
    result = build_one(path, order)
    assert not result.failed, result.findings
    assert result.outputs[0].path.read_bytes() == first


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param(":/etc/passwd", marks=pytest.mark.slow),
        pytest.param("../../../etc/hostname", marks=pytest.mark.slow),
        pytest.param("A" * 5000, marks=pytest.mark.slow),
    ],
)
def test_whatever_the_time_zone_is_called(tmp_path: Path, zone: str) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    done = despatch("build", "--to", "epub", "a.rst", folder=tmp_path, environment={"TZ": zone})
    assert (done.returncode, done.stderr) == (0, "")


def _one() -> int:
    return 1


@pytest.mark.parametrize("seconds", [2147483, 2147484, 999_999_999])
def test_a_time_limit_may_be_long(seconds: int) -> None:
    assert list(run(_one, [()], Limits(seconds))) == [1]


def test_a_number_of_five_thousand_digits(manifest: Path, tmp_path: Path) -> None:
    manifest.write_text(MANIFEST + f"right-hand = {'9' * 5000}\n")
    (finding,) = make_packet(manifest, PacketOrder(tmp_path / "build")).findings
    assert (finding.code, finding.line) == ("packet-syntax", 12)


@pytest.mark.parametrize("amount", ["²", "٣", "9" * 5000, "-1"])
def test_an_odd_number_of_spaces(read_text_article: Callable[..., Read], tmp_path: Path, amount: str) -> None:
    (tmp_path / "a.txt").write_text("  x\n")
    found = read_text_article(f".. literalinclude:: a.txt\n   :dedent: {amount}\n").found
    assert "rst-crash" not in {code for code, _ in found}


# Attaching -----------------------------------------------------------------------------------------------


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A PDF to attach."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(text_pdf())
    return path


@pytest.mark.parametrize(
    "how", [{"title": "a\x1bb"}, {"title": "a\nb"}, {"tab": "\x00"}, {"tab": "a" * 99}, {"title": "a\u202eb"}]
)
def test_a_title_with_control_characters_is_a_finding(packet: Path, paper: Path, how: dict[str, Any]) -> None:
    before = packet.read_bytes()
    result = attach(packet, [replace(Addition(paper, marking="Public"), **how)])
    assert result.failed
    assert {finding.code for finding in result.findings} == {"packet-value"}
    assert packet.read_bytes() == before


@pytest.mark.slow
def test_two_do_not_attach_at_once(packet: Path, paper: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()

    def hold() -> None:
        with locked(packet.parent):
            ready.set()
            done.wait(60)

    other = context.Process(target=hold)
    other.start()
    try:
        assert ready.wait(60)
        result = attach(packet, [Addition(paper, marking="Public")])
    finally:
        done.set()
        other.join()
    assert [finding.code for finding in result.findings] == ["packet-busy"]
    assert str(other.pid) in result.findings[0].message
    assert not attach(packet, [Addition(paper, marking="Public")]).failed


def test_who_has_the_lock_fills_the_folder(tmp_path: Path) -> None:
    with locked(tmp_path / "a"), staged(tmp_path / "a", held=True) as stage:
        (stage / "x").write_bytes(b"")
    assert (tmp_path / "a" / "x").exists()
    with locked(tmp_path / "a"), pytest.raises(BusyError), locked(tmp_path / "a"):
        pass


@pytest.mark.slow
@pytest.mark.untraced
def test_what_attaching_needs_meanwhile_is_cleared_away(
    packet: Path, paper: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    seen = tmp_path / "seen"

    def look(*_: object, **__: object) -> None:  # in a process of its own
        seen.write_text(repr([one.name for one in temporary.iterdir()]), encoding="utf-8")
        raise ZeroDivisionError

    monkeypatch.setattr("pipeline.packet.added_to.stitch_members", look)
    assert attach(packet, [Addition(paper, marking="Public")]).failed
    assert seen.read_text(encoding="utf-8") == "[]"
