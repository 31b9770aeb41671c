"""A line of both directions runs as its paragraph says, whatever elements its words are in."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from pipeline.tree.languages.bidi import (
    END,
    LEFT_TO_RIGHT,
    RIGHT,
    RIGHT_TO_LEFT,
    embedding_levels,
    visual_order,
)

_ISOLATES: Final = {"ltr": LEFT_TO_RIGHT, "rtl": RIGHT_TO_LEFT}
_OBJECT: Final = "\ufffc"
_TURNED: Final = re.compile(f"[{RIGHT}\u200f\u202b\u202e\u2067]")
_WEAK: Final = re.compile(r"\s[^\w\s]|[^\w\s]\s|\d")
"""Marks at the ends of words, and numbers: their levels depend on what is around them."""
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_SPACES: Final = re.compile(r"\s+")
_STRONG: Final = frozenset(("L", "R", "AL"))
_LEVEL: Final = "embedding_level"
"""The attribute of a box in a line that holds its level."""
_AROUND: Final = "isolate_level"
"""The attribute of an element that is isolated: the level of what is around it."""


def order_lines() -> None:
    """Order what stands in a line by the whole paragraph."""
    from weasyprint.formatting_structure import boxes, build
    from weasyprint.layout import inline

    create_anonymous_boxes, get_next_linebox = build.create_anonymous_boxes, inline.get_next_linebox
    remove_last_whitespace = inline.remove_last_whitespace

    def levelled_boxes(box: Any) -> Any:
        """Build boxes; give those in lines their levels (Unicode Standard Annex 9, section 3.3)."""
        box = create_anonymous_boxes(box)
        for line in _lines(box, boxes.LineBox):
            set_levels(line, boxes)
        return box

    def ordered_linebox(context: Any, linebox: Any, *arguments: Any) -> Any:
        """Lay out a line; put what stands in it where it is seen (Unicode Standard Annex 9, rule L2)."""
        line, resume_at = get_next_linebox(context, linebox, *arguments)
        if line is not None and getattr(linebox, _LEVEL, None) is not None:
            _order(line, getattr(linebox, _LEVEL), linebox.text_indent, boxes)
        return line, resume_at

    def removed_whitespace(context: Any, line: Any) -> None:
        """Take the space off the end of a line. A text that runs leftwards is laid out without it, too: it is
        drawn at the left of the text, so that all the words were moved."""
        last = line
        while getattr(last, "children", ()):
            last = last.children[-1]
        width, text = getattr(last, "width", 0.0), getattr(last, "text", "")
        remove_last_whitespace(context, line)
        layout = getattr(last, "pango_layout", None)
        if layout is None or last.text == text or not layout.first_line_direction % 2:
            return
        for child in line.children:
            child.translate(dx=width - last.width, ignore_floats=True)
        if last.text:
            last.pango_layout = inline.split_text_box(context, last, None, 0)[0].pango_layout

    build.create_anonymous_boxes, inline.get_next_linebox = levelled_boxes, ordered_linebox
    inline.remove_last_whitespace = removed_whitespace


def _lines(box: Any, kind: Any) -> Iterator[Any]:
    waiting = [box]
    while waiting:
        one = waiting.pop()
        if isinstance(one, kind):
            yield one
        waiting += getattr(one, "children", ())


@dataclass
class _Place:
    """A box in a line: where it hangs, and where its text begins in the paragraph."""

    parent: Any
    box: Any
    start: int
    text: str


def set_levels(line: Any, boxes: Any) -> None:
    """Give the boxes of a paragraph their levels; text of several levels is parted."""
    parts: list[str] = []
    places: list[_Place] = []
    isolates: list[tuple[Any, int]] = []

    def collect(parent: Any) -> None:
        for box in parent.children:
            if isinstance(box, boxes.TextBox):
                places.append(_Place(parent, box, sum(map(len, parts)), box.text))
                parts.append(box.text)
            elif isinstance(box, boxes.InlineBox) and box.is_in_normal_flow():
                isolate = box.element is not None and box.element.get("dir") in _ISOLATES
                if isolate:
                    isolates.append((box, sum(map(len, parts))))
                    parts.append(_ISOLATES[box.element.get("dir")])
                collect(box)
                if isolate:
                    parts.append(END)
            elif isinstance(box, boxes.AtomicInlineLevelBox) and box.is_in_normal_flow():
                places.append(_Place(parent, box, sum(map(len, parts)), _OBJECT))
                parts.append(_OBJECT)

    collect(line)
    text, base = "".join(parts), int(line.style["direction"] == "rtl")
    if not places or not (base or _TURNED.search(text)):
        return
    levels = embedding_levels()(text, base)
    if set(levels) == {0} or (len(places) == 1 and _holds_alone(places[0].text, levels, base)):
        return
    setattr(line, _LEVEL, base)
    for box, start in isolates:
        setattr(box, _AROUND, levels[start])
    new: dict[int, list[Any]] = {}
    for number, place in enumerate(places):
        before = places[number - 1] if number else None
        after = places[number + 1] if number + 1 < len(places) else None
        edges = (
            levels[before.start + len(before.text) - 1] if before and before.text else base,
            levels[after.start] if after and after.text else base,
        )
        new[id(place.box)] = list(_parted(place, levels, edges, base))
    for parent in {id(place.parent): place.parent for place in places}.values():
        parent.children = [part for box in parent.children for part in new.get(id(box), [box])]


def _parted(place: _Place, levels: Sequence[int], edges: tuple[int, int], base: int) -> Iterator[Any]:
    """A box of one level each. A text stays whole where it has the same levels by itself, line by line, and
    its neighbours do not go on with one of them."""
    box, text = place.box, place.text
    own = levels[place.start : place.start + len(text)]
    if not own:
        setattr(box, _LEVEL, base)
        yield box
        return
    least = min(own)
    goes_on = min(own[0], edges[0]) > least or min(own[-1], edges[1]) > least
    if not goes_on and _holds_alone(text, own, least):
        yield _levelled(box, least)
        return
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or own[end] != own[start]:
            yield _levelled(box.copy_with_text(text[start:end]), own[start])
            start = end


def _holds_alone(text: str, levels: Sequence[int], least: int) -> bool:
    """Whether a text has its levels by itself, too, and whichever of its spaces ends a line.

    A number or a mark takes after the letters before and behind it (rules W2 and N1), in other elements and
    in other lines.
    """
    found, base = embedding_levels(), least % 2
    own = [level - least + base for level in levels]
    if found(text, base) != own:
        return False
    if not _WEAK.search(text):
        return True
    strong = [at for at, letter in enumerate(text) if unicodedata.bidirectional(letter) in _STRONG]
    pairs = list(_pairs(text))
    for space in _SPACES.finditer(text):
        # Brackets that a line ends between are a pair all the same (rule N0).
        around = [pair for pair in pairs if pair[0] < space.start() < pair[1]]
        first = min((opening for opening, _ in around), default=space.start())
        last = max((closing for _, closing in around), default=space.start())
        number = bisect_left(strong, first)
        start = strong[number - 1] if number else 0
        number = bisect_left(strong, last)
        end = strong[number] + 1 if number < len(strong) else len(text)
        before, after = slice(start, space.start()), slice(space.end(), end)
        if any(found(text[part], base) != own[part] for part in (before, after) if text[part]):
            return False
    return True


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Where brackets stand that belong together: the opening and the closing one."""
    open_: list[int] = []
    for at, letter in enumerate(text):
        if letter in _OPENING:
            open_.append(at)
        elif letter in _OPENING.values():
            while open_:
                start = open_.pop()
                if _OPENING[text[start]] == letter:
                    yield start, at
                    break


def _levelled(box: Any, level: int) -> Any:
    direction = "rtl" if level % 2 else "ltr"
    if hasattr(box, "text") and box.style["direction"] != direction:
        box.style = box.style.copy()
        box.style["direction"] = direction
    setattr(box, _LEVEL, level)
    return box


def _order(line: Any, base: int, indent: float, boxes: Any) -> None:
    """Place the boxes of a line from left to right as they are seen; trees and texts stay as they are."""
    leaves = list(_leaves(line, boxes))
    sequence = list(_sequence(line, base, boxes))
    numbers = [0, *accumulate(int(leaf) for leaf, _ in sequence)]
    order = visual_order([level for _, level in sequence])
    seen = [numbers[place] for place in order if sequence[place][0]]
    if seen == list(range(len(leaves))) and not base:
        return
    rank = {id(leaves[number]): place for place, number in enumerate(seen)}
    before = [0.0] * len(leaves)
    after = [0.0] * len(leaves)
    spans: list[tuple[Any, list[int]]] = []
    for box in _inlines(line, boxes):
        inside = sorted(rank[id(leaf)] for leaf in _leaves(box, boxes))
        spans.append((box, inside))
        if inside:
            before[inside[0]] += box.margin_left + box.border_left_width + box.padding_left
            after[inside[-1]] += box.margin_right + box.border_right_width + box.padding_right
    widths = [leaves[number].margin_width() for number in seen]
    x = line.position_x + (0 if base else indent)
    lefts, rights = [], []
    for place, number in enumerate(seen):
        lefts.append(x)
        leaf = leaves[number]
        leaf.translate(dx=x + before[place] - leaf.position_x)
        x += before[place] + widths[place] + after[place]
        rights.append(x)
    # From the innermost: what an element has around its words stands outside of what those in it have.
    used_before, used_after = [0.0] * len(leaves), [0.0] * len(leaves)
    for box, inside in spans:
        if inside:
            first, last = inside[0], inside[-1]
            box.position_x = lefts[first] + used_before[first]
            start = box.margin_left + box.border_left_width + box.padding_left
            end = box.margin_right + box.border_right_width + box.padding_right
            used_before[first] += start
            right = rights[last] - used_after[last] - end
            used_after[last] += end
            box.width = max(0, right - box.position_x - start)


def _leaves(box: Any, boxes: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.InlineBox):
            if child.is_in_normal_flow():
                yield from _leaves(child, boxes)
        elif isinstance(child, (boxes.TextBox, boxes.AtomicInlineLevelBox)) and child.is_in_normal_flow():
            yield child


def _sequence(box: Any, base: int, boxes: Any) -> Iterator[tuple[bool, int]]:
    """The levels of what stands in a line, and whether it is a leaf: what isolates an element is none, and
    keeps it apart from another one beside it (rule X5c)."""
    for child in box.children:
        if isinstance(child, boxes.InlineBox):
            if child.is_in_normal_flow():
                around = getattr(child, _AROUND, None)
                edge = [] if around is None else [(False, around)]
                yield from edge
                yield from _sequence(child, base, boxes)
                yield from edge
        elif isinstance(child, (boxes.TextBox, boxes.AtomicInlineLevelBox)) and child.is_in_normal_flow():
            yield True, getattr(child, _LEVEL, base)


def _inlines(box: Any, boxes: Any) -> Iterator[Any]:
    """The inline elements in a line, each before those in it."""
    for child in box.children:
        if isinstance(child, boxes.InlineBox) and child.is_in_normal_flow():
            yield child
            yield from _inlines(child, boxes)
