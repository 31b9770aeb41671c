"""What an EPUB edition promises beside its text: language, contents list, metadata, page list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.check.compare.edition import Pair
from pipeline.check.compare.links import Lands
from pipeline.check.compare.outline import compare_outline
from pipeline.check.compare.pdf_conformance import compare_language
from pipeline.check.epub.files import XHTML, XML, Book
from pipeline.check.vocabulary.facts import Facts
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.look.old_engines import faults

_ACCESSIBILITY: Final = (
    "accessMode",
    "accessModeSufficient",
    "accessibilityFeature",
    "accessibilityHazard",
    "accessibilitySummary",
)
"""EPUB Accessibility 1.1, section 2.1: what a package document must, or should, say."""


def check_epub(book: Book, expected: Facts, found: Facts, pairs: dict[str, Pair], verdict: Verdict) -> None:
    """Check what the EPUB as a whole must have."""
    compare_language(expected, found, verdict)
    verdict.extend(_pages(book, expected))
    verdict.extend(_metadata(book, expected))
    for name, sheet in book.sheets.items():
        for fault in faults(sheet):
            verdict.add("check-style-sheet", fault, None, name)
    lands = Lands(expected, found, {id(pair.expected): pair for pair in pairs.values()})
    compare_outline("check-contents", "contents entry", found, pairs[""], lands, verdict)


def _pages(book: Book, expected: Facts) -> Iterator[tuple[str, str]]:
    """Each content document says its language and its title."""
    for name, root in book.pages.items():
        for attribute in (f"{XML}lang", "lang"):
            language = root.get(attribute, "")
            if language.lower() != expected.language.lower():
                has = f'the language "{language}"' if language else "no language"
                kind = "xml:lang" if attribute.startswith("{") else "lang"
                yield "check-language", f'{name} has {has} ({kind}) instead of "{expected.language}"'
        title = root.find(f"{XHTML}head/{XHTML}title")
        if title is None or not (title.text or "").strip():
            yield "check-metadata", f"{name} has no title"


def _metadata(book: Book, expected: Facts) -> Iterator[tuple[str, str]]:
    if " ".join(book.values("title")[:1]) != expected.title:
        yield "check-metadata", f'its title is "{" ".join(book.values("title"))}", not "{expected.title}"'
    for name in _ACCESSIBILITY:
        if not book.values(f"schema:{name}"):
            yield "check-metadata", f"it does not say schema:{name} (EPUB Accessibility 1.1)"
