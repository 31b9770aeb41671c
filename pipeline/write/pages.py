"""The pages of the print edition: where each begins, and the marks at the same words in the ebook.

Both editions are written from one tree by one translator, which gives each block of the tree its number
(``data-b``) in either. A place is a block and a count of characters of that block's own text: it is read from
the laid out boxes of the one edition and found again in the XHTML of the other. White space is not counted,
because typesetting changes it, and neither is what the typesetter adds: hyphens, generated content, the heads
of tables that it repeats, notes at the foot.

The marks follow EPUB Accessibility 1.1 ("Page navigation"), EPUB Structural Semantics 1.1 (``pagebreak``) and
DPUB-ARIA 1.1 (``doc-pagebreak``).
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from xml.parsers import expat

BLOCK: Final = "data-b"
"""The attribute with the number of a block."""
SOFT_HYPHEN: Final = "\u00ad"

_NUMBER: Final = re.compile(rf' {BLOCK}="\d+"')
# Where a line, and so a page, may begin inside what white space bounds: behind a dash, and between the
# letters of scripts without spaces.
_DASHES: Final = "\u2013\u2014\u200b"
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
# Elements that nothing but their siblings may stand beside (HTML, sections 4.4, 4.9 and 4.11).
_BOUND: Final = frozenset(
    (
        *("li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "col"),
        *("figcaption", "summary", "source"),
    )
)
_FOREIGN: Final = frozenset(("math", "svg"))


@dataclass(frozen=True)
class PageStart:
    """Where a page begins.

    :param page: its number, from 1.
    :param article: which article it begins in, from 0.
    :param block: the number of the block in the tree of that article.
    :param offset: how many characters of the block's own text stand before it, white space not counted;
        0 is before the block itself.
    """

    page: int
    article: int
    block: int
    offset: int


def letters(text: str) -> str:
    """The characters of a text that count: no white space, no soft hyphens."""
    return "".join(text.split()).replace(SOFT_HYPHEN, "")


# The print edition ---------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Block:
    """A block of the print edition's XHTML, and how far it has been laid out."""

    article: int
    number: int
    element: ET.Element
    around: _Block | None
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

    def begin(self) -> None:
        """Note that something in this block, and so in those around it, is laid out."""
        block: _Block | None = self
        while block is not None and not block.begun:
            block.begun, block = True, block.around

    def start(self, page: int) -> PageStart:
        """The start of a page whose first text or image stands in this block."""
        if self.laid:
            return PageStart(page, self.article, self.number, self._word(self.laid))
        outermost = self
        while outermost.around is not None and not outermost.around.begun:
            outermost = outermost.around
        return PageStart(page, self.article, outermost.number, 0)

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
        elif not _at_foot(child):
            parts.append(_own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _at_foot(element: ET.Element) -> bool:
    return "foot" in element.get("class", "").split()


def _blocks(root: ET.Element) -> dict[ET.Element, _Block]:
    """The nearest block of each element; notes at the foot belong to none."""
    found: dict[ET.Element, _Block] = {}
    article = -1
    stack: list[tuple[ET.Element, _Block | None]] = [(root, None)]
    while stack:
        element, block = stack.pop()
        if _at_foot(element):
            continue
        if element.tag == "article":
            article, block = article + 1, None
        if BLOCK in element.attrib:
            block = _Block(article, int(element.attrib[BLOCK]), element, block)
        if block is not None:
            found[element] = block
        stack += [(child, block) for child in reversed(element)]
    return found


def page_starts(document: Any) -> tuple[PageStart, ...]:
    """Where the pages of the print edition begin, one for each page, in order.

    A page begins with the first text or image on it that is in the main flow. Where there is none (a page of
    carried-over notes), it begins where the text goes on after it.

    :param document: the laid out ``weasyprint.Document`` of XHTML whose blocks are numbered.
    """
    roots = [_root(page) for page in document.pages]
    blocks = _blocks(roots[0].element)
    found: list[PageStart | None] = []
    heads: dict[ET.Element, int] = {}
    last: _Block | None = None
    for page, root in enumerate(roots, start=1):
        start: PageStart | None = None
        for box, in_flow in _leaves(root, page, heads):
            block = blocks.get(box.element)
            if block is None:
                continue
            text = _text_of(box, block)
            if text == "":
                continue
            if start is None and in_flow:
                start = block.start(page)
            block.begin()
            block.laid += len(text or "")
            last = block if in_flow else last
        found.append(start)
    following = PageStart(0, last.article, last.number, last.laid) if last else PageStart(0, 0, 0, 0)
    starts: list[PageStart] = []
    for page in range(len(found), 0, -1):
        following = found[page - 1] or following
        starts.append(PageStart(page, following.article, following.block, following.offset))
    return tuple(reversed(starts))


def _root(page: Any) -> Any:
    """The box of the root element: beside it stand the page's margin boxes and its area of notes."""
    return next(child for child in page._page_box.children if child.element is not None)


def _leaves(root: Any, page: int, heads: dict[ET.Element, int]) -> Iterator[tuple[Any, bool]]:
    """The boxes without boxes in them, in the order of the tree, and whether they are in the main flow.

    :param heads: the page on which the head of each table was laid out first; on others it is repeated.
    """
    from weasyprint.formatting_structure.boxes import TableRowGroupBox

    stack = [(root, True)]
    while stack:
        box, in_flow = stack.pop()
        if box.is_absolutely_positioned():
            continue
        if (
            isinstance(box, TableRowGroupBox)
            and box.is_header
            and heads.setdefault(box.element, page) != page
        ):
            continue
        in_flow = in_flow and box.is_in_normal_flow()
        children = getattr(box, "children", ())
        if children:
            stack += [(child, in_flow) for child in reversed(children)]
        else:
            yield box, in_flow


def _text_of(box: Any, block: _Block) -> str | None:
    """What counts of a box's text; None for an image, which has none, and "" for what is no content."""
    from weasyprint.formatting_structure.boxes import ReplacedBox, TextBox

    if isinstance(box, ReplacedBox):
        return None
    if not isinstance(box, TextBox) or box.element_tag.endswith(("::before", "::after", "::marker")):
        return ""
    text = letters(box.text)
    hyphen = box.style["hyphenate_character"]
    if text.endswith(hyphen) and not block.letters.startswith(hyphen, block.laid + len(text) - len(hyphen)):
        text = text.removesuffix(hyphen)
    return text


# The ebook -----------------------------------------------------------------------------------------------


class PageMarks:
    """Puts the marks of pages into the ebook's XHTML, file after file in reading order.

    A mark stands at its very word, inside a paragraph where the page begins there, and before the outermost
    block that begins with its page elsewhere. What the ebook does not show (a contents list that only print
    has) is passed over: the mark stands at what comes next.

    :ivar placed: the file that each mark is in, by the number of its page.
    """

    def __init__(self, starts: Sequence[PageStart]) -> None:
        self.waiting = deque(starts)
        self.placed: dict[int, str] = {}
        self._laid: Counter[tuple[int, int]] = Counter()
        self._newest = (0, 0)

    def place(self, name: str, xhtml: str, article: int = 0, *, last: bool = False) -> str:
        """Put the marks that belong there into a file, and take the numbers of blocks out.

        :param name: of the file.
        :param xhtml: what its body holds, well-formed, its blocks numbered.
        :param article: which article it belongs to, from 0.
        :param last: whether no further file follows: what is left is marked at the end.
        :raises xml.parsers.expat.ExpatError: when it is not well-formed.
        """
        data = f"<body>{xhtml}</body>".encode()
        places = _Places(self, article).of(data) if self.waiting else []
        pieces, done = [], 0
        for index, page in places:
            pieces += [data[done:index], self._mark(page, name)]
            done = index
        pieces.append(data[done:])
        text = b"".join(pieces).decode()[len("<body>") : -len("</body>")]
        if last:
            text += "".join(self._mark(start.page, name).decode() for start in self.waiting)
            self.waiting.clear()
        return _NUMBER.sub("", text)

    def _mark(self, page: int, name: str) -> bytes:
        self.placed[page] = name
        atts = f'role="doc-pagebreak" id="{page_id(page)}" aria-label="{page}"'
        return f'<span epub:type="pagebreak" {atts}></span>'.encode()


def page_id(page: int) -> str:
    """The id of the mark of a page. docutils makes no id with an underscore: it is nobody else's."""
    return f"page_{page}"


class _Places:
    """Finds the places of the waiting marks in one file."""

    def __init__(self, marks: PageMarks, article: int) -> None:
        self.marks = marks
        self.article = article
        self.found: list[tuple[int, int]] = []
        self.open: list[tuple[str, int | None]] = []
        self.inside: Counter[int] = Counter()
        self.foreign = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def of(self, data: bytes) -> list[tuple[int, int]]:
        """Byte index and page of each mark that has its place in `data`."""
        self.parser.Parse(data, True)
        return self.found

    def _due(self, opening: int | None = None) -> bool:
        """Whether the next mark belongs here.

        :param opening: the number of the block that begins behind this place, if one does.
        """
        if not self.marks.waiting:
            return False
        start = self.marks.waiting[0]
        if start.article != self.article:
            return start.article < self.article
        if self.inside[start.block]:
            # A page that begins with a block inside another has that block's number: within the other, only
            # its own text counts.
            own = opening is None or start.offset == 0
            return own and self.marks._laid[self.article, start.block] >= start.offset
        passed = (start.article, start.block) <= self.marks._newest
        return passed or (opening is not None and (start.block, start.offset) <= (opening, 0))

    def _set(self, index: int) -> None:
        self.found.append((index, self.marks.waiting.popleft().page))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        number = int(attributes[BLOCK]) if BLOCK in attributes else None
        if tag not in _BOUND and not self.foreign and len(self.open) > 0:
            while self._due(number):
                self._set(self.parser.CurrentByteIndex)
        self.foreign += tag in _FOREIGN
        self.open.append((tag, number))
        if number is not None:
            self.inside[number] += 1
            self.marks._newest = max(self.marks._newest, (self.article, number))

    def _end(self, tag: str) -> None:
        self.foreign -= tag in _FOREIGN
        _, number = self.open.pop()
        if number is not None:
            self.inside[number] -= 1

    def _text(self, text: str) -> None:
        count = len(letters(text))
        block = next((number for _, number in reversed(self.open) if number is not None), None)
        here, laid = (self.article, block or 0), self.marks._laid
        if not count or not (self._due() or self._is_in(here, count)):
            laid[here] += count
            return
        for index, char in enumerate(text):
            if not letters(char):
                continue
            while not self.foreign and self._due():
                self._set(self.parser.CurrentByteIndex + len(text[:index].encode()))
            laid[here] += 1

    def _is_in(self, here: tuple[int, int], count: int) -> bool:
        """Whether the next mark belongs into the next `count` characters of the block that is `here`."""
        if not self.marks.waiting:
            return False
        start = self.marks.waiting[0]
        return (start.article, start.block) == here and self.marks._laid[here] + count > start.offset
