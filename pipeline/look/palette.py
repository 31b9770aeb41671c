"""Colours of the look as numbers, for what is drawn: charts."""

from __future__ import annotations

from typing import Final

import tinycss2
from tinycss2.color4 import parse_color

from pipeline.look.edition_sheets import sheets
from pipeline.look.portable import root_values

NAMES: Final = (*(f"--chart-{number}" for number in range(1, 7)), "--rule", "--muted")
"""The colours of a chart: of its series, the rules of its scale and the line at zero."""


def palette() -> tuple[str, ...]:
    """The values of `NAMES` in the current desk's look, as ``#rrggbb``; what is no colour there is black."""
    values = root_values(tuple(sheet.text for sheet in sheets("theme")))
    return tuple(_hex(values.get(name, "")) for name in NAMES)


def _hex(value: str) -> str:
    found = parse_color(tinycss2.parse_one_component_value(value, skip_comments=True))
    if found is None or isinstance(found, str):
        return "#000000"
    parts = (round(max(0.0, min(1.0, one)) * 255) for one in found.to("srgb").coordinates)
    return "#" + "".join(f"{part:02x}" for part in parts)
