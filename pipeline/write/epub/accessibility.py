"""What the ebook says of its own accessibility: EPUB Accessibility 1.1, with the words of schema.org.

Nothing is claimed that the tree, or the way in which the ebook is made of it, does not bear out.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from docutils import nodes

from pipeline.tree.article import Article
from pipeline.tree.labels import has_labels, labels_for
from pipeline.tree.metadata import Metadata
from pipeline.tree.nodes import chart, fault, fault_block

CONFORMANCE: Final = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
"""The statement, to the letter (EPUB Accessibility 1.1, "Publication conformance")."""

Meta = tuple[str, dict[str, str]]
"""A ``meta`` element of the package document: its text and its attributes."""

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_MAY_MOVE: Final = (".gif",)


def accessibility(article: Article, *, paged: bool) -> list[Meta]:
    """The metadata of EPUB Accessibility 1.1, "Discoverability" and "Conformance reporting".

    :param paged: whether the ebook has the pages of the print edition.
    """
    document, metadata = article.document, article.metadata
    images = list(document.findall(lambda node: isinstance(node, (nodes.image, chart))))
    described = all(image.get("alt", "").strip() for image in images)
    values = [("accessMode", "textual")]
    if images:
        values.append(("accessMode", "visual"))
    if described:
        values.append(("accessModeSufficient", "textual"))
    if images:
        values.append(("accessModeSufficient", "textual,visual"))
    features = _features(document, bool(images and described), paged)
    values += [("accessibilityFeature", name) for name in features]
    values += [("accessibilityHazard", name) for name in _hazards(images)]
    found: list[Meta] = [(value, {"property": f"schema:{name}"}) for name, value in values]
    language = metadata.language if has_labels(metadata.language) else "en"
    summary = _summary(document, metadata, bool(images and described), paged)
    found.append((summary, {"property": "schema:accessibilitySummary", _XML_LANG: language}))
    # The writer sees to structure, order, language, names, links, contrast and reflow (WCAG 2.2: 1.3, 1.4,
    # 2.4, 3.1, 4.1) whatever the article says. What an article can spoil is a place that could not be read
    # (drafts only), and an image without alternative text (1.1.1). For the rest somebody answers: without a
    # name no statement may be made (EPUB Accessibility 1.1, "Evaluator name"). Who has written or published a
    # text has not thereby looked: only the field ``certifier`` names one.
    if metadata.certifier and described and not _has(document, fault, fault_block):
        found.append((CONFORMANCE, {"property": "dcterms:conformsTo", "id": "conformance"}))
        found.append((metadata.certifier, {"property": "a11y:certifiedBy", "refines": "#conformance"}))
    return found


def _features(document: nodes.document, described: bool, paged: bool) -> list[str]:
    """What helps to read it (schema.org accessibilityFeature), as far as it is there."""
    there = {
        "tableOfContents": True,
        "readingOrder": True,
        "structuralNavigation": _has(document, nodes.section),
        "ARIA": True,
        "displayTransformability": True,
        "unlocked": True,
        "alternativeText": described,
        "MathML": _has(document, nodes.math, nodes.math_block),
        "pageBreakMarkers": paged,
        "pageNavigation": paged,
    }
    return [name for name, true in there.items() if true]


def _hazards(images: list[nodes.Element]) -> list[str]:
    """What may harm a reader: only pictures that may move can, and nobody has watched them."""
    if not any(PurePosixPath(image.get("uri", "")).suffix.lower() in _MAY_MOVE for image in images):
        return ["none"]
    return ["noSoundHazard", "unknownFlashingHazard", "unknownMotionSimulationHazard"]


def _summary(document: nodes.document, metadata: Metadata, described: bool, paged: bool) -> str:
    """In plain words, and in the language of the article where there are labels in it."""
    labels = labels_for(metadata.language)
    there = {
        "summary": True,
        "summary-notes": _has(document, nodes.footnote),
        "summary-images": described,
        "summary-math": _has(document, nodes.math, nodes.math_block),
        "summary-pages": paged,
    }
    return " ".join(labels[name] for name, true in there.items() if true)


def _has(document: nodes.document, *kinds: type[nodes.Node]) -> bool:
    return any(True for _ in document.findall(lambda node: isinstance(node, kinds)))
