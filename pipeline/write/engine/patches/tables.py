"""A table that fills the page keeps head and caption; the caption of a narrow one is as wide as its words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from math import inf
from typing import Any, Final

_TRIES: Final = 3
"""Notes that rows call make the room for the rows smaller."""


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

        def take_back(result: Any) -> None:
            if result[0] is not None:
                block.remove_placeholders(context, [result[0]], *boxes)

        def over(result: Any) -> float:
            """How far a table reaches below the room that its page has, now that its notes have theirs."""
            laid = result[0]
            if laid is None:
                return inf
            end = laid.position_y + laid.border_height()
            return float(end - context.page_bottom + bottom) if context.overflows_page(bottom, end) else 0

        at_top = page_is_empty or context.__dict__.get("tops", False)
        result = lay_out(empty=page_is_empty)
        if not at_top or (result[0] is not None and _has_head(result[0]) == _has_head(table)):
            return result
        take_back(result)
        less: float = 0
        for _ in range(_TRIES):
            before = context.page_bottom
            with _whole_groups(table) as restore:
                result = lay_out(empty=True, less=less)
            restore(result[0])
            further = over(result)
            if not further:
                return result
            less = max(less + further, before - context.page_bottom)
            take_back(result)
        if not page_is_empty:
            result = lay_out(empty=True)
            if not over(result):
                return result
            take_back(result)
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
