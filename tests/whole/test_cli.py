"""The command line: arguments, exit codes, what stands on which stream, colour, interruption."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import main
from tests.support.articles import HEAD
from tests.support.command import despatch, on_a_terminal
from tests.support.paths import REPOSITORY

pytestmark = pytest.mark.usefixtures("one_process")

SUMMARY = r"  (\d+) {}s?, \d+ kB, \d+\.\d s"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a faultless article and one with a fault."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.rst").write_text(HEAD + "Text.\n")
    (tmp_path / "bad.rst").write_text(HEAD + "Text.\n\nA call [#none]_.\n")
    return tmp_path


# Arguments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["build"],
        ["build", "good.rst", "--to", "docx"],
        ["build", "good.rst", "--paper", "a3"],
        ["build", "good.rst", "--jobs", "0"],
        ["build", "good.rst", "--jobs", "many"],
        ["build", "good.rst", "--nonsense"],
        ["tree"],
        ["tree", "good.rst", "bad.rst"],
    ],
    ids=" ".join,
)
def test_a_command_used_wrongly_exits_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("despatch")  # one line in plain words, no list of options
    assert err.count("\n") == 1
    assert "--help shows what there is" in err
    assert not (folder / "build").exists()


def test_two_articles_of_one_name_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "good.rst").write_text(HEAD + "Text.\n")
    assert main(["build", "good.rst", "other/good.rst"]) == 2
    assert "two articles would be built as good" in capsys.readouterr().err
    assert not (folder / "build").exists()


def test_an_article_named_twice_is_built_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "good.rst", "./good.rst", "--to", "epub"]) == 0
    assert capsys.readouterr().out.count("good.epub") == 1


def test_the_version(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"despatch {__version__}\n"


def test_help_costs_no_typesetter(folder: Path) -> None:
    code = (
        "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'weasyprint', 'ebooklib', 'docutils', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"


# What is made, and what is said of it --------------------------------------------------------------------


def test_both_editions_are_made_with_a_line_for_each(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "good.rst"]) == 0
    out, err = capsys.readouterr()
    pdf, epub = out.splitlines()
    assert re.fullmatch(r"build/good\.pdf" + SUMMARY.format("page"), pdf)
    assert re.fullmatch(r"build/good\.epub" + SUMMARY.format("chapter"), epub)
    assert " 1 page, " in pdf
    assert " 1 chapter, " in epub
    assert err == ""
    assert {path.name for path in (folder / "build").iterdir()} - {".cache"} == {"good.pdf", "good.epub"}


def test_the_line_gives_the_true_size(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["build", "good.rst", "--to", "epub"])
    size = (folder / "build" / "good.epub").stat().st_size
    assert f", {round(size / 1000)} kB, " in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["pdf", "epub"])
def test_one_edition_is_made_when_one_is_asked_for(folder: Path, kind: str) -> None:
    assert main(["build", "good.rst", "--to", kind, "-o", "out"]) == 0
    assert [path.name for path in (folder / "out").iterdir()] == [f"good.{kind}"]


def test_the_output_folder_is_made_with_those_above_it(folder: Path) -> None:
    assert main(["build", "good.rst", "--to", "epub", "-o", "new/and deep/größe"]) == 0
    assert (folder / "new" / "and deep" / "größe" / "good.epub").is_file()


def test_findings_go_to_one_stream_and_files_to_the_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "good.rst", "bad.rst", "--to", "epub", "--jobs", "1"]) == 1
    out, err = capsys.readouterr()
    assert re.fullmatch(r"build/good\.epub" + SUMMARY.format("chapter") + "\n", out)
    first, second = err.splitlines()
    assert first == 'bad.rst:9: error [note-undefined]: no note is called "none"'
    assert second == "bad.rst: 1 error, nothing built (--draft builds all the same)"


def test_a_warning_is_shown_and_does_not_stop(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tab.rst").write_text(HEAD + "Text.\n\n\tquoted\n")
    assert main(["build", "tab.rst", "--to", "epub"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("build/tab.epub")
    assert re.fullmatch(r"tab\.rst:9: warning \[file-tab\]: .+\n", err)


def test_no_draft_is_offered_where_it_is_no_help(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "missing.rst"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "missing.rst: 1 error, nothing built"


def test_no_draft_is_offered_for_a_faulty_manifest_nor_to_a_draft(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "faulty.toml").write_text('title = "T"\n')
    assert main(["packet", "faulty.toml"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "faulty.toml: 2 errors, nothing built"
    assert main(["packet", "bad.rst"]) == 1
    assert "despatch build" in capsys.readouterr().err


def test_what_is_no_packet_is_not_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "bad.rst"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "packet-record" in err


def test_the_tree_is_printed_as_xml(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tree", "good.rst"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert ET.fromstring(out).findtext("paragraph") is not None


def test_the_tree_of_a_faulty_article_is_printed_for_a_draft_only(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tree", "bad.rst"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "bad.rst:9: error [note-undefined]" in err
    assert main(["tree", "bad.rst", "--draft"]) == 0
    assert "<fault" in capsys.readouterr().out


# Processes -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_several_articles_at_once_are_reported_in_their_order(folder: Path) -> None:
    (folder / "other.rst").write_text(HEAD + "Text.\n\n" * 200)
    names = ("other.rst", "bad.rst", "good.rst")
    done = despatch("build", *names, "--to", "epub", "--jobs", "2", folder=folder)
    assert done.returncode == 1
    made = [line.partition("  ")[0] for line in done.stdout.splitlines()]
    assert made == ["build/other.epub", "build/good.epub"]
    assert "bad.rst:9: error [note-undefined]" in done.stderr
    assert "Traceback" not in done.stderr


def start(folder: Path, *arguments: str, code: str = "") -> subprocess.Popen[str]:
    """Start the command in a process group of its own, after some code."""
    run = f"sys.exit(main({arguments!r}))"
    # A shell starts what runs behind it with interruptions ignored: the tests may be such a thing.
    heard = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    lines = ["import os, signal, sys", heard, code, "from pipeline.cli import main", run]
    # A pool's processes read this file too, and only the first may go on.
    script = "if __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in lines)
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes that `process` has started."""
    tasks = Path(f"/proc/{process.pid}/task")
    return [int(n) for task in tasks.iterdir() for n in (task / "children").read_text().split()]


def wait_for_children(process: subprocess.Popen[str], count: int) -> list[int]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = children(process)
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError("no process was started")


# While the finished file is written, the moment that matters most.
AT_WRITING = "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.{})"


def test_an_interruption_exits_with_130_and_no_traceback(folder: Path) -> None:
    (folder / "build").mkdir()
    with zipfile.ZipFile(folder / "build" / "good.epub", "w") as book:
        book.writestr("EPUB/content.opf", "<meta property='pageBreakSource'/>")
    good = (folder / "build" / "good.epub").read_bytes()
    process = start(folder, "build", "good.rst", "--to", "epub", code=AT_WRITING.format("SIGINT"))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, err) == ("", "despatch: interrupted; no file is left half written\n")
    assert (folder / "build" / "good.epub").read_bytes() == good
    assert [path.name for path in (folder / "build").iterdir()] == ["good.epub"]


@pytest.mark.untraced
def test_an_interruption_is_heard_before_anything_large_is_loaded(folder: Path) -> None:
    """What is loaded before the handler is there ends in a traceback when it is interrupted."""
    code = (
        "import sys; before = set(sys.modules); import pipeline.__main__; print(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); {code}"],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert {"pipeline", "pipeline.__main__", "signal"} <= loaded
    assert not loaded & {"typing", "re", "pathlib", "docutils", "pipeline.cli"}


@pytest.mark.slow
def test_an_interruption_ends_all_processes_at_once(folder: Path) -> None:
    names = []
    for number in range(6):
        (folder / f"{number}.rst").write_text(HEAD + "Text.\n\n" * 50)
        names.append(f"{number}.rst")
    process = start(folder, "build", *names, "--jobs", "2")
    pool = wait_for_children(process, 2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, err) == ("", "despatch: interrupted; no file is left half written\n")
    assert not any(Path(f"/proc/{number}").exists() for number in pool)


@pytest.mark.slow
def test_a_process_that_is_killed_is_a_finding(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.rst").write_text(HEAD + "Text.\n")
    process = start(folder, "build", "a.rst", "b.rst", "--jobs", "2")
    os.kill(wait_for_children(process, 2)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "error [internal]: the process that built it was ended from outside" in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_fault(folder: Path) -> None:
    (folder / "long.rst").write_text(HEAD + f"{'Text. ' * 60}\n\n" * 500)  # more than a pipe holds
    process = start(folder, "tree", "long.rst")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1


# Colour --------------------------------------------------------------------------------------------------


def faulty_on_a_terminal(folder: Path, environment: dict[str, str]) -> str:
    """What the command writes on a terminal for the faulty article."""
    variables = {"TERM": "xterm", **environment}
    done = on_a_terminal("build", "bad.rst", folder=folder, environment=variables, whole=True)
    assert done.returncode == 1
    return done.stderr


def test_findings_are_coloured_on_a_terminal(folder: Path) -> None:
    text = faulty_on_a_terminal(folder, {"NO_COLOR": ""})
    assert "bad.rst:9: \x1b[31;1merror\x1b[0m [note-undefined]: " in text


@pytest.mark.slow
@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_there_is_no_colour_where_none_is_wanted(folder: Path, variable: dict[str, str]) -> None:
    text = faulty_on_a_terminal(folder, {"NO_COLOR": "", **variable})
    assert not re.search(r"\x1b\[[\d;]*m", text)
    if variable.get("TERM") == "dumb":  # nor a line that comes and goes, which a slow machine shows elsewhere
        assert "\x1b" not in text
    assert "bad.rst:9: error [note-undefined]: " in text


@pytest.mark.slow
def test_there_is_no_colour_off_a_terminal(folder: Path) -> None:
    done = despatch("build", "bad.rst", folder=folder, environment={"FORCE_COLOR": "", "TERM": "xterm"})
    assert "\x1b" not in done.stdout + done.stderr
