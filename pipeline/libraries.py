"""The system's own libraries that WeasyPrint loads: whether they are there, and what to type where not.

The set-up of a clone (``.ci/setup``) uses it too, before anything is installed: the standard library only.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

LIBRARIES: Final = {
    "libglib2.0-0": ("gobject-2.0", "libgobject-2.0.so.0", "libgobject-2.0.0.dylib"),
    "libpango-1.0-0": ("pango-1.0", "libpango-1.0.so.0", "libpango-1.0.dylib"),
    "libpangoft2-1.0-0": ("pangoft2-1.0", "libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    "libharfbuzz0b": ("harfbuzz", "libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    "libharfbuzz-subset0": ("harfbuzz-subset", "libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "libfontconfig1": ("fontconfig", "libfontconfig.so.1", "libfontconfig.1.dylib"),
}
"""Debian's packages, and the names of the library that WeasyPrint 70 tries (``weasyprint/text/ffi.py``)."""

_RENAMED: Final = {"libglib2.0-0": "libglib2.0-0t64"}
"""The newer name of a package, where a release has renamed it (Debian 13, Ubuntu 24.04)."""

_BREW: Final = {
    "chromium": "chromium",
    "qpdf": "qpdf",
    "poppler-utils": "poppler",
    "nodejs": "node",
    "npm": "node",
    "tesseract-ocr": "tesseract",
}
"""Homebrew's names."""

_OTHERS: Final = {
    "dnf": "sudo dnf install pango",
    "pacman": "sudo pacman -S pango",
    "zypper": "sudo zypper install libpango-1_0-0 libharfbuzz-subset0",
    "apk": "sudo apk add pango",
}
"""What brings the libraries where another program installs packages."""


def missing() -> list[str]:
    """Debian's packages of the libraries that can't be loaded."""
    return [package for package, names in LIBRARIES.items() if not _loads(names)]


def _loads(names: tuple[str, ...]) -> bool:
    """Whether one of the names of a shared library can be loaded, as WeasyPrint would do it."""
    for name in names:
        with suppress(OSError):
            ctypes.CDLL(name)
            return True
    # Slow on Linux, where it starts other programs, and of no use there: the .so name above has failed.
    return sys.platform == "darwin" and ctypes.util.find_library(names[0]) is not None


def command(packages: Iterable[str]) -> str:
    """What to type, to install what Debian calls by these names."""
    wanted = list(packages)
    if sys.platform == "darwin":
        return f"brew install {' '.join(sorted({_BREW[package] for package in wanted}))}"
    if shutil.which("apt-get"):
        return f"sudo apt-get install {' '.join(map(known_here, wanted))}"
    if set(wanted) <= LIBRARIES.keys():
        for program, text in _OTHERS.items():
            if shutil.which(program):
                return text
    return f"install what Debian calls {' '.join(wanted)}"


def known_here(package: str) -> str:
    """A package of Debian's under the name that it has in this release."""
    newer = _RENAMED.get(package)
    if newer is None or not shutil.which("apt-cache"):
        return package
    asked = subprocess.run(
        ["apt-cache", "show", newer],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return newer if b"Package:" in asked.stdout else package


def fault_of(packages: Iterable[str]) -> str:
    """What to say of packages that are missing: one line, with the command that cures it."""
    return f"some of the system's own packages are missing. To go on: {command(packages)}"
