"""The directive ``sectnum``: docutils' own, with the numbers of both editions alike."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst.directives import parts

from pipeline.tree.numbering.sections import NumberSections


class SectionNumbers(parts.Sectnum):
    """``.. sectnum::``. Options and their meaning are docutils'."""

    def run(self) -> list[nodes.Node]:
        """Leave the numbers to `NumberSections`."""
        pending = nodes.pending(NumberSections, dict(self.options))
        self.state_machine.document.note_pending(pending)
        return [pending]
