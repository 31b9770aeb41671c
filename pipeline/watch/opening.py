"""A click on a page opens the line of the source that stands there: in the editor that the user has named."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FILE: Final = "{file}"
_LINE: Final = "{line}"
_FAR: Final = 0.06
"""Part of a page: what is clicked farther from all text has no line."""


@dataclass(frozen=True)
class Place:
    """A block on a page, and the line at which it begins in the source.

    :param edges: left, top, right and bottom, as parts of the page, from 0 to 1.
    :param path: the file.
    :param name: of the file, as findings have it.
    """

    edges: tuple[float, float, float, float]
    path: Path
    name: str
    line: int


def place_at(places: Iterable[Place], x: float, y: float) -> Place | None:
    """What stands at a point of a page, or next to it: of two that lie over each other, the smaller one.

    :param x: from the left, as a part of the page; `y` likewise from the top.
    """

    def distance(place: Place) -> tuple[float, float]:
        left, top, right, bottom = place.edges
        away = max(left - x, x - right, 0) + max(top - y, y - bottom, 0)
        return away, (right - left) * (bottom - top)

    nearest = min(places, key=distance, default=None)
    return nearest if nearest is not None and distance(nearest)[0] < _FAR else None


def editor(words: str) -> list[str]:
    """The command that opens an editor, in parts.

    :param words: as typed, such as ``code -g {file}:{line}``; no shell reads them.
    :raises ValueError: in plain words, when they can't be a command.
    """
    try:
        parts = shlex.split(words)
    except ValueError:
        raise ValueError("a quotation mark is not closed") from None
    if not any(_FILE in part for part in parts[1:]):
        raise ValueError("{file} is missing: it stands for the file, and {line} for the line")
    if shutil.which(parts[0]) is None:
        raise ValueError(f"there is no program {parts[0]} here")
    return parts


def open_place(command: list[str], place: Place) -> bool:
    """Start the editor at a place.

    :param command: of `editor`.
    :returns: whether it could be started.
    """
    # The line first: a path may hold anything.
    parts = [
        part.replace(_LINE, str(place.line)).replace(_FILE, str(place.path)) if index else part
        for index, part in enumerate(command)
    ]
    try:
        process = subprocess.Popen(
            parts,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    threading.Thread(target=process.wait, daemon=True).start()  # else it would stay as a dead process
    return True
