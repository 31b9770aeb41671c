"""Lines of the source: those of headings, of metadata fields, and one for every block."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.frontmatter import DocInfo
from docutils.transforms.references import Substitutions
from docutils.transforms.writer_aux import Admonitions

from pipeline.tree.metadata import canonical
from pipeline.tree.nodes import citation_mark
from pipeline.tree.report import line_of, report, source_of
from pipeline.tree.state import state_of

_CALLS: Final = (nodes.footnote_reference, nodes.citation_reference, citation_mark)


class SetHeadingLines(Transform):
    """Give each heading its own line: docutils gives it that of its underline."""

    default_priority = Substitutions.default_priority - 2

    def apply(self, **kwargs: Any) -> None:
        """Correct the line of every section and of its title."""
        for section in self.document.findall(nodes.section):
            for node in (section, section[0]):
                if node.line:
                    node.line -= 1


class RecordFieldLines(Transform):
    """Remember the line of each docinfo field: docutils' DocInfo drops them. It has no calls of notes."""

    default_priority = DocInfo.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Fill `State.field_lines`; report calls of notes, which title block and records do not show."""
        lines = state_of(self.document).field_lines
        index = self.document.first_child_not_matching_class(nodes.PreBibliographic)
        if index is None or not isinstance(self.document[index], nodes.field_list):
            return
        for field in self.document[index]:
            name = canonical(field[0].astext())
            lines.setdefault(name, []).append(line_of(field) or 1)
            for call in field.findall(lambda node: isinstance(node, _CALLS)):
                cites = isinstance(call, citation_mark)
                does, do = ("cites", "cite") if cites else ("calls the note", "call")
                message = (
                    f'the field "{name}" {does} {call.rawsource or call.astext()}, and no edition '
                    f"shows one there: {do} it in the text, or write its words in the field"
                )
                report(self.document, "meta-value", message, line=line_of(field) or 1)


class SetLines(Transform):
    """Give every block its file and line, from its first child that has one, or from what precedes it."""

    default_priority = Admonitions.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Fill ``source`` and ``line`` of all elements but inline ones."""
        file, last = self.document.get("source"), 1
        for node in self.document.findall(nodes.Element):
            if isinstance(node, nodes.Inline) and not isinstance(node, nodes.image):
                continue
            if not node.line:  # a line is one of a file: both come from one place
                below = next((child for child in node.findall(nodes.Element) if child.line), None)
                if below is not None:
                    node.source, node.line = below.source or source_of(node), below.line
                elif line := line_of(node):
                    node.source, node.line = source_of(node), line
                else:
                    node.source, node.line = file, last
            node.source = node.source or source_of(node) or file
            file, last = node.source, node.line
