"""Which line of the source stands where on the pages, for who sees on a page what is to be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from docutils import nodes

from pipeline.tree.article import Article
from pipeline.write.engine.boxes import boxes_on, is_image, is_text, root_of
from pipeline.write.xhtml.attributes import BLOCK, FOOT
from pipeline.write.xhtml.core import numbered_blocks


class Spot(NamedTuple):
    """A block on a page, and where its text begins.

    :param edges: left, top, right and bottom, as parts of the page, from 0 to 1.
    :param source: the file, as docutils names it.
    :param line: in it, from 1.
    """

    edges: tuple[float, float, float, float]
    source: str
    line: int


def source_lines(document: Any, article: Article) -> tuple[tuple[Spot, ...], ...]:
    """The blocks of each page, in order; of what has no line, nothing is said.

    :param document: the laid out ``weasyprint.Document``.
    """
    numbers = {str(number): node for node, number in numbered_blocks(article.document).items()}
    root = root_of(document.pages[0]).element
    parents = {child: parent for parent in root.iter() for child in parent}
    known: dict[Any, tuple[str, int] | None] = {}

    def place_of(element: Any) -> tuple[str, int] | None:
        """The place of what an element shows, or of what stands around it."""
        if element not in known:
            node = numbers.get(element.get(BLOCK, "")) or article.document.ids.get(
                element.get("id", "").removeprefix(FOOT)
            )
            place = None if node is None else _place(node)
            around = parents.get(element)
            known[element] = place or (None if around is None else place_of(around))
        return known[element]

    return tuple(tuple(_spots(page, place_of)) for page in document.pages)


def _place(node: nodes.Element) -> tuple[str, int] | None:
    inner = next((each for each in node.findall(nodes.Element) if each.line and each.source), None)
    line = node if node.line and node.source else inner
    return None if line is None else (str(line.source), int(line.line))


def _spots(page: Any, place_of: Any) -> Iterator[Spot]:
    """The blocks of a page; what stands in one place of the source, and one below the other, is one."""
    found: dict[tuple[str, int], list[float]] = {}
    for box in boxes_on(page):
        if not (is_text(box) or is_image(box)) or (place := place_of(box.element)) is None:
            continue
        left, top = box.position_x / page.width, box.position_y / page.height
        right, bottom = left + box.width / page.width, top + box.height / page.height
        seen = found.setdefault(place, [left, top, right, bottom])
        seen[:] = min(seen[0], left), min(seen[1], top), max(seen[2], right), max(seen[3], bottom)
    for place, (left, top, right, bottom) in found.items():
        yield Spot((round(left, 4), round(top, 4), round(right, 4), round(bottom, 4)), *place)
