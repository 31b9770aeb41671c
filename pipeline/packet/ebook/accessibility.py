"""What the packet's ebook says of itself (EPUB 3.3, section 5.5; EPUB Accessibility 1.1).

It claims what all of its articles claim, and no conformance when papers stand in it as pictures: pictures of
text are no text (WCAG 2.2, 1.4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pipeline.packet.base.model import PacketInfo
from pipeline.tree.labels import has_labels, labels_for
from pipeline.write.epub.package import name_print, print_edition

Claims = dict[str, list[str]]
"""What an article claims: values of the properties of schema.org, by name."""

_ALWAYS: Final = (
    *("tableOfContents", "readingOrder", "structuralNavigation", "ARIA", "displayTransformability"),
    *("unlocked", "index", "pageBreakMarkers", "pageNavigation"),
)
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def describe(
    book: Any, info: PacketInfo, claims: Sequence[Claims], pictured: bool, undescribed: bool
) -> None:
    """The metadata of the package document.

    :param book: an ``ebooklib.epub.EpubBook``.
    :param claims: of each article.
    :param pictured: whether papers stand in the ebook as pictures of their pages.
    :param undescribed: whether there are pictures of pages without a text.
    """
    book.metadata.clear()
    book.set_identifier(info.identifier)
    book.set_title(info.title)
    book.set_language(info.language)
    values = {"publisher": info.originator, "date": info.date.isoformat(), "description": info.subtitle}
    for name, value in values.items():
        if value:
            book.add_metadata("DC", name, value)
    name_print(book, print_edition(info.name, info.identifier))
    for name, texts in _accessibility(claims, pictured, undescribed).items():
        for text in texts:
            book.add_metadata(None, "meta", text, {"property": f"schema:{name}"})
    language = info.language if has_labels(info.language) else "en"
    summary = {"property": "schema:accessibilitySummary", _LANG: language}
    book.add_metadata(None, "meta", _summary(info, claims, pictured), summary)
    # Nothing in a manifest names who has checked the packet: no conformance is claimed for the whole.


def merged(claims: Sequence[Claims], name: str) -> list[str]:
    """All values that some articles give to a property, each once, in order."""
    return list(dict.fromkeys(value for claim in claims for value in claim.get(name, [])))


def _accessibility(claims: Sequence[Claims], pictured: bool, undescribed: bool) -> Claims:
    modes = merged(claims, "accessMode") or ["textual"]
    if pictured and "visual" not in modes:
        modes.append("visual")
    readable = all("textual" in claim.get("accessModeSufficient", ()) for claim in claims)
    sufficient = ["textual"] if readable and not undescribed else []
    sufficient += ["textual,visual"] if "visual" in modes else []
    features = list(dict.fromkeys((*_ALWAYS, *merged(claims, "accessibilityFeature"))))
    if pictured and not undescribed:
        features = list(dict.fromkeys((*features, "alternativeText", "longDescription")))
    hazards = [hazard for hazard in merged(claims, "accessibilityHazard") if hazard != "none"]
    return {
        "accessMode": modes,
        "accessModeSufficient": sufficient,
        "accessibilityFeature": features,
        "accessibilityHazard": hazards or ["none"],
    }


def _summary(info: PacketInfo, claims: Sequence[Claims], pictured: bool) -> str:
    labels = labels_for(info.language)
    features = merged(claims, "accessibilityFeature")
    there = {
        "summary": True,
        "summary-notes": bool(claims),
        "summary-images": "alternativeText" in features and not pictured,
        "packet-summary-pictures": pictured,
        "summary-math": "MathML" in features,
        "summary-pages": True,
    }
    return " ".join(labels[name] for name, true in there.items() if true)
