"""Elements of HTML inside a line, and which elements and attributes are let in at all: for `html`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from docutils import nodes
from docutils.utils.smartquotes import smartchars
from lxml import etree

from pipeline.tree.labels import LANGUAGE_TAG
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.report import report

MAX_DEPTH: Final = 25
"""How deep elements may stand in one another: less than blocks of any kind may (`bounds`)."""

PLAIN: Final[dict[str, type[nodes.TextElement]]] = {
    "b": nodes.strong,
    "strong": nodes.strong,
    "i": nodes.emphasis,
    "em": nodes.emphasis,
    "code": nodes.literal,
    "tt": nodes.literal,
    "sub": nodes.subscript,
    "sup": nodes.superscript,
    "cite": nodes.title_reference,
    "span": nodes.inline,
}
# docutils' HTML5 writer makes the element again from the class of that name.
BY_CLASS: Final = frozenset(
    ("kbd", "samp", "var", "dfn", "mark", "small", "u", "s", "del", "ins", "bdi", "strike")
)
INLINE: Final = frozenset((*PLAIN, *BY_CLASS, "a", "abbr", "br", "img", "q", "wbr"))
CONTAINERS: Final = {"div": "", "center": "align-center", "details": "details"}
BLOCK: Final = frozenset((*CONTAINERS, "p", "ul", "ol", "dl", "table", "blockquote", "hr", "pre", "figure"))

TABLE_PARTS: Final = frozenset(("caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"))
PARTS: Final = frozenset((*TABLE_PARTS, "li", "dt", "dd", "figcaption", "summary"))
"""Elements that stand in certain others only."""

EVERYWHERE: Final = frozenset(("class", "lang", "dir", "align", "role"))
OWN: Final[dict[str, frozenset[str]]] = {
    "a": frozenset(("href", "rel", "target")),
    "abbr": frozenset(("title",)),
    "img": frozenset(("src", "alt", "width", "height")),
    "ol": frozenset(("start", "type")),
    "details": frozenset(("open",)),
    "table": frozenset(("border", "cellpadding", "cellspacing", "width")),
    "td": frozenset(("colspan", "rowspan", "valign", "width")),
    "th": frozenset(("colspan", "rowspan", "valign", "width", "scope")),
    "tr": frozenset(("valign",)),
}
"""Attributes that are let in beside those of `EVERYWHERE`; what is looks only, no edition shows."""

INSTEAD: Final[dict[str, str]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "write a heading of reStructuredText"),
    **dict.fromkeys(("script", "iframe", "object", "embed"), "nothing runs in an edition"),
    **dict.fromkeys(("form", "input", "button", "select", "textarea"), "no reader can fill it in"),
    **dict.fromkeys(("style", "link", "font"), "the looks are those of the style sheets"),
    **dict.fromkeys(("video", "audio", "picture", "svg"), "show a picture by its file"),
    "math": "write a formula with math::",
}
"""What to do instead of an element that is not let in."""

# Void elements, and those whose end the parser knows: HTML, section 13.1.2.4.
_END_NOT_NEEDED: Final = frozenset(
    ("br", "hr", "img", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "col")
)
_END_TAG: Final = re.compile(r"</([a-z0-9]+)")
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_LENGTH: Final = re.compile(r"\d+(\.\d+)?(px|em|ex|%)?")


class Phrases:
    """Makes the nodes of what stands in a line, and says what is not let in.

    :param text: the HTML.
    :param document: where faults are reported, each kind once.
    :param place: gives file and line from a line of the fragment, from 1; ``None`` for a fragment inside a
        line, whose nodes get their place later, and whose faults stand in `said`.
    :param language: of the article; it decides how quotation marks look.
    """

    def __init__(
        self,
        text: str,
        document: nodes.document,
        place: Callable[[int], tuple[str, int]] | None,
        language: str = "en",
    ) -> None:
        self.document, self.place = document, place
        self.said: dict[str, None] = {}
        self.closed = frozenset(_END_TAG.findall(text.lower()))
        marks = smartchars.quotes.get(language) or smartchars.quotes.get(language[:2]) or "“”"
        self.quotes = marks[0], marks[1]
        parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
        )
        # The body is opened here, so that white space before the first element is kept and lines are right.
        top = etree.fromstring(f"<html><body>{text}".encode(), parser)
        self.parts = [part for part in top if isinstance(part.tag, str)] if top is not None else []

    def inlines(self) -> list[nodes.Node]:
        """The nodes of a fragment inside a line."""
        return [node for part in self.parts for node in self.phrase(part, 0)]

    # Places, faults, attributes --------------------------------------------------------------------------

    def put(self, node: nodes.Element, element: Any) -> Any:
        """Give a node, and all below it that have none, the place of an element."""
        source, line = self.place(element.sourceline or 1) if self.place else (None, None)
        for part in node.findall(nodes.Element):
            if part.line is None:
                part.source, part.line = source, line
        return node

    def wrong(self, element: Any, message: str, *, inline: bool = False) -> nodes.Element:
        """Report an element that is not let in; the fault that stands for it shows its source."""
        shown = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
        shown = shown if len(shown) <= 200 else f"{shown[:200]}…"
        mark: nodes.Element = (
            fault(shown, " ".join(shown.split()), title=message)
            if inline
            else fault_block(shown, nodes.literal_block(shown, shown), title=message)
        )
        self.put(mark, element)
        if self.place and message not in self.said:
            report(self.document, "raw-refused", message, mark, line=mark.line)
        self.said[message] = None
        return mark

    def refused(self, element: Any, *, inline: bool = False) -> nodes.Element | None:
        """The fault for an element that is unknown or says more than is let in, or ``None``."""
        tag = element.tag
        message = ""
        if tag not in INLINE and tag not in BLOCK and tag not in PARTS:
            instead = INSTEAD.get(tag, "say it in reStructuredText")
            message = f"the element <{tag[:30]}> is not let into an edition: {instead}"
        elif inline and tag not in INLINE:
            message = f"the element <{tag}> can't stand inside a line: end the line first"
        elif self._is_open(element):
            message = f"the element <{tag}> is not closed: write </{tag}>, in the same piece of raw text"
        else:
            message = self._attribute(element)
        return self.wrong(element, message, inline=inline) if message else None

    def _is_open(self, element: Any) -> bool:
        """Whether an element that holds nothing was never closed: what it marks is outside the fragment."""
        empty = not len(element) and not element.text and element.tag not in _END_NOT_NEEDED
        return empty and element.tag not in self.closed

    def _attribute(self, element: Any) -> str:
        known = EVERYWHERE | OWN.get(element.tag, frozenset())
        for name in element.attrib:
            if name in known or name.startswith(("data-", "aria-")):
                continue
            if name in ("id", "name"):
                return f'the attribute "{name}" of <{element.tag}> leads nowhere: write a target, .. _name:'
            if name == "style" or name.startswith("on"):
                return f'the attribute "{name}" of <{element.tag}> is not let into an edition: take it out'
            return f'no edition shows the attribute "{name[:30]}" of <{element.tag}>: take it out'
        tag = element.get("lang")
        if tag is not None and not LANGUAGE_TAG.fullmatch(tag):
            return f'"{tag[:30]}" is no language tag: write one such as nl or sr-Latn'
        if "dir" in element.attrib and tag is None:
            return 'the direction of a passage is that of its language: write lang="ar", not dir='
        return ""

    @staticmethod
    def classes(element: Any) -> list[str]:
        """The classes of a node: those of the element, and its language."""
        found = [nodes.make_id(name) for name in element.get("class", "").split()]
        if element.get("lang"):
            found.append(f"language-{element.get('lang').lower()}")
        return [name for name in found if name]

    # Lines -----------------------------------------------------------------------------------------------

    def phrase(self, element: Any, depth: int, *, pre: bool = False) -> list[nodes.Node]:
        """What stands in an element that holds inline elements only."""
        made = text_nodes(element.text, pre=pre)
        for child in element:
            made += [*self.inline(child, depth + 1, pre=pre), *text_nodes(child.tail, pre=pre)]
        return made

    def inline(self, element: Any, depth: int, *, pre: bool = False) -> list[nodes.Node]:
        """The nodes of an element inside a line."""
        if depth > MAX_DEPTH:
            return [
                self.wrong(element, f"elements stand in one another more than {MAX_DEPTH} deep", inline=True)
            ]
        mark = self.refused(element, inline=True)
        if mark is not None:
            return [mark]
        tag, classes = element.tag, self.classes(element)
        if tag in ("br", "wbr", "img"):
            return self._void(element, classes, pre=pre)
        inside = self.phrase(element, depth, pre=pre)
        if tag == "q":
            inside = [nodes.Text(self.quotes[0]), *inside, nodes.Text(self.quotes[1])]
        elif tag == "a":
            return self._link(element, inside, classes)
        elif tag == "abbr":
            title = " ".join(element.get("title", "").split())
            made = self.put(nodes.abbreviation("", "", *inside, classes=classes), element)
            # Paper has no tooltips: what the letters stand for is told behind them.
            return [made, nodes.Text(f" ({title})")] if title else [made]
        kind = PLAIN.get(tag, nodes.inline)
        if tag in BY_CLASS:
            classes = [{"strike": "s"}.get(tag, tag), *classes]
        if not inside or (kind is nodes.inline and not classes):
            return inside
        return [self.put(kind("", "", *inside, classes=classes), element)]

    def _void(self, element: Any, classes: list[str], *, pre: bool) -> list[nodes.Node]:
        if element.tag == "wbr":
            return [nodes.Text("\u200b")]
        if element.tag == "br":
            # A line end that the style sheets keep; where they are not known it is a space.
            return [nodes.Text("\n") if pre else nodes.inline("", "\n", classes=["line-break"])]
        uri = " ".join(element.get("src", "").split())
        if not uri:
            return [self.wrong(element, "the element <img> names no file: write src=", inline=True)]
        image = nodes.image("", uri=uri, classes=classes)
        for name in ("alt", "width", "height"):
            value = " ".join(element.get(name, "").split())
            if name != "alt" and value and not _LENGTH.fullmatch(value):
                message = f'"{value[:20]}" is no {name} of an image: write one such as 50% or 200px'
                return [self.wrong(element, message, inline=True)]
            if value:
                image[name] = value
        if element.get("align") in ("left", "center", "right"):
            image["align"] = element.get("align")
        return [self.put(image, element)]

    def _link(self, element: Any, inside: list[nodes.Node], classes: list[str]) -> list[nodes.Node]:
        address = element.get("href", "").strip()
        if not address or address.startswith("#"):
            message = (
                "a link inside the article is one of reStructuredText: write the words of a heading and _"
            )
            return [self.wrong(element, message, inline=True)]
        if next(element.iterdescendants("a"), None) is not None:
            return [self.wrong(element, "a link can't stand in a link", inline=True)]
        if not inside:
            return []
        return [self.put(nodes.reference("", "", *inside, refuri=address, classes=classes), element)]


def text_nodes(text: str | None, *, pre: bool = False) -> list[nodes.Node]:
    """Text, with white space folded unless it is preformatted."""
    folded = (text or "") if pre else _SPACE.sub(" ", text or "")
    return [nodes.Text(folded)] if folded else []


def stripped(run: Iterable[nodes.Node]) -> list[nodes.Node]:
    """A run of inline nodes without white space and line ends at both ends."""
    run = list(run)
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while run:
            node = run[end]
            if isinstance(node, nodes.Text):
                run[end] = nodes.Text(strip(str(node), " \n"))
                if run[end].astext():
                    break
            elif "line-break" not in node.get("classes", ()):
                break
            run.pop(end)
    return run
