"""What was laid out, in reading order: which text and which images belong to which element.

WeasyPrint gives boxes, page by page; a paragraph over two pages is two boxes, the head of a long table one on
each page. Here each element of the page is one `Node` again, wherever its pieces stand, and every piece is a
`Mark`: content of the document, or an artifact (ISO 32000-1, 14.8.2.2) such as a running head.

A line that ends between two words ends without a space in what WeasyPrint draws, and so does every space
between two elements. ISO 32000-1, 14.8.2.5, wants them all: `Mark.space` says where one is missing. Hyphens
that were set to break a word are found here, too (14.8.2.2.3). Both come from comparing the boxes with the
text of the page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.write.xhtml.attributes import AGAIN, CODE_LINE, MOVED

_WHITE: Final = frozenset(" \t\n\r\f\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
"""White space of every width: a box with nothing else is not drawn."""
RUNNING_MARKINGS: Final = frozenset(("running running-marking", "running running-marking-foot"))
"""The classes, as a whole, of what repeats the marking of an article on each page: an element of the author's
has others besides."""
_NOTHING: Final = frozenset(
    (
        *("span", "sub", "sup", "small", "big", "time", "mark", "u", "s", "del", "ins", "bdi", "bdo"),
        *("data", "wbr"),
    )
)
"""Elements that the structure has no type for: what they hold belongs to their parents."""
_UNITS: Final = frozenset(
    ("p", "pre", "li", "dt", "dd", "td", "th", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "address")
)
"""Elements that stay one piece of text in the structure, whatever boxes they have inside."""
_ALWAYS: Final = frozenset({"td", "th", "dt"})
"""Elements that count even without content: a table with a missing cell is another table, and the name of a
field may follow on the next page what begins beside it."""


@dataclass(eq=False, slots=True)
class Mark:
    """One marked-content sequence: a run of text in one line, or an image.

    :param box: what is drawn.
    :param page: index of its page.
    :param text: what it says; of an image, nothing.
    :param artifact: empty, or ``Header``, ``Footer`` (pagination, ISO 32000-1, table 330) or ``Artifact``.
    :param node: the element it belongs to; artifacts have none.
    :param image: whether it is an image.
    :param marking: whether it is the marking of the article, at head or foot of the page.
    :param before: the mark right before it in the same element, with no other element between.
    :param space: whether white space follows that is not drawn.
    :param hyphen: whether its last character is a hyphen that breaks a word.
    :param mcid: its number on the page, once it is drawn; None when nothing was.
    """

    box: Any
    page: int
    text: str = ""
    artifact: str = ""
    node: Node | None = None
    image: bool = False
    before: Mark | None = None
    space: bool = False
    hyphen: bool = False
    mcid: int | None = None
    marking: bool = False

    @property
    def read(self) -> str:
        """The text as it is read: with the space that follows, without the hyphen that nobody wrote."""
        text = self.text.removesuffix(self.box.style["hyphenate_character"]) if self.hyphen else self.text
        return f"{text} " if self.space else text


@dataclass(eq=False, slots=True)
class Annotation:
    """A rectangle of a link: one in each line that the link stands in."""

    box: Any
    page: int

    @property
    def dictionary(self) -> Any:
        """The annotation in the PDF; None when the link leads nowhere."""
        return self.box.link_annotation


@dataclass(eq=False, slots=True)
class Node:
    """A structure element (ISO 32000-1, 14.7.2).

    :param element: the element of the page it stands for; None when the structure needed one more.
    :param role: structure type, or empty while there is none: the children then take its place.
    :param spelling: the text that it stands for, where what is drawn is in another order (``ActualText``).
    :param attributes: by owner (14.7.5.2): ``{"Table": {"Scope": "/Row"}}``.
    :param values: of a chart: what is drawn for each value of its table, by row and column.
    """

    element: Any = None
    role: str = ""
    parent: Node | None = None
    kids: list[Node | Mark | Annotation] = field(default_factory=list)
    language: str = ""
    alt: str | None = None
    expansion: str = ""
    spelling: str = ""
    name: str = ""
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    box: Any = None
    page: int = 0
    values: dict[tuple[int, int], list[Mark]] = field(default_factory=dict)

    def classes(self) -> list[str]:
        """The classes of the element."""
        return [] if self.element is None else str(self.element.get("class", "")).split()

    def marks(self) -> Iterator[Mark]:
        """All marks below, in order."""
        for kid in self.kids:
            if isinstance(kid, Mark):
                yield kid
            elif isinstance(kid, Node):
                yield from kid.marks()


@dataclass(slots=True)
class Sheet:
    """One page: its marks by the identity of their boxes, and its links, each rectangle once.

    :param wrapped: lines that go on with what a line of code had no room for.
    """

    page: Any
    marks: dict[int, Mark] = field(default_factory=dict)
    links: list[Any] = field(default_factory=list)
    wrapped: list[Any] = field(default_factory=list)


class _Text:
    """The text of the page as written, and how far its elements are drawn."""

    def __init__(self, root: Any) -> None:
        self.flat = ""
        self._pieces: list[str] = []
        self._length = 0
        self._spans: dict[Any, list[tuple[int, int]]] = {}
        self._ahead: dict[Any, list[int]] = {}
        self.ends: dict[Any, int] = {}  # where each element ends in `flat`
        later = [root]
        for element in later:  # grows while it is read: what floats to the foot comes after the rest
            self._collect(element, later)
        self.flat = "".join(self._pieces)

    def _collect(self, element: Any, later: list[Any]) -> None:
        self._add(element, element.text)
        for child in element:
            if isinstance(child.tag, str):
                if _floats(child):
                    later.append(child)
                else:
                    self._collect(child, later)
            self._add(element, child.tail)
        self.ends[element] = self._length

    def _add(self, element: Any, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            self._spans.setdefault(element, []).append((self._length, self._length + len(text)))
            self._length += len(text)

    def locate(self, element: Any, text: str, hyphen: str) -> tuple[int, int, bool] | None:
        """Find the next `text` of an element.

        :param hyphen: what is set where a word is broken.
        :returns: start and end in `flat`, and whether the text ends with a hyphen that nobody wrote; None
            when the text shows nothing that was written.
        """
        if element not in self._ahead:
            spans = self._spans.get(element, [])
            places = [at for start, end in spans for at in range(start, end) if _shows(self.flat[at])]
            self._ahead[element] = places[::-1]
        ahead = self._ahead[element]
        shown = [character for character in text if _shows(character)]
        start, last, index = -1, -1, 0
        while index < len(shown):
            written = self.flat[ahead[-1]] if ahead else ""
            if written != shown[index]:
                if hyphen and index == len(shown) - len(hyphen) and text.endswith(hyphen):
                    return None if start < 0 else (start, last + 1, True)
                if not ahead:
                    break
            last = ahead.pop()
            start = last if start < 0 else start
            longer = written.upper()  # text-transform: ß becomes SS
            index += len(longer) if len(longer) > 1 and shown[index : index + 2] == [*longer[:2]] else 1
        return None if start < 0 else (start, last + 1, False)

    def parted(self, start: int, end: int) -> bool:
        """Whether there is white space between two places of `flat`."""
        return any(character in _WHITE for character in self.flat[start:end])


def _floats(element: Any) -> bool:
    """Whether it is a note that floats to the foot of the page."""
    return "foot" in str(element.get("class", "")).split()


def is_formula(element: Any) -> bool:
    """Whether it is a formula whose pieces are drawn."""
    return element is not None and element.get("role") == "math"


def _is_furniture(element: Any) -> bool:
    """Whether it is a cell that another part of its table has already, the number of a line, a watermark."""
    classes = str(element.get("class", "")).split()
    return AGAIN in classes or "watermark" in classes or (element.tag == "small" and "ln" in classes)


def _shows(character: str) -> bool:
    return character not in _WHITE and unicodedata.category(character) != "Cf"


class Reading:
    """The content of a laid out document.

    :param document: a ``weasyprint.Document``.
    """

    def __init__(self, document: Any) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        self._boxes, self._placeholder = boxes, AbsolutePlaceholder
        page = document.pages[0]
        html = next(child for child in page._page_box.children if child.element_tag == "html")
        self._parents = {child: parent for parent in html.element.iter() for child in parent}
        self._text = _Text(html.element)
        self.root = Node(html.element, language=html.element.get("lang", ""))
        self._nodes: dict[Any, Node] = {html.element: self.root}
        self._labels: dict[Any, Node] = {}
        self._heads: dict[Any, int] = {}
        self._begun: set[Any] = set()
        self._ends: dict[Any, tuple[Mark, int]] = {}
        self._units: dict[Any, tuple[Mark, tuple[Any, str]]] = {}
        self.sheets: list[Sheet] = []
        for index, page in enumerate(document.pages):
            self._links = {id(link[3]): link for link in page.links}
            self.sheets.append(Sheet(page))
            self._walk(page._page_box, index, None, "", None)
        self._put_back(html.element)

    def _put_back(self, root: Any) -> None:
        """Put what was set further on into the place in which it is read."""
        for element in root.iter():
            count = int(element.get(MOVED, 0))
            node = self._nodes.get(element)
            if not count or node is None or node.parent is None:
                continue
            siblings = list(self._parents[element])
            before = self._nodes.get(siblings[siblings.index(element) - count])
            kids = node.parent.kids
            if before is not None and before.parent is node.parent:
                kids.remove(node)
                kids.insert(kids.index(before), node)

    def node(self, element: Any) -> Node:
        """The node of an element; made below its parent's when it is asked for first."""
        if element not in self._nodes:
            if element.tag in _NOTHING and not (
                element.get("lang") or element.get("dir") or _floats(element) or is_formula(element)
            ):
                self._nodes[element] = self.node(self._parents[element])
                return self._nodes[element]
            parent = self.node(self._parents[element])
            self._nodes[element] = node = Node(element, parent=parent)
            parent.kids.append(node)
        return self._nodes[element]

    def _label(self, element: Any) -> Node:
        if element not in self._labels:
            parent = self.node(element)
            self._labels[element] = label = Node(role="Lbl", parent=parent)
            parent.kids.append(label)
        return self._labels[element]

    def _walk(self, box: Any, page: int, line: Any, artifact: str, link: Any) -> None:
        found = self._links.get(id(box))
        if isinstance(box, self._placeholder):
            box = box._box
        if isinstance(box, self._boxes.MarginBox):
            artifact = "Header" if box.at_keyword.startswith("@top") else "Footer"
        elif not artifact and box.element is not None and _is_furniture(box.element):
            artifact = "Artifact"
        elif box.element_tag == "thead" and not artifact:
            artifact = "" if self._heads.setdefault(box.element, page) == page else "Artifact"
        if isinstance(box, self._boxes.TextBox):
            self._take_text(box, page, line, artifact)
            return
        if isinstance(box, self._boxes.ReplacedBox):
            self._take_image(box, page, artifact)
        if isinstance(box, self._boxes.LineBox):
            line = box
            if box.element_tag == "span" and box.element.get("class") == CODE_LINE:
                self._take_line(box, page)
        elif not artifact and box.element_tag in _ALWAYS:
            self.node(box.element)
        if found and not artifact and (link is None or found[1] != link):
            self.sheets[page].links.append(found)
            self.node(box.element).kids.append(Annotation(box, page))
            link = found[1]
        for child in box.children:
            self._walk(child, page, line, artifact, link)

    def _take_text(self, box: Any, page: int, line: Any, artifact: str) -> None:
        mark = Mark(box, page, box.text, artifact)
        self.sheets[page].marks[id(box)] = mark
        if artifact:
            mark.marking = box.element is not None and box.element.get("class") in RUNNING_MARKINGS
            return
        tag, _, pseudo = box.element_tag.partition("::")
        if pseudo == "marker" and tag == "li":
            mark.node = self._label(box.element)
            mark.node.box = box
        else:
            mark.node = self.node(box.element)
        last = mark.node.kids[-1] if mark.node.kids else None
        mark.before = last if isinstance(last, Mark) else None
        mark.node.kids.append(mark)
        place = None if pseudo else self._text.locate(box.element, box.text, box.style["hyphenate_character"])
        self._part(mark, None if line is None else line.element, place, pseudo)
        if line is not None and box.text.strip() and pseudo != "marker":
            self._keep_apart(mark, (line.element, line.element_tag))

    def _keep_apart(self, mark: Mark, block: tuple[Any, str]) -> None:
        """See whether the text begins a new block inside what is one piece of text in the structure."""
        unit = mark.box.element
        while unit.tag not in _UNITS and not _floats(unit):
            if unit not in self._parents:
                return
            unit = self._parents[unit]
        last, before = self._units.get(unit, (None, block))
        if last is not None and before != block and last.text[-1:] not in _WHITE:
            last.space = True
        self._units[unit] = mark, block

    def _part(self, mark: Mark, block: Any, place: tuple[int, int, bool] | None, pseudo: str) -> None:
        """See whether white space is due between the text before, in the same block, and this."""
        last, end = self._ends.get(block, (None, 0))
        if place:
            start, after, mark.hyphen = place
            if last is not None and end <= start:
                drawn = last.text[-1:] in _WHITE or mark.text[:1] in _WHITE
                last.space = not drawn and self._text.parted(end, start)
            self._ends[block] = mark, after
        elif pseudo and last is not None and mark.text.strip():
            behind = self._text.ends[mark.box.element] if pseudo == "after" else 0
            self._ends[block] = mark, max(end, behind)

    def _take_line(self, box: Any, page: int) -> None:
        """See whether it is the first line of a line of code, or one of those that the rest needs."""
        if box.element in self._begun:
            self.sheets[page].wrapped.append(box)
        self._begun.add(box.element)

    def _take_image(self, box: Any, page: int, artifact: str) -> None:
        element = box.element
        # What a style sheet puts there, a logo, has no alternative text, and says nothing to read.
        generated = element is None or "::" in (box.element_tag or "")
        if not generated and is_formula(parent := self._parents.get(element)):
            element = parent  # drawn in pieces
        alt = "" if generated else _alternative(element)
        mark = Mark(box, page, "", artifact or ("" if alt else "Artifact"), image=True)
        self.sheets[page].marks[id(box)] = mark
        if not mark.artifact:
            mark.node = self.node(element)
            mark.node.alt, mark.node.box, mark.node.page = alt, box, page
            mark.node.kids.append(mark)


def _alternative(element: Any) -> str:
    title = element.find("{http://www.w3.org/2000/svg}title")
    text = element.get("alt") or (title.text if title is not None else "") or element.get("aria-label") or ""
    return " ".join(text.split())
