"""A line at the foot of a terminal while long work lasts: which article, how far, how long it may take.

On a pipe and in a log there is nothing of it.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import Final, TextIO

from pipeline import limits
from pipeline.limits import Place

WAIT: Final = 1.0
"""Seconds of work before there is a line: what is quick needs none."""
_PAUSE: Final = 0.1
_CLEAR: Final = "\r\x1b[2K"


class Progress:
    """The line.

    :param total: how many articles there are; of one that is made of parts, they are counted as they come.
    :param stream: the standard error; ``None`` where it is closed.
    :param clock: gives seconds.
    :param of_parts: whether what is made has parts, as a packet has.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None,
        clock: Callable[[], float] = time.monotonic,
        *,
        of_parts: bool = False,
    ) -> None:
        self.total, self.stream, self.clock = total, stream, clock
        self.parts: tuple[int, int] | None = None
        self.shows = stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        self.done = 0
        self.start = self.drawn = clock()
        self.drawing = False
        if self.shows:
            limits.watcher = self.reached
            if of_parts:
                from pipeline import article_store

                article_store.counter = self.counted

    def counted(self, done: int, total: int) -> None:
        """Take in how many parts of how many are done."""
        self.parts = (done, total) if total > 1 else None

    def reached(self, place: Place) -> None:
        """Say how far an article has come."""
        now = self.clock()
        if not self.shows or self.stream is None or now - self.start < WAIT or now - self.drawn < _PAUSE:
            return
        self.drawn, self.drawing = now, True
        width = shutil.get_terminal_size().columns - 1
        self.stream.write(f"{_CLEAR}{self._words(place, now)[:width]}")
        self.stream.flush()

    def finished(self) -> None:
        """Take the line away: an article is done, and what is said of it comes in its place."""
        self.done += 1
        self.clear()

    def close(self) -> None:
        """Take the line away, for good."""
        self.clear()
        self.shows = False

    def clear(self) -> None:
        """Take the line away for now."""
        if self.drawing and self.stream is not None:
            self.stream.write(_CLEAR)
            self.stream.flush()
        self.drawing = False

    def _words(self, place: Place, now: float) -> str:
        parts = [f"article {min(self.done + 1, self.total)} of {self.total}"] if self.total > 1 else []
        if self.parts is not None:
            done, total = self.parts
            parts = [f"part {min(done + 1, total)} of {total}"]
        if place.what:
            page = f", page {place.page}" if place.page else ""
            parts.append(f"{place.what}{page}")
        if self.done:
            left = (now - self.start) / self.done * (self.total - self.done)
            parts.append(f"about {left:.0f} s left" if left < 90 else f"about {left / 60:.0f} min left")
        return " · ".join(parts)
