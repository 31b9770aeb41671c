"""Each article has a process of its own, with limits: what breaks one is a finding, and breaks no other."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import limits
from pipeline.article_store import build
from pipeline.build import Order, broken, build_one
from pipeline.cli import main
from pipeline.errors import is_memory_error
from pipeline.limits import Broken, Limits, Place, run
from pipeline.write.print import edition
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.paths import REPOSITORY

GENEROUS = Limits(60, 2048)


# What calls do in the tests: each in a process of its own.


def double(number: int) -> int:
    return 2 * number


def hang(number: int) -> int:
    limits.set_activity("counting", line=lambda: 7)
    while True:
        number += 1


def hang_idle(number: int) -> int:
    """Hang, and leave the processor to others."""
    limits.set_activity("counting", line=lambda: 7)
    while True:
        time.sleep(0.01)


def hang_deaf(number: int) -> int:
    """Hang in a way that nothing but a kill ends."""
    while True:
        with contextlib.suppress(BaseException):
            hang_idle(number)


def hang_in_c(number: int) -> None:
    """Hang within one call, in which no signal handler of Python's runs and no other thread does."""
    ctypes.PyDLL(None).sleep(600)


def eat(number: int) -> int:
    limits.set_activity("eating")
    return len(bytearray(1 << 30))


def eat_slowly(number: int) -> int:
    limits.set_activity("eating")
    held = []
    while True:
        held.append(bytearray(16 << 20))


def crash_without_memory(number: int) -> None:
    """Crash without a word where no memory is left, as some libraries in C do."""
    held = []
    with contextlib.suppress(MemoryError):
        while True:
            held.append(b"x" * (2 << 20))
            time.sleep(0.005)
    ctypes.string_at(0)


def abort_for_memory(words: str) -> None:
    os.write(2, f"GLib-ERROR **: {words}\n".encode())
    os.abort()


def crash(number: int) -> None:
    limits.set_activity("crashing", page=lambda: 12)
    time.sleep(0.7)
    ctypes.string_at(0)


def overflow(number: int) -> None:
    """Overflow the stack of C."""
    sys.setrecursionlimit(10**9)
    compare: Any = []
    for _ in range(1_000_000):
        compare = [compare]
    other: Any = []
    for _ in range(1_000_000):
        other = [other]
    repr(compare == other)


def kill(number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(number: int) -> None:
    raise ValueError("first line\nsecond")


def write_noise(number: int) -> int:
    os.write(2, b"Pango-WARNING: " * 20_000)
    return number


def have_a_child(path: str) -> None:
    child = subprocess.Popen(["sleep", "600"])
    Path(path).write_text(str(child.pid))
    time.sleep(600)


# One call ------------------------------------------------------------------------------------------------


def one(function: Callable[..., Any], allowed: Limits = GENEROUS, argument: Any = 1) -> Any:
    (outcome,) = run(function, [(argument,)], allowed)
    return outcome


def test_a_result_comes_back() -> None:
    assert one(double) == 2


@pytest.mark.untraced
@pytest.mark.parametrize("function", [hang, hang_deaf])
def test_a_call_that_hangs_is_stopped(function: Callable[[int], int]) -> None:
    start = time.monotonic()
    assert one(function, Limits(0.8)) == Broken("time", Place("counting", line=7))
    assert time.monotonic() - start < 8


def test_a_call_that_hangs_in_c_is_stopped() -> None:
    start = time.monotonic()
    outcome = one(hang_in_c, Limits(0.5))
    assert (outcome.cause, outcome.place) == ("time", Place())
    assert time.monotonic() - start < 8


@pytest.mark.untraced
@pytest.mark.parametrize("function", [eat, eat_slowly])
def test_a_call_that_eats_memory_is_stopped(function: Callable[[int], int]) -> None:
    assert one(function, Limits(60, 600)) == Broken("memory", Place("eating"))


@pytest.mark.parametrize(
    "words",
    [
        "failed to allocate 123456 bytes",
        # No room for its stack: Pango begins one when it looks for fonts.
        "creating thread '[pango] FcFontSetSort': Error creating thread: Resource temporarily unavailable",
    ],
)
def test_a_library_that_gives_up_for_lack_of_memory_is_told_from_others(words: str) -> None:
    assert one(abort_for_memory, argument=words) == Broken("memory", Place(), "SIGABRT")


@pytest.mark.untraced
def test_a_crash_without_a_word_is_out_of_memory_where_none_is_left() -> None:
    outcome = one(crash_without_memory, Limits(60, 500))
    assert (outcome.cause, outcome.detail) == ("memory", "SIGSEGV")


def test_a_crash_is_told_with_its_signal_and_place() -> None:
    assert one(crash) == Broken("crash", Place("crashing", page=12), "SIGSEGV")


@pytest.mark.slow
def test_a_stack_that_overflows_is_a_crash_or_an_error() -> None:
    outcome = one(overflow)
    assert (outcome.cause, outcome.detail[:14]) in [("crash", "SIGSEGV"), ("error", "RecursionError")]


def test_a_kill_from_outside_is_told() -> None:
    assert one(kill) == Broken("killed", Place(), "SIGKILL")


def test_an_exception_is_one_line() -> None:
    assert one(fail) == Broken("error", Place(), "ValueError: first line second")


def test_what_libraries_write_is_seen_by_no_one(capfd: pytest.CaptureFixture[str]) -> None:
    assert one(write_noise) == 1
    assert capfd.readouterr() == ("", "")


def eat_some(number: int) -> int:
    return len(bytearray(1 << 28))


def test_without_limits_a_call_may_take_what_it_needs() -> None:
    assert one(eat_some, Limits(0, 0)) == 1 << 28


def test_the_children_of_a_call_are_stopped_with_it(tmp_path: Path) -> None:
    assert one(have_a_child, Limits(1.5), str(tmp_path / "pid")).cause == "time"
    assert gone(int((tmp_path / "pid").read_text()))


def gone(number: int) -> bool:
    """Whether a process ends soon, or has (a zombie without a parent that reaps it has)."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


# Several calls -------------------------------------------------------------------------------------------


def by_number(number: int) -> Any:
    return (double, hang_idle, kill, double)[number](number)


@pytest.mark.untraced
@pytest.mark.parametrize("jobs", [1, 2, 9])
def test_results_come_in_order_and_one_that_breaks_breaks_no_other(jobs: int) -> None:
    outcomes = list(run(by_number, [(number,) for number in range(4)], Limits(1.0), jobs))
    assert [getattr(outcome, "cause", outcome) for outcome in outcomes] == [0, "time", "killed", 6]


@pytest.mark.untraced
def test_who_does_not_want_the_rest_ends_what_is_under_way() -> None:
    import multiprocessing

    before = set(multiprocessing.active_children())
    outcomes = run(by_number, [(0,), (1,), (1,)], Limits(60), 3)
    assert next(outcomes) == 0
    under_way = set(multiprocessing.active_children()) - before
    assert under_way
    outcomes.close()
    assert not any(process.is_alive() for process in under_way)


# Articles ------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a small article, and a long one with its last good edition."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.rst").write_text(HEAD + "Text.\n")
    (tmp_path / "long.rst").write_text(HEAD + ("Word and word and word. " * 100 + "\n\n") * 400)
    (tmp_path / "build").mkdir()
    for name in ("good.pdf", "long.pdf"):
        (tmp_path / "build" / name).write_bytes(b"the last good one")
    return tmp_path


def test_an_article_that_takes_too_long_is_a_finding(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(edition, "lay_out", lambda *_, **__: hang_idle(1))
    assert main(["build", "good.rst", "--to", "pdf", "--time-limit", "2"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    finding, last = err.splitlines()
    assert re.match(r"good\.rst(:\d+)?: error \[limit-time\]: it took more than 2 seconds while \w+", finding)
    assert "--time-limit" in finding
    assert last == "good.rst: 1 error, nothing built"
    assert (folder / "build" / "good.pdf").read_bytes() == b"the last good one"


@pytest.mark.slow
def test_an_article_that_needs_too_much_memory_is_a_finding(folder: Path) -> None:
    # A process of its own: what this one has taken and freed would be there for the call to use.
    run = despatch("build", "long.rst", "--memory-limit", "110", folder=folder, anew=True)
    assert run.returncode == 1
    assert "long.rst: error [limit-memory]: it needed more than 110 MB of memory while " in run.stderr
    assert len(run.stderr.splitlines()) == 2
    assert (folder / "build" / "long.pdf").read_bytes() == b"the last good one"


def test_a_library_that_fails_without_a_word_has_no_memory(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:

    def fail(*_: object, **__: object) -> None:
        raise SystemError("error return without exception set")

    monkeypatch.setattr(edition, "lay_out", fail)
    assert main(["build", "good.rst", "--to", "pdf"]) == 1
    assert "error [limit-memory]" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("command", ["tree", "check"])
def test_the_tree_and_the_check_have_limits_too(command: str, folder: Path) -> None:
    run = despatch(command, "long.rst", "--memory-limit", "25", folder=folder, anew=True)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "long.rst: error [limit-memory]" in run.stderr


def test_a_limit_below_what_is_in_use_already_is_a_finding(folder: Path) -> None:
    run = despatch("build", "long.rst", "--memory-limit", "1", folder=folder, anew=True)
    assert run.returncode == 1
    assert "long.rst: error [limit-memory]: it needed more than 1 MB of memory" in run.stderr


def test_a_library_that_finds_no_memory_to_be_loaded_into_is_out_of_memory() -> None:
    assert is_memory_error(ImportError("unicodedata.so: failed to map segment from shared object"))
    assert is_memory_error(ImportError("pikepdf: libstdc++.so.6: cannot map zero-fill pages"))
    assert is_memory_error(SystemError("_find_and_load returned NULL without setting an exception"))
    assert not is_memory_error(ImportError("no module named unicodedata"))


def test_a_system_call_that_finds_no_memory_is_told_as_such_and_not_as_a_file_that_can_not_be_written(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM), "pipeline/read")

    monkeypatch.setattr(edition, "lay_out", fail)
    assert main(["build", "good.rst", "--to", "pdf"]) == 1
    said = capsys.readouterr().err
    assert "good.rst: error [limit-memory]" in said
    assert "file-write" not in said


def test_a_library_that_crashes_is_a_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(edition, "lay_out", lambda *_, **__: ctypes.string_at(0))
    (result,) = build([Path("good.rst")], Order())
    assert result.failed
    assert str(result.findings[0]).startswith("good.rst: error [internal]: a library failed")
    assert "SIGSEGV" in result.findings[0].message


def test_nesting_that_only_the_typesetter_can_not_stand_is_a_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def recurse() -> None:  # with *arguments, Python 3.13 counts no level of it
        recurse()

    monkeypatch.setattr(edition, "lay_out", lambda *_, **__: recurse())
    result = build_one(Path("good.rst"), Order())
    assert [finding.code for finding in result.findings] == ["limit-nesting"]
    assert "while setting pages" in result.findings[0].message


@pytest.mark.parametrize("why", ["time", "memory", "depth", "killed", "crash", "error"])
def test_every_end_has_its_message(why: str) -> None:
    finding = broken(Path("a.rst"), Broken(why, Place("reading", line=3), "X"), Limits())
    assert (finding.source, finding.line) == ("a.rst", 3)
    assert "while reading" in finding.message


@pytest.mark.parametrize("value", ["-1", "1.5", "many", "", "1" * 30])
@pytest.mark.parametrize("option", ["--time-limit", "--memory-limit"])
def test_a_limit_is_a_number(option: str, value: str, folder: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["build", "good.rst", f"{option}={value}"])
    assert stop.value.code == 2


def test_a_parent_that_is_killed_takes_its_processes_with_it(folder: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "build", "long.rst"]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, stderr=subprocess.PIPE
    )
    children: list[int] = []
    while not children:
        assert process.poll() is None
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        children = [int(number) for number in listed.split()]
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=60)
    assert all(gone(child) for child in children)
    assert (folder / "build" / "long.pdf").read_bytes() == b"the last good one"


# Interruptions -------------------------------------------------------------------------------------------

EARLY = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Interrupt:
    def find_spec(self, name, *_):
        if name == {name!r}:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from pipeline.__main__ import run
sys.argv = ["despatch", "build", "good.rst"]
sys.exit(run())
"""


@pytest.mark.untraced
@pytest.mark.parametrize("name", ["pipeline.cli", "argparse", "pipeline.build", "multiprocessing"])
def test_an_interruption_while_modules_are_loaded_leaves_no_traceback(folder: Path, name: str) -> None:
    command = [sys.executable, "-c", EARLY.format(name=name)]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 130
    assert done.stdout == ""
    assert done.stderr.startswith("despatch: interrupted")
    assert len(done.stderr.splitlines()) == 1


def test_the_command_is_the_quiet_one() -> None:
    import tomllib

    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"despatch": "pipeline.__main__:run"}


@pytest.mark.slow
def test_a_build_is_as_quick_to_start_as_without_a_process(folder: Path) -> None:
    """The command itself loads neither docutils nor WeasyPrint: what it forks from is small."""
    code = (
        "import sys; from pipeline.cli import main; main(['build', 'good.rst', '--to', 'epub'])\n"
        "print(sorted({'weasyprint', 'ebooklib', 'docutils', 'PIL', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_the_last_word_of_the_command_is_one_line(folder: Path) -> None:
    done = despatch("build", "long.rst", "--memory-limit", "60", folder=folder, anew=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2
