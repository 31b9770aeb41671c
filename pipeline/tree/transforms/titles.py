"""Titles in which nothing is seen: an escaped space (``\\ ``), or one of no width."""

from __future__ import annotations

import unicodedata
from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.frontmatter import DocInfo

from pipeline.tree.transforms.ids_and_classes import ids_in


def legible(text: str) -> bool:
    """Whether a reader sees anything of `text`: a letter or a sign."""
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)


def shows(node: nodes.Element) -> bool:
    """Whether a reader sees anything of `node`: a letter, a sign or an image."""
    return legible(node.astext()) or node.next_node(nodes.image) is not None


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
