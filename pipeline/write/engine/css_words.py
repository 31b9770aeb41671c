"""What WeasyPrint says of a style sheet, in words of those who type it."""

from __future__ import annotations

import re
from typing import Final

from pipeline.findings import shortened, suggest

_IGNORED: Final = re.compile(r"Ignored `(?P<written>(?P<name>[^:`]*):?.*)`, (?P<why>.*?)\.?", re.DOTALL)
_SELECTOR: Final = re.compile(
    r"Invalid or unsupported selector, (?P<mark>['\"])(?P<written>.*)(?P=mark).*", re.DOTALL
)
_RULE: Final = re.compile(r"Unknown (?P<page>@page )?(?:empty )?rule <AtRule @(?P<name>[\w-]+).*", re.DOTALL)
_BROKEN: Final = re.compile(r"(?:Parse error|Error)\b.*", re.DOTALL)
_RULES: Final = ("page", "media", "font-face", "supports", "namespace", "counter-style", "layer")
_EDGES: Final = {"top": "left center right", "bottom": "left center right", "left": "top middle bottom"}
_BOXES: Final = tuple(
    f"{edge}-{place}"
    for edge, places in (*_EDGES.items(), ("right", _EDGES["left"]))
    for place in places.split()
)
"""The boxes in the margins of a page (CSS Paged Media Level 3, section 6.4), without those of the corners."""
_LENGTHS: Final = re.compile(r"(?P<number>[\d.,]+)\s*(?P<unit>pt|px|mm|cm|in|em|rem|%)?")


def plain(message: str) -> str:
    """A message of WeasyPrint about a style sheet in plain words, with the cure where it is known.

    :param message: without the place that it names.
    :returns: the message itself where it is about something else.
    """
    if match := _IGNORED.fullmatch(message):
        shown = shortened(" ".join(match["written"].split()))
        return f'"{shown}" does nothing: {_reason(match["name"].strip(), match["written"], match["why"])}'
    if match := _SELECTOR.fullmatch(message):
        written = shortened(" ".join(match["written"].split()))
        return f'what stands below "{written}" does nothing: no block is named so in a style sheet'
    if match := _RULE.fullmatch(message):
        name = match["name"]
        if match["page"]:
            meant = name.replace("middle", "center") if name[0] in "tb" else name
            return (
                f"@{name} does nothing: no box in the margin of a page is called so{suggest(meant, _BOXES)}"
            )
        return f"@{name} does nothing: no rule is called so{suggest(name, _RULES)}"
    if _BROKEN.fullmatch(message):
        return "something here is no CSS, and does nothing: what is set is name: value; between { and }"
    return message


def _reason(name: str, written: str, why: str) -> str:
    if why == "unknown property":
        from weasyprint.css.properties import KNOWN_PROPERTIES

        return f'nothing is called "{name}"{suggest(name, sorted(KNOWN_PROPERTIES))}'
    value = written.partition(":")[2].strip()
    if re.fullmatch(r"#?[0-9A-Fa-f]{1,8}", value) and ("color" in name or name == "background"):
        return "a colour is # and six figures or letters, as in #003399"
    length = _LENGTHS.fullmatch(value)
    if re.search(r"!\s*[a-z]+", value) and not value.endswith("!important"):
        return f'"{value[value.index("!") :]}" is no word of CSS: write !important'
    if length is not None and length["unit"] and "," in value:
        return f"type {name}: {value.replace(',', '.').replace(' ', '')};"
    if length is not None and length["unit"]:
        return f"no space stands before the unit: type {name}: {value.replace(' ', '')};"
    if length is not None:
        return f"a length has a unit: type {name}: {value.replace(',', '.')}pt;"
    if why == "invalid value":
        return f"{name} has no such value: see the manual, or a list of the properties of CSS"
    return "print does not know it"
