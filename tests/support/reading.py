"""The programs in ``whole/reading``: what they run with, and what they say."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.support.paths import REPOSITORY

FOLDER: Final = REPOSITORY / "tests" / "whole" / "reading"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def program(names: tuple[str, ...], package: str) -> str:
    """The path of a program; without it the test fails and says what to do."""
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"{names[0]} is missing: .ci/setup full, or sudo apt-get install {package}"
    return found


def environment() -> dict[str, str]:
    """What the programs run with; installs what their lock file names, once."""
    program(("node",), "nodejs")
    npm = program(("npm",), "npm")
    found = {
        **os.environ,
        "PUPPETEER_SKIP_DOWNLOAD": "1",
        "PUPPETEER_EXECUTABLE_PATH": program(BROWSERS, "chromium"),
    }
    lock = FOLDER / "package-lock.json"
    stamp = FOLDER / "node_modules" / ".despatch-ready"
    aim = hashlib.sha256(lock.read_bytes()).hexdigest()
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != aim:
            command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(
                command, cwd=FOLDER, env=found, capture_output=True, text=True, check=False, timeout=600
            )
            assert done.returncode == 0, f"`npm ci` in {FOLDER} failed:\n{done.stderr[-2000:]}"
            stamp.write_text(aim)
    return found


def said(script: str, options: Any, *arguments: str, seconds: int = 300) -> Any:
    """What a program in ``whole/reading`` writes, as JSON.

    :param options: what it reads.
    """
    done = subprocess.run(
        ["node", str(FOLDER / script), *arguments],
        input=json.dumps(options),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def unpacked(epub: Path, folder: Path) -> list[Path]:
    """The content documents of an EPUB, in the order of their names, below a folder."""
    shutil.unpack_archive(epub, folder, "zip")
    return sorted(path for path in (folder / "EPUB").glob("*.xhtml") if path.stem not in {"nav", "cover"})
