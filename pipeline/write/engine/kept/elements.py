"""Elements stay the same objects where two trees are alike: pages that are kept show these very elements."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from difflib import SequenceMatcher
from typing import Final

PASSING: Final = frozenset(("data-b",))
"""Attributes that no style sheet sees: numbers of blocks, which move with everything before them."""


def become(old: ET.Element, new: ET.Element) -> None:
    """Make a tree what another one is, and keep its elements where they are alike.

    Afterwards `old` says all that `new` says; elements of `new` without a counterpart stand in it, so that
    `new` must not be used any more.

    :param old: the root of the tree that is laid out; of the same tag.
    :param new: the root of the tree that is to be laid out.
    """
    numbers: dict[object, int] = {}
    known: dict[ET.Element, int] = {}
    for root in (old, new):
        _number(root, numbers, known)
    _become(old, new, known)


def _number(root: ET.Element, numbers: dict[object, int], known: dict[ET.Element, int]) -> int:
    """Give each element of a tree a number; elements that say the same have the same one."""
    children = tuple((_number(child, numbers, known), child.tail) for child in root)
    attributes = tuple(item for item in root.attrib.items() if item[0] not in PASSING)
    number = numbers.setdefault((root.tag, attributes, root.text, children), len(numbers))
    known[root] = number
    return number


def _become(old: ET.Element, new: ET.Element, known: dict[ET.Element, int]) -> None:
    if known[old] == known[new]:
        for kept, said in zip(old.iter(), new.iter(), strict=True):
            _take(kept, said)
        old.tail = new.tail
        return
    _take(old, new)
    old.text, old.tail = new.text, new.tail
    before, after = list(old), list(new)
    old[:] = _aligned(before, after, known)


def _take(old: ET.Element, new: ET.Element) -> None:
    if old.attrib != new.attrib:
        old.attrib.clear()
        old.attrib.update(new.attrib)


def _aligned(
    before: list[ET.Element], after: list[ET.Element], known: dict[ET.Element, int]
) -> list[ET.Element]:
    """The children that an element has afterwards: kept ones where they are alike."""
    matcher = SequenceMatcher(None, [known[e] for e in before], [known[e] for e in after], autojunk=False)
    children: list[ET.Element] = []
    for _, start, end, first, last in matcher.get_opcodes():
        left = before[start:end]
        for element in after[first:last]:
            while left and left[0].tag != element.tag:
                del left[0]
            if left:
                _become(left[0], element, known)
                children.append(left.pop(0))
            else:
                children.append(element)
    return children
