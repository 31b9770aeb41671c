"""What is loaded with WeasyPrint: libraries, without the programs that ctypes would start to look for them;
fontTools, without the parts that few articles need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.write.engine import patches
from tests.support.paths import REPOSITORY

PROGRAM = """
import ctypes.util, sys
from pathlib import Path
kept = ctypes.util.find_library
sys.addaudithook(lambda event, facts: event in ("subprocess.Popen", "os.system") and print(event, *facts))
from pipeline.write.engine import load
load.load(Path(sys.argv[1]), without=sys.argv[2:])
import weasyprint.text.ffi
assert ctypes.util.find_library is kept
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loader alone does not find the libraries")
def test_no_program_is_started(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), *patches.left_out()],
        cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert run.stdout == ""


LATER = """
import sys
from datetime import date
from pathlib import Path
from pipeline.write.engine import load
load.load(Path(sys.argv[1]), without=sys.argv[2:])
from pipeline.write.engine.render import dated, parsed, render
def pdf(text):
    page = f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body>{text}</body></html>'
    return render(parsed(page), [], {}, date(2026, 1, 1), "x.rst", []).write_pdf(uncompressed_pdf=True)
def loaded():
    return [name for name in sys.modules if name.startswith(("fontTools.subset.", "fontTools.varLib."))]
pdf("A few words.")
early = [name for name in loaded() if name != "fontTools.varLib.instancer"]
with dated(date(2026, 1, 1)):
    data = pdf("\u0939\u093f\u0928\u094d\u0926\u0940")
import fontTools.varLib.instancer
print(early, len(loaded()) > 5, type(fontTools.varLib.instancer).__name__, b"Devanagari" in data)
"""


def test_font_tools_are_loaded_when_needed(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LATER, str(tmp_path), *patches.left_out()],
        cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert run.stdout.split("\n")[0] == "[] True module True"
