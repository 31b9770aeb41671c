"""Numbers of pages: marks of other programs in a header or a footer, and heads that came along from a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
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


def find_page_marks(document: nodes.document) -> Iterator[_Found]:
    """The first mark in each header and each footer."""
    for part in document.findall(lambda one: isinstance(one, (nodes.header, nodes.footer))):
        for block in part.findall(nodes.TextElement):
            match = _MARK.search(block.astext())
            if match is not None and not isinstance(block, nodes.Inline):
                shown = match[0].replace("\x00", "\\").strip()
                said = "is printed as it stands: each page has its number by itself, take it out"
                line = (line_of(block) or 1) + block.astext().count("\n", 0, match.start())
                yield block, line, "markup-foreign", f'"{shown}" {said}'
                break


_PAGE: Final = re.compile(
    r"(?P<head>\S.{0,80}?\s+)??(?:(?P<dash>[-–—|·])\s?(?P<dashed>\d{1,3})(?:\s?(?P=dash))?|"
    r"(?P<led>\d{1,3})\s?\|(?:\s?(?:Page|P\s?a\s?g\s?e))?|\|?\s?(?:Page|Seite|Pagina)\s?\|?\s?(?P<worded>\d{1,3})"
    r"(?:\s?(?:of|/|von|van|de|sur)\s?\d{1,3})?)"
)
_PARTED: Final = re.compile(
    r"(?:[-–—]\s\d{1,3}\s[-–—]|Page \d{1,3} (?:of|/) \d{1,3}|\d{1,3} ?\| ?P ?a ?g ?e|\| \d{1,3})"
)
_OUT: Final = "take it out: each page has its number by itself"


def find_running(document: nodes.document) -> Iterator[_Found]:
    """Heads and feet of pages that came along with a text from a PDF: each with its number.

    What is no number between dashes has to stand there twice, with the next number.
    """
    seen: dict[str, tuple[int, nodes.Element]] = {}
    told: set[int] = set()
    for node in document.findall(_is_line):
        words = " ".join(node.astext().split())
        if isinstance(node, nodes.line_block) and words.isdigit():
            words = f"| {words}"
        match = _PAGE.fullmatch(words)
        if match is None:
            continue
        head = (match["head"] or "").strip()
        if head and match["worded"] and not re.search(r"\d\s?(?:of|/|von|van|de|sur)\s?\d+$", words):
            continue  # "as we see on page 3" is a line of its own, too
        number = int(match["dashed"] or match["led"] or match["worded"])
        before, first = seen.get(head, (number, node))
        seen[head] = (number, node)
        alone = _PARTED.fullmatch(words) is not None
        for one in (first, node) if before < number <= before + 5 else (node,) if alone else ():
            if id(one) not in told:
                told.add(id(one))
                shown = shortened(" ".join(one.astext().split()))
                said = f'"{shown}" is read as text: it is the head or the foot of a page; {_OUT}'
                yield one, line_of(one) or 1, "markup-foreign", said


def _is_line(node: nodes.Node) -> bool:
    """Whether something is a line by itself among the text."""
    if isinstance(node, nodes.line_block):
        return len(node) == 1
    if not isinstance(node, nodes.paragraph) or "\n" in node.rawsource.strip():
        return False
    return isinstance(node.parent, (nodes.document, nodes.section))
