"""The directive ``list-table``: docutils' own, whose faults are told on the line of the row."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import tables
from docutils.utils import SystemMessagePropagation

from pipeline.read.directives.include_csv import CsvTable
from pipeline.read.directives.include_csv import cells as cells_in_words
from pipeline.read.tables.options import OPTIONS, finish
from pipeline.read.tables.spans import Cell, fitted, taken_from, unfit
from pipeline.tree.report import line_of, source_of


class ListTable(tables.ListTable):
    """``.. list-table::``: a list of rows, each a list of cells. Options and their meaning are docutils'.

    With ``:file:`` its rows come from there, as those of a ``csv-table``.
    """

    option_spec: ClassVar[dict[str, Any]] = CsvTable.option_spec | tables.ListTable.option_spec | OPTIONS

    def run(self) -> list[nodes.Node]:
        """The table; its cells span what they say."""
        if "file" in self.options or "url" in self.options:
            place = (self.lineno, self.content_offset, self.block_text, self.state, self.state_machine)
            return CsvTable(self.name, self.arguments, self.options, self.content, *place).run()
        self.spans: list[list[Cell]] = []
        found = list(super().run())
        if isinstance(found[0], nodes.table) and self.spans:
            rows = list(found[0].findall(nodes.row))
            rows = [row for row in rows if row.parent.parent.parent is found[0]]
            for row, spans in zip(rows, self.spans, strict=True):
                for entry, cell in zip(row, spans, strict=True):
                    if cell.columns:
                        entry["morecols"] = cell.columns
                    if cell.rows:
                        entry["morerows"] = cell.rows
        return finish(self, found)

    def check_table_dimensions(self, rows: Any, header_rows: int, stub_columns: int) -> None:
        """As docutils; but a row has fewer cells than columns where some are covered."""
        super().check_table_dimensions(rows, header_rows, 0 if self.spans else stub_columns)

    def _fit(self, rows: nodes.Element) -> int:
        """Find the columns of cells that span others; take out the empty ones that they cover.

        :returns: the number of columns; 0 where no cell spans others.
        """
        lists = [row[0] for row in rows if len(row) == 1 and isinstance(row[0], nodes.bullet_list)]
        cells = [[taken_from(item) for item in row] for row in lists]
        if len(lists) != len(rows) or not any(cell.columns or cell.rows for row in cells for cell in row):
            return 0
        head = self.options.get("header-rows", 0)
        columns, places, bad = fitted(cells)
        if bad < 0 and 0 < head < len(cells) and fitted(cells[:head])[2] >= 0:
            bad = head - 1
        if bad >= 0:
            self._fail(unfit(bad, columns, len(cells)), rows[bad])
        for row, there, own in zip(lists, places, cells, strict=True):
            kept = [index for index in there if index is not None]
            self.spans.append([own[index] for index in kept])
            row.children = [row.children[index] for index in kept]
        return columns

    def check_list_content(self, node: nodes.Element) -> tuple[int, Any]:
        """The number of columns, and their widths.

        :raises SystemMessagePropagation: for what is not a list of lists, or a row of other cells.
        """
        lists = [part for part in node if isinstance(part, nodes.bullet_list)]
        other = next((part for part in node if part not in lists), None)
        if len(node) != 1 or not lists:
            place = other if other is not None and lists else lists[1] if len(lists) > 1 else other
            said = "a list-table holds one list and nothing else: its rows begin with * - and a space"
            self._fail(said, place)
        rows = lists[0]
        columns = self._fit(rows)
        if columns:
            return columns, self.get_column_widths(columns)
        first = 0
        for number, row in enumerate(rows, start=1):
            cells = row[0] if len(row) == 1 and isinstance(row[0], nodes.bullet_list) else None
            if cells is None:
                said = f"row {number} of the table holds no list of cells: write * - before its first cell"
                inner = next((one for one in row.findall(nodes.block_quote)), None)
                if inner is not None or row.astext().startswith("- "):
                    said = (
                        f"row {number} of the table holds cells in several columns: indent all of them alike"
                    )
                self._fail(said, inner if inner is not None else row)
            elif number == 1:
                first = len(cells)
            elif len(cells) != first:
                more = len(cells) > first
                cure = "take one out, or add it to the others" if more else "write a - for each empty cell"
                self._fail(
                    f"row {number} has {cells_in_words(len(cells))}, the first has {first}: {cure}", row
                )
        return first, self.get_column_widths(first)

    def _fail(self, message: str, place: nodes.Node | None) -> None:
        source, line = self.state_machine.get_source_and_line(self.lineno)
        if place is not None:
            inner = place.next_node(nodes.Element) if isinstance(place, nodes.list_item) else None
            line = place.line or (inner.line if inner is not None else None) or line_of(place) or line
            source = source_of(place) or source
        block = nodes.literal_block(self.block_text, self.block_text)
        raise SystemMessagePropagation(self.reporter.error(message, block, source=source, line=line))
