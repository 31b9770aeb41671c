"""The letterhead: an image above the title, named by the article (``:logo:``) or by its desk."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform

from pipeline import styles
from pipeline.tree.image_files import OF_THE_LOOK
from pipeline.tree.report import line_of
from pipeline.tree.state import state_of
from pipeline.tree.transforms.metadata import NormalizeMetadata

CLASS: Final = "letterhead"
"""The class of its image in the tree: the first thing behind the record of metadata."""
_NONE: Final = ("no", "none", "off", "false")


class SetLetterhead(Transform):
    """Puts the image of the letterhead into the tree, where it is looked at as any other image is."""

    default_priority = NormalizeMetadata.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Take the article's own, else that of ``styles/letterhead.toml``."""
        docinfo = self.document.next_node(nodes.docinfo)
        if docinfo is None:
            return
        given = {one[0].astext(): one[1].astext() for one in docinfo if isinstance(one, nodes.field)}
        uri, alt = given.get("logo", ""), given.get("logo-alt", "")
        if uri.lower() in _NONE:
            return
        if not uri:
            uri, own = of_the_desk()
            uri, alt = f"{OF_THE_LOOK}{uri}" if uri else "", alt or own
        if not uri:
            return
        image = nodes.image(uri, uri=uri, alt=alt, classes=[CLASS])
        lines = state_of(self.document).field_lines.get("logo")
        image.source, image.line = docinfo.source, lines[0] if lines else line_of(docinfo)
        self.document.insert(self.document.index(docinfo) + 1, image)


def of_the_desk() -> tuple[str, str]:
    """The file below ``styles`` and its alternative text; both empty where the desk has none."""
    table = styles.data("letterhead")
    if not all(isinstance(table.get(key), str) for key in ("logo", "alt")):
        return "", ""  # told of the file
    return str(table.get("logo", "")), str(table.get("alt", ""))
