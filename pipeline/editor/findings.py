"""What is wrong with the text in an editor: read in a process of its own, as a build does, in its limits.

A second process starts those that read, one at a time. The server itself has threads, one of which waits for
the editor with a lock in its hand, so that a process that was forked from it would wait for that lock.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline import desk
from pipeline.build import broken
from pipeline.findings import Finding
from pipeline.limits import Broken, Limits, run
from pipeline.read.reader import parse_text, read

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

LIMITS: Final = Limits(20, 1024)
"""Seconds and megabytes for one text."""


class Findings:
    """The process that has texts read; it is started with the first one, and again if it has ended."""

    def __init__(self) -> None:
        self.process: SpawnProcess | None = None
        self.channel: Connection | None = None

    def of(self, path: Path, text: str) -> list[Finding]:
        """All findings of an article whose file is to hold a text.

        :param path: of the article; it need not be there yet.
        :param text: as the editor has it.
        :raises OSError: when no process can be had.
        """
        for _ in range(2):
            channel = self._channel()
            with contextlib.suppress(EOFError, OSError):
                channel.send((path, text))
                found: list[Finding] = channel.recv()
                return found
            self.end()
        raise OSError("no process reads the text")

    def end(self) -> None:
        """End the process."""
        if self.channel is not None:
            self.channel.close()
        if self.process is not None:
            self.process.terminate()
            self.process.join(1)
        self.process = self.channel = None

    def _channel(self) -> Connection:
        if self.channel is None or self.process is None or not self.process.is_alive():
            import multiprocessing

            context = multiprocessing.get_context("spawn")
            self.channel, other = context.Pipe()
            self.process = context.Process(target=_serve, args=(other,), daemon=False)
            self.process.start()
            other.close()
        return self.channel


def _serve(channel: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what an editor hears is the protocol, and nothing else
    parse_text("Text.\n")  # loads what each reading needs
    with contextlib.suppress(EOFError, OSError):
        while True:
            path, text = channel.recv()
            channel.send(_found(path, text))


def _found(path: Path, text: str) -> list[Finding]:
    with desk.at(desk.desk_of(path)):
        (outcome,) = run(_read, [(path, text.encode("utf-8", "replace"))], LIMITS)
    return [broken(path, outcome, LIMITS)] if isinstance(outcome, Broken) else outcome


def _read(path: Path, raw: bytes) -> list[Finding]:
    return read(path, raw=raw)[1]
