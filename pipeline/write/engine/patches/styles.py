"""Values of style sheets that an element has without a word."""

from __future__ import annotations

from typing import Any, Final

_TOGETHER: Final = frozenset(("display", "float", "page", "position"))
"""Properties that depend on each other, or on the element around, in ways of their own."""


def take_plain_values() -> None:
    """Take what nothing declares from the element around, or from the table of initial values."""
    from weasyprint.css import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, ComputedStyle
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS

    plain = {
        name for name in INITIAL_VALUES if name not in _TOGETHER and not name.startswith("text_decoration_")
    }
    inherited = frozenset(plain & INHERITED)
    initial = {name: INITIAL_VALUES[name] for name in plain - INHERITED - INITIAL_NOT_COMPUTED}
    # A property of the left may be declared as one of the start.
    declared_as = {
        direction: {name: side(block="ttb", inline=direction) for name, side in PHYSICAL_FUNCTIONS.items()}
        for direction in ("ltr", "rtl")
    }
    missing = ComputedStyle.__missing__

    def plain_missing(self: Any, key: str) -> Any:
        """Find a value of an element that has not been asked for yet."""
        cascaded = self.cascaded
        if key not in cascaded:
            if key in initial:
                if key not in PHYSICAL_FUNCTIONS or declared_as[self["direction"]][key] not in cascaded:
                    value = self[key] = initial[key]
                    return value
            elif key in inherited and self.parent_style is not None:
                for style in lacking(self, key):
                    style[key] = style.parent_style[key]
                return self[key]
            elif key == "page" or key.startswith("text_decoration_"):  # they depend on the element around
                for style in lacking(self.parent_style, key):
                    missing(style, key)
        return missing(self, key)

    def lacking(style: Any, key: str) -> list[Any]:
        """Of an element and those around it, which have no value yet and declare none: the outermost first.

        One after the other, for each call within a call counts among the levels that Python allows.
        """
        found = []
        while (
            type(style) is ComputedStyle
            and style.parent_style is not None
            and key not in style
            and key not in style.cascaded
        ):
            found.append(style)
            style = style.parent_style
        return found[::-1]

    ComputedStyle.__missing__ = plain_missing
