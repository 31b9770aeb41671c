"""Small articles around a text: what their readings and editions are called, and where they are kept."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from docutils import nodes

from pipeline.build import Result
from pipeline.findings import Finding
from pipeline.tree.article import Article
from tests.support.readback import EpubFile, PdfFile

HEAD = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\n"
"""The beginning of an article without fault; lines of findings are counted from what follows it."""


class Parsed(NamedTuple):
    """A tree and what was found, as pairs of a code and the line below the `HEAD`."""

    document: nodes.document
    found: list[tuple[str, int | None]]


class Read(NamedTuple):
    """An article and what was found, as `Parsed` has it; `findings` are the findings themselves."""

    article: Article | None
    found: list[tuple[str, int | None]]
    findings: list[Finding]


class Editions(NamedTuple):
    """Both finished editions of an article, read back, and what became of the build."""

    result: Result
    pdf: PdfFile
    epub: EpubFile


def below_head(findings: Iterable[Finding]) -> list[tuple[str, int | None]]:
    """Codes of findings with their lines, counted from what follows the `HEAD`."""
    head = HEAD.count("\n")
    return [(finding.code, finding.line and finding.line - head) for finding in findings]


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills once, for all processes of a test run."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "shared" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            make(folder)
            (folder / "done").touch()
    return folder
