"""Marks for the number of the page, as Word, Excel and other programs have them, in a header or a footer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_MARK: Final = re.compile(
    r"#{2,3}\w+#{2,3}|\{\{? ?(?:num)?pages?(?:_?number)? ?\}?\}|"
    r"<<? ?pages?(?:number)? ?>>?|\[ ?pages?(?: number)? ?\]|"
    r"%(?:page|topage|p)\b%?|&(?:\[\w+\]|[PN])(?!\w)|\$\{?pages?(?:number)?\}?|\x00the(?:page)\b|\bpage # |"
    r"\bpage (?:X|x|N|n|#)(?: (?:of|/) (?:Y|y|N|n|X|#{1,2}))?(?!\w)|\bseite (?:X|#)(?: von (?:Y|#))?(?!\w)|"
    r"@page\b|\bcounter\(pages?\)|\|page\|",
    re.IGNORECASE,
)


def find_placeholders(document: nodes.document) -> Iterator[_Found]:
    """The first mark in each header and each footer.

    :param document: as it is parsed.
    """
    for part in document.findall(lambda one: isinstance(one, (nodes.header, nodes.footer))):
        for block in part.findall(nodes.TextElement):
            match = _MARK.search(block.astext())
            if match is not None and not isinstance(block, nodes.Inline):
                shown = match[0].replace("\x00", "\\").strip()
                said = "is printed as it stands: each page has its number by itself, take it out"
                line = (line_of(block) or 1) + block.astext().count("\n", 0, match.start())
                yield block, line, "markup-foreign", f'"{shown}" {said}'
                break
