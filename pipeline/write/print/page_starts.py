"""Where each page of the print edition begins.

Both editions are written from one tree by one translator, which gives each block of the tree its number
(``data-b``) in either. A place is a block and a count of characters of that block's own text: it is read from
the laid out boxes of the one edition and found again in the XHTML of the other. White space is not counted,
because typesetting changes it, and neither is what the typesetter adds: hyphens, generated content, the heads
of tables that it repeats, notes at the foot.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pipeline.write.engine.boxes import is_image, is_table_head, is_text, root_of
from pipeline.write.xhtml.attributes import AGAIN, BLOCK, DIFFERS, MOVED, ROW

SOFT_HYPHEN: Final = "\u00ad"

# Where a line, and so a page, may begin inside what white space bounds: behind a dash, and between the
# letters of scripts without spaces.
_DASHES: Final = "\u2013\u2014\u200b"
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


@dataclass(frozen=True)
class PageStart:
    """Where a page begins.

    :param page: its number, from 1.
    :param block: the number of the block in the tree.
    :param offset: how many characters of the block's own text stand before it, white space not counted;
        0 is before the block itself.
    """

    page: int
    block: int
    offset: int


def letters(text: str) -> str:
    """The characters of a text that count: no white space, no soft hyphens."""
    return "".join(text.split()).replace(SOFT_HYPHEN, "")


@dataclass(eq=False)
class _Block:
    """A block of the print edition's XHTML, and how far it has been laid out."""

    number: int
    element: ET.Element
    around: _Block | None
    parted: bool = False
    laid: int = 0
    begun: bool = False

    @cached_property
    def text(self) -> str:
        """The block's own text: without that of blocks in it and of notes at the foot."""
        return _own_text(self.element)

    @cached_property
    def letters(self) -> str:
        """The part of it that counts."""
        return letters(self.text)

    def follows(self, other: _Block | None) -> bool:
        """Whether this block comes after `other` in the tree."""
        return other is None or self.number > other.number

    def begin(self) -> None:
        """Note that something in this block, and so in those around it, is laid out."""
        block: _Block | None = self
        while block is not None and not block.begun:
            block.begun, block = True, block.around

    def start(self, page: int) -> PageStart:
        """The start of a page whose first text or image stands in this block."""
        if self.laid:
            return PageStart(page, self.number, self._word(self.laid))
        outermost = self
        while outermost.around is not None and not outermost.around.begun:
            outermost = outermost.around
        return PageStart(page, outermost.number, 0)

    def next(self, page: int) -> PageStart:
        """The start of a page behind this block."""
        return PageStart(page, self.number + 1, 0)

    def _word(self, offset: int) -> int:
        """The offset of the word that the character at `offset` belongs to."""
        text = self.text
        places = [index for index, char in enumerate(text) if letters(char)]
        if offset >= len(places):
            return offset
        index = places[offset]
        while index and not _may_begin(text[index - 1], text[index]):
            index -= 1
        return len(letters(text[:index]))


def _may_begin(before: str, char: str) -> bool:
    return (
        before.isspace()
        or before in _DASHES
        or any(unicodedata.east_asian_width(side) in "WF" for side in (before, char))
        or bool(_UNSPACED.match(char))
    )


def _own_text(element: ET.Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if BLOCK in child.attrib or child.tag == "br":
            parts.append(" ")
        elif not (_at_foot(child) or _differs(child)):
            parts.append(_own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _at_foot(element: ET.Element) -> bool:
    """Whether it is a note at the foot, or a cell that another part of its table has already."""
    return not {"foot", AGAIN}.isdisjoint(element.get("class", "").split())


def _differs(element: ET.Element) -> bool:
    return not set(DIFFERS).isdisjoint(element.get("class", "").split())


def _blocks(root: ET.Element) -> dict[ET.Element, _Block]:
    """The nearest block of each element; notes at the foot belong to none."""
    found: dict[ET.Element, _Block] = {}
    stack: list[tuple[ET.Element, _Block | None, bool]] = [(root, None, False)]
    while stack:
        element, block, parted = stack.pop()
        parted = parted or ROW in element.attrib
        if _at_foot(element) or _differs(element):
            continue
        if BLOCK in element.attrib:
            block = _Block(int(element.attrib[BLOCK]), element, block, parted)
        if block is not None:
            found[element] = block
        stack += [(child, block, parted) for child in reversed(element)]
    return found


def page_starts(document: Any) -> tuple[PageStart, ...]:
    """Where the pages of the print edition begin, one for each page, in order.

    A page begins with the first text or image on it that is in the main flow. Where there is none (a page of
    carried-over notes), it begins where the text goes on after it.

    :param document: the laid out ``weasyprint.Document`` of XHTML whose blocks are numbered.
    """
    roots = [root_of(page) for page in document.pages]
    blocks = _blocks(roots[0].element)
    found: list[PageStart | None] = []
    heads: dict[ET.Element, int] = {}
    last: _Block | None = None
    furthest: _Block | None = None  # a table that is set in parts goes back to its first row
    for page, root in enumerate(roots, start=1):
        start: PageStart | None = None
        for box, in_flow in _leaves(root, page, heads):
            block = blocks.get(box.element)
            if block is None:
                continue
            text = _text_of(box, block)
            if text == "":
                continue
            # A float that did not fit on the page before comes with the text that follows it.
            if start is None and (in_flow or (not block.begun and block.follows(last))):
                behind = block.parted and furthest is not None and not block.follows(furthest)
                start = furthest.next(page) if behind and furthest is not None else block.start(page)
            block.begin()
            block.laid += len(text or "")
            last = block if in_flow else last
            furthest = block if block.follows(furthest) else furthest
        found.append(start)
    following = PageStart(0, last.number, last.laid) if last else PageStart(0, 0, 0)
    starts: list[PageStart] = []
    for page in range(len(found), 0, -1):
        following = found[page - 1] or following
        starts.append(PageStart(page, following.block, following.offset))
    return tuple(reversed(starts))


def _leaves(root: Any, page: int, heads: dict[ET.Element, int]) -> Iterator[tuple[Any, bool]]:
    """The boxes without boxes in them, in the order of the tree, and whether they are in the main flow.

    :param heads: the page on which the head of each table was laid out first; on others it is repeated.
    """
    stack = [(root, True)]
    while stack:
        box, in_flow = stack.pop()
        if box.is_absolutely_positioned():
            continue
        if is_table_head(box) and heads.setdefault(box.element, page) != page:
            continue
        moved = box.element is not None and MOVED in box.element.attrib
        in_flow = in_flow and box.is_in_normal_flow() and not moved
        children = getattr(box, "children", ())
        if children:
            stack += [(child, in_flow) for child in reversed(children)]
        else:
            yield box, in_flow


def _text_of(box: Any, block: _Block) -> str | None:
    """What counts of a box's text; None for an image, which has none, and "" for what is no content."""
    if is_image(box):
        return None
    if not is_text(box) or box.element_tag.endswith(("::before", "::after", "::marker")):
        return ""
    text = letters(box.text)
    hyphen = box.style["hyphenate_character"]
    if text.endswith(hyphen) and not block.letters.startswith(hyphen, block.laid + len(text) - len(hyphen)):
        text = text.removesuffix(hyphen)
    return text
