"""A row that is broken leaves room for the notes that its later cells call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import inf
from typing import Any, Final

_LITTLE: Final = 0.01
_TIED: Final = 3
"""Rows: the first and the last one of a table are not parted from the next."""


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
        result = lay_out()
        lowest = state["lowest"]
        state["lowest"] = min(before, lowest)
        broken_over = _is_broken(result) and lowest < inf and _is_over(context, result[0], bottom)
        if not broken_over and (
            lowest >= context.page_bottom - _LITTLE or not _may_break(table, result, skip)
        ):
            return result
        if result[0] is not None:
            block.remove_placeholders(context, [result[0]], *boxes)
        with _ending(context, lowest):
            again = lay_out()
        if (broken_over or _reached(again) > _reached(result)) and not _is_over(context, again[0], bottom):
            return again
        if again[0] is not None:
            block.remove_placeholders(context, [again[0]], *boxes)
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


def _is_over(context: Any, laid: Any, bottom: float) -> bool:
    end = laid.position_y + laid.border_height()
    return bool(context.overflows_page(bottom, end))
