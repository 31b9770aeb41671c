"""The command ``despatch`` and ``python -m pipeline``: an interruption ends it quietly from the start."""

from __future__ import annotations

import os
import signal
import sys


def run() -> int:
    """Load the command line and run it.

    This module imports next to nothing, so that the handler is there as soon as Python is. While modules are
    loaded there is nothing to tidy up: an interruption then ends the process at once, with
    the exit code 130. Where the caller has interruptions ignored, they stay so.

    :returns: the exit code.
    """
    _open_streams()
    # No edition says the time of this machine; a library opens what TZ names, and stumbles on what it is.
    os.environ["TZ"] = "UTC"
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, _end)
    from pipeline.cli import main

    def ready() -> None:
        if heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    return main(ready=ready)


def _open_streams() -> None:
    """Where a stream was closed, what would be said goes nowhere: else the next file that is opened takes its
    number, and what is printed stands in that."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)  # takes the lowest free number
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa: SIM115


def _end(*_: object) -> None:
    os.write(2, b"despatch: interrupted\n")
    os._exit(130)


if __name__ == "__main__":
    sys.exit(run())
