"""Golden XHTML: what the one translator writes for each edition, beside the articles in ``golden/``.

``make goldens`` (``pytest tests --accept``) accepts what is written now; the difference shows in the commit.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.read.reader import read
from pipeline.write.xhtml.dialect import EBOOK, PRINT, Dialect
from pipeline.write.xhtml.document import body_of, title_block
from pipeline.write.xhtml.translator import Translator
from tests.support.paths import GOLDEN

ARTICLES = sorted(GOLDEN.glob("*.rst"))
DIALECTS = {"print": PRINT, "ebook": EBOOK}


@pytest.fixture(scope="module")
def xhtml() -> Callable[[Path, Dialect], str]:
    """The XHTML of an article in one edition, everything on one page, a line for each block."""

    def write(path: Path, dialect: Dialect) -> str:
        article, findings = read(path, draft=path.stem.startswith("draft-"))
        assert article is not None, findings
        document = article.document.deepcopy()
        translator = Translator(document, dialect)
        text = title_block(document, translator) + translator.render(body_of(document))
        text = re.sub(r' data-b="\d+"', "", text)  # what tells the pages apart is no part of a page
        return re.sub(r"(</(?:p|li|td|th|tr|dd|dt|figcaption|caption)>|<br ?/>)(?=<)", r"\1\n", text)

    return write


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("path", ARTICLES, ids=[path.stem for path in ARTICLES])
def test_golden_xhtml(
    path: Path, name: str, xhtml: Callable[[Path, Dialect], str], golden: Callable[[Path, str], None]
) -> None:
    golden(path.with_suffix(f".{name}.xhtml"), xhtml(path, DIALECTS[name]))


def parsed(text: str) -> ET.Element:
    return ET.fromstring(f'<body xmlns:epub="http://www.idpf.org/2007/ops">{text}</body>')


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("path", ARTICLES, ids=[path.stem for path in ARTICLES])
def test_it_is_well_formed_and_its_links_land(
    path: Path, name: str, xhtml: Callable[[Path, Dialect], str]
) -> None:
    body = parsed(xhtml(path, DIALECTS[name]))
    ids = [element.get("id") for element in body.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [element.get("href", "") for element in body.iter("a")]
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []


PRINT_ONLY = {"foot", "foot-number", "cited", "cited-page", "back-links", "math"}


@pytest.mark.parametrize("path", ARTICLES, ids=[path.stem for path in ARTICLES])
def test_both_editions_say_the_same(path: Path, xhtml: Callable[[Path, Dialect], str]) -> None:
    """Word for word, but for what print adds at the foot of pages and for mathematics."""

    def words(dialect: Dialect) -> list[str]:
        parts: list[str] = []

        def take(element: ET.Element) -> None:
            classes = set(element.get("class", "").split())
            hidden = classes & PRINT_ONLY or element.get("role") == "doc-backlink" or "auto" in classes
            if not hidden and not element.tag.endswith("math"):
                parts.append(element.text or "")
                for child in element:
                    take(child)
            parts.append(element.tail or "")

        take(parsed(xhtml(path, dialect)))
        return "".join(parts).replace("\u00ad", "").split()

    if ":notes: foot" not in path.read_text(encoding="utf-8"):
        assert words(PRINT) == words(EBOOK)


def test_there_are_goldens_of_each_article_and_no_others() -> None:
    assert len(ARTICLES) > 12
    wanted = {f"{path.stem}.{name}.xhtml" for path in ARTICLES for name in DIALECTS}
    assert {path.name for path in GOLDEN.glob("*.xhtml")} == wanted
