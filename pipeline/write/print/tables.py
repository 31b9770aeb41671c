"""Tables of the print edition that are too wide: how each is set, and what becomes of its XHTML.

The tree and the translator know nothing of widths. The page is laid out once; `fitting` then finds the tables
that run over their place and decides; here the decision is carried out, and the page is laid out again.
"""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.write.print.floats import SIDES, set_whole
from pipeline.write.print.heights import CLASS, HIGH, WIDTH, add_class, lines_of, shown
from pipeline.write.xhtml.attributes import AGAIN, FLOAT, ROW, SPAN, TABLE

_LONG: Final = 18
"""Letters. A longer word does not keep a column as wide as it is."""
_FEW: Final = 5
"""Words. A cell with so few is not hyphenated: its column is rather made wide enough."""
_DEEP: Final = 6
"""Lines. A row with more may stand alone on the last page of its table."""
_CELL: Final = 60
"""Letters. A cell with more text gets no more room for it, where the author gave no widths."""
_SHORT: Final = 18
"""Letters. A column of cells that have no more, a date or a name, keeps each in one line."""
_WIDER: Final = 1.35
"""So much wider than its author has said a column may get for that."""
_FULL: Final = 0.9
"""The part of a line that may be needed for all columns then."""
_NARROW: Final = 8
"""Letters in a line of the narrowest cell, about."""
_PERCENT: Final = re.compile(r"width: ([\d.]+)%")
_GROUPS: Final = ("thead", "tbody", "tfoot")
_HEADINGS: Final = frozenset(("h2", "h3", "h4", "h5", "h6"))
_PLAIN: Final = frozenset(("p", "a", "em", "strong", "span", "code", "sup", "sub", "abbr", "cite"))
_NAMED: Final = frozenset(("id", "data-b"))


@dataclass(frozen=True)
class Fit:
    """How a table that is too wide is set.

    :param size: of its type, in points.
    :param place: ``text``: where it would stand; ``page``: across the page; ``turned``: on pages of landscape
        format; ``whole``: across the text, what stood beside it and is higher than a page.
    :param left: how far it goes beyond the place where it would begin, in points.
    :param right: the same on the other side.
    :param heads: how many columns come again in each part.
    :param parts: first and last column (exclusive) of each part; none when it is set as a whole.
    :param broken: whether words are broken where they don't fit.
    """

    size: float
    place: str = "text"
    left: float = 0.0
    right: float = 0.0
    heads: int = 0
    parts: tuple[tuple[int, int], ...] = ()
    broken: bool = False


def set_tables(root: ET.Element, fits: Mapping[int, Fit]) -> None:
    """Number the tables of a page, say how their cells may be broken, and set those that need it otherwise.

    :param root: of the page; names of elements without namespace.
    :param fits: by the numbers of tables.
    """
    parents = {child: parent for parent in root.iter() for child in parent}
    tables = list(root.iter("table"))
    for table in tables:
        rows = _grid(table)
        widths = _widths(table, rows)
        if "infobox" not in table.get("class", "").split():
            _keep_short(rows, widths, given=table.find("colgroup/col[@style]") is not None)
        for _, row, cells in rows:
            for cell in cells:
                _word_wise(cell.element)
            lines = max((lines_of(cell.element, _width(cell, widths)) for cell in cells), default=0)
            if lines > _DEEP:
                add_class(row, CLASS if lines > HIGH else "deep")
    tables = [table for table in tables if "infobox" not in table.get("class", "").split()]
    floats = [element for element in root.iter() if SIDES & set(element.get("class", "").split())]
    for number, element in enumerate([*tables, *floats]):
        beside = number >= len(tables)
        element.set(FLOAT if beside else TABLE, str(number))
        if number in fits and beside:
            set_whole(element)
        elif number in fits:
            _set(element, parents[element], fits[number])


def _word_wise(cell: ET.Element) -> None:
    words = shown(cell).split()
    if any(len(word) > _LONG for word in words):
        add_class(cell, "breaks")
    elif len(words) <= _FEW:
        add_class(cell, "whole")


def _keep_short(rows: list[_Row], widths: list[float], *, given: bool) -> None:
    """Mark the cells of columns in which all are short, where there is room for each in one line.

    :param widths: about how many letters a line has in each column.
    :param given: whether the author has said so.
    """
    columns: dict[int, list[ET.Element]] = {}
    for cell in (cell for group, _, cells in rows if group.tag == "tbody" for cell in cells):
        if cell.width == 1:
            columns.setdefault(cell.start, []).append(cell.element)
    letters: dict[int, int] = {}
    for column, cells in columns.items():
        longest = max(len(" ".join(shown(cell).split())) for cell in cells)
        plain = all(part.tag in _PLAIN for cell in cells for part in cell.iter() if part is not cell)
        if plain and longest <= (min(_SHORT, widths[column] * _WIDER) if given else _SHORT):
            letters[column] = longest
    if sum(letters.get(column, _NARROW) for column in range(len(widths))) <= WIDTH * _FULL:
        for column in letters:
            for element in columns[column]:
                add_class(element, "in-one-line")


def _widths(table: ET.Element, rows: list[_Row]) -> list[float]:
    """About how many letters a line has in each column: by the widths that are given, or by the text."""
    given = [_PERCENT.search(column.get("style", "")) for column in table.iterfind("colgroup/col")]
    shares = [float(width[1]) for width in given if width is not None]
    if not shares or len(shares) < len(given):
        shares = [_NARROW] * max(
            (cell.start + cell.width for _, _, cells in rows for cell in cells), default=0
        )
        for cell in (cell for _, _, cells in rows for cell in cells if cell.width == 1):
            shares[cell.start] = max(shares[cell.start], min(len(shown(cell.element)), _CELL))
    whole = sum(shares) or 1
    return [max(share / whole * WIDTH, _NARROW) for share in shares]


def _width(cell: _Cell, widths: list[float]) -> float:
    """About how many letters a line of a cell has."""
    return sum(widths[cell.start : cell.start + cell.width]) or WIDTH


# Setting -------------------------------------------------------------------------------------------------


def _set(table: ET.Element, parent: ET.Element, fit: Fit) -> None:
    parts = _parted(table, fit) if fit.parts else [table]
    for part in parts:
        style = f"font-size: {fit.size:.2f}pt; {part.get('style', '')}"
        part.set("style", f"{style}; float: none" if fit.place != "text" else style)
        if fit.broken:
            add_class(part, "broken")
    if parts == [table] and fit.place == "text":
        return
    box = ET.Element("div", {"class": f"wide {fit.place}"})
    if fit.place == "page":
        box.set("style", f"margin-left: {-fit.left:.2f}pt; margin-right: {-fit.right:.2f}pt")
    box.extend(parts)
    box.tail, table.tail = table.tail, None
    place = list(parent).index(table)
    parent[place] = box
    for below in list(parent)[place + 1 :]:  # its source line and its notes go with it
        if not {"source-line", "table-notes"} & set(below.get("class", "").split()):
            break
        parent.remove(below)
        box.append(below)
    if fit.place == "turned" and place and parent[place - 1].tag in _HEADINGS:
        parent[place - 1].set("style", "page: turned")  # goes with its table


@dataclass(frozen=True)
class _Cell:
    element: ET.Element
    start: int
    width: int


_Row = tuple[ET.Element, ET.Element, list[_Cell]]
"""A group of rows, a row of it, and the cells of that."""


def _grid(table: ET.Element) -> list[_Row]:
    """The rows of a table: group, row, and its cells with the columns that they begin in (HTML, 4.9.12)."""
    rows = []
    for group in (child for child in table if child.tag in _GROUPS):
        busy: dict[int, int] = {}  # by column, how many rows from here on a cell above reaches into
        for row in group:
            cells, column = [], 0
            for element in row:
                while busy.get(column, 0):
                    column += 1
                width, height = int(element.get("colspan", 1)), int(element.get("rowspan", 1))
                cells.append(_Cell(element, column, width))
                busy.update(dict.fromkeys(range(column, column + width), height))
                column += width
            rows.append((group, row, cells))
            busy = {column: left - 1 for column, left in busy.items() if left > 1}
    return rows


def _parted(table: ET.Element, fit: Fit) -> list[ET.Element]:
    """A table as several, each with some of the columns and the first ones again."""
    rows = _grid(table)
    seen: set[ET.Element] = set()
    parts = []
    for number, (first, end) in enumerate(fit.parts):
        wanted = [*range(fit.heads), *range(max(first, fit.heads), end)]
        part = ET.Element("table", dict(table.attrib))
        part.extend(child for child in table if child.tag == "caption" and not number)
        groups: dict[ET.Element, ET.Element] = {}
        for index, (group, row, cells) in enumerate(rows):
            if group not in groups:
                groups[group] = ET.SubElement(part, group.tag, group.attrib)
            line = ET.SubElement(groups[group], "tr", {**row.attrib, ROW: str(index)})
            for cell in cells:
                shown = sum(cell.start <= column < cell.start + cell.width for column in wanted)
                if shown:
                    line.append(_piece(cell, shown, again=cell.element in seen))
                    seen.add(cell.element)
        if number:
            for element in [part, *groups.values(), *(line for lines in groups.values() for line in lines)]:
                _forget(element)
        parts.append(part)
    return parts


def _piece(cell: _Cell, shown: int, *, again: bool) -> ET.Element:
    """A cell as wide as it is in one part: the cell itself, or a copy without notes that nothing leads to."""
    piece = cell.element
    if again:
        piece = copy.deepcopy(piece)
        add_class(piece, AGAIN)
        _strip(piece)
    elif cell.width > 1:
        piece.set(SPAN, str(cell.width))
    piece.set("colspan", str(shown))
    return piece


def _strip(element: ET.Element) -> None:
    """Take out ids, numbers of blocks, notes and their calls."""
    _forget(element)
    before: ET.Element | None = None
    for child in list(element):
        if {"foot", "noteref", "between-calls"} & set(child.get("class", "").split()):
            tail = child.tail or ""
            if before is None:
                element.text = (element.text or "") + tail
            else:
                before.tail = (before.tail or "") + tail
            element.remove(child)
        else:
            _strip(child)
            before = child


def _forget(element: ET.Element) -> None:
    for name in _NAMED & element.attrib.keys():
        del element.attrib[name]
