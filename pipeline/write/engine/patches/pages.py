"""Breaks between pages, and numbers of pages in the text."""

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


def set_known_numbers() -> None:
    """Set a page with the numbers of earlier pages that it names, rather than again when they are wanted."""
    from weasyprint.css.targets import TargetCollector
    from weasyprint.layout import page

    remake_page, collect_missing_counters = page.remake_page, TargetCollector.collect_missing_counters

    def telling_apart(
        self: Any,
        box: Any,
        token: str,
        parse_again: Any,
        missing: list[str],
        of_targets: dict[Any, list[str]],
    ) -> None:
        """Note the counters that a content waits for: its own, and by their anchors those of its targets."""
        if token == "content" and of_targets:
            content = box.style["content"]
            own = [value[0] for kind, value in content if kind in {"counter()", "counters()"}]
            missing = [name for name in own if name not in box.cached_counter_values]
            of_targets = {}
            for kind, value in content:
                if kind in {"target-counter()", "target-counters()"}:
                    of_targets.setdefault(_anchor(box, value[0]), []).append(value[1])
        collect_missing_counters(self, box, token, parse_again, missing, of_targets)

    def knowing_remake_page(index: int, context: Any, root_box: Any, html: Any) -> Any:
        """Lay out page `index`, with the numbers that have become known in what is not laid out yet."""
        for (_, token), item in context.target_collector.counter_lookup_items.items():
            if item.pending and token == "content" and not item.missing_counters:
                item.pending = False
                item.parse_again(item.cached_page_counter_values)
        return remake_page(index, context, root_box, html)

    TargetCollector.collect_missing_counters = telling_apart
    page.remake_page = knowing_remake_page


def _anchor(box: Any, token: tuple[str, Any]) -> str | None:
    """The anchor that a target is, for which an attribute may stand."""
    from weasyprint.css.targets import anchor_name_from_token
    from weasyprint.urls import get_url_tuple

    if token[0] == "attr()":
        name, kind, fallback = token[1]
        value = box.element.get(name, fallback)
        token = (kind, get_url_tuple(value, box.style.base_url) if kind == "url" else value)
    found: str | None = anchor_name_from_token(token)
    return found
