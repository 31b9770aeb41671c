"""Numbers of paragraphs, where an article asks for them (the field ``numbered``)."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform

from pipeline.tree.labels import own_digits
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import PARAGRAPH_NUMBER, SOURCE_LINE
from pipeline.tree.transforms.references import ResolveReferences


class NumberParagraphs(Transform):
    """Number the paragraphs that stand in the text itself, through all sections.

    Those in lists, quotations, boxes, tables and notes belong to what is above them, as do source lines.
    """

    default_priority = ResolveReferences.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Put the number before the words of each."""
        metadata = metadata_of(self.document)
        if "paragraphs" not in metadata.numbered:
            return
        number = 0
        for node in self.document.findall(nodes.paragraph):
            below = SOURCE_LINE in node["classes"]
            if (
                isinstance(node.parent, (nodes.document, nodes.section))
                and node.astext().strip()
                and not below
            ):
                number += 1
                shown = own_digits(str(number), metadata.language)
                node.insert(0, [nodes.inline("", f"{shown}.", classes=[PARAGRAPH_NUMBER]), nodes.Text(" ")])
