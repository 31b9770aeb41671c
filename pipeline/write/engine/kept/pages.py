"""Pages that are kept from one layout to the next: those that read nothing that has changed.

WeasyPrint lays a document out in rounds: a page is set anew where something on it has changed, or where it
begins otherwise than before; all others stay. Here the first round of a layout begins with the pages of the
one before it.
"""

from __future__ import annotations

import copy
import itertools
import logging
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from pipeline.write.engine.kept.margins import Margins, running
from pipeline.write.engine.kept.tokens import Keys, Tokens, matched

_LOGGER: Final = logging.getLogger("weasyprint")


@dataclass
class _Page:
    """What is known of a page that was set.

    :param number: no other page has it, in whatever layout.
    :param last: the last token that was read for it.
    :param notes: the elements of the notes that it took: those at its foot, and those carried over from it.
    :param records: what WeasyPrint said meanwhile.
    :param box: the page itself, and what it was before margins and backgrounds were made.
    :param margins: what stands in its margins.
    """

    number: int = field(default_factory=itertools.count().__next__)
    last: int = 0
    notes: frozenset[Any] = frozenset()
    records: list[logging.LogRecord] = field(default_factory=list)
    box: Any = None
    parts: tuple[Any, ...] = ()
    content: tuple[Any, ...] = ()
    fixed: list[Any] = field(default_factory=list)
    labels: list[tuple[Any, Any]] = field(default_factory=list)
    kept: bool = False
    margins: Margins = field(default_factory=Margins)

    def note(self, box: Any) -> None:
        """Note what a page is before margins and backgrounds are made."""
        self.box = box
        self.parts, self.content = tuple(box.children), tuple(box.children[0].children)
        self.fixed = [each.deepcopy() for each in box.fixed_boxes]
        self.labels = [
            (each, each.bookmark_label)
            for each in box.descendants(placeholders=True)
            if each.bookmark_label is not None
        ]

    def restore(self) -> None:
        """Make the page again what it was then."""
        self.box.children = list(self.parts)
        self.box.children[0].children = list(self.content)
        self.box.fixed_boxes = [each.deepcopy() for each in self.fixed]
        for each, label in self.labels:
            each.bookmark_label = label


class _Hearing(logging.Handler):
    """Hears what WeasyPrint says while one page is set."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class Run:
    """One layout, and what it keeps for the next.

    :param root: the box of the root element.
    :param context: WeasyPrint's ``LayoutContext``.
    :param html: WeasyPrint's document.
    :param earlier: the layout before it; its pages are taken over, and it can't be used any more.
    """

    def __init__(self, root: Any, context: Any, html: Any, earlier: Run | None) -> None:
        self.numbers: Keys = earlier.numbers if earlier is not None else Keys()
        self.root, self.context, self.html = root, context, html
        self.tokens = Tokens(root, self.numbers)
        self.places = self.tokens.places
        self.all_notes = list(context.footnotes)
        self.pages: list[_Page] = []
        self.maker: list[Any] = []
        self.furthest = 0
        self.taken: frozenset[Any] = frozenset()
        self.hearing = _Hearing()
        self.running: Hashable = None
        self.bare: set[int] = set()
        """Pages that are kept, and whose margins have no styles in this layout."""
        if earlier is not None:
            self.tokens.check()
            if not self.tokens.volatile:
                self._take_over(earlier)

    def close(self) -> None:
        """Note what the boxes are, before their elements change."""
        _ = self.tokens.keys
        if self.numbers.are_many():
            self.numbers = Keys()
            self.tokens.renew(self.numbers)
            _ = self.tokens.keys

    # What is taken over -----------------------------------------------------------------------------------

    def _take_over(self, earlier: Run) -> None:
        """Take over the pages of an earlier layout, and say which of them are to be set anew."""
        from weasyprint.layout import initialize_page_maker

        count = len(earlier.pages)
        entries = earlier.maker
        if not count or len(entries) != count + 1 or any(entry[0] is None for entry in entries[1:count]):
            return
        match = matched(earlier.tokens, self.tokens)
        notes = {note.element: note for note in self.all_notes}
        carried = earlier.context.__dict__.get("carried", {})
        maker: list[Any] = []
        changed = [False] * count
        for index, entry in enumerate(entries):
            resume, name, right, state, remake = entry
            place = self._moved(earlier, match, resume) if index < count else (resume,)
            groups = [self._moved(earlier, match, group[2]) for group in state[3]]
            remake = {**remake, "content_changed": False, "pages_wanted": False}
            if place is None or None in groups:
                if index:
                    changed[index - 1] = True
                else:
                    return
                place = (object(),)
            state = copy.deepcopy(state)
            for group, moved in zip(state[3], groups, strict=True):
                if moved is not None:
                    group[2] = moved[0]
            maker.append((place[0], name, right, state, remake))
        mine: dict[int, Any] = {}
        for index in range(count):
            old_notes, floats = carried.get(index, ((), {}))
            after = carried.get(index + 1, ((), {}))[1]
            kept = [notes.get(note.element) for note in old_notes]
            mine[index] = [note for note in kept if note is not None], {}
            page = earlier.pages[index]
            first, _ = earlier.tokens.place_of(entries[index][0]) or (0, None)
            last = self._same(earlier, match, first, page.last)
            if last is None or old_notes or floats or after or None in kept:
                changed[index] = True
            page.last = last or 0
        # The first page has the name that its first block gives it.
        initialize_page_maker(self.context, self.root)
        _, name, right, *_ = self.context.page_maker[0]
        if (name, right) != entries[0][1:3]:
            changed[0] = True
            maker[0] = (None, name, right, *maker[0][3:])
        if all(changed):
            return
        for index, anew in enumerate(changed):
            maker[index][-1]["content_changed"] = anew
        self.maker, self.pages = maker, earlier.pages
        self.context.page_maker = maker
        self.context.__dict__["carried"] = mine
        self._take_rest(earlier, changed)

    def _moved(self, earlier: Run, match: list[int | None], resume: Any) -> tuple[Any] | None:
        """A place in the tree before, as a place in this one; ``None`` where it has changed."""
        place = earlier.tokens.place_of(resume)
        if place is None:
            return None
        token, inside = place
        mine = match[token]
        if mine is None or [match[each] for each in earlier.tokens.around[token]] != list(
            self.tokens.around[mine]
        ):
            return None
        return (self.tokens.resume_at(mine, inside),)

    def _same(self, earlier: Run, match: list[int | None], first: int, last: int) -> int | None:
        """The last token that a page has read, in this tree; ``None`` where what it has read has changed."""
        around = earlier.tokens.around[first]
        start = match[first]
        if start is None or [match[each] for each in around] != list(self.tokens.around[start]):
            return None
        if match[first : last + 1] != list(range(start, start + last + 1 - first)):
            return None
        return start + last - first

    def _take_rest(self, earlier: Run, changed: list[bool]) -> None:
        """Take over what pages leave behind beside themselves."""
        style_for = self.context.style_for
        style_for.initial_page_sizes.update(earlier.context.style_for.initial_page_sizes)
        for name, pages in earlier.context.running_elements.items():
            for number, boxes in pages.items():
                if number <= len(changed):
                    mine = [self.tokens.running.get(box.element) for box in boxes]
                    if None not in mine:
                        self.context.running_elements[name][number] = mine
        # Boxes in the margins are laid out as if on the last page that was set, with room without end.
        self.context.page_bottom = earlier.context.page_bottom
        self.context.current_footnote_area = earlier.context.current_footnote_area
        for page in self.pages:
            page.restore()
            page.kept = True
            if self.html.anew:
                page.margins = Margins()
        self.bare = {id(page.box) for page in self.pages}

    def again(self, tokens: Collection[int]) -> None:
        """Get ready to be laid out once more, in the same boxes.

        :param tokens: those in which something has changed.
        """
        self.tokens.forget()
        self.context.string_set.clear()
        self.context.tables.clear()
        for entry, page in zip(self.maker, self.pages, strict=False):  # one entry more: where it ends
            first, _ = self.tokens.place_of(entry[0]) or (0, None)
            anew = any(first <= token <= page.last for token in tokens)
            entry[-1].update(content_changed=anew, pages_wanted=False)
            page.restore()
            page.kept = True

    # While it is laid out ---------------------------------------------------------------------------------

    def before(self) -> list[Any]:
        """The pages that the first round begins with."""
        return [page.box for page in self.pages]

    def begin(self, index: int) -> None:
        """Note that a page is set anew: the notes of those before it are not to be had any more."""
        self.taken = frozenset().union(*(page.notes for page in self.pages[:index]))
        self.context.footnotes = [note for note in self.all_notes if note.element not in self.taken]
        self.furthest = 0
        self.hearing = _Hearing()
        _LOGGER.addHandler(self.hearing)

    def end(self, index: int) -> None:
        """Note what a page has read and taken."""
        _LOGGER.removeHandler(self.hearing)
        left = set(map(id, self.context.footnotes))
        page = _Page(last=self.tokens.beyond(self.furthest), records=self.hearing.records)
        page.notes = frozenset(
            note.element for note in self.all_notes if id(note) not in left and note.element not in self.taken
        )
        self.pages[index : index + 1] = [page]

    def finish(self, boxes: list[Any]) -> None:
        """Note the pages of a round."""
        del self.pages[len(boxes) :]
        for page, box in zip(self.pages, boxes, strict=True):
            if page.box is None:
                page.note(box)
            if page.kept:
                page.kept = False
                for record in page.records:
                    _LOGGER.handle(record)
        self.maker, self.running = self.context.page_maker, None

    def margins(self, page: Any, state: Any, make: Any) -> Iterator[Any]:
        """What stands in the margins of a page; parameters as for `Margins.of`."""
        self.running = self.running or running(self.context, self.tokens)
        yield from self.pages[self.context.current_page - 1].margins.of(
            partial(self._make, make), self.context, page, state, self.running
        )

    def _make(self, make: Any, context: Any, page: Any, state: Any) -> Iterator[Any]:
        from weasyprint.layout.page import set_page_type_computed_styles

        if id(page) in self.bare:
            set_page_type_computed_styles(page.page_type, self.html, context.style_for)
        yield from make(context, page, state)

    def is_painted(self, page: Any) -> bool:
        """Whether a page has its backgrounds: it is kept as it was, with all that stands around its text."""
        known = self.pages[self.context.current_page - 1]
        return known.margins.as_before and len(page.children[0].children) == len(known.content)
