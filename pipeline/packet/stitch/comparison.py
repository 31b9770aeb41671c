"""What has changed since an earlier packet: its items by their files, its articles by their trees.

The earlier packet's record says what was in it, and the trees of its articles travel inside it. Trees are
compared, and not text: so a value of an infobox is told from a paragraph, and a note that got another number
is the same note. Where an item stands, and what the packet says of it, are compared as well.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lxml import etree

from pipeline.read.input.decoding import CONTROL, DIRECTION, SURROGATE

Kind = Literal["infobox", "note", "text", "item"]

_LONGEST: Final = 20_000
"""The longest passage that is shown, in characters: it comes from a file that may come from anywhere."""
_UNFIT: Final = re.compile(f"{CONTROL.pattern}|{SURROGATE.pattern}|{DIRECTION.pattern}")

_SKIPPED: Final = frozenset(
    (
        *("docinfo", "comment", "substitution_definition", "target", "meta", "infobox", "footnote"),
        *("system_message", "pending", "decoration"),
    )
)
"""What is compared on its own, or is not read."""
_UNREAD: Final = frozenset(("footnote_reference", "raw"))
"""What does not count in a text: the numbers of notes follow from their order."""


@dataclass(frozen=True)
class Change:
    """One thing in an article that is not what it was.

    :param where: the row of an infobox, the number of a note, the heading above a text, or (``item``) the key
        of a label: what the packet says of an item.
    :param before: its text in the earlier packet; empty for what is new.
    :param now: its text today; empty for what is gone.
    """

    kind: Kind
    where: str
    before: str
    now: str


@dataclass(frozen=True)
class ItemState:
    """An item of a packet, as far as it can change.

    :param name: of the part.
    :param file: that it was taken from, below the source root; empty for a note to the reader.
    :param sha256: of that file, of a note: of its tree.
    :param tree: of an article.
    :param section: the title of the section that it stands in.
    :param date: ISO 8601; empty for none, as is `marking`.
    """

    name: str
    tab: str
    title: str
    file: str
    sha256: str
    tree: bytes | None = None
    section: str = ""
    marking: str = ""
    date: str = ""


@dataclass(frozen=True)
class ItemChange:
    """An item that is not what it was.

    :param what: ``added``, ``removed``, ``replaced`` (another file) or ``changed`` (an article).
    :param item: as it is now, of one that is gone: as it was.
    """

    what: Literal["added", "removed", "replaced", "changed"]
    item: ItemState
    changes: tuple[Change, ...] = field(default=())


def compare(before: Sequence[ItemState], now: Sequence[ItemState]) -> list[ItemChange]:
    """What has changed, in the order of the packet; what is gone comes last.

    An item is known by its file, the others by their title, so that it may have moved or been renamed.
    """
    left = list(before)
    found = []
    pairs: dict[str, ItemState] = {}
    for names in (("file", "title"), ("file",), ("title",)):
        for item in now:
            wanted = [getattr(item, name) for name in names]
            alike = (old for old in left if [getattr(old, name) for name in names] == wanted)
            other = next(alike, None) if all(wanted) else None
            if item.name not in pairs and other is not None:
                pairs[item.name] = other
                left.remove(other)
    places = {item.name: place for place, item in enumerate(before, start=1)}
    moved = _moved(before, [pairs[item.name] for item in now if item.name in pairs])
    for place, item in enumerate(now, start=1):
        old = pairs.get(item.name)
        if old is None:
            found.append(ItemChange("added", item))
            continue
        changes = list(_facts(old, item))
        if old.name in moved:
            changes.append(Change("item", "packet-index", str(places[old.name]), str(place)))
        if old.tree is not None and item.tree is not None:
            changes += compare_trees(old.tree, item.tree)
        elif old.sha256 != item.sha256:
            found.append(ItemChange("replaced", item))
        if changes:
            found.append(ItemChange("changed", item, tuple(map(_shown, changes))))
    return [*found, *(ItemChange("removed", item) for item in left)]


def _facts(old: ItemState, new: ItemState) -> Iterator[Change]:
    """What a packet says otherwise of an item."""
    pairs = (
        ("packet-section", old.section, new.section),
        ("packet-tab", old.tab, new.tab),
        ("packet-title", old.title, new.title),
        ("packet-date", old.date, new.date),
        ("packet-marking", old.marking, new.marking),
    )
    yield from (Change("item", key, was, value) for key, was, value in pairs if was != value)


def _moved(before: Sequence[ItemState], now: Sequence[ItemState]) -> set[str]:
    """The names of those that stand before or behind others than they did, as few as there are."""
    names = [item.name for item in now]
    kept = [item.name for item in before if item.name in names]
    blocks = difflib.SequenceMatcher(None, kept, names, autojunk=False).get_matching_blocks()
    same = {name for block in blocks for name in kept[block.a : block.a + block.size]}
    return set(names) - same


def _shown(change: Change) -> Change:
    """A change as it may stand on a page."""

    def fit(text: str) -> str:
        text = _UNFIT.sub("\ufffd", text)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"

    return Change(change.kind, fit(change.where), fit(change.before), fit(change.now))


# Trees ---------------------------------------------------------------------------------------------------


def compare_trees(before: bytes, now: bytes) -> Iterator[Change]:
    """What has changed between two trees of an article, as XML: infobox values, notes, then the text."""
    old, new = (etree.fromstring(data, etree.XMLParser(resolve_entities=False)) for data in (before, now))
    for where, was, value in _paired(dict(_values(old)), dict(_values(new))):
        yield Change("infobox", where, was, value)
    yield from _note_changes(list(_notes(old)), list(_notes(new)))
    one, two = list(_texts(old)), list(_texts(new))
    for first, second in _differences([text for _, text in one], [text for _, text in two]):
        was = " ".join(one[index][1] for index in first)
        value = " ".join(two[index][1] for index in second)
        where = two[second[0]][0] if second else one[first[0]][0]
        yield Change("text", where, was, value)


def _paired(old: dict[str, str], new: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for key in [*new, *(key for key in old if key not in new)]:
        was, value = old.get(key, ""), new.get(key, "")
        if was != value:
            yield key, was, value


def _values(root: Any) -> Iterator[tuple[str, str]]:
    """The values of infoboxes, by the labels of their rows and columns."""
    for number, box in enumerate(root.iter("infobox")):
        heads = {
            value.get("colnum"): _text(value)
            for row in box.iterfind("infobox_row")
            if "heading" in row.get("classes", "").split()
            for value in row.iterfind("infobox_value")
        }
        title = f"{_text(box.find('infobox_title'))}: " if number else ""
        for row in box.iterfind("infobox_row"):
            heading = "heading" in row.get("classes", "").split()
            label = _text(row.find("infobox_label"))
            for value in row.iterfind("infobox_value"):
                column = value.get("colnum") if heading else heads.get(value.get("colnum"), "")
                where = f", {column}" if box.get("cols") != "1" and column else ""
                yield f"{title}{label}{where}", _text(value)


def _notes(root: Any) -> Iterator[tuple[str, str, str]]:
    """Name (empty for a note without one), number and text of each note."""
    for note in root.iter("footnote"):
        label = note.find("label")
        number = _text(label) if label is not None else ""
        text = " ".join(_text(part) for part in note if part is not label)
        yield note.get("names", "") if not note.get("names", "").isdigit() else "", number, text


def _note_changes(old: list[tuple[str, str, str]], new: list[tuple[str, str, str]]) -> Iterator[Change]:
    names = {name for name, *_ in old if name} & {name for name, *_ in new if name}
    texts = {name: text for name, _, text in old}
    for name, number, text in new:
        if name in names and texts[name] != text:
            yield Change("note", number, texts[name], text)
    one, two = ([note for note in notes if note[0] not in names] for notes in (old, new))
    for first, second in _differences([text for *_, text in one], [text for *_, text in two]):
        for index, place in zip(first, second, strict=False):
            yield Change("note", two[place][1], one[index][2], two[place][2])
        for index in first[len(second) :]:
            yield Change("note", one[index][1], one[index][2], "")
        for place in second[len(first) :]:
            yield Change("note", two[place][1], "", two[place][2])


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[list[int], list[int]]]:
    """The stretches that differ between two lists: places in the one, places in the other.

    A text that was changed stands against its successor, one against one, as long as both are alike.
    """
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        first, second = list(range(i, j)), list(range(k, m))
        while first or second:
            alike = bool(first and second) and _alike(old[first[0]], new[second[0]])
            take_first = alike or len(first) >= len(second)
            take_second = alike or len(second) >= len(first)
            yield [first.pop(0)] if take_first else [], [second.pop(0)] if take_second else []


def _alike(one: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() > 0.4


def _texts(root: Any) -> Iterator[tuple[str, str]]:
    """Each piece of running text, with the heading above it."""
    heading = _text(root.find("title")) if root.find("title") is not None else ""
    stack = [root]
    while stack:
        element = stack.pop()
        contents = element.tag == "topic" and "contents" in element.get("classes", "").split()
        if not isinstance(element.tag, str) or element.tag in _SKIPPED or contents:
            continue
        if element.tag == "image":
            yield heading, element.get("alt", "") or element.get("uri", "")
        elif _has_text(element):
            text = _text(element)
            if element.tag == "title":
                heading = text
            if text:
                yield heading, text
        else:
            stack += reversed(element)


def _has_text(element: Any) -> bool:
    """Whether an element has text of its own, and not only other elements in it."""
    return (
        bool((element.text or "").strip())
        or any((child.tail or "").strip() for child in element)
        or (len(element) > 0 and element.tag in {"paragraph", "title", "term"})
    )


def _text(element: Any) -> str:
    """The text of an element, white space folded, without what does not count."""
    if element is None:
        return ""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNREAD:
            if child.tag == "image":
                yield child.get("alt", "")
            # Blocks inside a value or a note are told apart, words inside a line are not.
            space = "" if child.tag in _INLINE else " "
            yield space
            yield from _pieces(child)
            yield space
        yield child.tail or ""


_INLINE: Final = frozenset(
    (
        *("emphasis", "strong", "literal", "reference", "target", "citation_reference", "title_reference"),
        *("abbreviation", "acronym", "superscript", "subscript", "inline", "problematic", "generated"),
        *("image", "math", "substitution_reference", "fault"),
    )
)
