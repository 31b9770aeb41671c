"""What a file of sources holds, a line for each, and what is wrong with it: ``despatch cite``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.cite.engine import EngineError
from pipeline.cite.library import Library
from pipeline.cite.review import author_of
from pipeline.errors import reason_of
from pipeline.files.confined import names_in
from pipeline.findings import Finding, in_order, suggest

MAX_SIZE = 4 * 1024 * 1024
"""The largest file of sources, in bytes."""


def look(path: Path) -> tuple[list[str], list[Finding]]:
    """List and check a file of sources.

    :returns: a line for each source: key, type, author, year and title; and what is wrong.
    """
    shown = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        there = names_in(path.parent)
        message = f"the file can't be read: {reason_of(error)}"
        if isinstance(error, FileNotFoundError):
            message = f"there is no such file{suggest(path.name, there)}"
        return [], [Finding("file-missing", shown, None, message)]
    if len(data) > MAX_SIZE:
        return [], [
            Finding("limit-size", shown, None, f"the file has more than {MAX_SIZE >> 20} million bytes")
        ]
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Finding("file-encoding", shown, line, "the file is not UTF-8: save it as UTF-8")]
    library = Library()
    try:
        library.add(text, shown)
    except EngineError as error:
        return [], [Finding("cite-engine", shown, None, str(error))]
    findings = [*library.findings, *(one for entry in library.entries.values() for one in entry.findings())]
    return [_line(key, entry.item) for key, entry in library.entries.items()], in_order(findings)


def _line(key: str, item: dict[str, Any]) -> str:
    parts = (item.get("issued") or {}).get("date-parts") or [[]]
    year = str(parts[0][0]) if parts[0] else "no date"
    title = str(item.get("title", ""))
    author = author_of({**item, "title": ""}, "en")
    who = "" if author == item["id"] else f"{author}, "
    return f"{key}  {item.get('type') or 'misc'}  {who}{year}: {title}"
