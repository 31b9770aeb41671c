"""Where what can be made again is kept: below the desk, never in a folder that happens to be current.

``DESPATCH_CACHE`` names the folder. Without it, that is ``build/.cache`` of the current desk, and where there
is no desk, or nothing can be written there, the folder that the system has for such things.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

from pipeline import desk


def folder() -> Path:
    """The folder for what can be made again; it is there."""
    named = os.environ.get("DESPATCH_CACHE")
    root = desk.current().root
    if named:
        return _made(Path(named).absolute()) or _temporary()
    return (_made(root / "build" / ".cache") if root is not None else None) or _of_the_user()


def _made(path: Path) -> Path | None:
    """The folder, if it is there or can be made, and can be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return path if os.access(path, os.W_OK | os.X_OK) else None


def _of_the_user() -> Path:
    """The user's own (XDG Base Directory Specification 0.8), else one for this process."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        home = Path.home()
    except RuntimeError:
        return _temporary()
    if not Path(base).is_absolute():
        base = str(home / ("Library/Caches" if sys.platform == "darwin" else ".cache"))
    return _made(Path(base) / "despatch") or _temporary()


@cache
def _temporary() -> Path:
    path, owner = Path(tempfile.mkdtemp(prefix="despatch-")), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not when a process ends that was forked from this one
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
    return path
