"""What a page has already: links to a page that another one beside them names, and notes that it lists."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from docutils import nodes

from pipeline.tree.article import Article
from pipeline.tree.nodes import index_locator
from pipeline.write.engine.boxes import boxes_on, root_of
from pipeline.write.print.heights import HEADINGS, OUTER, blocks_of
from pipeline.write.xhtml.attributes import FOOT

_NUMBER: Final = "data-block"
_PART: Final = 0.25
"""So much of the height of a page may stay white where a block goes to the next page whole."""


def repeated_pages(where: Mapping[str, int], articles: Sequence[Article]) -> frozenset[str]:
    """Calls on a page on which an earlier call of the same note stands already.

    :param where: the pages of ids (`pages_of`).
    """
    repeated = set()
    for article in articles:
        for note in article.document.findall(nodes.footnote):
            seen: set[int | None] = set()
            for call in note["backrefs"]:
                place = _page_of(call, where)
                if place in seen:
                    repeated.add(call)
                seen.add(place)
        for item in article.document.findall(nodes.list_item):
            repeated |= _repeated_places(item, where)
    return frozenset(repeated)


def notes_near_their_calls(where: Mapping[str, int], articles: Sequence[Article]) -> frozenset[str]:
    """The ids of notes whose entry in the list of notes begins on the page of their first call.

    :param where: the pages of ids (`pages_of`).
    """
    near = set()
    for article in articles:
        for note in article.document.findall(nodes.footnote):
            name, calls = note["ids"][0], note["backrefs"]
            if calls and name in where and where[name] == _page_of(calls[0], where):
                near.add(name)
    return frozenset(near)


def _page_of(call: str, where: Mapping[str, int]) -> int | None:
    """The page that a call stands on; in a note that is set at the foot and in a list, at the foot."""
    return where.get(f"{FOOT}{call}", where.get(call))


def _repeated_places(item: nodes.list_item, where: Mapping[str, int]) -> set[str]:
    """The places of an entry of the index on a page that another one names: the principal one stays."""
    shown: dict[int | None, index_locator] = {}
    repeated = set()
    for link in item[0] if len(item) else ():
        if not isinstance(link, index_locator):
            continue
        page = where.get(link["refid"])
        kept = shown.get(page)
        if kept is None or ("main" in link["classes"] and "main" not in kept["classes"]):
            shown[page] = link
            link = kept or link
        if link is not shown[page]:
            repeated.add(link["ids"][0])
    return repeated


# Notes whose absence from the foot would move their call ---------------------------------------------------


def number_blocks(root: ET.Element, starts: Collection[int]) -> None:
    """Number the blocks of the text, and let some of them begin a page.

    :param root: of the page; names of elements without namespace.
    :param starts: the numbers of those.
    """
    for number, element in enumerate(blocks_of(root)):
        element.set(_NUMBER, str(number))
        if number in starts:
            element.set("style", f"{element.get('style', '')}; break-before: page".removeprefix("; "))


def starts_for(document: Any, names: Collection[str], where: Mapping[str, int]) -> dict[str, int]:
    """The blocks that have to begin a page, so that calls stay on it without their notes at its foot.

    Without its note a line may have room on the page before, where the list of notes is not: the note would
    have to go to the foot again, and the line to the next page.

    :param document: the laid out ``weasyprint.Document``.
    :param names: the ids of the notes, whose entries in the list stand on the page of their first call.
    :param where: the pages of ids (`pages_of`).
    :returns: the number of a block for each note that has one.
    """
    starts = {}
    for name in names:
        number = _first_block(document, where[name])
        if number is not None:
            starts[name] = number
    return starts


def _first_block(document: Any, page: int) -> int | None:
    """The block at the begin of a page, when it begins there or may do so."""
    if not page:
        return None
    before: dict[ET.Element, Any] = {}
    for box in boxes_on(document.pages[page - 1]):
        before.setdefault(box.element, box)
    box = root_of(document.pages[page])
    while box.element is not None:
        number, last = box.element.get(_NUMBER), before.get(box.element)
        if number and last is None:
            return int(number)
        inner = next((child for child in getattr(box, "children", ()) if child.is_in_normal_flow()), None)
        if box.element.tag not in OUTER | {"html"} or inner is None:
            small = last is not None and last.margin_height() < _PART * document.pages[page].height
            return int(number) if number and small and not _is_below_heading(box.element, document) else None
        box = inner
    return None


def _is_below_heading(element: ET.Element, document: Any) -> bool:
    """Whether a heading stands above: it would be left behind, alone at the foot of the page."""
    root = root_of(document.pages[0]).element
    around = next((list(parent) for parent in root.iter() if element in list(parent)), [element])
    place = around.index(element)
    return not place or around[place - 1].tag in HEADINGS
