"""What is wrong with the text in an editor: read in a process of its own, as a build does, in its limits.

A second process starts those that read, one at a time. The server itself has threads, one of which waits for
the editor with a lock in its hand, so that a process that was forked from it would wait for that lock.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline import desk, styles
from pipeline.build import broken
from pipeline.files.toml_faults import explain, line_named
from pipeline.findings import Finding, suggest
from pipeline.limits import Broken, Limits, run
from pipeline.read.reader import parse_text, read
from pipeline.tree.infobox_types import faults_of_type

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
    look = _look_of(path)
    with desk.at(desk.desk_of(path if look is None else look.parent / desk.SOURCE / path.name)):
        (outcome,) = run(_read, [(path, text.encode("utf-8", "replace"))], LIMITS)
    return [broken(path, outcome, LIMITS)] if isinstance(outcome, Broken) else outcome


def _read(path: Path, raw: bytes) -> list[Finding]:
    if path.suffix.lower() != ".toml":
        return read(path, raw=raw)[1]
    look = _look_of(path)
    if look is not None:
        name = path.relative_to(look).with_suffix("").as_posix()
        return list(_of_data(path, name, raw.decode("utf-8", "replace")))
    if re.search(rb"^\s*\[\[section", raw, re.MULTILINE) or path.parent.name == "packets":
        from pipeline.packet.manifest.reader import read_manifest

        return read_manifest(path, raw=raw)[1]
    return []


def _look_of(path: Path) -> Path | None:
    """The folder of a desk's look that a data file stands in; ``None`` for an article or a manifest."""
    found = (one for one in path.parents if one.name == desk.STYLES and (one.parent / desk.SOURCE).is_dir())
    return next(found, None) if path.suffix.lower() == ".toml" else None


def _of_data(path: Path, name: str, text: str) -> Iterator[Finding]:
    """What is wrong with a data file of the look."""
    if name not in styles.DATA and not name.startswith("infobox/"):
        message = f'nothing reads a file called "{path.name}"{suggest(name, styles.DATA)}'
        yield Finding("style-unknown", str(path), 1, message)
        return
    try:
        styles.read_data(name, text)
    except tomllib.TOMLDecodeError as error:
        line, said = explain(error, text)
        yield Finding("style-file", str(path), line, f"this is not TOML: {said}")
    except styles.StyleError as error:
        yield Finding("style-file", str(path), line_named(str(error), text), f"the file {error}")
    else:
        if name.startswith("infobox/"):
            yield from (Finding("style-file", str(path), line, said) for line, said in faults_of_type(text))
