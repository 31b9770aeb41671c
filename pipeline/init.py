"""``despatch init``: a desk, ready to build. What is there already is left alone."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.files.atomic import write_whole

_TEMPLATES: Final = Path(__file__).resolve().parent / "templates"

_FIRST: Final = {
    "source/first-article.rst": "article.rst",
    "source/packets/first-packet.toml": "packet.toml",
}
"""What shows how to write; a desk that has articles needs it no more."""

_FILES: Final = {"styles/theme.css": "theme.css", "Makefile": "Makefile", ".gitignore": "gitignore"}

_FINDING: Final = r"(error|warning) \[([a-z0-9-]+)\]: (.+)$"
MATCHERS: Final[list[dict[str, Any]]] = [
    {
        "owner": "despatch",
        "fileLocation": ["autoDetect", "${workspaceFolder}"],
        "pattern": {
            "regexp": rf"^(.+):(\d+): {_FINDING}",
            **{"file": 1, "line": 2, "severity": 3, "code": 4, "message": 5},
        },
    },
    {
        "owner": "despatch-file",
        "fileLocation": ["autoDetect", "${workspaceFolder}"],
        "pattern": {
            "regexp": rf"^((?:(?!:\d+: (?:error|warning) \[).)+): {_FINDING}",
            **{"kind": "file", "file": 1, "severity": 2, "code": 3, "message": 4},
        },
    },
]
"""How an editor reads findings (Visual Studio Code, "problem matchers"): with a line, and of a whole file."""


@dataclass
class Made:
    """What became of a desk: the files that were written and those that were there, by their paths in it."""

    written: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def init(folder: Path) -> Made:
    """Make a desk.

    :param folder: is made if it is missing.
    :raises OSError: when something can't be written; what was written until then stays, and nothing by half:
        an empty article would be left alone by the next try.
    """
    made = Made()
    begun = any((folder / "source").glob("*.rst"))
    for name, text in _contents(_today(), first=not begun):
        path = folder / name
        if os.path.lexists(path):
            made.left.append(name)
        else:
            write_whole(path, text.encode("utf-8"))
            made.written.append(name)
    return made


def _contents(today: datetime.date, *, first: bool) -> Iterator[tuple[str, str]]:
    """Path and text of each file."""
    for name, template in {**(_FIRST if first else {}), **_FILES}.items():
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        yield name, text.replace("{date}", today.isoformat()) if name in _FIRST else text
    yield ".vscode/tasks.json", json.dumps(_tasks(), indent=2) + "\n"


def _tasks() -> dict[str, Any]:
    """The tasks of Visual Studio Code: what is open is built or checked, and its findings are listed."""
    commands = {
        "Despatch: build this article": ["build", "${relativeFile}"],
        "Despatch: check this article": ["check", "${relativeFile}"],
        "Despatch: make this packet": ["packet", "${relativeFile}"],
    }
    tasks = [
        {
            "label": label,
            "type": "process",
            "command": "despatch",
            "args": arguments,
            "options": {"cwd": "${workspaceFolder}", "env": {"NO_COLOR": "1"}},
            "problemMatcher": MATCHERS,
            "group": {"kind": "build", "isDefault": arguments[0] == "build"},
        }
        for label, arguments in commands.items()
    ]
    return {"version": "2.0.0", "tasks": tasks}


def _today() -> datetime.date:
    """Today, or the day that ``SOURCE_DATE_EPOCH`` names."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isascii() and given.isdigit():
        return datetime.datetime.fromtimestamp(int(given), datetime.UTC).date()
    return datetime.date.today()
