"""Completion of the command ``despatch`` in a shell: ``--print-completion bash``, zsh or tcsh, by shtab."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

SHELLS: Final = ("bash", "zsh", "tcsh")


class PrintCompletion(argparse.Action):
    """Prints a completion script and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> None:
        """Print the script for the shell that is given."""
        shell = str(rest[1])
        if shell not in SHELLS:
            parser.error(f"argument --print-completion: write one of {', '.join(SHELLS)}")
        import shtab

        _say_what_is_a_file(parser, shtab.FILE, shtab.DIRECTORY)
        print(shtab.complete(parser, shell))
        parser.exit()


def _say_what_is_a_file(parser: argparse.ArgumentParser, file: Any, folder: Any) -> None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _say_what_is_a_file(command, file, folder)
        elif action.metavar == "DIR":
            action.complete = folder  # type: ignore[attr-defined]
        elif action.type is Path:
            action.complete = file  # type: ignore[attr-defined]
