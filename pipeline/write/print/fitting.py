"""Which tables of a laid out page are too wide, and what else is too high, and how they are set whole.

In this order: smaller, down to what can still be read; across the page, into its margins; on a page of
landscape format; in parts that begin with the same columns. Inside notes, boxes and cells a table can leave
neither its place nor its page. A word that is wider than all that is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pipeline.write.engine.boxes import box_of, is_note_area, is_table, root_of
from pipeline.write.print.tables import Fit
from pipeline.write.xhtml.attributes import FLOAT, TABLE

SMALLEST: Final = 7.5
"""Points. Smaller type is not read, it is deciphered."""
EDGE: Final = 15 * 72 / 25.4
"""Points. What stays free at either side of a page across which a table is set."""
TURNED_EDGE: Final = 18 * 72 / 25.4
"""Points. The margins at the sides of ``@page turned`` in ``styles/print.css``."""
_POINTS: Final = 0.75  # in a CSS pixel
_ROOM: Final = 0.99
_LEAST: Final = 3
"""A part of a table has room for so many columns at least: wider ones are broken."""
_OPEN: Final = frozenset(
    ("html", "body", "article", "main", "section", "div", "ul", "ol", "li", "dl", "dd", "blockquote", "table")
)
_CLOSED: Final = frozenset(
    ("note", "note-list", "note-text", "foot", "admonition", "topic", "sidebar", "fault")
)


@dataclass(frozen=True)
class Place:
    """Where a table stands that is too wide, in points.

    :param columns: the least width of each.
    :param size: of its type.
    :param heads: how many columns at its beginning hold heads of rows only.
    :param room: how wide its place is.
    :param left: from its place to the left edge of the page.
    :param right: from its place to the right edge of the page.
    :param height: of the page.
    :param margins: of the page, left and right, together.
    :param free: whether it may leave its place.
    :param leftwards: whether the text runs from right to left.
    """

    columns: tuple[float, ...]
    size: float
    heads: int
    room: float
    left: float
    right: float
    height: float
    margins: float
    free: bool
    leftwards: bool


def decide(place: Place) -> Fit:
    """How to set a table."""
    whole = sum(place.columns)
    least = min(1.0, SMALLEST / place.size)
    across = place.room + place.left + place.right - 2 * EDGE
    turned = place.height - 2 * TURNED_EDGE - (place.left + place.right - place.margins)
    for name, room in (("text", place.room), ("page", across), ("turned", turned)):
        if whole * least <= room * _ROOM and (name == "text" or place.free):
            scale = min(1.0, room * _ROOM / whole)
            return _beyond(place, Fit(place.size * scale, name), whole * scale)
    return _in_parts(place, least, across if place.free else place.room)


def _beyond(place: Place, fit: Fit, width: float) -> Fit:
    """How far to go into the margins: into the one where lines end first."""
    if fit.place != "page":
        return fit
    before, behind = place.left - EDGE, place.right - EDGE
    if place.leftwards:
        left = min(before, width / _ROOM - place.room)
        return replace(fit, left=left, right=max(0.0, width / _ROOM - place.room - left))
    right = min(behind, width / _ROOM - place.room)
    return replace(fit, left=max(0.0, width / _ROOM - place.room - right), right=right)


def _in_parts(place: Place, least: float, room: float) -> Fit:
    """As many parts as are needed, about equally wide."""
    widest = room * _ROOM / _LEAST
    columns = [min(width * least, widest) for width in place.columns]
    broken = any(width * least > widest for width in place.columns)
    heads = place.heads or 1
    while heads > 1 and sum(columns[:heads]) > room / 2:
        heads -= 1
    inner = room * _ROOM - sum(columns[:heads])
    parts = _packed(columns, heads, inner)
    low, high = inner / 2, inner
    for _ in range(12):  # the narrowest that needs no more parts
        middle = (low + high) / 2
        fewer = _packed(columns, heads, middle)
        low, high, parts = (low, middle, fewer) if len(fewer) <= len(parts) else (middle, high, parts)
    width = sum(columns[:heads]) + max(sum(columns[max(first, heads) : end]) for first, end in parts)
    scale = 1.0 if broken else min(1 / least, room * _ROOM / width)
    fit = Fit(
        place.size * least * scale, "page" if place.free else "text", heads=heads, parts=parts, broken=broken
    )
    return _beyond(place, fit, width * scale if not broken else room * _ROOM)


def _packed(columns: list[float], heads: int, room: float) -> tuple[tuple[int, int], ...]:
    parts, first, used = [], 0, 0.0
    for index in range(heads, len(columns)):
        if used and used + columns[index] > room:
            parts.append((first, index))
            first, used = index, 0.0
        used += columns[index]
    return (*parts, (first, len(columns)))


# Measuring -----------------------------------------------------------------------------------------------


def fitted(document: Any, fits: Mapping[int, Fit]) -> dict[int, Fit]:
    """How to set the tables that are too wide as the page is laid out now.

    :param document: the laid out ``weasyprint.Document``.
    :param fits: what was decided before; a table that is still too wide gets its words broken.
    :returns: by the numbers of tables; those of before included.
    """
    found = dict(fits)
    for number, place in _too_large(document):
        if place is None:
            found[number] = Fit(0, "whole")
        elif number not in fits:
            found.setdefault(number, decide(place))
        else:
            found[number] = replace(fits[number], broken=True)
    return found


def _too_large(document: Any) -> Iterator[tuple[int, Place | None]]:
    """The tables that run over their place, with their numbers; one on several pages comes several times.

    What stands beside the text and reaches into the notes, or out of the page, comes without a place: the
    notes that the text beside it calls are set when it has its place, and the typesetter does not go back.
    """
    parents: dict[Any, Any] | None = None
    for page in document.pages:
        sheet = box_of(page)
        foot = sheet.content_box_y() + sheet.height
        for area in sheet.children:
            if is_note_area(area) and area.children:
                foot = min(foot, area.position_y + area.margin_top)
        stack = [(sheet, sheet)]
        while stack:
            box, around = stack.pop()
            if is_table(box) and (number := box.element.get(TABLE)):
                left, room = around.content_box_x(), around.width
                start, end = box.position_x, box.position_x + box.border_width()
                if end > left + room + 0.5 or start < left - 0.5:
                    if parents is None:
                        parents = _parents(document)
                    yield int(number), _place(box, around, sheet, parents)
            elif (
                box.element is not None
                and (number := box.element.get(FLOAT))
                and box.is_floated()
                and box.position_y + box.margin_height() - box.margin_bottom > foot + 0.5
            ):
                yield int(number), None
            inner = around if getattr(box, "is_table_wrapper", False) else box
            stack += [(child, inner) for child in getattr(box, "children", ())]


def _parents(document: Any) -> dict[Any, Any]:
    root = root_of(document.pages[0]).element
    return {child: parent for parent in root.iter() for child in parent}


def _place(table: Any, around: Any, page: Any, parents: Mapping[Any, Any]) -> Place:
    """Where a table stands."""
    left = around.content_box_x()
    return Place(
        columns=tuple(width * _POINTS for width in table.column_widths),
        size=table.style["font_size"] * _POINTS,
        heads=_heads(table.element),
        room=around.width * _POINTS,
        left=left * _POINTS,
        right=(page.margin_width() - left - around.width) * _POINTS,
        height=page.margin_height() * _POINTS,
        margins=(page.margin_width() - page.width) * _POINTS,
        free=_is_free(table.element, parents),
        leftwards=table.style["direction"] == "rtl",
    )


def _is_free(table: Any, parents: Mapping[Any, Any]) -> bool:
    """Whether a table may leave its place and its page: nothing is around it that has edges of its own."""
    element = parents.get(table)
    while element is not None:
        classes = set(element.get("class", "").split())
        if element.tag not in _OPEN - {"table"} or classes & _CLOSED:
            return False
        element = parents.get(element)
    return True


def _heads(table: Any) -> int:
    """How many columns at the beginning of a table hold heads of rows only."""
    counts = []
    for row in (row for group in table if group.tag == "tbody" for row in group):
        count = 0
        for cell in row:
            if cell.tag != "th":
                break
            count += int(cell.get("colspan", 1))
        counts.append(count)
    return min(counts, default=0)
