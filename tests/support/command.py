"""The command ``despatch`` as a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from pipeline.__main__ import run
from pipeline.limits import FORKS
from tests.support.one_process import one_process
from tests.support.paths import REPOSITORY

SECONDS = 120
"""Time within which any command of a test has ended."""


def despatch(
    *arguments: str | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    anew: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run the command ``despatch`` as a process of its own, in `folder`.

    It is forked from this process, which has loaded already what building needs: that saves half a second.
    What has the usual limits is done in it, and not in yet another one; `anew` has all processes.

    :param environment: variables beside those of this process; the command is then started anew.
    :param anew: start it as a shell does, for tests of what is loaded, of memory, and of a start itself.
    """
    words = [str(argument) for argument in arguments]
    if FORKS and not anew and environment is None:
        return _forked(words, folder)
    command = [sys.executable, "-m", "pipeline", *words]
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})}
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=SECONDS
    )


def _forked(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    with TemporaryFile() as said, TemporaryFile() as told:
        streams = said.fileno(), told.fileno()
        process = multiprocessing.get_context("fork").Process(target=_run, args=(words, folder, streams))
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, SECONDS)
        texts = []
        for file in (said, told):
            file.seek(0)
            texts.append(file.read().decode())
        return subprocess.CompletedProcess(words, process.exitcode, *texts)


def _run(words: list[str], folder: Path, streams: tuple[int, int]) -> None:
    os.chdir(folder)
    for number, stream in enumerate(streams, 1):
        os.dup2(stream, number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
    sys.argv = ["despatch", *words]
    with one_process():
        sys.exit(run())


def on_a_terminal(
    *arguments: str, folder: Path, environment: Mapping[str, str] | None = None, whole: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run the command, started anew, with its standard error on a terminal: that is what the terminal shows.

    :param whole: whether its standard output goes there, too.
    """
    ours, theirs = pty.openpty()
    with TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})},
            stdout=theirs if whole else said,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        os.close(ours)
        code = process.wait(timeout=SECONDS)
        said.seek(0)
        return subprocess.CompletedProcess(arguments, code, said.read().decode(), shown.decode())
