"""The caption of a narrow table."""

from __future__ import annotations

from typing import Any


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
