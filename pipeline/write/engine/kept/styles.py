"""Computed styles that are kept from one layout to the next: of elements that every rule finds as they were.

Which rules an element has depends on itself, on the elements around it, and on those beside it and beside
these. Where all that is the same, in an element that is the same object, its styles are those of before.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.write.engine.kept.elements import PASSING

_MANY: Final = 8
"""So many times the numbers of one layout are kept at most: a row of layouts may be long."""
_ESCAPE: Final = re.compile(r"\\([0-9a-f]{1,6})\s?")
_FAR: Final = re.compile(r":has\(|@import|\banchor\b")
"""Rules that look into an element, that are not seen here, or that name places."""
_PAGE_UNIT: Final = re.compile(r"(?:^|\d)(?:p|[sld])?v(?:w|h|i|b|min|max)\b")
"""A length that is a part of the first page, whose size may change."""


def are_near(texts: Sequence[str]) -> bool:
    """Whether nothing else than what is looked at here decides on the styles that style sheets give.

    :param texts: of the style sheets.
    """
    return not any(
        _FAR.search(_ESCAPE.sub(lambda match: chr(int(match[1], 16) % 0x110000), text.lower()))
        for text in texts
    )


class Signs:
    """What stands for the place of each element in a tree: the same for one that no rule can tell apart.

    :param root: of the tree.
    :param earlier: of the layout before it.
    """

    def __init__(self, root: ET.Element, earlier: Signs | None) -> None:
        self.first: int = 0 if earlier is None else earlier.first
        self.numbers: dict[Any, int] = {} if earlier is None else earlier.numbers
        if self.first and len(self.numbers) > _MANY * self.first:
            self.numbers, self.first, earlier = {}, 0, None
        self.of: dict[ET.Element, int] = {}
        number, numbers = self.numbers.setdefault, self.numbers
        self.of[root] = number(("root", self._head(root)), len(numbers))
        self.around: list[tuple[ET.Element, ET.Element]] = []
        """Each element with the one that it stands in, these before those in them."""
        waiting = [root]
        while waiting:
            element = waiting.pop()
            heads = number(("heads", tuple(map(self._head, element))), len(numbers))
            own = self.of[element]
            for index, child in enumerate(element):
                self.of[child] = number((own, heads, index), len(numbers))
                self.around.append((child, element))
                if len(child):
                    waiting.append(child)
        self.first = self.first or len(numbers)
        before = {} if earlier is None else earlier.of
        self.changed = {element for element, sign in self.of.items() if before.get(element) != sign}
        """The elements that rules may tell from what they were."""

    @staticmethod
    def _head(element: ET.Element) -> tuple[Any, ...]:
        """What rules see of an element itself, and of one beside it."""
        attributes = element.attrib
        if not PASSING.isdisjoint(attributes):
            attributes = {name: value for name, value in attributes.items() if name not in PASSING}
        return element.tag, tuple(attributes.items()), bool(len(element) or element.text)


class KeptStyles:
    """The styles of one layout, and the tree that they were made for.

    :param style_for: WeasyPrint's ``StyleFor`` of the document; it has its style sheets, and no styles yet.
    :param html: WeasyPrint's document.
    :param sheets: as WeasyPrint has them: with origin and specificity.
    :param earlier: the same of the layout before it.
    """

    def __init__(self, style_for: Any, html: Any, sheets: Sequence[Any], earlier: KeptStyles | None) -> None:
        self.style_for, self.html, self.sheets = style_for, html, list(sheets)
        if earlier is not None and not earlier.serves(html, self.sheets):
            earlier = None
        self.earlier: KeptStyles | None = earlier
        self.signs: Signs = Signs(html.etree_element, None if earlier is None else earlier.signs)
        self.changed = set(self.signs.changed)
        """The elements whose styles are to be found anew."""
        self.paged: set[ET.Element] = set()
        """The elements with lengths that are parts of a page."""
        self.values: dict[int, tuple[Any, bool]] = {} if earlier is None else earlier.values
        if earlier is not None and earlier.paged:
            inside = set(earlier.paged)
            for element, parent in self.signs.around:
                if parent in inside:
                    inside.add(element)
            self.changed |= inside & self.signs.of.keys()

    def serves(self, html: Any, sheets: Sequence[Any]) -> bool:
        """Whether a document of these style sheets may be laid out after this one."""
        return html.base_url == self.html.base_url and (
            [(id(sheet), *rest) for sheet, *rest in self.sheets]
            == [(id(sheet), *rest) for sheet, *rest in sheets]
        )

    # What WeasyPrint asks a document for ------------------------------------------------------------------

    @property
    def etree_element(self) -> ET.Element:
        """The root."""
        root: ET.Element = self.html.etree_element
        return root

    @property
    def base_url(self) -> str:
        """The address that others are relative to."""
        return str(self.html.base_url)

    @property
    def wrapper_element(self) -> KeptStyles:
        """What gives the elements."""
        return self

    def iter_subtree(self) -> Iterator[Any]:
        """The elements whose styles are to be found anew, as selectors see them, in order."""
        earlier, self.earlier = self.earlier, None
        changed = self.changed
        if earlier is None or self.etree_element in changed:
            yield from self.html.wrapper_element.iter_subtree()
            return
        self._take_over(earlier)
        touched = set(changed)
        for element, parent in reversed(self.signs.around):
            if element in touched:
                touched.add(parent)
        stack = [iter([self.html.wrapper_element])]
        while stack:
            each = next(stack[-1], None)
            if each is None:
                stack.pop()
                continue
            element = each.etree_element
            if element in changed:
                yield each
            if element in touched:
                stack.append(each.iter_children())

    def _take_over(self, earlier: KeptStyles) -> None:
        """Take over the styles of all other elements."""
        style_for = self.style_for
        style_for.initial_page_sizes = earlier.style_for.initial_page_sizes
        signs, changed = self.signs.of, self.changed
        computed = style_for.get_computed_styles()
        for key, style in earlier.style_for.get_computed_styles().items():
            element = key[0]
            if element in signs and element not in changed:
                computed[key] = style

    # Afterwards -------------------------------------------------------------------------------------------

    def note(self, targets: Any) -> None:
        """Note which lengths depend on the page, and say where the links of the document may lead.

        :param targets: WeasyPrint's ``TargetCollector``.
        """
        computed = self.style_for.get_computed_styles()
        seen: dict[int, bool] = {}  # elements may share a style
        for (element, _), style in computed.items():
            if element in self.changed:
                if id(style) not in seen:
                    seen[id(style)] = any(self._asks_page(value) for value, _ in style.cascaded.values())
                if seen[id(style)]:
                    self.paged.add(element)
        named: set[int] = set()
        for element in self.etree_element.iter():
            style = computed[element, None]
            if id(style) not in named:
                named.add(id(style))
                if style["anchor"]:
                    targets.collect_anchor(style["anchor"])

    def _asks_page(self, value: Any) -> bool:
        """Whether a value that is declared has a length that is a part of the page."""
        if isinstance(value, (str, int, float)) or value is None:
            return False
        known = self.values.get(id(value))
        if known is None:
            if (unit := getattr(value, "unit", None)) is not None:
                asks = isinstance(unit, str) and bool(_PAGE_UNIT.match(unit.lower()))
            elif hasattr(value, "serialize"):
                asks = bool(_PAGE_UNIT.search(value.serialize().lower()))
            else:
                parts = value if isinstance(value, (tuple, list, set, frozenset)) else vars(value).values()
                asks = any(map(self._asks_page, parts))
            known = self.values[id(value)] = value, asks
        return known[1]
