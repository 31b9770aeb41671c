"""A tree of boxes as a row of tokens, so that two of them can be laid beside each other.

What stands in the flow of a page is a row of blocks. A token is a block that is read as a whole (a paragraph,
a table, what floats), or the beginning or the end of a container of such blocks. Each has a key; two tokens
have the same key where the typesetter can tell no difference between them: the same elements, styles, texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, Final

from pipeline.write.engine.kept.elements import PASSING

_SEEN: Final = frozenset(
    (
        *("text", "leading_collapsible_space", "trailing_collapsible_space", "embedding_level"),
        *("isolate_level",),
        *("link", "bookmark_label", "string_set", "colspan", "rowspan", "viewport_overflow"),
        *(
            "is_header",
            "is_footer",
            "is_leader",
            "is_outside_marker",
            "is_table_wrapper",
            "is_for_root_element",
        ),
        *("is_flex_item", "is_grid_item", "is_column"),
    )
)
"""Attributes of boxes that are set before the layout, and not in it."""
_FOLLOWING: Final = frozenset(
    (
        *("element_tag", "element", "style", "children", "first_letter_style", "first_line_style"),
        *("cached_counter_values", "missing_link", "footnote", "replacement", "column_groups", "grid_x"),
        *("collapsed_border_grid", "remove_decoration_sides", "border_top_width", "border_right_width"),
        *("border_bottom_width", "border_left_width"),
    )
)
"""Attributes that are compared otherwise, or follow from what is compared."""
KNOWN: Final = _SEEN | _FOLLOWING
_NO_SELECTOR: Final = PASSING | {"class"}
"""Attributes that are seen in the styles, or nowhere."""


MANY: Final = 4
"""So many times the keys of one layout are kept at most: a row of layouts may be long."""


class Keys:
    """Numbers for what is compared: the same for what is the same. One object serves a row of layouts."""

    def __init__(self) -> None:
        self.first = 0
        self.numbers: dict[Any, int] = {}
        self.held: list[Any] = []
        """What is told apart by its address is not let go."""

    def of(self, value: Any) -> int:
        """The number of a value; of one that can't be looked into, the number of this very object."""
        try:
            return self.numbers.setdefault(value, len(self.numbers))
        except TypeError:
            self.held.append(value)
            return self.numbers.setdefault(("object", id(value)), len(self.numbers))

    def are_many(self) -> bool:
        """Whether most of them are of layouts that are no more: to be asked after each layout."""
        self.first = self.first or len(self.numbers)
        return len(self.numbers) > MANY * self.first

    def unlike(self) -> int:
        """A number that nothing else has."""
        return self.of(("unlike", len(self.numbers)))


class Tokens:
    """The tokens of one tree of boxes, in order; each is known by its place in the row.

    :param root: the box of the root element, before it is laid out.
    :param keys: of the layouts that are compared.
    """

    def __init__(self, root: Any, keys: Keys) -> None:
        from weasyprint.formatting_structure import boxes

        self._boxes = boxes
        self._numbers = keys
        self._styles: dict[int, tuple[Any, int]] = {}
        self._elements: dict[Any, int] = {}
        self._fresh = False
        self.root = root
        self._tokens: list[tuple[str, Any]] = []
        self.paths: list[tuple[int, ...]] = []
        """The places of each token's box and of those around it among their siblings, from the root on."""
        self.around: list[tuple[int, ...]] = []
        """The tokens that begin the containers around each."""
        self.units: list[bool] = []
        """Whether a token is a block in the flow, read as a whole."""
        self.places: dict[int, int] = {}
        """The token of a box, by its identity."""
        self.running: dict[Any, Any] = {}
        """The boxes that run at the head and foot of pages, by their elements; known with the keys."""
        self.volatile = False
        """Whether anything depends on other pages; known with the keys."""
        if self._is_open(root):
            self._read(root, (), ())
        else:
            self._add("unit", root, (), (), unit=True)
        self._tokens.append(("end", None))
        self.paths.append(())
        self.around.append(())
        self.units.append(True)

    @cached_property
    def keys(self) -> list[int]:
        """The keys of the tokens; to be asked for before the elements change."""
        return [self._token(kind, box) for kind, box in self._tokens]

    def blocks(self) -> Iterator[tuple[int, Any]]:
        """The boxes of the blocks that are read as a whole, with their tokens."""
        for token, (kind, box) in enumerate(self._tokens):
            if kind == "unit":
                yield token, box

    def forget(self) -> None:
        """Let the keys be asked for again: something has changed since."""
        self.__dict__.pop("keys", None)
        self._elements.clear()
        self._fresh = False

    def renew(self, keys: Keys) -> None:
        """Have other keys, and let go those of the layouts before this one."""
        self._numbers = keys
        self._styles.clear()
        self.forget()

    def check(self) -> None:
        """Ask for the keys of a tree that is not laid out yet: what is unknown in it is seen."""
        self._fresh = True
        _ = self.keys

    def _token(self, kind: str, box: Any) -> int:
        match kind:
            case "end":
                return self._numbers.of(kind)
            case "close":
                return self._numbers.of((kind, id(box.element), box.element_tag))
            case "open":
                return self._numbers.of((kind, self._key(box)))
        return self._whole(box)

    def _add(
        self, kind: str, box: Any, path: tuple[int, ...], around: tuple[int, ...], *, unit: bool
    ) -> None:
        self.places.setdefault(id(box), len(self._tokens))
        self._tokens.append((kind, box))
        self.paths.append(path)
        self.around.append(around)
        self.units.append(unit)

    def _read(self, box: Any, path: tuple[int, ...], around: tuple[int, ...]) -> None:
        around = (*around, len(self._tokens))
        self._add("open", box, path, around[:-1], unit=False)
        for index, child in enumerate(box.children):
            place = (*path, index)
            if self._is_open(child):
                self._read(child, place, around)
            else:
                self._add("unit", child, place, around, unit=child.is_in_normal_flow())
        self._add("close", box, path, around[:-1], unit=False)

    def _is_open(self, box: Any) -> bool:
        """Whether the blocks in a box are read one by one: none has to do with those further on."""
        boxes, style = self._boxes, box.style
        return (
            type(box) is boxes.BlockBox
            and bool(box.children)
            and not box.is_table_wrapper
            and box.is_in_normal_flow()
            and style["column_count"] == style["column_width"] == "auto"
            and (box.is_for_root_element or not box.establishes_formatting_context())
            and box.first_letter_style is box.first_line_style is None
            and all(isinstance(child, boxes.BlockLevelBox) for child in box.children)
        )

    @property
    def numbers(self) -> Keys:
        """What the keys are numbers of."""
        return self._numbers

    def running_key(self, box: Any) -> int:
        """The key of a box that runs at the head or foot of pages, with all that stands in it.

        To be asked for when the pages are laid out: by then it has a place, which says nothing.
        """
        fresh, self._fresh = self._fresh, False
        try:
            return self._whole(box, running=True)
        finally:
            self._fresh = fresh

    def _whole(self, box: Any, *, running: bool = False) -> int:
        """The key of a box with all that stands in it."""
        if box.style["position"][0] == "running()":
            self.running[box.element] = box
            running = True
        children = [self._whole(child, running=running) for child in box.all_children()]
        if box.footnote is not None:
            children.append(self._whole(box.footnote))
        return self._numbers.of((self._key(box, running=running), *children))

    def _key(self, box: Any, *, running: bool = False) -> int:
        """The key of a box without those in it; nothing is like one that can't be known before the layout."""
        own = box.__dict__
        waits = (box.missing_link is not None and not running) or box.is_note()
        self.volatile = self.volatile or waits
        if waits or (self._fresh and not own.keys() <= KNOWN):
            return self._numbers.unlike()
        more = tuple(
            [
                (name, tuple(value) if isinstance(value, list) else value)
                for name, value in own.items()
                if name in _SEEN
            ]
        )
        image: Any = None
        if isinstance(box, self._boxes.ReplacedBox):
            parts = tuple((part.tag, tuple(part.attrib.items()), part.text) for part in box.element.iter())
            image = (type(box.replacement).__name__, parts)
        styles = (box.style, box.first_letter_style, box.first_line_style)
        return self._numbers.of(
            (
                type(box).__name__,
                box.element_tag,
                self._element(box.element),
                tuple(-1 if style is None else self._style(style) for style in styles),
                image,
                more,
            )
        )

    def _element(self, element: Any) -> int:
        """The key of this very element, as it is."""
        found = self._elements.get(element)
        if found is None:
            attributes = tuple(item for item in element.attrib.items() if item[0] not in _NO_SELECTOR)
            found = self._elements[element] = self._numbers.of((id(element), attributes))
        return found

    def _style(self, style: Any) -> int:
        """The key of a computed style: what is declared, and the style around."""
        found = self._styles.get(id(style))
        if found is not None:
            return found[1]
        around = -1 if style.parent_style is None else self._style(style.parent_style)
        if hasattr(style, "cascaded"):
            own: Any = tuple(style.cascaded.items())
            try:
                hash(own)
            except TypeError:
                own = tuple((name, self._numbers.of(value), weight) for name, (value, weight) in own)
            key = self._numbers.of((around, style.pseudo_type, own))
        else:
            key = self._numbers.of((around, "anonymous"))
        self._styles[id(style)] = style, key
        return key

    # Places ------------------------------------------------------------------------------------------------

    def place_of(self, resume: Any) -> tuple[int, Any] | None:
        """The token at which a page begins, and what WeasyPrint says of the place inside it.

        :param resume: as WeasyPrint has it: the number of a child, and the same inside it.
        """
        box = self.root
        token = self.places[id(box)]
        while resume and self._is_open(box):
            if len(resume) != 1:
                return None
            ((index, resume),) = resume.items()
            if index >= len(box.children):
                return None
            box = box.children[index]
            found = self.places.get(id(box))
            if found is None:
                return None
            token = found
        return token, resume

    def resume_at(self, token: int, inside: Any) -> Any:
        """What WeasyPrint calls the place of a token; `place_of` the other way round."""
        resume = inside
        for index in reversed(self.paths[token]):
            resume = {index: resume}
        return resume

    def beyond(self, token: int) -> int:
        """The last token that is read with one: breaks depend on what follows in the flow."""
        token += 1
        while token < len(self.units) - 1 and not self.units[token]:
            token += 1
        return min(token, len(self.units) - 1)


def matched(old: Tokens, new: Tokens) -> list[int | None]:
    """For each token of `old` the one of `new` that is the same."""
    first = 0
    shortest = min(len(old.keys), len(new.keys))
    while first < shortest and old.keys[first] == new.keys[first]:
        first += 1
    last = 0
    while last < shortest - first and old.keys[-1 - last] == new.keys[-1 - last]:
        last += 1
    found: list[int | None] = [None] * len(old.keys)
    found[:first] = range(first)
    if last:
        found[-last:] = range(len(new.keys) - last, len(new.keys))
    middle = (old.keys[first : len(old.keys) - last], new.keys[first : len(new.keys) - last])
    for start, place, size in SequenceMatcher(None, *middle, autojunk=False).get_matching_blocks():
        for offset in range(size):
            found[first + start + offset] = first + place + offset
    return found
