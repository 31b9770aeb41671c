"""Tables keep their heads, the rest of their cells, and room for the notes that these call."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from math import inf
from typing import Any, Final

_LITTLE: Final = 0.01
_TIED: Final = 3
"""Rows: the first and the last one of a table are not parted from the next."""
_TRIES: Final = 3
"""Notes that rows call make the room for the rows smaller."""


def keep_rests_of_cells() -> None:
    """Go on with the rest of a cell that a page has no room for; it is not begun again."""
    from weasyprint.layout import block

    table_layout = block.table_layout

    def going_on_table_layout(context: Any, table: Any, bottom: Any, skip: Any, *given: Any) -> Any:
        """Lay out a table; what is left of a cell without room is what was left of it before."""
        result = table_layout(context, table, bottom, skip, *given)
        for group, rows in (skip or {}).items():
            for row, cells in (rows or {}).items():
                left = ((result[1] or {}).get(group) or {}).get(row) or {}
                for cell in [cell for cell, rest in left.items() if cells and rest == {0: None}]:
                    if cell in cells:
                        left[cell] = cells[cell]
                    elif len(left) > 1:  # it was at its end
                        del left[cell]
        return result

    block.table_layout = going_on_table_layout


def keep_heads() -> None:
    """Break rows below the head of a table, rather than leave the head out."""
    from weasyprint.layout import block
    from weasyprint.layout.table import table_layout

    block_box_layout = block.block_box_layout

    def noting_block_box_layout(
        context: Any,
        box: Any,
        bottom: Any,
        skip: Any,
        around: Any,
        page_is_empty: bool,
        *rest: Any,
        **named: Any,
    ) -> Any:
        """Lay out a block; note whether nothing stands above a table and its caption."""
        kept = context.__dict__.get("tops", False)
        context.tops = page_is_empty and box.is_table_wrapper
        try:
            return block_box_layout(context, box, bottom, skip, around, page_is_empty, *rest, **named)
        finally:
            context.tops = kept

    def keeping_table_layout(
        context: Any, table: Any, bottom: Any, skip: Any, around: Any, page_is_empty: bool, *boxes: Any
    ) -> Any:
        """Lay out a table; where it does not fit with its head and caption, with rows broken below them.

        What can't be broken, as an image that is as high as the page, still takes the place of the head.
        """

        def lay_out(*, empty: bool, less: float = 0) -> Any:
            return table_layout(context, table, bottom + less, skip, around, empty, *boxes)

        at_top = page_is_empty or context.__dict__.get("tops", False)
        # Not by lay_out(): in tables within tables, each call counts among the levels that Python allows.
        result = table_layout(context, table, bottom, skip, around, page_is_empty, *boxes)
        if not at_top or (result[0] is not None and _has_head(result[0]) == _has_head(table)):
            return result
        _take_back(context, result, boxes)
        less: float = 0
        for _ in range(_TRIES):
            before = context.page_bottom
            with _whole_groups(table) as restore:
                result = lay_out(empty=True, less=less)
            restore(result[0])
            further = _over(context, result, bottom)
            if not further:
                return result
            less = max(less + further, before - context.page_bottom)
            _take_back(context, result, boxes)
        if not page_is_empty:
            result = lay_out(empty=True)
            if not _over(context, result, bottom):
                return result
            _take_back(context, result, boxes)
        return lay_out(empty=page_is_empty)

    block.block_box_layout, block.table_layout = noting_block_box_layout, keeping_table_layout


def _has_head(table: Any) -> bool:
    return bool(table.children) and table.children[0].is_header


@contextlib.contextmanager
def _whole_groups(table: Any) -> Iterator[Callable[[Any], None]]:
    """Ask for groups of rows that are not broken: where the page is empty, they are all the same.

    :returns: what takes that wish back from a table that was laid out so.
    """
    kept = {group.element: group.style for group in table.children}

    def restore(table: Any) -> None:
        for group in () if table is None else table.children:
            group.style = kept.get(group.element, group.style)

    for group in table.children:
        if not (group.is_header or group.is_footer):
            group.style = group.style.copy()
            group.style["break_inside"] = "avoid"
    try:
        yield restore
    finally:
        restore(table)


def widen_captions() -> None:
    """Let the caption of a table be as wide as its words, where there is room."""
    from weasyprint.layout import block
    from weasyprint.layout.preferred import max_content_width

    table_wrapper_width = block.table_wrapper_width

    def wide_table_wrapper_width(context: Any, wrapper: Any, around: Any) -> None:
        """Find how wide a table is, and the box around it and its caption (CSS Tables 3, 3.4).

        The table stands in that box as the box stands in its place: at its beginning, end or middle.
        """
        table_wrapper_width(context, wrapper, around)
        table = wrapper.get_wrapped_table()
        captions = [child for child in wrapper.children if child is not table and child.is_in_normal_flow()]
        room = around[0] - sum(
            margin for margin in (wrapper.margin_left, wrapper.margin_right) if margin != "auto"
        )
        wanted = max((max_content_width(context, caption) for caption in captions), default=0)
        width = min(wanted, room)
        free = width - wrapper.width
        if free <= 0:
            return
        wrapper.width = width
        at_left, at_right = wrapper.margin_right == "auto", wrapper.margin_left == "auto"
        if at_left == at_right:
            share = 0.5 if at_left else float(table.style["direction"] == "rtl")
        else:
            share = float(at_right)
        table.margin_left = free * share

    block.table_wrapper_width = wide_table_wrapper_width


def leave_room_for_notes_of_rows() -> None:
    """Try a table once more, higher up, where notes that a cell calls took the room of another cell."""
    from weasyprint.layout import LayoutContext, block

    table_layout, update_footnote_area = block.table_layout, LayoutContext._update_footnote_area

    def ending_footnote_area(context: Any) -> Any:
        """Make room for the notes of the page; note how little was left, and leave what is held free."""
        state = context.__dict__
        context.page_bottom += state.pop("held", 0)
        result = update_footnote_area(context)
        state["lowest"] = min(state.get("lowest", inf), context.page_bottom)
        _hold(context)
        return result

    def roomy_table_layout(
        context: Any, table: Any, bottom: Any, skip: Any, around: Any, page_is_empty: bool, *boxes: Any
    ) -> Any:
        """Lay out a table; break a row sooner where its notes would leave no room for it."""

        def lay_out() -> Any:
            return table_layout(context, table, bottom, skip, around, page_is_empty, *boxes)

        state = context.__dict__
        before, state["lowest"] = state.get("lowest", inf), inf
        result = table_layout(context, table, bottom, skip, around, page_is_empty, *boxes)
        lowest = state["lowest"]
        state["lowest"] = min(before, lowest)
        broken_over = _is_broken(result) and lowest < inf and _over(context, result, bottom) > 0
        if not broken_over and (
            lowest >= context.page_bottom - _LITTLE or not _may_break(table, result, skip)
        ):
            return result
        _take_back(context, result, boxes)
        with _ending(context, lowest):
            again = lay_out()
        if (broken_over or _reached(again) > _reached(result)) and not _over(context, again, bottom):
            return again
        _take_back(context, again, boxes)
        return lay_out()

    LayoutContext._update_footnote_area = ending_footnote_area
    block.table_layout = roomy_table_layout


@contextlib.contextmanager
def _ending(context: Any, bottom: float) -> Iterator[None]:
    """Let the page end at `bottom` for a while, if its notes do not end it sooner."""
    state = context.__dict__
    kept, state["ending"] = state.get("ending", inf), bottom
    context.page_bottom += state.pop("held", 0)
    _hold(context)
    try:
        yield
    finally:
        state["ending"] = kept
        context.page_bottom += state.pop("held", 0)
        _hold(context)


def _hold(context: Any) -> None:
    context.held = max(0, context.page_bottom - context.__dict__.get("ending", inf))
    context.page_bottom -= context.held


def _reached(result: Any) -> tuple[float, float, bool]:
    """How far a table was laid out: the group and the row that come next, and whether it has begun."""
    laid, resume = result[0], result[1]
    if laid is None:
        return -1, 0, False
    if resume is None:
        return inf, 0, False
    ((group, rows),) = resume.items()
    ((row, cells),) = rows.items() if rows else ((0, None),)
    return group, row, cells is not None


def _is_broken(result: Any) -> bool:
    """Whether a table goes on with the rest of a row."""
    return result[0] is not None and result[1] is not None and _reached(result)[2]


def _may_break(table: Any, result: Any, skip: Any) -> bool:
    """Whether the row at which a table stopped, or one tied to that, may be broken, and was not."""
    bodies = [
        number for number, group in enumerate(table.children) if not (group.is_header or group.is_footer)
    ]
    place = skip if result[0] is None else result[1]
    if not bodies or (place is None and result[0] is not None):
        return False
    ((group, rows),) = place.items() if place else ((bodies[0], None),)
    ((row, cells),) = rows.items() if rows else ((0, None),)
    if cells is not None and result[0] is not None:
        return False
    near = table.children[group].children[row : row + _TIED]
    return any(all(box.style["break_inside"] == "auto" for box in (line, *line.children)) for line in near)


def _over(context: Any, result: Any, bottom: float) -> float:
    """How far a table reaches below the room that its page has, now that its notes have theirs."""
    laid = result[0]
    if laid is None:
        return inf
    end = laid.position_y + laid.border_height()
    return float(end - context.page_bottom + bottom) if context.overflows_page(bottom, end) else 0


def _take_back(context: Any, result: Any, boxes: Any) -> None:
    """Forget a table that is laid out anew, with what it has put elsewhere on its page."""
    from weasyprint.layout.block import remove_placeholders

    if result[0] is not None:
        remove_placeholders(context, [result[0]], *boxes)
