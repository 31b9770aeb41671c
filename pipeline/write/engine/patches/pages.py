"""Breaks between pages."""

from __future__ import annotations

from typing import Any


def drop_margins_at_names() -> None:
    """Keep the margin at the head of a page only where the break before it was forced."""
    from weasyprint.layout import page

    make_page = page.make_page

    def dropping_make_page(
        context: Any, root_box: Any, kind: Any, resume_at: Any, number: int, *rest: Any
    ) -> Any:
        """Lay out page `number`; no margin at its head unless it was forced (CSS Fragmentation 3, 5.2)."""
        here = context.page_maker[number - 1][1]
        before = context.page_maker[number - 2][1]["page"] if number > 1 else here["page"]
        if here["break"] == "any" and here["page"] == before:
            context.forced_break = False
        return make_page(context, root_box, kind, resume_at, number, *rest)

    page.make_page = dropping_make_page
