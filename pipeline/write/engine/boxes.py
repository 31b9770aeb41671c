"""Laid out boxes, for those who ask where things stand: WeasyPrint's own classes stay in this folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any


@cache
def _classes() -> Any:
    """WeasyPrint's classes of boxes. Not imported with this module: the fonts have to be set up before."""
    from weasyprint.formatting_structure import boxes

    return boxes


def box_of(page: Any) -> Any:
    """The box of a ``weasyprint.document.Page``: its margins, its area of notes and its text are in it."""
    return page._page_box


def root_of(page: Any) -> Any:
    """The box of the root element on a page."""
    return next(child for child in box_of(page).children if child.element_tag == "html")


def boxes_on(page: Any) -> Iterator[Any]:
    """All boxes of a page, each before those in it."""
    stack = [box_of(page)]
    while stack:
        box = stack.pop()
        yield box
        stack += reversed(getattr(box, "children", ()))


def is_text(box: Any) -> bool:
    """Whether it is a stretch of text in a line."""
    return isinstance(box, _classes().TextBox)


def is_line(box: Any) -> bool:
    """Whether it is a line of text."""
    return isinstance(box, _classes().LineBox)


def is_image(box: Any) -> bool:
    """Whether it is an image, or a drawing."""
    return isinstance(box, _classes().ReplacedBox)


def is_table(box: Any) -> bool:
    """Whether it is a table, without its caption."""
    return isinstance(box, _classes().TableBox)


def is_table_head(box: Any) -> bool:
    """Whether it is the head of a table; it stands on each page of the table."""
    return isinstance(box, _classes().TableRowGroupBox) and box.is_header


def is_note_area(box: Any) -> bool:
    """Whether it is the place of the notes at the foot of a page."""
    return isinstance(box, _classes().FootnoteAreaBox)
