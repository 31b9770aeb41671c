"""Figures beside the text in print: WeasyPrint breaks what floats, but not what stands in a line."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Final

from pipeline.tree.image_files import PIXELS
from pipeline.write.print.heights import add_class

CLASS: Final = "figure-whole"
FRAMES: Final = frozenset(("infobox-frame", "sidebar-frame"))
"""Classes of what infoboxes and sidebars stand in."""
SIDES: Final = FRAMES | {"align-left", "align-right"}
"""Classes of what stands beside the text."""
_LONGEST: Final = 900
"""Letters. With more under it, a figure may be higher than a page."""
_NARROWEST: Final = "32mm"
"""Words under a small image need so much room. WeasyPrint 70 has no least width for what floats itself."""
_WIDTH: Final = re.compile(r"\bwidth: *([\d.]+)(%|[a-z]*)")
_PART: Final = 75.0
_WIDE: Final = 105 * PIXELS["mm"]
"""Beside an image as wide as that, in hundredths of the text or in pixels, lines have no room to speak of."""


def keep_figures(root: ET.Element) -> None:
    """Put image, caption and legend of each floating figure into one box that is not broken between pages.

    One that leaves no room to speak of beside it does not float, nor does one with much text: WeasyPrint 70
    loses notes of what it breaks beside the text.

    :param root: of the page; names of elements without namespace.
    """
    for image in (*root.iter("figure"), *root.iter("img")):
        classes = image.get("class", "").split()
        if _is_wide(image) and not SIDES.isdisjoint(classes):
            image.set("class", " ".join(name for name in classes if name not in SIDES))
            if "align-right" in classes:
                image.set("style", f"{image.get('style', '').rstrip('; ')}; margin-left: auto")
    for figure in root.iter("figure"):
        if SIDES.isdisjoint(figure.get("class", "").split()):
            continue
        if len("".join(figure.itertext())) > _LONGEST:
            set_whole(figure)
            continue
        whole = ET.Element("div", {"class": CLASS})
        width = figure.get("style", "")
        if figure.find("figcaption") is not None and width and "%" not in width:
            del figure.attrib["style"]
            whole.set("style", f"{width}; min-width: {_NARROWEST}")
        whole.extend(list(figure))
        for child in list(figure):
            figure.remove(child)
        figure.append(whole)


def _is_wide(image: ET.Element) -> bool:
    found = _WIDTH.search(image.get("style", ""))
    if found is None:
        return False
    width = float(found[1])
    return width >= _PART if found[2] == "%" else width * PIXELS.get(found[2], 0) >= _WIDE


def set_whole(element: ET.Element) -> None:
    """Let what stands beside the text stand in it: there, it is broken between pages."""
    classes = element.get("class", "").split()
    element.set("class", " ".join(name for name in classes if name not in SIDES))
    element.attrib.pop("style", None)  # it has the width of the page
    if not FRAMES.isdisjoint(classes):
        for table in element.iterfind("table"):
            add_class(table, "wide")
