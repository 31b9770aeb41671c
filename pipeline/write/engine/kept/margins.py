"""The boxes in the margins of pages that are kept, and the backgrounds of such pages.

WeasyPrint makes them at the end of each layout, for every page. They show numbers of pages, and what runs at
the head and foot: where all that is as it was, in a page that was not set anew, they are those of before.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.write.engine.kept.tokens import Tokens

_Make = Callable[[Any, Any, Any], Iterable[Any]]


class Margins:
    """What stands in the margins of one page.

    :ivar made: the boxes, laid out.
    :ivar shown: what they were made from.
    :ivar as_before: whether they, and all else on the page, are as they were painted before.
    """

    def __init__(self) -> None:
        self.made: tuple[Any, ...] = ()
        self.shown: Any = None
        self.as_before = False

    def of(self, make: _Make, context: Any, page: Any, state: Any, running: Hashable) -> Iterator[Any]:
        """The boxes.

        :param make: WeasyPrint's function that makes them; it gets the other parameters.
        :param state: quotation marks and counters at the end of the page, and groups of pages.
        :param running: what `running` gives for the whole document.
        """
        shown = (context.current_page, running, state[:3])
        self.as_before = self.shown == shown
        if not self.as_before:
            self.made = tuple(make(context, page, state))
            self.shown = (*shown[:2], copy.deepcopy(state[:3]))
        yield from self.made


def running(context: Any, tokens: Tokens) -> Hashable:
    """What stands for all that runs at the head and foot of the pages of a document.

    :param tokens: of the document.
    """
    boxes = tuple(
        (name, tuple((page, tuple(map(tokens.running_key, each))) for page, each in pages.items()))
        for name, pages in context.running_elements.items()
        if pages
    )
    texts = tuple(
        (name, tuple((page, tuple(map(str, each))) for page, each in pages.items()))
        for name, pages in context.string_set.items()
        if pages
    )
    return tokens.numbers, len(context.page_maker), boxes, texts
