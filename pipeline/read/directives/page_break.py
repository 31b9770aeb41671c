"""The directive ``pagebreak``: print begins a new page."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive

from pipeline.tree.nodes import page_break


class PageBreak(Directive):
    """``.. pagebreak::``, without argument, option or content."""

    def run(self) -> list[nodes.Node]:
        """The place; `PlacePageBreaks` looks at what it stands in."""
        place = page_break(self.block_text)
        place.source, place.line = self.state_machine.get_source_and_line(self.lineno)
        return [place]
