"""Lists that are none, and text that is meant as one: initials, numbers that all are 1, tasks, asterisms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.tree.metadata import known_field
from pipeline.tree.report import line_of

_Found = tuple[int, str, str]
_ROMAN: Final = {1: "I", 5: "V", 10: "X", 50: "L", 100: "C", 500: "D", 1000: "M"}
_LEADERS: Final = re.compile(r".*\w ?(?:\.{4,}|…{2,}|(?: \.){4,} ?|_{4,}) ?\d{1,4}")
_TASK: Final = re.compile(r"\[[ xX✓✔]?\](?=\s|$)")


def find_in_list(node: nodes.Element) -> Iterator[_Found]:
    """What is wrong with one list.

    :param node: a list of either kind, as docutils has parsed it.
    """
    line = line_of(node) or 1
    if isinstance(node, nodes.enumerated_list) and not _is_date(node):
        yield from ((line, "markup-misread", said) for said in _sentence(node))
        yield from _restarts(node, line)
    if len(node) > 1 and all(_LEADERS.fullmatch(item.astext()) for item in node):
        said = f'"{shortened(node[0].astext())}" is read as an item of a list: the contents are .. contents::'
        yield line, "markup-misread", f"{said}, which counts the pages itself"
    if _is_asterism(node):
        said = '"* * *" is read as lists without text: a rule is a line of ---- between two empty ones'
        yield line, "markup-foreign", said
    for item in node:
        first = item[0] if isinstance(item, nodes.list_item) and len(item) else None
        match = _TASK.match(first.astext()) if isinstance(first, nodes.paragraph) else None
        if match is not None and first is not None:
            said = f'"{match[0]}" is read as text: type ☐ or ☑ for a task, or take the brackets out'
            yield line_of(first) or line, "markup-foreign", said


def _is_date(node: nodes.Element) -> bool:
    """Whether a list stands in the field of the date, which says what is wrong with it."""
    field = node.parent.parent if isinstance(node.parent, nodes.field_body) else None
    return isinstance(field, nodes.field) and known_field(field[0].astext()) == "date"


def keep_initials(document: nodes.document) -> None:
    """Set “A. Peeters” as it was typed, where docutils makes a list of it.

    That is certain where an initial stands before a capital, alone in its place: as a list of one item it
    would look the same, but be read aloud as a list.
    """
    for node in reversed(list(document.findall(nodes.enumerated_list))):  # of "A. B. Peeters", B before A
        word = _alone(node)
        text = node[0][0].astext() if word else ""
        if not (word.isupper() and text[:1].isupper()) or _goes_on(node, node.get("start", 1)):
            continue
        if any(isinstance(one, nodes.enumerated_list) and one is not node for one in node.parent):
            continue
        paragraph = node[0][0]
        mark = f"{word}. "
        paragraph.rawsource = mark + paragraph.rawsource
        first = paragraph[0] if len(paragraph) else None
        if isinstance(first, nodes.Text):
            paragraph.replace(first, nodes.Text(mark + str(first)))
        else:
            paragraph.insert(0, nodes.Text(mark))
        paragraph.source, paragraph.line = paragraph.source or node.source, paragraph.line or node.line
        for message in [
            one for one in node.parent if _says_start(one)
        ]:  # a field of the head holds one paragraph
            node.parent.remove(message)
        node.replace_self(paragraph)


def _says_start(node: nodes.Node) -> bool:
    """Whether docutils says there that a list does not begin with A, or 1."""
    return isinstance(node, nodes.system_message) and "not ordinal-1" in node.astext()


def _alone(node: nodes.Element) -> str:
    """The letter or number of a list of one item in one line, "A." and not "A)"; else ""."""
    item, number = node[0], node.get("start", 1)
    if len(node) > 1 or len(item) != 1 or not isinstance(item[0], nodes.paragraph):
        return ""
    word = _written(node["enumtype"], number)
    if not word or (node["prefix"], node["suffix"]) != ("", ".") or "\n" in item[0].rawsource:
        return ""
    return word


def _sentence(node: nodes.Element) -> Iterator[str]:
    """A list of one item in one line, which begins as a sentence may: with an initial, a year, a day."""
    word, number = _alone(node), node.get("start", 1)
    if not word:
        return
    first = next((child for child in node.parent if not isinstance(child, nodes.label)), None)
    begins = isinstance(node.parent, (nodes.footnote, nodes.citation)) and first is node
    if begins or word.isupper() or (number > 1 and not _goes_on(node, number)):
        yield f'"{word}." is read as the mark of a list: if it begins a sentence, write \\{word}.'


def _written(sequence: str, number: int) -> str:
    """The letters or the figures of a mark; "" for a Roman number of several: no sentence begins with it."""
    if sequence == "arabic":
        return str(number)
    letter = _ROMAN.get(number, "") if sequence.endswith("roman") else chr(ord("A") + number - 1)
    return letter if sequence.startswith("upper") else letter.lower()


def _goes_on(node: nodes.Element, number: int) -> bool:
    """Whether a list beside this one ends with the number before."""
    beside = (one for one in node.parent if isinstance(one, nodes.enumerated_list) and one is not node)
    return any(one.get("start", 1) + len(one) == number for one in beside)


def _restarts(node: nodes.Element, line: int) -> Iterator[_Found]:
    """A list that begins with the same number as the one right before it: all items are numbered 1."""
    index = node.parent.index(node)
    before = node.parent[index - 1] if index else None
    if not isinstance(before, nodes.enumerated_list) or len(before) != 1:
        return
    alike = all(node.get(key) == before.get(key) for key in ("enumtype", "prefix", "suffix", "start"))
    if alike:
        said = f'"{node["prefix"]}{_written(node["enumtype"], node.get("start", 1))}{node["suffix"]}"'
        yield (
            line,
            "markup-misread",
            f"{said} begins a new list: number the items 1. 2. 3., or begin each with #.",
        )


def _is_asterism(node: nodes.Element) -> bool:
    """Lists in lists, one item each, and nothing in them."""
    at: nodes.Element = node
    depth = 0
    if isinstance(node.parent, nodes.list_item):
        return False
    while isinstance(at, nodes.bullet_list) and len(at) == 1:
        item = at[0]
        depth += 1
        if not len(item):
            return depth > 1
        if len(item) > 1 or not isinstance(item[0], nodes.bullet_list):
            return False
        at = item[0]
    return False
