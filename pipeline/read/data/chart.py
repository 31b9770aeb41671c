"""``.. chart:: trade.csv``: a chart of bars or lines, from values in a file or below the directive."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states

from pipeline.findings import suggest
from pipeline.read.data.columns import Column, Rows, chosen, rows_of_text, rows_of_values, scale, series
from pipeline.read.data.described import in_short
from pipeline.read.data.workbook import ENDINGS, hidden_choice, sheet_for
from pipeline.read.input.inclusions import Refused
from pipeline.read.input.reading import reading
from pipeline.read.input.refused import place_of, refusing
from pipeline.read.tables.options import SOURCE, finish
from pipeline.tree.nodes import CHART_HEIGHT, CHART_TABLE, chart, datum
from pipeline.tree.numbering.words import words_for

KINDS: Final = ("bar", "line", "stacked")
MAX_SERIES: Final = 6
"""The most series of a chart: a reader tells no more patterns and marks apart."""
MAX_BARS: Final = 150
"""The most bars beside one another."""
_PIES: Final = frozenset(("pie", "donut", "doughnut", "ring", "cake"))
_DELIMITERS: Final = {"tab": "\t", "space": " ", "comma": ",", "semicolon": ";"}


class Chart(Directive):
    """``.. chart:: trade.csv``: a figure with a chart.

    The first row of the values names their columns. What stands below a chart from a file is its caption and
    its legend, as below a figure; below one without a file stand the values.
    """

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("kind", "x", "columns", "unit", "alt", "caption"), directives.unchanged_required),
        **dict.fromkeys(("sheet", "range", "delim", "table"), directives.unchanged_required),
        **{"name": directives.unchanged, "class": directives.class_option},
        **{"hidden": hidden_choice, "encoding": directives.encoding},
        **SOURCE,
    }

    @refusing
    def run(self) -> list[nodes.Node]:
        """The figure."""
        if isinstance(self.state, states.SubstitutionDef):
            raise Refused(
                "directive-error", "a chart can't stand in a substitution: write it where it is to be"
            )
        kind, table = self._kind(), self._table()
        rows = self._rows()
        language = reading(self.state.document).language
        at = chosen(rows, self.options.get("x", "1"))
        wanted = self._wanted(rows, at)
        across = scale(rows, at, language)
        columns = [series(rows, number, language) for number in wanted]
        if kind != "line" and len(rows.rows) * (1 if kind == "stacked" else len(columns)) > MAX_BARS:
            message = (
                f"a chart of more than {MAX_BARS} bars can't be read: write :kind: line, or take fewer rows"
            )
            raise Refused("chart-data", message)
        high = len(rows.rows) * max(18, 7 + 8 * (1 if kind == "stacked" else len(columns)))
        if kind != "line" and not across.cells[0].form and high > CHART_HEIGHT:
            message = (
                f"{len(rows.rows)} names with their bars have no room on a page: take fewer rows or columns"
            )
            raise Refused("chart-data", message)
        unit = " ".join(self.options.get("unit", "").split())
        words = words_for(language)
        alt = " ".join(self.options.get("alt", "").split())
        drawn = chart(
            self.block_text,
            _table(across, columns),
            type=kind,
            alt=alt or in_short(kind, across, columns, unit, words),
            suffix=unit,
            classes=[CHART_TABLE] if table == "both" else [],
        )
        figure = nodes.figure(self.block_text, drawn, classes=["chart", *self.options.get("class", [])])
        source, line = place_of(self)
        for node in (figure, *figure.findall(nodes.Element)):
            node.source, node.line = source, line
        self.add_name(figure)
        messages = self._below(figure)
        return finish(self, [figure, *messages])

    # Options ---------------------------------------------------------------------------------------------

    def _kind(self) -> str:
        kind = self.options.get("kind", "bar").strip().lower()
        kind = {"bars": "bar", "lines": "line", "stack": "stacked"}.get(kind, kind)
        if kind in _PIES:
            raise Refused(
                "directive-error",
                "a pie is not drawn, as readers misjudge angles: write :kind: bar, or :kind: stacked",
            )
        if kind not in KINDS:
            hint = suggest(kind, KINDS)
            raise Refused(
                "directive-error", f'no chart is of the kind "{kind[:40]}"{hint}: write bar, line or stacked'
            )
        return kind

    def _table(self) -> str:
        table = self.options.get("table", "ebook").strip().lower()
        if table not in ("ebook", "both"):
            message = f':table: {table[:40]} is not known: write "both", for print, too, or "ebook"'
            raise Refused("directive-error", message)
        return table

    def _wanted(self, rows: Rows, across: int) -> list[int]:
        """The numbers of the columns that are series."""
        written = self.options.get("columns")
        if written is None:
            found = [number for number, name in enumerate(rows.head) if number != across and name]
        else:
            names = re.split(r";|\n" if ";" in written else r",|\n", written)
            found = list(dict.fromkeys(chosen(rows, name) for name in names if name.strip()))
        heads = [rows.head[number] for number in found]
        twice = next((name for name in heads if heads.count(name) > 1), "")
        if twice:
            raise Refused(
                "chart-data",
                f'{rows.name} has two columns "{twice}", and nobody could tell them apart: give each its own '
                "name, or name one in :columns:",
            )
        if not found:
            raise Refused("chart-data", f"{rows.name} has no column of values beside the one of :x:")
        if len(found) > MAX_SERIES:
            first = ", ".join(rows.head[number] for number in found[:2])
            raise Refused(
                "chart-data",
                f"a chart shows up to {MAX_SERIES} columns, and here are {len(found)}: "
                f"name those that matter, as in :columns: {first}",
            )
        return found

    # Values ----------------------------------------------------------------------------------------------

    def _rows(self) -> Rows:
        sheet, part = (self.options.get(name, "") for name in ("sheet", "range"))
        sign = self.options.get("delim", "").strip()
        sign = _DELIMITERS.get(sign.lower(), sign)
        if len(sign) > 1:
            raise Refused("directive-error", ':delim: is one sign, or "tab"')
        if not self.arguments:
            if sheet or part:
                raise Refused(
                    "directive-error", '"sheet" and "range" are for a workbook: name it behind chart::'
                )
            if not any(line.strip() for line in self.content):
                raise Refused(
                    "chart-data", "the chart has no values: name a file, as in .. chart:: trade.csv"
                )
            source, first = self.content.items[0]
            return rows_of_text("\n".join(self.content), "the chart", sign, str(source), first + 1)
        written = "".join(self.arguments[0].split("\n")).strip()
        files = reading(self.state.document).files
        origin = files.origin(place_of(self)[0])
        if written.lower().endswith(ENDINGS):
            data, _ = files.read_bytes(written, origin)
            return rows_of_values(sheet_for(self, data, written, sheet, part).values(), f'"{written}"')
        if sheet or part:
            kinds = ", ".join(ENDINGS)
            raise Refused(
                "directive-error", f'"sheet" and "range" are for a workbook: its name ends in {kinds}'
            )
        text, place = files.read_values(
            written, origin, self.options.get("encoding", ""), reading(self.state.document).language
        )
        return rows_of_text(text, f'"{written}"', sign, str(place))

    # Words below -----------------------------------------------------------------------------------------

    def _below(self, figure: nodes.figure) -> list[nodes.Node]:
        """Add the caption and the legend.

        :returns: messages of docutils.
        """
        source, line = place_of(self)
        written, messages = self.options.get("caption"), []
        if written:
            words, messages = self.state.inline_text(written, self.lineno)
            caption = nodes.caption(written, "", *words)
            caption.source, caption.line = source, line
            figure += caption
        if not self.arguments or not any(part.strip() for part in self.content):
            return list(messages)
        inside = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, inside)
        first, *rest = inside.children
        if not written:
            if not isinstance(first, nodes.paragraph):
                raise Refused("directive-error", "the caption of a chart is a paragraph: write it first")
            caption = nodes.caption(first.rawsource, "", *first.children)
            caption.source, caption.line = first.source, first.line
            figure += caption
        else:
            rest = [first, *rest]
        if rest:
            legend = nodes.legend("", *rest)
            legend.source, legend.line = source, line
            figure += legend
        return list(messages)


def _table(across: Column, columns: list[Column]) -> nodes.table:
    """The values as a table, whose first column heads its rows."""
    every = [across, *columns]
    group = nodes.tgroup(cols=len(every))
    group += [nodes.colspec(colwidth=1, stub=int(number == 0)) for number in range(len(every))]
    head, body = nodes.thead(), nodes.tbody()
    head += nodes.row("", *(nodes.entry("", _paragraph(column.name, "", "")) for column in every))
    for number in range(len(across.cells)):
        cells = [column.cells[number] for column in every]
        body += nodes.row(
            "", *(nodes.entry("", _paragraph(cell.text, cell.content, cell.form)) for cell in cells)
        )
    group += [head, body]
    return nodes.table("", group, classes=["chart-values"])


def _paragraph(text: str, content: str, form: str) -> nodes.paragraph:
    inside = datum(text, text, content=content, format=form) if form else nodes.Text(text)
    return nodes.paragraph(text, "", inside)
