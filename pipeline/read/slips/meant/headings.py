"""Numbers typed before headings that are numbered as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.metadata import known_field
from pipeline.tree.numbering.sections import NumberSections
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_NUMBER: Final = re.compile(
    r"(?:(?P<dotted>\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)]|[IVX]{1,4}[.)])|\d{1,2}) (?=[^\W\d_])"
)


def find_numbers(document: nodes.document) -> Iterator[_Found]:
    """Headings with a number of their own, where ``.. sectnum::`` or ``:numbered:`` sets numbers before them.

    One number without a dot may belong to the words, as in "3 reasons".
    """
    if not _numbered(document):
        return
    titles = [one for one in document.findall(nodes.title) if isinstance(one.parent, nodes.section)]
    matches = [(title, match) for title in titles if (match := _NUMBER.match(title.astext()))]
    if len(matches) < 2 and not any(match["dotted"] for _, match in matches):
        return
    for title, match in matches:
        said = (
            f'"{quoted(title.astext())}" gets a number, and has one that was typed: '
            f'take "{match[0].strip()}" out'
        )
        yield title, (line_of(title) or 2) - 1, "markup-misread", said


def _numbered(document: nodes.document) -> bool:
    pending = document.findall(nodes.pending)
    if any(one.transform is NumberSections for one in pending):
        return True
    fields = document.findall(nodes.field)
    return any(known_field(one[0].astext()) == "numbered" and "sections" in one[1].astext() for one in fields)
