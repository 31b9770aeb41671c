"""Rows of an infobox that stand beside it: some are indented below it, the others are not."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes

from pipeline.tree.nodes import infobox
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]


def find_stray_rows(document: nodes.document) -> Iterator[_Found]:
    """Fields right below an infobox that has rows. Of one without any, that is told already."""
    for box in document.findall(infobox):
        behind = box.parent[box.parent.index(box) + 1 :][:1]
        if len(box) > 1 and behind and isinstance(behind[0], nodes.field_list):
            name = behind[0][0][0].astext()
            said = f'":{name}:" is read as text below the infobox: indent it as the rows of the infobox are'
            line = line_of(behind[0][0]) or line_of(behind[0]) or 1
            yield behind[0], line, "markup-misread", said
