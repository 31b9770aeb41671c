"""Golden trees: an article and the tree that is read from it, side by side in ``golden/``.

``make goldens`` (``pytest tests --accept``) accepts what is read now; the difference shows in the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.read.reader import read
from pipeline.tree.article import xml_of
from tests.support.paths import GOLDEN

ARTICLES = sorted(GOLDEN.glob("*.rst"))


@pytest.mark.parametrize("path", ARTICLES, ids=[path.stem for path in ARTICLES])
def test_golden_tree(
    path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    draft = path.stem.startswith("draft-")
    article, findings = read(Path(path.name), draft=draft)
    assert article is not None, findings
    tree = xml_of(article.document)
    report = "".join(f"{finding}\n" for finding in findings).replace("--", "- -")
    golden(path.with_suffix(".xml"), tree + (f"<!--\n{report}-->\n" if report else ""))


def test_there_is_a_golden_tree_of_each_article() -> None:
    assert ARTICLES
    assert {path.stem for path in ARTICLES} == {path.stem for path in GOLDEN.glob("*.xml")}
