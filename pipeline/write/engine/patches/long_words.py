"""Words that fill several lines: the time they take grows as their length does."""

from __future__ import annotations

from math import inf
from typing import Any, Final

_FEW: Final = 4
"""Letters: too few for a hyphen."""
_LONG: Final = 200
"""Letters. A longer word fills several lines."""
_LETTERS: Final = 8
"""More letters than stand in the width of a line that is as wide as the type is high."""
_WRAPS: Final = ("normal", "pre-wrap", "pre-line")


def set_what_a_line_needs() -> None:
    """Set no more of a long word than the line may need."""
    from weasyprint.layout import inline

    split_first_line = inline.split_first_line

    def long_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text; of a word that fills several, look at no more than it needs."""
        size = style["font_size"]
        if max_width not in (None, inf) and size and len(text) > _LONG:
            enough = max(_LONG, int(max_width / size * _LETTERS))
            if len(text) > enough and not (part := text[:enough]).count(" "):
                result = split_first_line(part, style, context, max_width, *rest, **named)
                if result[2] is not None:
                    return result
        return split_first_line(text, style, context, max_width, *rest, **named)

    inline.split_first_line = long_split_first_line


def measure_one_letter() -> None:
    """Measure one letter where words are broken anywhere."""
    from weasyprint.layout import preferred

    split_first_line = preferred.split_first_line

    def narrow_split_first_line(
        text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any
    ) -> Any:
        """Split off the first line of a text as narrow as it can be.

        Where words are broken anywhere, that is one letter, behind a link too (CSS Text 3, section 5.5).
        """
        anywhere = style["overflow_wrap"] == "anywhere" and style["white_space"] in _WRAPS
        if max_width == 0 and anywhere and named.get("minimum"):
            named["is_line_start"] = True
        if max_width == 0 and anywhere and named.get("is_line_start") and len(text) > _FEW:
            result = split_first_line(text[:_FEW], style, context, max_width, *rest, **named)
            if result[2] is not None:
                return result
        return split_first_line(text, style, context, max_width, *rest, **named)

    preferred.split_first_line = narrow_split_first_line
