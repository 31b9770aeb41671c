"""Blocks that an author wants whole (class ``keep``): they are, unless they are higher than a page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection
from typing import Any, Final

from pipeline.write.engine.boxes import boxes_on
from pipeline.write.print.heights import CLASS, add_class

KEEP: Final = "keep"
"""The class."""
_NUMBER: Final = "data-keep"


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
