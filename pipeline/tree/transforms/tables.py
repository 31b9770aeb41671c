"""Tables as every writer may expect them: rows in the body, whatever the author has left out."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import Substitutions

from pipeline.tree.prune import prune


class FillTables(Transform):
    """Give each table a body: docutils lets a head stand alone, and a lone border (``+---+``) be a table."""

    default_priority = Substitutions.default_priority - 3

    def apply(self, **kwargs: Any) -> None:
        """Move the rows of a lone head into the empty body; remove a table without rows.

        No column is without a width, as one is where a border has its ``+`` beside those of the others.
        """
        for column in self.document.findall(nodes.colspec):
            if column.get("colwidth") == 0:
                column["colwidth"] = 1
        for group in list(self.document.findall(nodes.tgroup)):
            head = next((part for part in group if isinstance(part, nodes.thead)), None)
            body = next((part for part in group if isinstance(part, nodes.tbody)), None)
            if body is None or len(body):
                continue
            if head is None:
                prune(group.parent)
            else:
                body += head.children
                group.remove(head)
