"""Titles in which nothing is seen: an escaped space (``\\ ``), or one of no width."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.frontmatter import DocInfo

from pipeline.tree.parts import ids_in, shows


class DropEmptyTitles(Transform):
    """Take out titles that an author may leave out, and in which nothing is seen.

    Authors write ``.. admonition:: \\`` for one without a title. Those of the article, of sections and of
    infoboxes are needed, so that each is reported where it is looked at.
    """

    default_priority = DocInfo.default_priority + 3  # behind `PutWords`, which makes titles of our own

    def apply(self, **kwargs: Any) -> None:
        """Remove them, unless they hold what others may point at."""
        for title in list(self.document.findall(nodes.Titular)):
            box = title.parent
            needed = isinstance(title, nodes.title) and isinstance(box, (nodes.document, nodes.section))
            if needed or shows(title) or ids_in(title):
                continue
            box.remove(title)
            if isinstance(box, nodes.admonition):  # to docutils it has a title by its nature
                plain = nodes.container(box.rawsource, *box.children, **box.attributes)
                plain.source, plain.line = box.source, box.line
                box.replace_self(plain)
