"""What the ebook says of its own accessibility: all that is true, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.write.epub.accessibility import CONFORMANCE, accessibility

ALWAYS = {"tableOfContents", "readingOrder", "ARIA", "displayTransformability", "unlocked"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def said(read_text_article: Callable[..., Any], images: Path) -> Callable[..., dict[str, set[str]]]:
    """The metadata of an article, by property."""

    def say(text: str, *, paged: bool = False, draft: bool = False) -> dict[str, set[str]]:
        article = read_text_article(text, draft=draft).article
        found: dict[str, set[str]] = {}
        for value, atts in accessibility(article, paged=paged):
            found.setdefault(atts["property"].removeprefix("schema:"), set()).add(value)
        return found

    return say


def test_plain_text_claims_what_every_ebook_has(said: Callable[..., dict[str, set[str]]]) -> None:
    found = said("Text.\n")
    assert found["accessMode"] == {"textual"}
    assert found["accessModeSufficient"] == {"textual"}
    assert found["accessibilityFeature"] == ALWAYS
    assert found["accessibilityHazard"] == {"none"}
    assert found["accessibilitySummary"] == {"The text adapts to any size, and its structure is marked up."}


@pytest.mark.parametrize(
    ("text", "feature", "words"),
    [
        ("Head\n====\n\nText.\n", "structuralNavigation", ""),
        (".. image:: dot.png\n   :alt: A dot\n", "alternativeText", "Images"),
        ("A :math:`x`.\n", "MathML", "Formulas"),
        ("A note. [#a]_\n\n.. [#a] It.\n", "structuralNavigation", "Notes"),
    ],
)
def test_what_is_there_is_said(
    said: Callable[..., dict[str, set[str]]], text: str, feature: str, words: str
) -> None:
    found = said(text)
    assert found["accessibilityFeature"] == ALWAYS | {feature}
    assert words in "".join(found["accessibilitySummary"])


def test_pages_are_said_where_there_are_pages(said: Callable[..., dict[str, set[str]]]) -> None:
    found = said("Text.\n", paged=True)
    assert found["accessibilityFeature"] == ALWAYS | {"pageBreakMarkers", "pageNavigation"}
    assert "Page numbers" in "".join(found["accessibilitySummary"])


def test_images_are_seen_and_can_be_read(said: Callable[..., dict[str, set[str]]]) -> None:
    found = said(".. image:: dot.png\n   :alt: A dot\n")
    assert found["accessMode"] == {"textual", "visual"}
    assert found["accessModeSufficient"] == {"textual", "textual,visual"}


def test_a_picture_that_may_move_is_not_called_harmless(said: Callable[..., dict[str, set[str]]]) -> None:
    assert "none" in said(".. image:: dot.png\n   :alt: A dot\n")["accessibilityHazard"]
    moving = said(".. image:: dot.gif\n   :alt: A dot\n")["accessibilityHazard"]
    assert moving == {"noSoundHazard", "unknownFlashingHazard", "unknownMotionSimulationHazard"}


def test_conformance_is_stated_where_someone_answers_for_it(
    read_text_article: Callable[..., Any], tmp_path: Path
) -> None:
    from pipeline.read.reader import read

    def claims(fields: str, body: str = "Text.\n", *, draft: bool = False) -> list[str]:
        path = tmp_path / "claim.rst"
        path.write_text(f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n{fields}\n\n{body}")
        article, _ = read(path, draft=draft)
        assert article is not None
        properties = ("dcterms:conformsTo", "a11y:certifiedBy")
        return [v for v, atts in accessibility(article, paged=True) if atts["property"] in properties]

    assert CONFORMANCE == "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
    assert claims("") == []
    assert claims(":certifier: Ministry") == [CONFORMANCE, "Ministry"]
    assert claims(":author: Anna\n:organization: Ministry\n:publisher: Press") == []
    assert claims(":certifier: Ministry", "Text [#gone]_.\n", draft=True) == []


def test_the_summary_is_in_the_articles_language(tmp_path: Path) -> None:
    from pipeline.read.reader import read

    for language, marked, begins in (
        ("fr", "fr", "Le texte"),
        ("de-AT", "de-AT", "Der Text"),
        ("cy", "en", "The"),
    ):
        path = tmp_path / "summary.rst"
        path.write_text(f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\nText.\n")
        article, _ = read(path)
        assert article is not None
        (found,) = [
            (value, atts[XML_LANG])
            for value, atts in accessibility(article, paged=False)
            if atts["property"] == "schema:accessibilitySummary"
        ]
        assert found[0].startswith(begins)
        assert found[1] == marked
