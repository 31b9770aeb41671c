"""Drawings of formulas."""

from __future__ import annotations

from typing import Any

from pipeline.write.engine.formula_xobjects import CLASS, SVG, Drawing


def draw_formulas() -> None:
    """Draw the formulas of a page with `Drawing`, other SVG as before."""
    from weasyprint import html

    handle = html.HTML_HANDLERS[f"{SVG}svg"]

    def handle_formula(element: Any, box: Any, get_image: Any, base: Any) -> Any:
        """Make the box of an ``svg`` element."""
        if element.get("class") != CLASS:
            return handle(element, box, get_image, base)
        return [html.make_replaced_box(element, box, Drawing(element))]

    html.HTML_HANDLERS[f"{SVG}svg"] = handle_formula
