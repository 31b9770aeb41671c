"""What the tests share: a small article around a text, and the switch that accepts new goldens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from docutils import nodes
from hypothesis import settings

from pipeline.findings import Finding
from pipeline.read import parse_text, read
from pipeline.tree.article import Article

HEAD = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\n"
"""The beginning of an article without fault; lines of findings are counted from what follows it."""

settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile("fuzz", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


class Parsed(NamedTuple):
    """A tree and what was found, as pairs of a code and the line below the `HEAD`."""

    document: nodes.document
    found: list[tuple[str, int | None]]


class Read(NamedTuple):
    """An article and what was found, as `Parsed` has it; `findings` are the findings themselves."""

    article: Article | None
    found: list[tuple[str, int | None]]
    findings: list[Finding]


def _below_head(findings: Iterable[Finding]) -> list[tuple[str, int | None]]:
    head = HEAD.count("\n")
    return [(finding.code, finding.line and finding.line - head) for finding in findings]


@pytest.fixture(scope="session")
def parse() -> Callable[[str], Parsed]:
    """Parse a text that follows the `HEAD`."""

    def parse_body(text: str) -> Parsed:
        document, findings = parse_text(HEAD + text)
        return Parsed(document, _below_head(findings))

    return parse_body


@pytest.fixture
def read_text_article(tmp_path: Path) -> Callable[..., Read]:
    """Write a text that follows the `HEAD` to a file and read that. Images: see `images`."""

    def read_body(text: str, *, draft: bool = False) -> Read:
        path = tmp_path / "article.rst"
        path.write_text(HEAD + text, encoding="utf-8", newline="")
        article, findings = read(path, draft=draft)
        return Read(article, _below_head(findings), findings)

    return read_body


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """The folder of `read_text_article`, with ``dot.png``, ``dot.jpg``, ``dot.gif`` and ``dot.svg`` in it."""
    from PIL import Image

    for ending in ("png", "jpg", "gif"):
        Image.new("RGB", (4, 3), "navy").save(tmp_path / f"dot.{ending}")
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>\n')
    return tmp_path


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--accept``: write what the code makes now into the golden files."""
    parser.addoption("--accept", action="store_true", help="accept what the code writes now as goldens")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file, or write it there (``--accept``, ``DESPATCH_ACCEPT=goldens``)."""
    accept = request.config.getoption("--accept") or os.environ.get("DESPATCH_ACCEPT") == "goldens"

    def compare(path: Path, text: str) -> None:
        if accept:
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"there is no {path.name}: run `make goldens` and read what it writes"
        assert text == path.read_text(encoding="utf-8"), (
            f"{path.name} differs: `make goldens` accepts the new text"
        )

    return compare
