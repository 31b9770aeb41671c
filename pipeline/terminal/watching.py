"""What ``despatch watch`` says in the terminal."""

from __future__ import annotations

import errno
import importlib.util
import time
from pathlib import Path

from pipeline.build import Order, Result
from pipeline.files.other_kinds import no_article
from pipeline.findings import printable
from pipeline.terminal.screen import complain, print_finding


def watch(path: Path, order: Order, port: int, editor: str | None = None) -> int:
    """Watch an article or a packet until the command is interrupted.

    :param port: of the server; 0 for one that is free.
    :param editor: the command that opens a line of the source, as typed.
    :returns: the exit code.
    """
    if importlib.util.find_spec("watchfiles") is None:
        complain('watchfiles is not installed: pip install "despatch[watch]"')
        return 1
    if not path.is_file():
        complain(f"there is no file {printable(str(path))}")
        return 1
    other = no_article(path)
    if other:
        complain(f"{printable(str(path))}: {other}")
        return 1
    from pipeline.watch.opening import editor as command_of
    from pipeline.watch.session import Session

    def ready(address: str) -> None:
        print(f"{printable(str(path))}: open {address} in a browser; Ctrl+C ends it", flush=True)

    try:
        command = None if editor is None else command_of(editor)
    except ValueError as error:
        complain(f"--editor: {error}")
        return 1
    try:
        Session(path, order, _report, command).run(port, ready)
    except KeyboardInterrupt:
        complain("no longer watching")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        complain(f"another program answers at port {port}: leave --port out, or name another")
        return 1
    return 0


def _report(result: Result) -> None:
    for finding in result.findings:
        print_finding(finding)
    now = time.strftime("%H:%M:%S")
    pages = next((output.parts for output in result.outputs if output.path.suffix == ".pdf"), 0)
    what = f"{pages} page{'' if pages == 1 else 's'}"
    print(f"{now}  {'errors: the last good pages stay' if result.failed else what}", flush=True)
