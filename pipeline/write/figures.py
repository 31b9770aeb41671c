"""Figures beside the text in print: WeasyPrint breaks what floats, but not what stands in a line."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final

CLASS: Final = "figure-whole"
_SIDES: Final = frozenset(("align-left", "align-right"))
_LONGEST: Final = 900
"""Letters. With more under it, a figure may be higher than a page."""
_NARROWEST: Final = "32mm"
"""Words under a small image need so much room. WeasyPrint 70 has no least width for what floats itself."""


def keep_figures(root: ET.Element) -> None:
    """Put image, caption and legend of each floating figure into one box that is not broken between pages.

    :param root: of the page; names of elements without namespace.
    """
    for figure in root.iter("figure"):
        short = len("".join(figure.itertext())) <= _LONGEST
        if short and _SIDES & set(figure.get("class", "").split()):
            whole = ET.Element("div", {"class": CLASS})
            width = figure.get("style", "")
            if figure.find("figcaption") is not None and width and "%" not in width:
                del figure.attrib["style"]
                whole.set("style", f"{width}; min-width: {_NARROWEST}")
            whole.extend(list(figure))
            for child in list(figure):
                figure.remove(child)
            figure.append(whole)
