"""WeasyPrint is loaded without the programs that ctypes would start to look for its libraries."""

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
