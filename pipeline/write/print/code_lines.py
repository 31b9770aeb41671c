"""Lines of code in print: each becomes a block, so that one that is wrapped shows where it goes on."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final

from pipeline.write.xhtml.attributes import CODE_LINE

_WHOLE: Final = frozenset(("foot", "math"))
"""Classes of what stands in a line and has lines of its own."""
_OPTION: Final = 40
"""Letters. A longer option of a command is broken."""
_ONCE: Final = frozenset(("id", "data-b"))


def part_lines(root: ET.Element) -> None:
    """Put each line of each ``pre`` of a page into an element of its own, and let long options be broken.

    :param root: of the page; names of elements without namespace.
    """
    for block in list(root.iter("pre")):
        _Lines(block).part()
    for option in root.iter("span"):
        if option.get("class") == "option" and len("".join(option.itertext())) > _OPTION:
            option.set("style", "white-space: normal")


class _Lines:
    """Rebuilds what is in one ``pre``, line by line; inline elements that go on are opened again."""

    def __init__(self, block: ET.Element) -> None:
        self.block = block
        self.lines: list[ET.Element] = []
        self.open: list[ET.Element] = []

    def part(self) -> None:
        """Do it."""
        block = self.block
        text, children = block.text, list(block)
        for child in children:
            block.remove(child)
        block.text = None
        self._begin()
        self._say(text)
        for child in children:
            self._take(child)
        last = self.lines[-1]
        if len(self.lines) > 1 and not len(last) and not last.text:
            self.lines.pop()  # the newline at the end begins no line
        for line in self.lines:
            line.tail = "\n"
        block.extend(self.lines)

    def _begin(self) -> None:
        """Begin a line, in the elements that are open."""
        line = ET.Element("span", {"class": CODE_LINE})
        self.lines.append(line)
        inner, again = line, []
        for element in self.open:
            atts = {name: value for name, value in element.attrib.items() if name not in _ONCE}
            inner = ET.SubElement(inner, element.tag, atts)
            again.append(inner)
        self.open = again

    def _say(self, text: str | None) -> None:
        for number, part in enumerate((text or "").split("\n")):
            if number:
                self._begin()
            if not part:
                continue
            here = self.open[-1] if self.open else self.lines[-1]
            if len(here):
                here[-1].tail = (here[-1].tail or "") + part
            else:
                here.text = (here.text or "") + part

    def _take(self, element: ET.Element) -> None:
        """Take an element into the line, or into several, and the text behind it."""
        tail, element.tail = element.tail, None
        here = self.open[-1] if self.open else self.lines[-1]
        if _WHOLE & set(element.get("class", "").split()):
            here.append(element)
        else:
            self.open.append(ET.SubElement(here, element.tag, element.attrib))
            self._say(element.text)
            for child in list(element):
                self._take(child)
            closed = self.open.pop()
            _drop_empty(self.open[-1] if self.open else self.lines[-1], closed)
        self._say(tail)


def _drop_empty(parent: ET.Element, element: ET.Element) -> None:
    """Take out what was opened again in a line in which nothing of it stands."""
    if not len(element) and not element.text and not element.get("id"):
        parent.remove(element)
