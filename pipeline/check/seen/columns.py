"""Whether what belongs together is seen together: cells in their columns, labels beside what they label."""

from __future__ import annotations

from typing import Final

from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import NOTES, Elem
from pipeline.check.seen.blocks import lines_of
from pipeline.check.seen.places import Places, quoted
from pipeline.check.vocabulary.verdict import Verdict

_CELLS: Final = frozenset(("TH", "TD"))
_PARTS: Final = frozenset(("THead", "TBody", "TFoot"))
_OUT: Final = 2.0
"""So far beside its column, in points, a cell is out of it."""
_MOST_COLUMNS: Final = 200
_OFF: Final = 1.2
"""So far, in points, a label may stand off the line of its text: other faces stand a little lower."""
_RAISED: Final = 0.85
"""Smaller type than this share of the label's is raised: a note that begins with the call of another."""
_LINE: Final = 0.8
"""From this share of the size of type on, a text begins on a line of its own, as a definition does."""

Extent = tuple[float, float]
Placed = list[tuple[int, Elem]]
"""Cells with the numbers of their columns."""


def look_at_columns(root: Elem, places: Places, verdict: Verdict) -> None:
    """Report cells that stand in another column than their own."""
    for table in root.below():
        if table.role == "Table":
            cells = list(_placed(table))
            for page in sorted({run.spot.page for _, cell in cells for run in _runs(cell)}):
                _look(cells, page, places, verdict)


def _placed(table: Elem) -> Placed:
    """The cells that fill one column, with its number (ISO 32000-1, 14.8.4.3.4)."""
    rows = [row for part in table.kids if isinstance(part, Elem) for row in _rows(part)]
    taken: dict[int, int] = {}
    found = []
    for row in rows:
        column = 0
        now: dict[int, int] = {}
        for cell in row.kids:
            if not isinstance(cell, Elem) or cell.role not in _CELLS or column > _MOST_COLUMNS:
                continue
            while taken.get(column, 0) > 0:
                column += 1
            if cell.columns == 1:
                found.append((column, cell))
            for number in range(column, min(column + cell.columns, _MOST_COLUMNS)):
                now[number] = cell.rows
            column += cell.columns
        taken = {number: max(left - 1, 0) for number, left in (taken | now).items()}
    return found


def _rows(part: Elem) -> list[Elem]:
    if part.role == "TR":
        return [part]
    below = part.kids if part.role in _PARTS else []
    return [kid for kid in below if isinstance(kid, Elem) and kid.role == "TR"]


def _runs(elem: Elem) -> list[Run]:
    """What is drawn in a cell; the notes that it calls stand elsewhere."""
    found: list[Run] = []
    for kid in elem.kids:
        if isinstance(kid, list):
            found += [run for run in kid if run.text.strip()]
        elif isinstance(kid, Elem) and kid.role not in NOTES:
            found += _runs(kid)
    return found


def _look(cells: Placed, page: int, places: Places, verdict: Verdict) -> None:
    extents: dict[int, list[tuple[Elem, Extent]]] = {}
    for column, cell in cells:
        spots = [run.spot for run in _runs(cell) if run.spot.page == page]
        if spots:
            extent = min(spot.x for spot in spots), max(spot.right for spot in spots)
            extents.setdefault(column, []).append((cell, extent))
    for column, own in extents.items():
        if len(own) < 2:
            continue
        for cell, (left, right) in own:
            low = min(extent[0] for other, extent in own if other is not cell)
            high = max(extent[1] for other, extent in own if other is not cell)
            if left <= high + _OUT and right >= low - _OUT:
                continue
            if any(
                left < extent[1] and extent[0] < right
                for number, others in extents.items()
                if number != column and len(others) > 1
                for _, extent in others
            ):
                runs = _runs(cell)
                message = f"{quoted(''.join(run.text for run in runs))} stands in another column than its own"
                verdict.add("check-baseline", message, places.line(runs), places.page(page))


def look_at_labels(root: Elem, places: Places, verdict: Verdict) -> None:
    """Report numbers of list items and notes that stand a little off the line of their text."""
    for elem in root.below():
        if elem.role != "Lbl" or elem.parent is None:
            continue
        kids = [kid for kid in elem.parent.kids if isinstance(kid, Elem)]
        number = next(index for index, kid in enumerate(kids) if kid is elem)
        label = [run for run in elem.runs() if run.text.strip()]
        text = [run for kid in kids[number + 1 : number + 2] for run in _runs(_paragraph(kid))]
        if not label or not text:
            continue
        first = max(lines_of(text)[0], key=lambda run: run.spot.size)
        own = max(label, key=lambda run: run.spot.size)
        off = abs(first.spot.y - own.spot.y)
        if first.spot.size < _RAISED * own.spot.size:
            continue
        if first.spot.page == own.spot.page and _OFF < off < _LINE * own.spot.size:
            message = f"{quoted(own.text)} stands {off:.1f} pt off the line of {quoted(first.text)}"
            verdict.add("check-baseline", message, places.line([first]), places.page(own.spot.page))


def _paragraph(elem: Elem) -> Elem:
    """The paragraph with which a body begins; nothing where it begins with a list or a box."""
    while elem.role == "LBody" and elem.kids and isinstance(elem.kids[0], Elem):
        elem = elem.kids[0]
    return elem if elem.role in {"P", "LBody"} else Elem("P", "P")
