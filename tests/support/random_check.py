"""What must hold of any text: it is read and written without an exception, and both editions say the same."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, Phase

from pipeline.build import FORMATS, Order, build_one
from pipeline.check.article import check
from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.tree.article import Article
from pipeline.write.epub.edition import write_epub
from pipeline.write.print.edition import article_xhtml
from tests.support.readback import EpubFile

OURS = ("contract", "internal")
"""Codes that say: the fault is ours."""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""An article that takes a second to build is not made shorter in five minutes."""

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


def read_both_ways(text: str, folder: Path) -> tuple[Article | None, list[Finding]]:
    """Read a text strictly and as a draft; the draft and its findings."""
    path = folder / "article.rst"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    strict, found = read(path)
    assert (strict is None) == any(finding.is_error for finding in found), found
    draft, shown = read(path, draft=True)
    assert not [str(finding) for finding in (*found, *shown) if finding.code in OURS]
    length = len(text.splitlines()) + 1
    assert all(finding.line is None or 1 <= finding.line <= length for finding in found), found
    return draft, shown


def check_xhtml(article: Article) -> None:
    """The pages of both editions are well-formed, their ids unique, and their inner links lead somewhere."""
    page = ET.fromstring(f"<body>{article_xhtml(article)}</body>")
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    links = {link.get("href", "") for link in page.iter("a")}
    dangling = {link for link in links if link.startswith("#") and link[1:] not in ids}
    assert dangling == set(), dangling
    with patch(
        "pipeline.write.epub.edition.cover_png", return_value=b""
    ):  # it takes longer than all the rest
        data, _, _ = write_epub(article)
    EpubFile(data)  # parses every page


def check_text(text: str) -> None:
    """The text is read, strictly and as a draft, and both editions are written."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        article, _ = read_both_ways(text, folder)
        if article is not None:
            check_xhtml(article)


def check_editions(text: str) -> None:
    """Both editions of the draft say what its tree says."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        article, _ = read_both_ways(text, folder)
        if article is None:
            return
        result = build_one(folder / "article.rst", Order(FORMATS, folder, draft=True))
        assert not [str(finding) for finding in result.findings if finding.code in OURS]
        assert len(result.outputs) == 2, [str(finding) for finding in result.findings]
        report = check(article, folder, validators=False)
        assert [str(finding) for finding in report.findings] == []
