"""Where lines end."""

from __future__ import annotations

from math import inf
from typing import Any, Final

_CHILDREN: Final = 9
"""Where WeasyPrint's function gets what is on the line; what may not be parted from it yet follows."""
_CONTEXT: Final = 40
"""Letters before a place that tell whether a line can end there."""
_WRAPS: Final = ("normal", "pre-wrap", "pre-line")


def hang_spaces() -> None:
    """Let the space at the end of a text hang, where the text fits without it."""
    from weasyprint.layout import inline

    split_first_line = inline.split_first_line

    def filling_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, spacing: Any, *flags: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text; a space at its end hangs (CSS Text 3, section 4.1.3)."""
        result = split_first_line(text, style, context, max_width, spacing, *flags, **named)
        hangs = text.endswith(" ") and style["white_space"] in ("normal", "pre-line")
        if result[2] is None or max_width in (None, inf) or not hangs or not (bare := text.rstrip(" ")):
            return result
        short = split_first_line(bare, style, context, max_width, spacing, *flags, **named)
        if short[2] is None and short[3] <= max_width:
            return split_first_line(text, style, context, inf, spacing, *flags, **named)
        return result

    inline.split_first_line = filling_split_first_line


def break_between_elements() -> None:
    """Break a word only where its line can end nowhere else, whatever elements it is in."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline

    split_inline_box, split_text_box = inline.split_inline_box, inline.split_text_box
    break_waiting_children = inline._break_waiting_children

    def marking_split_inline_box(context: Any, box: Any, *arguments: Any) -> Any:
        """Lay out a line, or an inline element in it; note that a line begins."""
        if context is None or not isinstance(box, boxes.LineBox):
            return split_inline_box(context, box, *arguments)
        around = context.__dict__.get("line_texts", [])
        context.line_texts = []
        try:
            return split_inline_box(context, box, *arguments)
        finally:
            context.line_texts = around

    def keeping_split_text_box(
        context: Any, box: Any, width: Any, skip: Any, is_line_start: bool = True
    ) -> Any:
        """Lay out text; words are broken where the line can end nowhere else (CSS Text 3, section 5.5)."""
        if context is None or width is None:  # it is measured, and stands nowhere yet
            return split_text_box(context, box, width, skip, is_line_start=is_line_start)
        texts, text = context.__dict__.setdefault("line_texts", []), box.text.encode()[skip or 0 :].decode()
        while texts and texts[-1][0] >= box.position_x:  # was tried, and is set again
            texts.pop()
        breaks, before = False, ""
        if texts:
            _, breaks, before = texts[-1]
            breaks = breaks or inline.can_break_text(before + text[:1], box.style["lang"])
            is_line_start = not breaks
        texts.append((box.position_x, breaks, before[-_CONTEXT:] + text))
        return split_text_box(context, box, width, skip, is_line_start=is_line_start)

    def parting_break_waiting_children(context: Any, *rest: Any) -> Any:
        """Find the place to break a line that is full; between two elements where there is no other.

        Text that has less room than one letter is not broken itself, and would run off the page.
        """
        found = break_waiting_children(context, *rest)
        children, waiting = rest[_CHILDREN : _CHILDREN + 2]
        texts = context.__dict__.get("line_texts", [])
        if found is not None or not waiting or not texts or texts[-1][1]:
            return found
        style = waiting[-1][1].style
        if style["overflow_wrap"] == "normal" or style["white_space"] not in _WRAPS:
            return None
        children += waiting
        waiting.clear()
        return {children[-1][0] + 1: None}

    inline.split_inline_box, inline.split_text_box = marking_split_inline_box, keeping_split_text_box
    inline._break_waiting_children = parting_break_waiting_children
