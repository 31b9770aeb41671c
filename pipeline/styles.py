"""Where the look and its data lie: the `styles/` folder of the project."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "styles"
"""The folder with the CSS of both editions, the infobox types, the paper sizes and the labels."""


def css(name: str) -> str:
    """The text of the style sheet `name` (a path below `FOLDER`, without the ending).

    :raises OSError: when there is no such style sheet.
    """
    return (FOLDER / f"{name}.css").read_text(encoding="utf-8")


@cache
def data(name: str) -> dict[str, Any]:
    """The content of the data file `name` (a path below `FOLDER`, without the ending), read once.

    :raises OSError: when there is no such file.
    :raises tomllib.TOMLDecodeError: when it is not TOML.
    """
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def names(folder: str, ending: str) -> list[str]:
    """The names of the files with this `ending` in a subfolder of `FOLDER`, sorted."""
    return sorted(path.stem for path in (FOLDER / folder).glob(f"*{ending}"))


def papers() -> list[str]:
    """The paper sizes there are: one style sheet each in ``styles/paper``."""
    return names("paper", ".css")
