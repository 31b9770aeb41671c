"""Notes in the order of their first references, each with its calls: what their numbers come from."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from typing import Final

from docutils import nodes

from pipeline.tree.labels import comma_of
from pipeline.tree.nodes import TABLE_NOTE, note_list

NOTES: Final = (nodes.footnote, nodes.citation)
"""The classes of notes before they are numbered."""


def calls_apart(language: str) -> str:
    """What stands between the numbers of two calls side by side, as raised as they are (BCP 47 tag)."""
    return f"{comma_of(language)}\u00a0"


def letter(number: int) -> str:
    """The letter of a note, from 1: a to z, then aa, ab …"""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = string.ascii_lowercase[rest] + text
    return text


def calls_in(node: nodes.Element) -> Iterator[nodes.footnote_reference]:
    """The note references below `node` in reading order, without those inside notes.

    Notes below their table stand in the text: the references in them are among these.
    """
    for child in node:
        if isinstance(child, nodes.footnote_reference):
            yield child
        elif isinstance(child, nodes.Element) and (
            not isinstance(child, NOTES) or TABLE_NOTE in child["classes"]
        ):
            yield from calls_in(child)


def notes_of(document: nodes.document) -> dict[str, nodes.footnote]:
    """Every note by each of its ids."""
    return {name: note for note in document.findall(nodes.footnote) for name in note["ids"]}


def follows_call(call: nodes.footnote_reference) -> bool:
    """Whether another call stands directly before a call: a comma then parts their numbers."""
    for before in reversed(call.parent[: call.parent.index(call)]):
        if isinstance(before, nodes.footnote_reference):
            return True
        if isinstance(before, nodes.image) or before.astext().strip():
            return False
    return False


def first_calls(
    document: nodes.document, *, uncited: Iterable[nodes.footnote] = ()
) -> list[tuple[nodes.footnote, list[nodes.footnote_reference]]]:
    """Notes in the order of their first references, each with all its calls in reading order.

    The body comes first; calls inside notes follow, note by note.

    :param uncited: notes in the order in which those that nothing leads to follow, each with what it calls
        (drafts have such notes).
    """
    by_id = notes_of(document)
    calls: dict[int, list[nodes.footnote_reference]] = {}
    order: list[nodes.footnote] = []

    def take(node: nodes.Element) -> None:
        for call in calls_in(node):
            note = by_id.get(call.get("refid", ""))
            if note is None:
                continue
            if id(note) not in calls:
                order.append(note)
            calls.setdefault(id(note), []).append(call)

    taken = 0
    take(document)
    for note in (None, *uncited):
        if note is not None and id(note) not in calls:
            order.append(note)
            calls[id(note)] = []
        while taken < len(order):  # grows while it is read
            if TABLE_NOTE not in order[taken]["classes"]:
                take(order[taken])
            taken += 1
    return [(note, calls[id(note)]) for note in order]


def holds_only_notes(section: nodes.Element) -> bool:
    """Whether a section holds lists of notes and nothing else: it is then marked as notes."""
    shown = [child for child in section if not isinstance(child, (nodes.Titular, nodes.Invisible))]
    return bool(shown) and all(isinstance(child, note_list) for child in shown)
