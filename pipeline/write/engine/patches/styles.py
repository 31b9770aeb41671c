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
                value = self[key] = self.parent_style[key]
                return value
        return missing(self, key)

    ComputedStyle.__missing__ = plain_missing
