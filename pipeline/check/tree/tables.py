"""Tables and infoboxes of the tree, cell by cell."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from pipeline.check.vocabulary.facts import Cell, Row, Span, Table
from pipeline.check.vocabulary.places import at
from pipeline.tree.nodes import fault_block, infobox, infobox_row, infobox_value


class TableReader:
    """Reads one table with the walk of `facts`."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def _span(self, node: nodes.Element) -> Span:
        """Read what is below a node."""
        build = self.reader.build
        build.space()
        start = build.index
        self.reader.line, self.reader.lines = at(node) or self.reader.line, 0
        self.reader.mark(node)
        self.reader.children(node)
        build.space()
        return Span(start, build.index, at(node))

    def table(self, node: nodes.table) -> None:
        """A table (a caption, one group of columns with head and body)."""
        start, caption, rows = self.reader.build.index, None, []
        for child in node:
            if isinstance(child, nodes.title):
                caption = self._span(child)
            elif isinstance(child, nodes.tgroup):
                stubs = [spec.get("stub", 0) for spec in child.findall(nodes.colspec)]
                for part in child:
                    if isinstance(part, (nodes.thead, nodes.tbody)):
                        rows += self._rows(part, stubs)
        end = self.reader.build.index
        self.reader.build.row.tables.append(Table(start, end, at(node), caption=caption, rows=tuple(rows)))

    def _rows(self, part: nodes.Element, stubs: list[Any]) -> list[Row]:
        taken: set[tuple[int, int]] = set()  # places that a cell of an earlier row reaches down to
        rows = []
        for number, node in enumerate(part):
            start, cells, column = self.reader.build.index, [], 0
            for entry in node:
                while (number, column) in taken:
                    column += 1
                across, down = 1 + entry.get("morecols", 0), 1 + entry.get("morerows", 0)
                span = self._span(entry)
                header = isinstance(part, nodes.thead) or bool(stubs[column])
                cells.append(Cell(span.start, span.end, at(entry), "", header, True, across, down))
                taken |= {(number + y, column + x) for y in range(down) for x in range(across)}
                column += across
            rows.append(Row(start, self.reader.build.index, at(node), cells=tuple(cells)))
        return rows

    def infobox(self, node: infobox) -> None:
        """An infobox: a label, then one value or one for each column."""
        start, caption, rows = self.reader.build.index, None, []
        for child in node:
            if isinstance(child, infobox_row):
                rows.append(self._infobox_row(child, node["cols"]))
            elif isinstance(child, fault_block):
                rows.append(self._fault_row(child, node["cols"]))
            else:
                caption = self._span(child)
        end = self.reader.build.index
        self.reader.build.row.tables.append(
            Table(start, end, at(node), kind="infobox", caption=caption, rows=tuple(rows))
        )

    def _fault_row(self, node: fault_block, columns: int) -> Row:
        """The place of an error, over the whole width."""
        build = self.reader.build
        build.space()
        start = build.index
        self.reader.visit(node)
        cell = Cell(start, build.index, at(node), columns=columns + 1)
        return Row(start, build.index, at(node), cells=(cell,))

    def _infobox_row(self, node: infobox_row, columns: int) -> Row:
        start, heads = self.reader.build.index, "heading" in node["classes"]
        label = self._span(node[0])
        cells = [Cell(label.start, label.end, label.line, header=True)]
        column = 1
        for value in node:
            if not isinstance(value, infobox_value):
                continue
            while column < value.get("colnum", column):
                cells.append(Cell(self.reader.build.index, self.reader.build.index, at(node)))
                column += 1
            across = 1 if "colnum" in value else columns
            span = self._span(value)
            cells.append(Cell(span.start, span.end, at(value) or at(node), "", heads, True, across))
            column += across
        for _ in range(column, columns + 1):
            cells.append(Cell(self.reader.build.index, self.reader.build.index, at(node)))
        return Row(start, self.reader.build.index, at(node), cells=tuple(cells))
