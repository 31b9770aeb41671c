"""Marks that Chinese and Japanese share with other scripts, from the font of the letters around them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Final

CLASS: Final = "cjk-marks"
_MARKS: Final = re.compile("[\u2014\u2018\u2019\u201c\u201d\u2026]+")
_LANGUAGES: Final = ("zh", "ja", "yue")
_AS_WRITTEN: Final = frozenset(("code", "pre", "kbd", "samp", "svg", "title", "head"))


def set_marks(root: ET.Element) -> None:
    """Put the marks of Chinese and Japanese passages into elements that ``print.css`` gives their font.

    :param root: of the page; names of elements without namespace.
    """
    _walk(root, False)


def _walk(element: ET.Element, inside: bool) -> None:
    if element.tag in _AS_WRITTEN:
        return
    language = element.get("lang")
    if language is not None:
        inside = language.lower().split("-")[0] in _LANGUAGES
    children = list(element)
    for child in children:
        _walk(child, inside)
    if not inside:
        return
    for child in reversed(children):
        if child.tail and _MARKS.search(child.tail):
            place = list(element).index(child) + 1
            child.tail, found = _parted(child.tail)
            for new in reversed(found):
                element.insert(place, new)
    if element.text and _MARKS.search(element.text):
        element.text, found = _parted(element.text)
        for new in reversed(found):
            element.insert(0, new)


def _parted(text: str) -> tuple[str, list[ET.Element]]:
    found: list[ET.Element] = []
    place, first = 0, ""
    for match in _MARKS.finditer(text):
        before = text[place : match.start()]
        if found:
            found[-1].tail = before
        else:
            first = before
        new = ET.Element("span", {"class": CLASS})
        new.text = match[0]
        found.append(new)
        place = match.end()
    found[-1].tail = text[place:]
    return first, found
