"""Tables in the structure of the PDF (ISO 32000-1, 14.8.4.3.4; ISO 14289-1, 7.5): what heads which cell."""

from __future__ import annotations

from typing import Any, Final

from pipeline.write.pdf.logical_order import Annotation, Mark, Node
from pipeline.write.xhtml.attributes import ROW, SPAN, TABLE

_SCOPES: Final = {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}
_WIDEST: Final = 1000  # HTML, section 4.9.11


def table(node: Node) -> list[Node | Mark | Annotation]:
    """A table (14.8.4.3.4): caption, head, body, foot, in this order; header cells say what they head."""
    order = {"Caption": 0, "THead": 1, "TFoot": 3}
    node.kids.sort(key=lambda kid: order.get(kid.role, 2) if isinstance(kid, Node) else 2)
    _head_cells(node)
    return [node]


def join_parts(root: Node) -> None:
    """Put each table together that is set in parts: a cell goes to the others of its row."""
    found: dict[str, dict[str, Node]] = {}
    later = [root]
    while later:
        node = later.pop()
        later += reversed(nodes_in(node))
        number = node.element.get(TABLE) if node.element is not None else None
        if number is None:
            continue
        lines = [row for group in nodes_in(node) for row in nodes_in(group) if row.element.get(ROW)]
        for row in lines if number in found else ():
            first = found[number][row.element.get(ROW)]
            for cell in nodes_in(row):
                cell.parent = first
            first.kids += row.kids
            row.kids = []
        found.setdefault(number, {row.element.get(ROW): row for row in lines})


def rows(node: Node) -> list[Node | Mark | Annotation]:
    """The body of a table holds rows only: in a draft, an error may stand in a body of its own inside."""
    node.kids = [
        row
        for kid in node.kids
        for row in (kid.kids if isinstance(kid, Node) and kid.role == "TBody" else [kid])
    ]
    return [node]


def _head_cells(node: Node) -> None:
    """Scopes and spans (14289-1, 7.5); where the head is not one plain row or column, ``Headers`` too."""
    grid: dict[tuple[int, int], Node] = {}
    lines = [row for group in [node, *nodes_in(node)] for row in nodes_in(group) if row.role == "TR"]
    for y, row in enumerate(lines):
        x = 0
        for cell in nodes_in(row):
            while (y, x) in grid:
                x += 1
            wide = _span(cell, SPAN) or _span(cell, "colspan") or 1
            high = min(_span(cell, "rowspan") or 1, len(lines) - y)
            for place in ((y + down, x + right) for down in range(high) for right in range(wide)):
                grid[place] = cell
            _cell_attributes(cell, row, wide, high)
            x += wide
    heads = [cell for cell in dict.fromkeys(grid.values()) if cell.role == "TH"]
    scopes = [head.attributes["Table"]["Scope"] for head in heads]
    spread = any({"ColSpan", "RowSpan"} & set(head.attributes["Table"]) for head in heads)
    columns = {x for (_, x), cell in grid.items() if cell.role == "TH" and _scope(cell) == "/Row"}
    deep = {y for (y, _), cell in grid.items() if cell.role == "TH" and _scope(cell) == "/Column"}
    if not scopes or (not spread and len(columns) < 2 and len(deep) < 2):
        return
    places: dict[int, list[tuple[int, int]]] = {}
    for place, cell in grid.items():
        places.setdefault(id(cell), []).append(place)
    for cell in dict.fromkeys(grid.values()):
        if cell.role != "TD":
            continue
        at = places[id(cell)]
        above = [grid.get((y, x)) for x in sorted({x for _, x in at}) for y in range(min(at)[0])]
        before = [grid.get((y, x)) for y in sorted({y for y, _ in at}) for x in range(min(at)[1])]
        found = [head for head in above if head is not None and _scope(head) == "/Column"]
        found += [head for head in before if head is not None and _scope(head) == "/Row"]
        cell.attributes.setdefault("Table", {})["Headers"] = list(dict.fromkeys(found))


def _scope(cell: Node) -> str:
    return str(cell.attributes.get("Table", {}).get("Scope", ""))


def _cell_attributes(cell: Node, row: Node, wide: int, high: int) -> None:
    table: dict[str, Any] = {}
    if cell.role == "TH":
        in_head = row.parent is not None and row.parent.role == "THead"
        given = cell.element.get("scope", "") if cell.element is not None else ""
        table["Scope"] = f"/{_SCOPES.get(given, 'Column' if in_head else 'Row')}"
    if wide > 1:
        table["ColSpan"] = wide
    if high > 1:
        table["RowSpan"] = high
    if table:
        cell.attributes["Table"] = table


def nodes_in(node: Node) -> list[Node]:
    """The structure elements right below one."""
    return [kid for kid in node.kids if isinstance(kid, Node)]


def _span(cell: Node, name: str) -> int:
    """How many rows or columns a cell says that it has; 0 when it says nothing."""
    value = cell.element.get(name, "") if cell.element is not None else ""
    return min(max(1, int(value)), _WIDEST) if value.isdigit() else 0
