"""The directive ``list-table``: docutils' own, whose faults are told on the line of the row."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst.directives import tables
from docutils.utils import SystemMessagePropagation

from pipeline.tree.report import line_of, source_of


class ListTable(tables.ListTable):
    """``.. list-table::``: a list of rows, each a list of cells. Options and their meaning are docutils'."""

    def check_list_content(self, node: nodes.Element) -> tuple[int, Any]:
        """The number of columns, and their widths.

        :raises SystemMessagePropagation: for what is not a list of lists, or a row of other cells.
        """
        lists = [part for part in node if isinstance(part, nodes.bullet_list)]
        other = next((part for part in node if part not in lists), None)
        if len(node) != 1 or not lists:
            place = other if other is not None and lists else lists[1] if len(lists) > 1 else other
            self._fail(
                "a list-table holds one list and nothing else: its rows begin with * - and a space", place
            )
        rows = lists[0]
        first = 0
        for number, row in enumerate(rows, start=1):
            cells = row[0] if len(row) == 1 and isinstance(row[0], nodes.bullet_list) else None
            if cells is None:
                self._fail(
                    f"row {number} of the table holds no list of cells: write * - before its first cell", row
                )
            elif number == 1:
                first = len(cells)
            elif len(cells) != first:
                cure = (
                    "write a - for each empty cell"
                    if len(cells) < first
                    else "take one out, or add it to the others"
                )
                self._fail(f"row {number} has {_cells(len(cells))}, the first has {first}: {cure}", row)
        return first, self.get_column_widths(first)

    def _fail(self, message: str, place: nodes.Node | None) -> None:
        source, line = self.state_machine.get_source_and_line(self.lineno)
        if place is not None:
            inner = place.next_node(nodes.Element) if isinstance(place, nodes.list_item) else None
            line = place.line or (inner.line if inner is not None else None) or line_of(place) or line
            source = source_of(place) or source
        block = nodes.literal_block(self.block_text, self.block_text)
        raise SystemMessagePropagation(self.reporter.error(message, block, source=source, line=line))


def _cells(count: int) -> str:
    return f"{count} cell{'' if count == 1 else 's'}"
