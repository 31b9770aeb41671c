"""What print keeps in one piece, and about how high it is: what is too high is broken between pages.

A typesetter that is not to break a thing moves it to the next page, and breaks it there if it has to. What is
higher than a page is better broken where it stands.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection
from typing import Any, Final

from pipeline.write.engine.boxes import boxes_on

HIGH: Final = 30
"""Lines. What has more is broken between pages, and so marked with this class."""
CLASS: Final = "high"
WIDTH: Final = 80
"""Letters in a line across the page, about."""

KEEP: Final = "keep"
"""The class."""
_NUMBER: Final = "data-keep"

_KEPT: Final = frozenset(("figure", "pre", "aside", "blockquote"))
_KEPT_CLASSES: Final = frozenset(("note", "line-block", "row"))
_LINES: Final = frozenset(("p", "li", "br", "dt", "dd", "tr", "img"))


def loosen(root: ET.Element) -> None:
    """Mark what print keeps in one piece (``break-inside: avoid`` in ``styles/print.css``) and is too high.

    :param root: of the page; names of elements without namespace. Rows of tables are left to `tables`.
    """
    for element in root.iter():
        kept = element.tag in _KEPT or not _KEPT_CLASSES.isdisjoint(element.get("class", "").split())
        if kept and lines_of(element) > HIGH:
            add_class(element, CLASS)


def lines_of(element: ET.Element, width: float = WIDTH) -> float:
    """About how many lines an element has.

    :param width: letters in a line.
    """
    lines = len(shown(element)) / width
    for part in element.iter():
        if part.tag == "pre":
            lines += "".join(part.itertext()).count("\n") + 1
        elif part.tag in _LINES or part.get("class") == "line":
            lines += 1
    return lines


def shown(element: ET.Element) -> str:
    """The text of an element, without that of tables and of notes at the foot in it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag != "table" and "foot" not in child.get("class", "").split():
            parts.append(shown(child))
        parts.append(child.tail or "")
    return "".join(parts)


def add_class(element: ET.Element, name: str) -> None:
    """Give an element one more class."""
    element.set("class", f"{element.get('class', '')} {name}".strip())


def keep_blocks(root: ET.Element, loose: Collection[int]) -> None:
    """Number the blocks of the class, and let those be parted that no page has room for.

    :param root: of the page; names of elements without namespace.
    :param loose: the numbers of those.
    """
    kept = (element for element in root.iter() if KEEP in element.get("class", "").split())
    for number, element in enumerate(kept):
        element.set(_NUMBER, str(number))
        classes = [name for name in element.get("class", "").split() if name != CLASS]
        element.set("class", " ".join(classes))
        if number in loose:
            add_class(element, CLASS)


def parted(document: Any) -> frozenset[int]:
    """The numbers of the blocks of the class that stand on more than one page.

    :param document: the laid out ``weasyprint.Document``.
    """
    pages: dict[int, set[int]] = {}
    for page, laid in enumerate(document.pages):
        for box in boxes_on(laid):
            if box.element is not None and (number := box.element.get(_NUMBER)) is not None:
                pages.setdefault(int(number), set()).add(page)
    return frozenset(number for number, on in pages.items() if len(on) > 1)
