"""The numbers of list items, which no edition has as text: what they are to be, and what an ebook shows.

A PDF has what the typesetter has drawn. In an ebook, the list says how its items are numbered (HTML, section
4.4.5), and classes that the style sheet knows say what stands around the numbers.
"""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes

_TYPES: Final = {"a": "loweralpha", "A": "upperalpha", "i": "lowerroman", "I": "upperroman"}
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST: Final = 3999
"""The largest number that Roman numerals are used for (CSS Counter Styles 3, section 6.1)."""


def label_of(item: nodes.list_item) -> str:
    """The number of an item as its author wrote it; of an item without a number, nothing."""
    listed = item.parent
    if not isinstance(listed, nodes.enumerated_list):
        return ""
    items = [child for child in listed if isinstance(child, nodes.list_item)]
    value = listed.get("start", 1) + items.index(item)
    number = written(value, listed.get("enumtype", "arabic"))
    return f"{listed.get('prefix', '')}{number}{listed.get('suffix', '.')}"


def label_in(element: Any) -> str:
    """The number of a ``li`` element as a reading system shows it; of one without a number, nothing."""
    listed = element.getparent()
    if listed is None or not str(listed.tag).endswith("}ol"):
        return ""
    value = _count(listed.get("start"), 1)
    for other in listed.iterchildren(element.tag):
        value = _count(other.get("value"), value)
        if other is element:
            break
        value += 1
    classes = listed.get("class", "").split()
    number = written(value, _TYPES.get(listed.get("type", ""), "arabic"))
    return f"({number})" if "parens" in classes else f"{number})" if "paren" in classes else f"{number}."


def written(value: int, kind: str) -> str:
    """A number in the kind of numerals that docutils calls `kind`."""
    text = str(value)
    if kind.endswith("alpha") and value > 0:
        text = ""
        while value:
            value, digit = divmod(value - 1, 26)
            text = chr(ord("a") + digit) + text
    elif kind.endswith("roman") and 0 < value <= _MOST:
        text = ""
        for size, sign in _ROMAN:
            count, value = divmod(value, size)
            text += sign * count
    return text.upper() if kind.startswith("upper") else text


def _count(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() else default
