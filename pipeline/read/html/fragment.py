"""From a fragment of HTML to nodes of the tree: what both editions can carry, and nothing else.

Nothing of the fragment passes as text: it is parsed, each element that is known becomes the node that
reStructuredText would make, and a fault stands for every other one. So the rest of Despatch need not know
that there was HTML. The parser is libxml2's, by lxml: it mends what is not well-formed, as browsers do, and
unlike html5lib it tells on which line each element stands.
"""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes

from pipeline.read.html.inline import (
    BLOCK,
    CONTAINERS,
    INLINE,
    MAX_DEPTH,
    TABLE_PARTS,
    Phrases,
    stripped,
    text_nodes,
)
from pipeline.read.html.tables import TableError, table_of

ENUMERATIONS: Final = {
    "1": "arabic",
    "a": "loweralpha",
    "A": "upperalpha",
    "i": "lowerroman",
    "I": "upperroman",
}


class Fragment(Phrases):
    """Makes the nodes of a fragment. Parameters: those of `Phrases`."""

    def blocks(self) -> list[nodes.Node]:
        """The nodes of a fragment that stands for itself."""
        return [node for part in self.parts for node in self._flow(part)]

    def _flow(self, element: Any, depth: int = 0) -> list[nodes.Node]:
        """What stands in an element that may hold blocks: text and inline elements make paragraphs."""
        made: list[nodes.Node] = []
        run: list[nodes.Node] = text_nodes(element.text)
        for child in element:
            if child.tag in BLOCK or (child.tag not in INLINE and child.tag != "summary"):
                made += [*self._paragraph(run, element), *self._block(child, depth + 1)]
                run = []
            elif child.tag == "summary":
                title = nodes.strong("", "", *self.phrase(child, depth + 1))
                made += self._paragraph([title], child)
            else:
                run += self.inline(child, depth + 1)
            run += text_nodes(child.tail)
        return [*made, *self._paragraph(run, element)]

    def _paragraph(self, run: list[nodes.Node], element: Any) -> list[nodes.Node]:
        """A paragraph of a run of inline nodes; an image that stands alone is a block."""
        run = stripped(run)
        if not run:
            return []
        if len(run) == 1 and isinstance(run[0], nodes.image):
            return run
        paragraph = nodes.paragraph("", "", *run)
        first = next((node for node in run if isinstance(node, nodes.Element) and node.line), None)
        if first is not None and run[0] is first:
            paragraph.source, paragraph.line = first.source, first.line
        return [self.put(paragraph, element)]

    def _block(self, element: Any, depth: int) -> list[nodes.Node]:
        """The nodes of an element that is a block."""
        if depth > MAX_DEPTH:
            return [self.wrong(element, f"elements stand in one another more than {MAX_DEPTH} deep")]
        mark = self.refused(element)
        if mark is None and element.tag not in BLOCK:
            mark = self.wrong(element, f"the element <{element.tag}> stands outside of what it belongs to")
        if mark is not None:
            return [mark]
        if element.tag in CONTAINERS:
            return self._container(element, depth)
        made: list[nodes.Node] = getattr(self, f"_make_{element.tag}")(element, depth)
        for node in made:
            if isinstance(node, nodes.Element):
                self.put(node, element)
                if element.tag != "p":
                    node["classes"] += self.classes(element)
        return made

    def _container(self, element: Any, depth: int) -> list[nodes.Node]:
        classes = [*self.classes(element), CONTAINERS[element.tag]]
        if element.get("align") == "center":
            classes.append("align-center")
        inside = self._flow(element, depth)
        classes = [name for name in dict.fromkeys(classes) if name]
        if not classes or not inside:
            return inside
        return [self.put(nodes.container("", *inside, classes=classes), element)]

    def _make_p(self, element: Any, depth: int) -> list[nodes.Node]:
        made = self._flow(element, depth)
        classes = self.classes(element) + (["align-center"] if element.get("align") == "center" else [])
        for node in made:
            if isinstance(node, nodes.Element):
                node["classes"] += classes
        return made

    def _make_pre(self, element: Any, depth: int) -> list[nodes.Node]:
        block = nodes.literal_block("", "", *self.phrase(element, depth, pre=True))
        if isinstance(block[0] if len(block) else None, nodes.literal) and len(block) == 1:
            block.children, inner = [], block[0]
            block += inner.children
        text = block.astext()
        block.rawsource = text
        return [block] if text.strip() else []

    def _make_ul(self, element: Any, depth: int) -> list[nodes.Node]:
        return self._list(nodes.bullet_list(bullet="-"), element, depth)

    def _make_ol(self, element: Any, depth: int) -> list[nodes.Node]:
        made = nodes.enumerated_list(prefix="", suffix=".")
        made["enumtype"] = ENUMERATIONS.get(element.get("type", "1"), "arabic")
        start = element.get("start", "1")
        if not re.fullmatch(r"\d{1,6}", start):
            return [self.wrong(element, f'a list can\'t begin with "{start[:20]}": write a number')]
        if start != "1":
            made["start"] = int(start)
        return self._list(made, element, depth)

    def _list(self, made: nodes.Element, element: Any, depth: int) -> list[nodes.Node]:
        for child in element:
            mark = self.refused(child)
            if mark is None and child.tag != "li":
                mark = self.wrong(child, f"a list holds only <li>, not <{child.tag}>")
            inside = [mark] if mark is not None else self._flow(child, depth + 1)
            made += self.put(nodes.list_item("", *inside, classes=self.classes(child)), child)
        return [made] if len(made) else []

    def _make_dl(self, element: Any, depth: int) -> list[nodes.Node]:
        made, item = nodes.definition_list(), None
        for child in element:
            mark = self.refused(child)
            if mark is None and (child.tag not in ("dt", "dd") or (child.tag == "dd" and item is None)):
                mark = self.wrong(child, f"a list of definitions holds <dt>, then <dd>, not <{child.tag}>")
            if mark is not None:
                return [mark]
            if child.tag == "dt":
                term = self.put(nodes.term("", "", *stripped(self.phrase(child, depth + 1))), child)
                if item is None or len(item[-1]) or not isinstance(item[-1], nodes.definition):
                    item = self.put(nodes.definition_list_item("", term, nodes.definition()), child)
                    made += item
                else:  # several terms, one definition
                    item.insert(len(item) - 1, term)
            elif item is not None:
                item[-1].extend(self._flow(child, depth + 1))
        return [made] if len(made) else []

    def _make_blockquote(self, element: Any, depth: int) -> list[nodes.Node]:
        inside = self._flow(element, depth)
        return [nodes.block_quote("", *inside)] if inside else []

    def _make_hr(self, element: Any, depth: int) -> list[nodes.Node]:
        if depth > 1:
            return [self.wrong(element, "a rule stands between the paragraphs of the text only")]
        return [nodes.transition()]

    def _make_figure(self, element: Any, depth: int) -> list[nodes.Node]:
        """A figure: one image, and its caption."""
        caption = [child for child in element if child.tag == "figcaption"]
        images = [child for child in element if child.tag == "img"]
        mark = next((found for child in element if (found := self.refused(child)) is not None), None)
        if mark is None and (len(images) != 1 or len(caption) > 1 or len(element) > 1 + len(caption)):
            mark = self.wrong(element, "a <figure> holds one <img> and one <figcaption>")
        if mark is not None:
            return [mark]
        made = nodes.figure("", *self.inline(images[0], depth + 1))
        if caption:
            made += self.put(nodes.caption("", "", *stripped(self.phrase(caption[0], depth + 1))), caption[0])
        return [made]

    def _make_table(self, element: Any, depth: int) -> list[nodes.Node]:
        for part in element.iter():
            if part is not element and part.tag in TABLE_PARTS:
                mark = self.refused(part)
                if mark is not None:
                    return [mark]
        try:
            return [table_of(element, lambda cell: self._cell(cell, depth), self.put)]
        except TableError as error:
            return [self.wrong(element, str(error))]

    def _cell(self, cell: Any, depth: int) -> list[nodes.Node]:
        if cell.tag == "caption":
            return stripped(self.phrase(cell, depth + 1))
        return self._flow(cell, depth + 1)
