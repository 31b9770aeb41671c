"""Loads WeasyPrint, with our fonts and without the programs that it would start to find its libraries."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.write.engine import fonts


def load(cache: Path) -> None:
    """Import WeasyPrint. It takes a third of a second the first time, and nothing after.

    :param cache: folder for fontconfig, as `fonts.configure` has it.
    :raises RuntimeError: WeasyPrint was imported otherwise before, or a font package is not installed.
    :raises OSError: the folder cannot be written.
    """
    fonts.configure(cache)
    with _found_by_the_loader():
        import weasyprint  # noqa: F401


@contextlib.contextmanager
def _found_by_the_loader() -> Iterator[None]:
    """Let cffi leave the search for libraries to the loader of the system, on Linux.

    WeasyPrint tries the names of each library on all systems, one after the other. For every name that is not
    this system's, ctypes would start ``ldconfig``, the compiler and the linker: some thirty programs.
    """
    import ctypes.util

    kept = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = kept
