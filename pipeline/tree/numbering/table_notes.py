"""Notes below their table, with letters, where its option ``:notes: below`` asks for that."""

from __future__ import annotations

from docutils import nodes

from pipeline.tree.nodes import NOTES_BELOW, SOURCE_LINE, TABLE_NOTE, note_list
from pipeline.tree.note_order import calls_in, letter, notes_of
from pipeline.tree.parts import prune
from pipeline.tree.report import report


def letter_notes(document: nodes.document) -> None:
    """Give the notes of such tables their letters, and put them below their tables.

    A note that is called elsewhere, too, keeps its number; that is told. Calls inside notes count as calls
    elsewhere.
    """
    tables = [table for table in document.findall(nodes.table) if NOTES_BELOW in table["classes"]]
    if not tables:
        return
    by_id = notes_of(document)
    every: dict[int, list[nodes.footnote_reference]] = {}
    for call in document.findall(nodes.footnote_reference):
        note = by_id.get(call.get("refid", ""))
        if note is not None:
            every.setdefault(id(note), []).append(call)
    for table in tables:
        last: nodes.Element = table
        calls = list(calls_in(table))
        following = table.next_node(nodes.paragraph, descend=False, siblings=True)
        behind = following is not None and following.parent.index(following) == table.parent.index(table) + 1
        if following is not None and behind and SOURCE_LINE in following["classes"]:
            last = following
            calls += calls_in(following)
        own = {id(call) for call in calls}
        kept: dict[int, nodes.footnote] = {}
        for call in calls:
            note = by_id.get(call.get("refid", ""))
            if note is None or id(note) in kept or TABLE_NOTE in note["classes"]:
                continue
            if all(id(other) in own for other in every[id(note)]):
                kept[id(note)] = note
            elif call is next(one for one in every[id(note)] if id(one) in own):
                message = (
                    f"the note {call.rawsource or call.astext()} is called in this table, whose notes stand "
                    "below it, and elsewhere, too: it keeps its number; write a second note for one place"
                )
                report(document, "note-shared", message, call)
        if kept:
            _place(list(kept.values()), last, every)


def _place(
    notes: list[nodes.footnote], last: nodes.Element, every: dict[int, list[nodes.footnote_reference]]
) -> None:
    """Put notes behind the last part of their table, each with its letter."""
    for number, note in enumerate(notes, start=1):
        label = letter(number)
        note[:] = [child for child in note if not isinstance(child, nodes.label)]
        note.insert(0, nodes.label("", label))
        note["classes"].append(TABLE_NOTE)
        note["backrefs"] = [call["ids"][0] for call in every[id(note)]]
        for call in every[id(note)]:
            call[:] = [nodes.Text(label)]
            call["refid"] = note["ids"][0]
        home = note.parent
        prune(note)
        empty = isinstance(home, nodes.section) and all(isinstance(one, nodes.title) for one in home)
        if empty and home.document.next_node(_is_other_note) is None:
            home.parent.remove(home)
    listing = note_list("", *notes, classes=["table-notes"])
    listing.source, listing.line = notes[0].source, min(note.line or 1 for note in notes)
    last.parent.insert(last.parent.index(last) + 1, listing)


def _is_other_note(node: nodes.Node) -> bool:
    return isinstance(node, (nodes.footnote, nodes.citation)) and TABLE_NOTE not in node["classes"]
