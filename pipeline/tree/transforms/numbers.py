"""Numbers that an article asks for, the same in both editions: of paragraphs (the field ``numbered``) and of
sections (``.. sectnum::``)."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.parts import SectNum

from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import PARAGRAPH_NUMBER, note_list
from pipeline.tree.transforms.references import ResolveReferences


class NumberParagraphs(Transform):
    """Number the paragraphs that stand in the text itself, through all sections.

    Those in lists, quotations, boxes, tables and notes belong to the paragraph above them.
    """

    default_priority = ResolveReferences.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Put the number before the words of each."""
        if metadata_of(self.document).numbered != "paragraphs":
            return
        number = 0
        for node in self.document.findall(nodes.paragraph):
            if isinstance(node.parent, (nodes.document, nodes.section)) and node.astext().strip():
                number += 1
                node.insert(0, [nodes.inline("", f"{number}.", classes=[PARAGRAPH_NUMBER]), nodes.Text(" ")])


class NumberSections(SectNum):
    """docutils' own; a section of notes that print leaves out (``:notes: foot``) takes no number.

    Otherwise the sections of the print edition would be numbered 1, 2, 4.
    """

    def update_section_numbers(self, node: nodes.Element, prefix: Any = (), depth: int = 0) -> None:
        """Number the sections in `node`, and those in them."""
        away = [(node.index(child), child) for child in node if self._is_left_out(child)]
        for _, child in away:
            node.remove(child)
        super().update_section_numbers(node, prefix, depth)
        for index, child in away:
            node.insert(index, child)

    def _is_left_out(self, node: nodes.Node) -> bool:
        if not isinstance(node, nodes.section) or metadata_of(self.document).notes != "foot":
            return False
        lists = [child for child in node if isinstance(child, note_list)]
        other = (note_list, nodes.title, nodes.Invisible)
        alone = bool(lists) and all(isinstance(child, other) for child in node)
        return alone and not any("long" in note["classes"] for part in lists for note in part)
