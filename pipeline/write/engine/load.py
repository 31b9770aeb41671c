"""Loads WeasyPrint, with our fonts and with what is changed inside it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipeline.write.engine import fonts, patches


def load(cache: Path, *, without: Collection[str] = ()) -> None:
    """Import WeasyPrint. It takes a third of a second the first time, and nothing after.

    :param cache: folder for fontconfig, as `fonts.configure` has it.
    :param without: names of patches to leave out, for tests of what they are for.
    :raises RuntimeError: WeasyPrint was imported otherwise before, or a font package is not installed.
    :raises OSError: the folder cannot be written.
    """
    fonts.configure(cache)
    patches.apply(without=without)
