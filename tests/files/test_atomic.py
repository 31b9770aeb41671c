"""A finished file appears whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.files.atomic import write_whole
from pipeline.write.epub import edition
from tests.support.articles import HEAD
from tests.support.paths import REPOSITORY

pytestmark = pytest.mark.usefixtures("one_process")

GOOD = b"the last good one"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with an article and its last good editions in ``build``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "article.rst").write_text(HEAD + "Text.\n")
    (tmp_path / "build").mkdir()
    for kind in ("pdf", "epub"):
        (tmp_path / "build" / f"article.{kind}").write_bytes(GOOD)
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".cache"}


# One file ------------------------------------------------------------------------------------------------


def test_a_file_is_written_and_nothing_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a.pdf", b"data")
    assert (tmp_path / "new" / "a.pdf").read_bytes() == b"data"
    assert names(tmp_path / "new") == {"a.pdf"}


def test_a_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"a longer old file")
    write_whole(tmp_path / "a.pdf", b"data")
    assert (tmp_path / "a.pdf").read_bytes() == b"data"


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_file_may_be_read_by_whom_the_user_lets(tmp_path: Path, mask: int, mode: int) -> None:
    kept = os.umask(mask)
    try:
        write_whole(tmp_path / "a.pdf", b"data")
    finally:
        os.umask(kept)
    assert (tmp_path / "a.pdf").stat().st_mode & 0o777 == mode


def test_what_a_link_in_the_place_of_the_file_leads_to_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(GOOD)
    (tmp_path / "a.pdf").symlink_to(tmp_path / "other")
    write_whole(tmp_path / "a.pdf", b"data")
    assert (tmp_path / "other").read_bytes() == GOOD
    assert (tmp_path / "a.pdf").read_bytes() == b"data"


def test_a_very_long_name_can_be_written(tmp_path: Path) -> None:
    name = "n" * 250 + ".pdf"
    write_whole(tmp_path / name, b"data")
    assert names(tmp_path) == {name}


def test_a_running_program_that_reads_the_old_file_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(GOOD)
    with (tmp_path / "a.pdf").open("rb") as reader:
        write_whole(tmp_path / "a.pdf", b"data")
        assert reader.read() == GOOD


# What stands in the way ----------------------------------------------------------------------------------


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a build that must fail to write; its one finding."""
    assert main(["build", "article.rst", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    finding, last = err.splitlines()
    assert ": error [file-write]: the file can't be written: " in finding
    assert last == "article.rst: 1 error, nothing built"
    return finding


def test_a_file_in_the_place_of_the_folder_is_an_error_and_stays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").write_bytes(GOOD)
    finding = failed(capsys, "-o", "out")
    assert finding.startswith("out: ")
    assert "a file stands where a folder should be" in finding
    assert (folder / "out").read_bytes() == GOOD


def test_a_file_on_the_way_to_the_folder_is_an_error_and_stays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").write_bytes(GOOD)
    assert "a file stands where a folder should be" in failed(capsys, "-o", "out/deep")
    assert (folder / "out").read_bytes() == GOOD


def test_a_folder_in_the_place_of_the_file_is_an_error_and_stays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out" / "article.pdf").mkdir(parents=True)
    assert "out/article.pdf: error" in failed(capsys, "-o", "out", "--to", "pdf")
    assert names(folder / "out") == {"article.pdf"}
    assert (folder / "out" / "article.pdf").is_dir()


def test_a_folder_that_no_one_can_write_to_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed(capsys, "-o", "/proc/despatch")


def test_a_folder_that_may_not_be_written_to_keeps_its_files(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "build/.article.part")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    monkeypatch.setenv("DESPATCH_CACHE", str(REPOSITORY / "build" / ".cache"))
    assert "Permission denied; what stood there before is left as it was" in failed(capsys, "--to", "epub")
    assert (folder / "build" / "article.epub").read_bytes() == GOOD


@pytest.mark.slow
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_or_broken_disk_leaves_the_old_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    assert os.strerror(number) in failed(capsys, "--to", "epub")
    assert (folder / "build" / "article.epub").read_bytes() == GOOD
    assert names(folder / "build") == {"article.pdf", "article.epub"}


# The command, in a process in which something happens just before a file is whole.
RUN = "import os, resource, signal, sys\n{}\nfrom pipeline.cli import main\nsys.exit(main({}))"


def run(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN.format(code, ["build", "article.rst", *arguments])]
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.slow
@pytest.mark.untraced
def test_a_disk_that_fills_up_while_the_file_is_written_leaves_the_old_one(folder: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))"
    done = run(folder, limit, "--to", "epub")
    assert done.returncode == 1
    assert "error [file-write]: the file can't be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "build" / "article.epub").read_bytes() == GOOD
    assert names(folder / "build") == {"article.pdf", "article.epub"}


@pytest.mark.slow
def test_a_process_killed_while_it_writes_leaves_the_old_file(folder: Path) -> None:
    kill = "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)"
    done = run(folder, kill, "--to", "pdf")
    assert done.returncode == 1
    assert "ended from outside while saving the files" in done.stderr
    assert (folder / "build" / "article.pdf").read_bytes() == GOOD
    assert (folder / "build" / "article.epub").read_bytes() == GOOD


@pytest.mark.slow
def test_a_build_after_one_that_was_killed_succeeds(folder: Path) -> None:
    (folder / "build" / ".despatch-abcdefgh.part").write_bytes(b"half")
    assert main(["build", "article.rst", "--to", "epub"]) == 0
    assert (folder / "build" / "article.epub").read_bytes() != GOOD
    assert names(folder / "build") == {"article.pdf", "article.epub"}


def test_what_another_process_is_writing_is_no_leftover(tmp_path: Path) -> None:
    from pipeline.files import atomic

    handle, name = atomic._temporary(tmp_path)
    write_whole(tmp_path / "a.pdf", b"data")
    assert Path(name).is_file()
    os.close(handle)
    write_whole(tmp_path / "a.pdf", b"data")
    assert names(tmp_path) == {"a.pdf"}


def test_what_is_taken_for_a_leftover_too_early_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, removed = tempfile.mkstemp, list[str]()

    def make_and_lose(*arguments: Any, **options: Any) -> tuple[int, str]:
        handle, name = make(*arguments, **options)
        if not removed:
            Path(name).unlink()
            removed.append(name)
        return handle, name

    monkeypatch.setattr(tempfile, "mkstemp", make_and_lose)
    write_whole(tmp_path / "a.pdf", b"data")
    assert (tmp_path / "a.pdf").read_bytes() == b"data"


@pytest.mark.slow
def test_two_builds_at_once_both_end_well(folder: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "build", "article.rst"]
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    processes = [
        subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [err for _, err in ends] == [b"", b""]
    together = [(folder / "build" / f"article.{kind}").read_bytes() for kind in ("pdf", "epub")]
    assert names(folder / "build") == {"article.pdf", "article.epub"}
    assert main(["build", "article.rst", "-o", "alone"]) == 0
    assert together == [(folder / "alone" / f"article.{kind}").read_bytes() for kind in ("pdf", "epub")]


def test_one_edition_that_fails_leaves_both_old_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(edition, "write_epub", fail)
    assert main(["build", "article.rst"]) == 1
    assert (folder / "build" / "article.epub").read_bytes() == GOOD
    assert (folder / "build" / "article.pdf").read_bytes() == GOOD


def test_nothing_is_written_outside_the_output_folder(folder: Path) -> None:
    before = names(folder)
    assert main(["build", "article.rst", "-o", "out"]) == 0
    assert names(folder) == {*before, "out"}
    assert names(folder / "out") == {"article.pdf", "article.epub"}
