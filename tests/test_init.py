"""What ``despatch init`` makes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.article_store import build
from pipeline.build import Order
from pipeline.findings import Finding
from pipeline.init import MATCHERS, init
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.desks import LOGO, has_colour, in_pdf
from tests.support.paths import REPOSITORY


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "theme.css").write_text("mine")
    (tmp_path / "Makefile").write_text("mine")
    assert cli.main(["init", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "Makefile: is there already" in told.err
    assert (tmp_path / "Makefile").read_text() == (tmp_path / "styles" / "theme.css").read_text() == "mine"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert cli.main(["init", str(tmp_path)]) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_init_adds_no_article_to_a_desk_that_has_some(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "mine.rst").write_text(HEAD + "Text.\n")
    init(tmp_path)
    assert [path.name for path in (tmp_path / "source").iterdir()] == ["mine.rst"]
    assert (tmp_path / ".gitignore").read_text() == "/build/\n"


def test_init_of_a_file_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert cli.main(["init", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_editor_understands_our_findings(tmp_path: Path) -> None:
    init(tmp_path)
    tasks = json.loads((tmp_path / ".vscode" / "tasks.json").read_text())["tasks"]
    assert {task["args"][0] for task in tasks} == {"build", "check", "packet"}
    assert all(task["problemMatcher"] == MATCHERS for task in tasks)
    lines = [
        Finding("note-undefined", "source/a b: c.rst", 24, 'no note is called "x"'),
        Finding("check-file", "source/belgium.rst", None, "PDF: there is no build/belgium.pdf"),
    ]
    patterns = [matcher["pattern"] for matcher in MATCHERS]
    for finding in lines:
        met = [
            {name: match[number] for name, number in pattern.items() if isinstance(number, int)}
            for pattern in patterns
            if (match := re.match(pattern["regexp"], str(finding)))
        ]
        line = {} if finding.line is None else {"line": str(finding.line)}
        told = {"file": finding.source, "severity": "error", "code": finding.code, "message": finding.message}
        assert met == [{**told, **line}]
    assert not any(re.match(pattern["regexp"], "build/a.pdf  1 page, 50 kB, 2.1 s") for pattern in patterns)


def test_the_editor_understands_what_the_commands_print(tmp_path: Path) -> None:
    (tmp_path / "source" / "packets").mkdir(parents=True)
    text = "Visit\n=====\n\n:date: 2026-11-24\n\nText [TBC]. [#a]_\n"
    (tmp_path / "source" / "my visit.rst").write_text(text, encoding="utf-8")
    (tmp_path / "source" / "packets" / "visit.toml").write_text(
        'title = "Visit"\nlogo = "a.svg"\n', encoding="utf-8"
    )
    (tmp_path / "source" / "brief.docx").write_bytes(b"x")
    found: dict[str, set[tuple[str, ...]]] = {}
    for words in (["build", "my visit"], ["build", "brief.docx"], ["packet", "visit"]):
        printed = despatch(*words, folder=tmp_path).stderr.splitlines()
        for line in printed:
            met = [match for one in MATCHERS if (match := re.match(one["pattern"]["regexp"], line))]
            assert len(met) == int("[" in line.split("TBC")[0]), line
            for match in met:
                found.setdefault(words[1], set()).add(match.groups()[:-1])
        assert any("nothing built" in line for line in printed)
    article, manifest = "source/my visit.rst", "source/packets/visit.toml"
    assert found["my visit"] == {
        (article, "1", "warning", "meta-language"),
        (article, "6", "warning", "text-placeholder"),
        (article, "6", "error", "note-undefined"),
    }
    assert found["brief.docx"] == {("source/brief.docx", "error", "file-kind")}
    assert (manifest, "2", "error", "packet-key-unknown") in found["visit"]


def test_each_line_that_the_theme_offers_is_right_as_it_is(tmp_path: Path) -> None:
    init(tmp_path)
    path = tmp_path / "styles" / "theme.css"
    text = re.sub(r"/\* (--|h2|\.title-block)(.*?;(?: \})?) \*/", r"\1\2", path.read_text())
    path.write_text(text)
    (tmp_path / "styles" / "logo.svg").write_text(LOGO)
    (tmp_path / "styles" / "paper").mkdir()
    (rule,) = re.findall(r"@page .*\}", text)
    (tmp_path / "styles" / "paper" / "a5.css").write_text(rule)
    (result,) = build([tmp_path / "source" / "first-article.rst"], Order(folder=tmp_path / "out", paper="a5"))
    assert result.findings == []
    drawn, _, size = in_pdf(tmp_path / "out" / "first-article.pdf")
    assert has_colour(drawn, "#7a1f3d")
    assert has_colour(drawn, "#00aa33")
    assert size == (420, 595)


@pytest.mark.slow
def test_a_new_desk_is_without_any_finding(tmp_path: Path) -> None:
    assert despatch("init", "desk", folder=tmp_path).returncode == 0
    command = ["make", f"DESPATCH={sys.executable} -m pipeline", "all", "packet", "check"]
    done = subprocess.run(
        command,
        cwd=tmp_path / "desk",
        # What the `make` that runs the tests was given is not for this one.
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    targets = subprocess.run(
        ["make"], cwd=tmp_path / "desk", capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  (\w+) ", targets, re.MULTILINE)) == {
        "help", "pdf", "epub", "all", "packet", "check", "clean",
    }  # fmt: skip


def test_a_full_disk_leaves_no_file_by_half(tmp_path: Path) -> None:
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)); "
        "from pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "init", str(tmp_path / "desk")],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not [path for path in (tmp_path / "desk").rglob("*") if path.is_file()]
