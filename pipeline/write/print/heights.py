"""What print keeps in one piece, and about how high it is: what is too high is broken between pages.

A typesetter that is not to break a thing moves it to the next page, and breaks it there if it has to. What is
higher than a page is better broken where it stands.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any, Final

from pipeline.write.engine.boxes import box_of, boxes_on, is_line, is_note_area, is_table_head, root_of

HIGH: Final = 30
"""Lines. What has more is broken between pages, and so marked with this class."""
CLASS: Final = "high"
SHORT: Final = 9
"""Lines. A table that has no more is not parted, and so marked with the class "short"."""
WIDTH: Final = 80
"""Letters in a line across the page, about."""

KEEP: Final = "keep"
"""The class."""
_NUMBER: Final = "data-keep"

OUTER: Final = frozenset(("section", "article", "main", "body"))
"""Elements that hold the blocks of an article."""
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_WHOLE: Final = "data-whole"
_WHITE: Final = 0.3
"""So much of the height of a page may stay white at its end; for more, what is kept is parted."""
_LEAST: Final = 0.2
"""What is lower than this share of a page is not parted."""
_TIED: Final = frozenset(("avoid", "avoid-page"))

_KEPT: Final = frozenset(("figure", "pre", "aside", "blockquote"))
_KEPT_CLASSES: Final = frozenset(("note", "line-block", "row"))
_FLOATS: Final = frozenset(("align-left", "align-right"))
_TALL: Final = frozenset(("img", "svg", "pre", "li", "aside", "dd"))
"""Elements that make a row higher than its words do."""
_LINES: Final = frozenset(("p", "li", "br", "dt", "dd", "tr", "img"))


def loosen(root: ET.Element) -> None:
    """Mark what print keeps in one piece (``break-inside: avoid`` in ``styles/print.css``) and is too high.

    :param root: of the page; names of elements without namespace. Rows of tables are left to `tables`.
    """
    for element in root.iter():
        kept = element.tag in _KEPT or not _KEPT_CLASSES.isdisjoint(element.get("class", "").split())
        if kept and lines_of(element) > HIGH:
            add_class(element, CLASS)
        elif element.tag == "table" and _is_short(element):
            add_class(element, "short")


def _is_short(table: ET.Element) -> bool:
    """Whether a table has few rows of few words; an infobox is no such table."""
    if "infobox" in _classes(table) or any(part.tag in _TALL for part in table.iter()):
        return False
    rows = [[len(shown(cell)) for cell in row] for row in table.iter("tr")]
    return sum(1 + max(row, default=0) * len(row) // WIDTH for row in rows) <= SHORT


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


def blocks_of(root: ET.Element) -> Iterator[ET.Element]:
    """The blocks of an article, in order.

    :param root: of the page; names of elements without namespace.
    """
    return (child for parent in root.iter() if parent.tag in OUTER for child in parent)


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


# For pages that would stay white -------------------------------------------------------------------------


def number_whole(root: ET.Element, loose: Collection[int]) -> None:
    """Number what is kept in one piece, and let those be parted for which too much of a page stays white.

    Figures are left whole, what the author has asked for, and a box with few words beside a figure: the frame
    would go on, empty, at the foot of one page, and the figure at the head of the next.

    :param root: of the page; names of elements without namespace.
    :param loose: the numbers of those.
    """
    asked = {part for element in root.iter() if KEEP in _classes(element) for part in element.iter()}
    number = 0
    for element in root.iter():
        kept = element.tag == "tr" or element.tag in _KEPT - {"figure"} or _KEPT_CLASSES & _classes(element)
        if kept and element not in asked and not (_holds_float(element) and lines_of(element) < HIGH / 2):
            element.set(_WHOLE, str(number))
            if number in loose:
                add_class(element, CLASS)
            number += 1


def _holds_float(element: ET.Element) -> bool:
    return any(part is not element and _FLOATS & _classes(part) for part in element.iter())


def _classes(element: ET.Element) -> set[str]:
    return set(element.get("class", "").split())


def parted_for_room(document: Any, before: frozenset[int]) -> frozenset[int]:
    """The numbers of what is parted, as the pages are laid out now.

    :param document: the laid out ``weasyprint.Document``.
    :param before: what was decided before, which stays.
    """
    found = set(before)
    for last, page in pairwise(document.pages):
        laid = LaidPage(last)
        if laid.white < _WHITE * laid.height or (last.width, last.height) != (page.width, page.height):
            continue
        begun = {box.element for box in boxes_on(last)}
        number = _first_whole(root_of(page), begun, _LEAST * laid.height, found)
        if number is not None:
            found.add(number)
    return frozenset(found)


def _first_whole(root: Any, begun: set[Any], least: float, loose: set[int]) -> int | None:
    """The number of what is kept whole, and is high, among what begins a page and has to stand together.

    :param begun: the elements of the page before.
    """
    flow = _flow(root)
    while flow and flow[0].element in begun:
        flow = _flow(flow[0])
    for box in _together(flow):
        number = box.element.get(_WHOLE) if box.element is not None else None
        if number is not None and int(number) not in loose and box.margin_height() >= least:
            return int(number)
    return None


def _together(flow: list[Any]) -> Iterator[Any]:
    """The boxes between which there is no break from the first of some boxes on, each before those in it."""
    for box, following in pairwise([*flow, None]):
        yield box
        yield from _together(_flow(box))
        ties = {box.style["break_after"], following.style["break_before"] if following else ""}
        if not ties & _TIED:
            return


def _flow(box: Any) -> list[Any]:
    """The blocks, rows and cells in a box, one after the other."""
    return [
        child
        for child in getattr(box, "children", ())
        if child.is_in_normal_flow() and hasattr(child, "children") and not is_table_head(child)
    ]


def _end(box: Any) -> float:
    """How far down the text and the images of a box reach: a box that is parted is as high as its page."""
    end, waiting = 0.0, [box]
    while waiting:
        each = waiting.pop()
        children = [] if is_line(each) else getattr(each, "children", None)
        if each.is_absolutely_positioned():
            continue
        if children:
            waiting += children
        elif each.border_height() and (children is None or is_line(each)):
            end = max(end, each.position_y + each.margin_height() - each.margin_bottom)
    return end


class LaidPage:
    """A page as it is laid out.

    :ivar height: of the room for its text, in pixels.
    :ivar white: how much of that is free at its end.
    :ivar elements: the outermost blocks in the order in which they stand, with their heights.
    :ivar beside: what of them stands beside the text, with its height and its share of the width.
    :ivar begun: both, in order.
    """

    def __init__(self, page: Any) -> None:
        sheet = box_of(page)
        self.height = float(sheet.height)
        foot = sheet.content_box_y() + sheet.height
        for area in sheet.children:
            if is_note_area(area) and area.children:
                foot = min(foot, area.position_y + area.margin_top)
        self.elements: dict[Any, float] = {}
        self.beside: dict[Any, tuple[float, float]] = {}
        self.begun: list[Any] = []
        end = sheet.content_box_y()
        waiting = [root_of(page)]
        while waiting:
            box = waiting.pop()
            if box.element is not None and box.element.tag in OUTER | {"html"}:
                waiting += reversed(getattr(box, "children", ()))
                continue
            if not hasattr(box, "children") or box.is_absolutely_positioned():
                continue
            end = max(end, _end(box))
            if box.element is None:
                continue
            if box.is_floated():
                self.beside[box.element] = (box.margin_height(), min(1, box.margin_width() / sheet.width))
            elif box.is_in_normal_flow():
                self.elements[box.element] = self.elements.get(box.element, 0.0) + box.margin_height()
            self.begun.append(box.element)
        self.white = float(max(0, foot - end))
