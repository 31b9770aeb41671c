"""White space in notes at the foot: WeasyPrint 70 does not collapse it in what floats there."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Final

_HOLD_BLOCKS: Final = frozenset(
    (
        *("div", "section", "aside", "blockquote", "ul", "ol", "li", "dl", "dd", "figure", "figcaption"),
        *("table", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"),
    )
)


def fold_spaces(root: ET.Element) -> None:
    """Collapse white space (CSS Text 3, section 4.1.1) in the notes at the foot of a page.

    :param root: of the page; names of elements without namespace.
    """
    for element in root.iter():
        if element.get("class") == "foot":
            _fold(element)


def _fold(element: ET.Element) -> None:
    if element.tag == "pre":
        return
    blocks = element.tag in _HOLD_BLOCKS or element.get("class") == "foot"
    element.text = _folded(element.text, blocks)
    for child in element:
        _fold(child)
        child.tail = _folded(child.tail, blocks)


def _folded(text: str | None, blocks: bool) -> str | None:
    if not text or (blocks and text.isspace() and "\n" in text):  # a line feed between paragraphs
        return None
    return re.sub(r"[ \t\n]+", " ", text)
