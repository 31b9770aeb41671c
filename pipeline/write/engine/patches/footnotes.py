"""Notes at the foot: each stands on the page of its call, and none is lost.

The style sheet has to ask for ``footnote-policy: line`` (CSS Generated Content for Paged Media, section 2.7):
the line moves, not its note.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def _columns(context: Any, *, in_column: bool, pretends: bool) -> Iterator[None]:
    """Tell a layout context for a while that it is in a column, really or not."""
    kept = context.in_column, getattr(context, "pretends", False)
    context.in_column, context.pretends = in_column, pretends
    try:
        yield
    finally:
        context.in_column, context.pretends = kept


def leave_no_room_without_notes() -> None:
    """Give the page the margins of its area of notes back, when no note is left in it."""
    from weasyprint.layout import LayoutContext

    update_footnote_area = LayoutContext._update_footnote_area

    def emptying_footnote_area(context: Any) -> Any:
        """Make room for the notes of the page; an area without notes is as high as nothing."""
        result = update_footnote_area(context)
        area = context.current_footnote_area
        if not area.children:
            margins = area.margin_height()
            area.height -= margins
            if not context.in_column:
                context.page_bottom += margins
        return result

    LayoutContext._update_footnote_area = emptying_footnote_area


def move_lines_not_notes() -> None:
    """Let a line that has no room go to the next page, rather than notes of the lines before it."""
    from weasyprint.layout import LayoutContext, block

    linebox_layout = block._linebox_layout
    update_footnote_area = LayoutContext._update_footnote_area

    def unmoving_linebox_layout(context: Any, *arguments: Any) -> Any:
        """Lay out the lines of a block without moving notes away from their calls to make room for a line.

        The line then goes to the next page, with its notes. WeasyPrint does the same within columns: that
        these lines are in one is what it is told.
        """
        if context.in_column:
            return linebox_layout(context, *arguments)
        with _columns(context, in_column=True, pretends=True):
            return linebox_layout(context, *arguments)

    def updating_footnote_area(context: Any) -> Any:
        """Make room for the notes of the page; nothing is in a column that only pretends to be."""
        really = context.in_column and not getattr(context, "pretends", False)
        with _columns(context, in_column=really, pretends=False):
            return update_footnote_area(context)

    block._linebox_layout = unmoving_linebox_layout
    LayoutContext._update_footnote_area = updating_footnote_area


def carry_over() -> None:
    """Keep what a page has no room for with that page, for when the next one is laid out again."""
    from weasyprint.layout import page

    remake_page = page.remake_page

    def carrying_remake_page(index: int, context: Any, root_box: Any, html: Any) -> Any:
        """Lay out page `index` with what the page before it has carried over."""
        carried: dict[int, tuple[list[Any], dict[Any, Any]]] = context.__dict__.setdefault("carried", {})
        notes, floats = carried.get(index, ([], {}))
        context.reported_footnotes, context.broken_out_of_flow = list(notes), dict(floats)
        result = remake_page(index, context, root_box, html)
        notes, floats = carried.get(index + 1, ([], {}))
        now = list(context.reported_footnotes), dict(context.broken_out_of_flow)
        carried[index + 1] = now
        # Notes are boxes, the same ones in each round; the rest of a float is a new box each time.
        changed = [id(note) for note in notes] != [id(note) for note in now[0]] or len(floats) != len(now[1])
        if changed and index + 1 < len(context.page_maker) and result[1] is not None:
            context.page_maker[index + 1][-1]["content_changed"] = True
        return result

    page.remake_page = carrying_remake_page


def keep_earlier_notes() -> None:
    """Keep notes whose calls are on earlier pages where they are."""
    from weasyprint.layout import LayoutContext, page

    remake_page, unlayout_footnote = page.remake_page, LayoutContext.unlayout_footnote

    def noting_remake_page(index: int, context: Any, root_box: Any, html: Any) -> Any:
        """Lay out page `index`; note which notes have come from the page before it."""
        context.__dict__["here"] = {id(note) for note in context.reported_footnotes}
        return remake_page(index, context, root_box, html)

    def staying_unlayout_footnote(context: Any, footnote: Any) -> None:
        """Take back a note, unless its call is on an earlier page."""
        if id(footnote) not in context.__dict__.get("here", ()):
            unlayout_footnote(context, footnote)

    page.remake_page = noting_remake_page
    LayoutContext.unlayout_footnote = staying_unlayout_footnote
