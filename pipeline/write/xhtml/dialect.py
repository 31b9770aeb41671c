"""The differences between the two editions, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Dialect:
    """What one edition's XHTML has and the other's has not.

    :param name: of the edition; the body of each page bears it as a class.
    :param semantics: whether elements bear ``epub:type`` (EPUB Structural Semantics 1.1) and DPUB-ARIA roles.
    :param foot_notes: whether notes are set at the foot of the page of their first call.
    :param cited_pages: whether links back, by page and from the index are numbers of pages, filled in later.
    :param auto_contents: whether a contents list that no author asked for is shown.
    :param bookmarks: whether headings carry their plain text for the outline of the PDF.
    :param running: whether the author's header and footer are on each page; else they are on the title page.
    :param counters: whether the first number of a list is a counter of CSS, too: print honours nothing else.
    :param mathml: whether mathematics is MathML; else it is drawn.
    :param raises: whether the call of a note is raised by an element (``sup``) around its link, so that it is
        without any style sheet, too; print raises it alone, which leaves its tags plain.
    :param strong_titles: whether the titles of boxes and rubrics are bold by an element (``strong``), so that
        they are without any style sheet, too.
    :param page_breaks: whether pages begin where the author asks for it.
    :param scrolls: whether what is too wide can be moved within its place; a keyboard must then reach it.
    """

    name: str
    semantics: bool = False
    foot_notes: bool = False
    cited_pages: bool = False
    auto_contents: bool = False
    bookmarks: bool = False
    running: bool = False
    counters: bool = False
    mathml: bool = False
    raises: bool = False
    strong_titles: bool = False
    scrolls: bool = False
    page_breaks: bool = False


PRINT: Final = Dialect(
    name="print",
    foot_notes=True,
    cited_pages=True,
    auto_contents=True,
    bookmarks=True,
    running=True,
    counters=True,
    page_breaks=True,
)
EBOOK: Final = Dialect(
    name="ebook", semantics=True, mathml=True, raises=True, strong_titles=True, scrolls=True
)
