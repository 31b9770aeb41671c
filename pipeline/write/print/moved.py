"""Figures, tables and what stands beside the text, where they do not fit and much of a page would stay white:
they go past the paragraphs that follow, as far as the page needs, and never past the next heading.

What is read aloud keeps its order: each element says how far it was moved (`MOVED`), and the structure of the
PDF has it in its old place.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline.write.engine.boxes import root_of
from pipeline.write.print.floats import FRAMES
from pipeline.write.print.heights import HEADINGS, OUTER, LaidPage, blocks_of
from pipeline.write.xhtml.attributes import MOVED

ROUNDS: Final = 6
"""What is moved changes the pages behind it: so many layouts are asked what to move next."""
_WHITE: Final = 0.25
"""So much of the height of a page may stay white at its end."""
_BETTER: Final = 0.12
"""A move has to save so much of the height of a page."""
_NUMBER: Final = "data-movable"
_TEXT: Final = frozenset(("p", "ul", "ol"))
_WITH: Final = frozenset(("source-line", "table-notes"))


def number_movable(root: ET.Element) -> None:
    """Number what may leave its place, before anything is set around it.

    :param root: of the page; names of elements without namespace.
    """
    movable = (child for child in blocks_of(root) if _is_movable(child))
    for number, element in enumerate(movable):
        element.set(_NUMBER, str(number))


def _is_movable(element: ET.Element) -> bool:
    classes = set(element.get("class", "").split())
    return (element.tag in {"figure", "table"} or bool(classes & FRAMES)) and not classes & {
        "infobox",
        "keep",
    }


def move(root: ET.Element, moves: Mapping[int, int]) -> None:
    """Move what is to be moved.

    :param root: of the page.
    :param moves: by number, past how many elements.
    """
    for parent in [one for one in root.iter() if one.tag in OUTER] if moves else []:
        for number, group in list(_groups(parent)):
            count = moves.get(number, 0)
            if not count or len(_followers(parent, group)) < count:
                continue
            start = list(parent).index(group[0])
            for place, element in enumerate(group):
                parent.remove(element)
                element.set(MOVED, str(count + place))
            for place, element in enumerate(group):
                parent.insert(start + count + place, element)


def _groups(parent: ET.Element) -> Iterator[tuple[int, list[ET.Element]]]:
    """What may be moved in an element, with what stands below it and goes along."""
    children = list(parent)
    for place, child in enumerate(children):
        holder = child if child.get(_NUMBER) else child.find(f"table[@{_NUMBER}]")
        if holder is None or (holder is not child and "wide" not in child.get("class", "").split()):
            continue
        group = [child]
        for below in children[place + 1 :]:
            if not _WITH & set(below.get("class", "").split()):
                break
            group.append(below)
        yield int(holder.get(_NUMBER, "0")), group


def _followers(parent: ET.Element, group: list[ET.Element]) -> list[ET.Element]:
    """The text that follows what may be moved, as far as the next heading, box, figure or table."""
    children = list(parent)
    found = []
    for child in children[children.index(group[-1]) + 1 :]:
        if child.tag not in _TEXT or _NUMBER in child.attrib or MOVED in child.attrib:
            break
        found.append(child)
    calls = any("noteref" in part.get("class", "") for element in group for part in element.iter())
    if calls:  # notes keep the order of their numbers
        for place, child in enumerate(found):
            if any("noteref" in part.get("class", "") for part in child.iter()):
                return found[:place]
    return found


# Deciding ------------------------------------------------------------------------------------------------


def moves_of(document: Any, before: Mapping[int, int]) -> dict[int, int]:
    """Past how many elements what is movable goes, as the pages are laid out now.

    :param document: the laid out ``weasyprint.Document``.
    :param before: what was decided before, which stays.
    """
    found = dict(before)
    root = root_of(document.pages[0]).element
    wanted = {
        group[0]: (number, parent, group)
        for parent in root.iter()
        if parent.tag in OUTER
        for number, group in _groups(parent)
        if number not in found
    }
    if not wanted:
        return found
    pages = [LaidPage(page) for page in document.pages]
    for index in range(1, len(pages)):
        page, last = pages[index], pages[index - 1]
        if last.white < _WHITE * last.height:
            continue
        heads: list[Any] = []
        first = None
        for element in page.begun:
            if element.tag not in HEADINGS:
                first = element
                break
            heads.append(element)
        if first not in wanted:
            continue
        number, parent, group = wanted[first]
        if _stays(parent, group[0]):
            continue
        own = _height(group, pages) if "turned" not in group[0].get("class", "").split() else None
        room = last.white - sum(page.elements[head] for head in heads)
        past = _best(room, last.height, own, page.beside.get(first), _followers(parent, group), pages)
        if past:
            found[number] = past
            break  # what follows stands otherwise then
    return found


def _stays(parent: ET.Element, element: ET.Element) -> bool:
    """Whether the author has put it where it is: behind a break of the page, or behind a colon."""
    children = list(parent)
    place = children.index(element)
    if not place:
        return False
    before = children[place - 1]
    classes = set(before.get("class", "").split())
    return bool(classes & {"page-break", "lead-in"}) or "".join(before.itertext()).rstrip().endswith(":")


def _best(
    room: float,
    height: float,
    own: float | None,
    beside: tuple[float, float] | None,
    followers: list[ET.Element],
    pages: list[LaidPage],
) -> int:
    """Past how many of the elements that follow, so that least stays white; 0 where nothing is gained.

    :param room: on the page before, in pixels.
    :param height: of a page.
    :param own: of what is moved; ``None`` of a page of its own.
    :param beside: of what the text stands beside, its height, and its share of the width: without it, the
        text is less high.
    """
    tall, share = beside or (0.0, 0.0)
    own = tall if beside else own
    best, least, used = 0, room - _BETTER * height, 0.0
    for count, element in enumerate(followers, 1):
        used += _height([element], pages)
        if "lead-in" in element.get("class", "").split():
            continue
        white = room - used + min(used, tall) * share
        if white < 0:
            rest = -white % height
            white = height - rest if own is None else 0 if rest + own <= height else height - rest
        if white < least:
            best, least = count, white
        if white < 0 or used > room + tall * share:
            break
    return best


def _height(elements: list[ET.Element], pages: list[LaidPage]) -> float:
    return sum(page.elements.get(element, 0.0) for page in pages for element in elements)
