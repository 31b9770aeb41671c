"""Charts: the drawing, and the values as a table, for the translator."""

from __future__ import annotations

from docutils import nodes

from pipeline.look.palette import palette
from pipeline.tree.nodes import CHART_TABLE, chart
from pipeline.tree.numbering.words import words_for
from pipeline.write.charts.drawing import svg_of
from pipeline.write.xhtml.core import Core


class ChartVisitors(Core):
    """Writes charts. In an ebook their table can be unfolded below them; print has it on request."""

    def visit_chart(self, node: chart) -> None:
        """The drawing, as part of the page: so its words have the faces and the colours of the page."""
        language = self.metadata.language
        both = CHART_TABLE in node["classes"]
        folded = self.dialect.scrolls and not both
        tagged = not folded and not both
        drawing = svg_of(node, language, palette(), str(node["alt"]), with_values=tagged)
        self.body.append(f"{drawing}\n")
        if tagged:
            raise nodes.SkipNode
        if folded:
            words = words_for(language)
            label = self.encode(words.table["data"])
            marks = ' lang="en" dir="ltr"' if words.foreign else ""
            self.body.append(f'<details class="chart-data"><summary{marks}>{label}</summary>\n')
        self.context.append("</details>\n" if folded else "")

    def depart_chart(self, node: chart) -> None:
        """The end of the table."""
        self.body.append(self.context.pop())

    visit_datum = depart_datum = Core.nothing  # a value is its text
