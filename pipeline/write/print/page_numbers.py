"""Numbers of pages in the text: of lists of contents and notes, of the index, of references by page.

The typesetter can fill them in itself (``target-counter``). It does so well for what stands before; for what
follows it sets every page again, several times, and may keep a number that has changed since. So a reference
by page gets its number from here, and so does every other link when a document is laid out once more.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline.tree.labels import has_labels, own_digits
from pipeline.write.engine.boxes import boxes_on, is_text, root_of
from pipeline.write.engine.kept.numbers import renumbered

UNKNOWN: Final = "00"
"""Stands in for a number that is not known yet."""

_NUMBERED: Final = frozenset(("cited-page", "index-locator", "paged"))


def _numbered(root: ET.Element) -> Iterator[ET.Element]:
    """The links that show the number of a page."""
    for link in root.iter("a"):
        if not _NUMBERED.isdisjoint(link.get("class", "").split()):
            yield link
    for nav in root.iter("nav"):
        if "contents" in nav.get("class", "").split():
            yield from nav.iter("a")


def set_numbers(root: ET.Element, numbers: Mapping[str, str] | None) -> None:
    """Write the numbers of pages into the links that show them (``data-page``), in digits of the language.

    :param root: the page, before it is laid out.
    :param numbers: by id, as they were in the layout before; ``None`` the first time.
    """
    language = root.get("lang", "en")
    for link in _numbered(root):
        if numbers is not None:
            link.set("data-page", _written(numbers.get(_name(link), UNKNOWN), language))
        elif "paged" in link.get("class", "").split():
            link.set("data-page", UNKNOWN)


def numbered_again(document: Any, numbers: Mapping[str, str]) -> Any | None:
    """A laid out document with other numbers in its links, in which nothing else changes.

    :param document: the laid out ``weasyprint.Document``; it can't be used any more.
    :param numbers: by id; as `set_numbers` has them.
    :returns: the document; ``None`` where the whole page has to be laid out anew.
    """
    root = _root(document)
    before = {link: link.get("data-page") for link in _numbered(root)}
    set_numbers(root, numbers)
    again = renumbered(document, {link: link.get("data-page", "") for link in before})
    if again is None:
        for link, number in before.items():
            link.attrib.pop("data-page", None)
            if number is not None:
                link.set("data-page", number)
    return again


def pages_of(document: Any) -> dict[str, int]:
    """The page on which each id stands, from 0; of what goes on over pages, the first.

    :param document: the laid out ``weasyprint.Document``.
    """
    where: dict[str, int] = {}
    for number, page in enumerate(document.pages):
        for name in page.anchors:
            where.setdefault(name, number)
    return where


def numbers_of(document: Any) -> dict[str, str]:
    """The numbers that the links of a laid out document should show, by id."""
    where = pages_of(document)
    names = {_name(link) for link in _numbered(_root(document))}
    return {name: str(where[name] + 1) for name in sorted(names) if name in where}


def are_shown(document: Any, numbers: Mapping[str, str]) -> bool:
    """Whether each link shows its number."""
    links = {link: _name(link) for link in _numbered(_root(document))}
    if not links:
        return True
    language = _root(document).get("lang", "en")
    for page in document.pages:
        for box in boxes_on(page):
            if is_text(box) and box.element_tag == "a::after" and box.element in links:
                digits = "".join(filter(str.isdigit, box.text))
                if digits and digits != _written(numbers.get(links[box.element], ""), language):
                    return False
    return True


def _written(number: str, language: str) -> str:
    """A number in the digits of a language, where the words beside it are of that language, too."""
    return own_digits(number, language) if has_labels(language) else number


def _name(link: ET.Element) -> str:
    return link.get("href", "").removeprefix("#")


def _root(document: Any) -> Any:
    return root_of(document.pages[0]).element
