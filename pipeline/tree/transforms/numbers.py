"""Numbers of paragraphs, where an article asks for them (the field ``numbered``)."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform

from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import PARAGRAPH_NUMBER
from pipeline.tree.transforms.references import ResolveReferences


class NumberParagraphs(Transform):
    """Number the paragraphs that stand in the text itself, through all sections.

    Those in lists, quotations, boxes, tables and notes belong to the paragraph above them.
    """

    default_priority = ResolveReferences.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Put the number before the words of each."""
        if "paragraphs" not in metadata_of(self.document).numbered:
            return
        number = 0
        for node in self.document.findall(nodes.paragraph):
            if isinstance(node.parent, (nodes.document, nodes.section)) and node.astext().strip():
                number += 1
                node.insert(0, [nodes.inline("", f"{number}.", classes=[PARAGRAPH_NUMBER]), nodes.Text(" ")])
