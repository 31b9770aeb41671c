"""Numbers of sections (``.. sectnum::``), the same in both editions."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms.parts import SectNum

from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import note_list


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
