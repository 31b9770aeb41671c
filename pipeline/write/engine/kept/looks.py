"""Which pages of a layout look as they did in the one before it: so that only the others are drawn."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any


def looks(document: Any) -> list[Hashable] | None:
    """What stands for the look of each page: two pages of a row of layouts that have the same look alike.

    :param document: of `render.render`, kept for the next layout.
    :returns: ``None`` where that is not known.
    """
    run = getattr(document.kept, "run", None)
    if run is None or len(run.pages) != len(document.pages):
        return None
    return [(page.number, *_around(page)) for page in run.pages]


def _around(page: Any) -> Iterator[Hashable]:
    """What is made for a page at the end of each layout: boxes in its margins, and what is on every page."""
    box = page.box
    kept = {id(each) for each in (*page.parts, *page.content)}
    stack = [each for each in (*box.children, *box.children[0].children) if id(each) not in kept]
    while stack:
        each = stack.pop()
        stack += each.all_children()
        yield (
            *(each.element_tag, each.position_x, each.position_y, each.width, each.height),
            getattr(each, "text", None),
            id(getattr(each, "replacement", None)),
            None if each.element is None else tuple(each.element.attrib.items()),
        )


def pdf_of(document: Any, numbers: Sequence[int]) -> bytes:
    """Some pages as a PDF to be drawn from, and for nothing else.

    :param document: of `render.render`.
    :param numbers: of the pages, from 0.
    """
    pages = [document.pages[number] for number in numbers]
    data: bytes = document.copy(pages).write_pdf(uncompressed_pdf=True)
    return data
