"""The values of a chart in the structure of the PDF: a table, also where the page shows the drawing alone.

The table follows the figure. What is drawn for a value, a bar or the mark of a line, is the content of its
cell, and the cell says the value itself (``ActualText``, ISO 32000-1, 14.9.4). Heads of rows and columns, and
values for which nothing is drawn of their own, have the text alone. So nothing is on the page that is not
seen, and a screen reader goes through the values cell by cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.write.engine.patches.charts import BEGIN, END, VALUES
from pipeline.write.pdf.logical_order import Annotation, Mark, Node
from pipeline.write.pdf.table_headers import nodes_in, table


def pieces(mark: Mark, operations: list[Any]) -> Iterator[tuple[Mark, list[Any]]]:
    """What a mark draws, in the pieces that belong to different elements; of all but charts, it is one piece.

    :param operations: that draw it.
    :returns: each piece with its mark; those that are new are noted with the node.
    """
    node = mark.node
    if node is None or END not in operations:
        yield mark, operations
        return
    own: Mark | None = mark
    place: tuple[int, int] | None = None
    drawn: list[Any] = []
    for operation in (*operations, END):
        begins = isinstance(operation, bytes) and operation.startswith(BEGIN)
        if not begins and operation != END:
            drawn.append(operation)
            continue
        if drawn and place is not None:
            piece = Mark(mark.box, mark.page, image=True)
            node.values.setdefault(place, []).append(piece)
            yield piece, drawn
        elif drawn:
            piece = own or Mark(mark.box, mark.page, node=node, image=True)
            if own is None:
                node.kids.append(piece)
            own = None
            yield piece, drawn
        drawn, place = [], None
        if begins:
            row, column = operation.split()[2:]
            place = int(row), int(column)


def with_table(node: Node) -> list[Node | Mark | Annotation]:
    """A figure; that of a chart with its table behind it."""
    text = node.element.get(VALUES) if node.element is not None else None
    if text is None:
        return [node]
    head, *body = json.loads(text)
    group = Node(role="THead", kids=[_row([_cell("TH", name, []) for name in head])])
    rows = Node(role="TBody")
    for number, (name, *values) in enumerate(body):
        drawn = [node.values.get((number, column), []) for column in range(len(values))]
        cells = [_cell("TD", value, marks) for value, marks in zip(values, drawn, strict=True)]
        rows.kids.append(_row([_cell("TH", name, []), *cells]))
    values = Node(role="Table", kids=[group, rows])
    for part in (group, rows):
        part.parent = values
        for row in nodes_in(part):
            row.parent = part
    return [node, *table(values)]


def _row(cells: list[Node]) -> Node:
    return Node(role="TR", kids=[*cells])


def _cell(role: str, text: str, marks: list[Mark]) -> Node:
    return Node(role=role, spelling=text, kids=[*marks])
