"""The marks of the print edition's pages in the ebook, each at the word with which its page begins.

They follow EPUB Accessibility 1.1 ("Page navigation"), EPUB Structural Semantics 1.1 (``pagebreak``) and
DPUB-ARIA 1.1 (``doc-pagebreak``).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from typing import Final
from xml.parsers import expat

from pipeline.write.print.page_starts import PageStart, letters
from pipeline.write.xhtml.attributes import BLOCK, BLOCK_NUMBER, DIFFERS

# Elements that nothing but their siblings may stand beside (HTML, sections 4.4, 4.9 and 4.11).
_BOUND: Final = frozenset(
    (
        *("li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "col"),
        *("figcaption", "summary", "source"),
    )
)
_FOREIGN: Final = frozenset(("math", "svg"))
# Before these a mark is a block itself: the reader's page does not break between the two (styles/ebook.css).
_BLOCKS: Final = frozenset(
    (
        *("section", "article", "header", "nav", "aside", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("ul", "ol", "dl", "table", "figure", "blockquote", "pre", "address", "hr"),
    )
)


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
        self._laid: Counter[int] = Counter()
        self._newest = 0

    def place(self, name: str, xhtml: str, *, last: bool = False) -> str:
        """Put the marks that belong there into a file, and take the numbers of blocks out.

        :param name: of the file.
        :param xhtml: what its body holds, well-formed, its blocks numbered.
        :param last: whether no further file follows: what is left is marked at the end.
        :raises xml.parsers.expat.ExpatError: when it is not well-formed.
        """
        data = f"<body>{xhtml}</body>".encode()
        places = _Places(self).of(data) if self.waiting else []
        pieces, done = [], 0
        for index, page, tag in places:
            pieces += [data[done:index], self._mark(page, name, tag)]
            done = index
        pieces.append(data[done:])
        text = b"".join(pieces).decode()[len("<body>") : -len("</body>")]
        if last:
            text += "".join(self._mark(start.page, name, "div").decode() for start in self.waiting)
            self.waiting.clear()
        return BLOCK_NUMBER.sub("", text)

    def _mark(self, page: int, name: str, tag: str) -> bytes:
        self.placed[page] = name
        atts = f'role="doc-pagebreak" id="{page_id(page)}" aria-label="{page}"'
        return f'<{tag} epub:type="pagebreak" {atts}></{tag}>'.encode()


def page_id(page: int | str) -> str:
    """The id of the mark of a page. docutils makes no id with an underscore: it is nobody else's."""
    return f"page_{page}"


class _Places:
    """Finds the places of the waiting marks in one file."""

    def __init__(self, marks: PageMarks) -> None:
        self.marks = marks
        self.found: list[tuple[int, int, str]] = []
        self.open: list[tuple[str, int | None]] = []
        self.inside: Counter[int] = Counter()
        self.foreign = 0
        self.uncounted: list[bool] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def of(self, data: bytes) -> list[tuple[int, int, str]]:
        """Byte index, page and element of each mark that has its place in `data`."""
        self.parser.Parse(data, True)
        return self.found

    def _due(self, opening: int | None = None) -> bool:
        """Whether the next mark belongs here.

        :param opening: the number of the block that begins behind this place, if one does.
        """
        if not self.marks.waiting:
            return False
        start = self.marks.waiting[0]
        if self.inside[start.block]:
            # A page that begins with a block inside another has that block's number: within the other, only
            # its own text counts.
            own = opening is None or start.offset == 0
            return own and self.marks._laid[start.block] >= start.offset
        passed = start.block <= self.marks._newest
        return passed or (opening is not None and (start.block, start.offset) <= (opening, 0))

    def _set(self, index: int, tag: str) -> None:
        self.found.append((index, self.marks.waiting.popleft().page, tag))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        number = int(attributes[BLOCK]) if BLOCK in attributes else None
        row = bool(self.open) and self.open[-1][0] == "dl"  # holds a term and its definition, nothing else
        if tag not in _BOUND and not row and not self.foreign and len(self.open) > 0:
            while self._due(number):
                self._set(self.parser.CurrentByteIndex, "div" if tag in _BLOCKS else "span")
        self.foreign += tag in _FOREIGN
        self.uncounted.append(not set(DIFFERS).isdisjoint(attributes.get("class", "").split()))
        self.open.append((tag, number))
        if number is not None:
            self.inside[number] += 1
            self.marks._newest = max(self.marks._newest, number)

    def _end(self, tag: str) -> None:
        self.foreign -= tag in _FOREIGN
        self.uncounted.pop()
        _, number = self.open.pop()
        if number is not None:
            self.inside[number] -= 1

    def _text(self, text: str) -> None:
        count = 0 if any(self.uncounted) else len(letters(text))
        block = next((number for _, number in reversed(self.open) if number is not None), None)
        here, laid = block or 0, self.marks._laid
        if not count or not (self._due() or self._is_in(here, count)):
            laid[here] += count
            return
        for index, char in enumerate(text):
            if not letters(char):
                continue
            while not self.foreign and self._due():
                self._set(self.parser.CurrentByteIndex + len(text[:index].encode()), "span")
            laid[here] += 1

    def _is_in(self, here: int, count: int) -> bool:
        """Whether the next mark belongs into the next `count` characters of the block that is `here`."""
        if not self.marks.waiting:
            return False
        start = self.marks.waiting[0]
        return start.block == here and self.marks._laid[here] + count > start.offset
