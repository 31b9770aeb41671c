"""The check sees when a page break is lost, or a block is parted that was to be whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.articles import HEAD

HALF = "".join(f"Line {n} of the text.\n\n" for n in range(22))
BREAK = "Before it.\n\n%sBehind it.\n"
KEEP = HALF + ".. container:: %s\n\n" + "".join(f"   Part {n} of it.\n\n" for n in range(12))


@pytest.mark.parametrize(
    ("built", "wanted", "line"),
    [
        (BREAK % "", BREAK % ".. pagebreak::\n\n", 9),
        (KEEP % "other", KEEP % "keep", 51),
    ],
    ids=("break", "keep"),
)
def test_a_page_that_breaks_elsewhere_is_seen(
    finished: Callable[..., Result], tmp_path: Path, built: str, wanted: str, line: int
) -> None:
    made = finished(built)
    for output in made.outputs:
        shutil.copy(output.path, tmp_path)
    (tmp_path / "article.rst").write_text(HEAD + wanted)
    article, _ = read(tmp_path / "article.rst")
    assert article is not None
    report = check(article, tmp_path, validators=False)
    found = [
        (finding.line, finding.message) for finding in report.findings if finding.code == "check-page-break"
    ]
    assert [place for place, _ in found] == [line], report.findings
    assert found[0][1].startswith("PDF")
