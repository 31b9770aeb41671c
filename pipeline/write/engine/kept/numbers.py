"""A layout with other numbers of pages: styles and boxes stay, and pages that show none of these numbers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any, Final

_NUMBER: Final = re.compile(r"\d+")


def renumbered(document: Any, numbers: Mapping[ET.Element, str]) -> Any | None:
    """Set a document again, with other numbers behind some of its elements (``::after``).

    :param document: of `render.render`; it can't be used any more.
    :param numbers: of all elements whose content behind them has a number; the elements say it already, where
        the style sheets look for it.
    :returns: the document, or ``None`` where it has to be made anew: nothing has changed then.
    """
    from weasyprint import document as weasyprint

    run = document.kept.run
    if run is None or (found := _found(run, numbers)) is None:
        return None
    tokens = set()
    for token, around, box, number in found:
        text = _NUMBER.sub(number, box.text)
        if text != box.text:
            tokens.add(token)
            around.children = [box.copy_with_text(text) if each is box else each for each in around.children]
    lookups = run.context.target_collector.counter_lookup_items
    for key in [key for key in lookups if key[0].element in numbers]:
        del lookups[key]
    run.again(tokens)
    pages = [weasyprint.Page(box) for box in weasyprint.layout_document(run.html, run.root, run.context)]
    again = document.copy(pages)
    again._html, again.kept, document.kept = document._html, document.kept, None
    return again


def _found(run: Any, numbers: Mapping[ET.Element, str]) -> list[tuple[int, Any, Any, str]] | None:
    """The texts with the numbers: token, box around it, box, number; ``None`` where one is odd."""
    from weasyprint.formatting_structure.boxes import TextBox

    counts: dict[ET.Element, int] = {}
    found = []
    for token, root in run.tokens.blocks():
        for around in _boxes(root):
            element = around.element
            if not around.element_tag.endswith("::after") or element not in numbers:
                continue
            counts.setdefault(element, 0)
            for box in around.children:
                if isinstance(box, TextBox) and (places := _NUMBER.findall(box.text)):
                    counts[element] += len(places)
                    found.append((token, around, box, numbers[element]))
    return found if all(count == 1 for count in counts.values()) else None


def _boxes(root: Any) -> Iterator[Any]:
    """A box with all that stands in it, notes at the foot included."""
    stack = [root]
    while stack:
        box = stack.pop()
        yield box
        stack += box.all_children()
        if box.footnote is not None:
            stack.append(box.footnote)
