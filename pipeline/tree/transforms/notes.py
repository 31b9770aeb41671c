"""Notes: numbered by first reference, one note for many calls, listed where the author lists them.

docutils numbers notes in the order of their definitions. Its transform runs first and resolves which call
means which note; the numbers are then given anew, so that they never depend on where a note was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import Footnotes

from pipeline.findings import suggest
from pipeline.tree.article import Remark
from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.languages.citation_words import is_word
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import TABLE_NOTE, fault, fault_block, note_list
from pipeline.tree.note_order import NOTES, first_calls, follows_call
from pipeline.tree.numbering.table_notes import letter_notes
from pipeline.tree.parts import has_content, prune
from pipeline.tree.report import report
from pipeline.tree.state import state_of

LONG: Final = 1200
"""A note with more characters than this does not fit at the foot of a page: print only lists it."""

_CALLS: Final = (nodes.footnote_reference, nodes.citation_reference)


class PairNotes(Transform):
    """Report calls and notes that find no partner, before docutils pairs them.

    docutils would give a nameless note (``.. [#]``) to a call whose name no note has.
    """

    default_priority = Footnotes.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Take out of the document's registers what docutils must not pair; put faults in its place."""
        document = self.document
        notes = [node for node in document.findall(nodes.Element) if isinstance(node, NOTES)]
        self._report_duplicates(notes)
        calls = [node for node in document.findall(nodes.Element) if isinstance(node, _CALLS)]
        for kind, of in (
            (nodes.footnote_reference, nodes.footnote),
            (nodes.citation_reference, nodes.citation),
        ):
            known = {name for note in notes if isinstance(note, of) for name in note["names"]}
            for call in calls:
                if not isinstance(call, kind):
                    continue
                linked = "refuri" in call or "refid" in call  # docutils has found a link of that name
                if linked or call.get("refname", "") not in {"", *known}:
                    self._report_undefined(call, notes)
        # Calls that the metadata held are in the registers, but no longer in the tree; and so are notes in a
        # directive of which only the error is left.
        here = {id(note) for note in notes}
        for register in (document.autofootnotes, document.symbol_footnotes, document.footnotes):
            register[:] = [note for note in register if id(note) in here]
        here = {id(call) for call in document.findall(nodes.footnote_reference)}
        for refs, count in (
            (document.autofootnote_refs, sum(not names_of(note) for note in document.autofootnotes)),
            (document.symbol_footnote_refs, len(document.symbol_footnotes)),
        ):
            refs[:] = [call for call in refs if id(call) in here]
            nameless = [call for call in refs if "refname" not in call]
            for call in nameless[count:]:
                self._report_undefined(call, notes)
                refs.remove(call)

    def _report_duplicates(self, notes: Sequence[nodes.Element]) -> None:
        """Report each note but the first of its name, and give the first one its name back."""
        seen: set[str] = set()
        for note in notes:
            for name in names_of(note):
                if name in seen:
                    message = f'the note "{name}" is defined twice: the first one counts'
                    report(self.document, "note-duplicate", message, note)
                elif name in note["dupnames"]:
                    note["dupnames"].remove(name)
                    note["names"].append(name)
                seen.add(name)

    def _report_undefined(self, call: nodes.Element, notes: Sequence[nodes.Element]) -> None:
        names = [name for note in notes for name in note["names"]]
        name = call.astext() or call.get("refname", "")
        if not name:
            start = call.rawsource.removesuffix("_")
            message = f"there is no note for this {call.rawsource}: write one that begins with .. {start}"
        elif name.lower() in names:
            written = next(_call_of(note) for note in notes if name.lower() in note["names"])
            message = f'no note is called "{name}" here (did you mean {written}?)'
        else:
            message = f'no note is called "{name}"{suggest(name.lower(), names)}'
        report(self.document, "note-undefined", message, call)
        call.replace_self(fault(call.rawsource, call.rawsource, title=message))


class NumberNotes(Transform):
    """Number the notes by first reference; report those that are empty or never called."""

    default_priority = Footnotes.default_priority + 2

    def apply(self, **kwargs: Any) -> None:
        """Number all notes of the document and set labels, call texts and back-references."""
        self._one_class()
        self._leave_hidden_out()
        self._report_uncited({id(note) for note, _ in first_calls(self.document)})
        letter_notes(self.document)
        ordered = first_calls(self.document, uncited=self.document.findall(nodes.footnote))
        ordered = [(note, calls) for note, calls in ordered if TABLE_NOTE not in note["classes"]]
        for number, (note, calls) in enumerate(ordered, start=1):
            self._label(note, number)
            note["backrefs"] = [call["ids"][0] for call in calls]
            for call in calls:
                call.children = []
                call += nodes.Text(str(number))
                call["refid"] = note["ids"][0]
        self._name_in_links()
        self._close_up()

    def _close_up(self) -> None:
        """Take out white space between two calls: a comma parts them in both editions."""
        for call in list(self.document.findall(nodes.footnote_reference)):
            at = call.parent.index(call)
            before = call.parent[at - 1] if at else None
            if isinstance(before, nodes.Text) and not before.strip() and follows_call(call):
                call.parent.remove(before)

    def _name_in_links(self) -> None:
        """Write the new number in a link that names a note by its old one (``4_`` for ``.. [4]``)."""
        numbers = {
            name: note[0].astext() for note in self.document.findall(nodes.footnote) for name in note["names"]
        }
        for link in self.document.findall(nodes.reference):
            name = link.get("refname", "")
            if name.isdigit() and name in numbers and link.astext() == name:
                link.children = []
                link += nodes.Text(numbers[name])

    def _one_class(self) -> None:
        """Make footnotes of citations: both are notes, in one sequence of numbers."""
        called = state_of(self.document).called_in_text
        for old in list(self.document.findall(nodes.citation)):
            new = nodes.footnote(old.rawsource, *old.children, **old.attributes)
            new.source, new.line = old.source, old.line
            if old in called:
                called.add(new)
            old.replace_self(new)
        for call in list(self.document.findall(nodes.citation_reference)):
            reference = nodes.footnote_reference(call.rawsource, *call.children, **call.attributes)
            reference.source, reference.line = call.source, call.line
            before = call.parent[call.parent.index(call) - 1] if call.parent.index(call) else None
            if is_word(call, metadata_of(self.document).language):
                call.parent.insert(call.parent.index(call), nodes.Text(call.astext()))
            elif isinstance(before, nodes.Text):  # docutils trims the space before footnote references only
                call.parent.replace(before, nodes.Text(before.rstrip(" \n")))
            call.replace_self(reference)

    def _leave_hidden_out(self) -> None:
        """Take out the notes that are called in passages only that no edition shows, and in such notes."""
        state = state_of(self.document)
        names, withheld = set(state.hidden_calls), any(one.withheld for one in state.remarks)
        while names:
            called = {id(note) for note, _ in first_calls(self.document)}
            gone = [
                note
                for note in self.document.findall(nodes.footnote)
                if id(note) not in called and names.intersection((*note["names"], *note["ids"]))
            ]
            names = set()
            for note in gone:
                names |= {call.get("refid", "") for call in note.findall(nodes.footnote_reference)}
                texts = tuple(line.strip() for line in note.rawsource.splitlines())
                name = getattr(note.source, "below", "")
                state.remarks.append(Remark(name, note.line or 0, texts, withheld))
                note.parent.remove(note)

    def _report_uncited(self, cited: set[int]) -> None:
        for note in self.document.findall(nodes.footnote):
            call = _call_of(note)
            if not has_content(note):
                message = f"the note {call[:-1]} has no text: write it behind the brackets"
                listed = _mark_of_list(note)
                if listed:
                    message = (
                        f'the text of the note {call[:-1]} is read as the mark of a list, "{listed}": '
                        f"write a backslash before it, as in \\{listed}"
                    )
                report(self.document, "note-empty", message, note)
                note.append(fault_block(title=message))
            if id(note) in cited or note in state_of(self.document).called_in_text:
                continue
            if not note["dupnames"]:
                message = (
                    f"the note {call[:-1]} is never called: write {call} where it belongs, or take it out"
                )
                report(self.document, "note-uncited", message, note)

    @staticmethod
    def _label(note: nodes.footnote, number: int) -> None:
        for old in [child for child in note if isinstance(child, nodes.label)]:
            note.remove(old)
        note.insert(0, nodes.label("", str(number)))


def _mark_of_list(note: nodes.Element) -> str:
    """The mark of the first item of an empty list, as the author wrote it: ``.. [#a] A.`` begins one."""
    lists = any(isinstance(child, (nodes.enumerated_list, nodes.bullet_list)) for child in note)
    words = note.rawsource.split()
    return words[0] if lists and words else ""


def names_of(note: nodes.Element) -> list[str]:
    """The names of a note, those included that another one has, too."""
    return [*note["names"], *note["dupnames"]]


def _call_of(note: nodes.Element) -> str:
    """How an author calls `note`, before it has its number."""
    label = note[0].astext() if len(note) and isinstance(note[0], nodes.label) else ""
    if note.get("auto") == "*":
        return "[*]_"
    if note.get("auto"):  # docutils has given a nameless note the name that is its label
        name = next(iter(names_of(note)), label)
        return "[#]_" if name == label else f"[#{name}]_"
    return f"[{label}]_"


class ListNotes(Transform):
    """Gather the notes where the author lists them, in the order of their numbers.

    A section that holds nothing but notes keeps those that were written in it, and so does a rubric with
    notes below it. Notes written elsewhere go to the last such section, or else below the last such rubric;
    where there is neither, to a section without text that is called "Notes", else to a new one at the end.
    """

    default_priority = NumberNotes.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Move every note into a `note_list`."""
        notes = [note for note in self.document.findall(nodes.footnote) if TABLE_NOTE not in note["classes"]]
        if not notes:
            return
        kept = {id(note): home for note in notes if (home := _home_of(note)) is not None}
        found = {id(home): home for home in kept.values()}.values()
        sections = [home for home in found if isinstance(home, nodes.section)]
        homes = [*(home for home in found if home not in sections), *sections]
        for note in notes:
            if _is_long(note) or not note["backrefs"]:  # what print has in a list alone
                note["classes"].append("long")
            prune(note)
        if not homes:
            empty = self._empty_section()
            homes = [empty or self._new_section()]
            if empty is None:
                self._at_foot_alone()
        groups: dict[int, list[nodes.footnote]] = {}
        for note in sorted(notes, key=lambda note: int(note[0].astext())):
            groups.setdefault(id(kept.get(id(note), homes[-1])), []).append(note)
        for home in homes:
            group = groups.get(id(home))
            if not group:
                continue
            listing = note_list("", *group)
            listing.source, listing.line = group[0].source, min(note.line or 1 for note in group)
            if isinstance(home, nodes.rubric):
                home.parent.insert(home.parent.index(home) + 1, listing)
                self.document.set_id(listing, suggested_prefix="notes")
            else:
                home += listing

    def _empty_section(self) -> nodes.section | None:
        """The section that the author has given the name of the notes, and left empty for them."""
        words = labels_for(metadata_of(self.document).language)
        names = {words["notes"].lower(), words["sources"].lower(), "notes", "references", "sources"}
        for section in reversed([child for child in self.document if isinstance(child, nodes.section)]):
            rest = [one for one in section[1:] if not isinstance(one, nodes.Invisible)]
            if not rest and names & set(section[0].astext().lower().split()):
                return section
        return None

    def _at_foot_alone(self) -> None:
        """Print lists no notes that no author has listed, unless the field asks for it."""
        docinfo = next((part for part in self.document if isinstance(part, nodes.docinfo)), None)
        if docinfo is not None and not metadata_of(self.document).notes:
            body = nodes.field_body("", nodes.paragraph("", "foot"))
            docinfo += nodes.field("", nodes.field_name("", "notes"), body)

    def _new_section(self) -> nodes.section:
        language = metadata_of(self.document).language
        title = labels_for(language)["notes"]
        section = nodes.section("", nodes.title(title, "", label_node(title, language)), classes=["notes"])
        section.source, section.line = self.document.get("source"), 1
        self.document.set_id(section, suggested_prefix=nodes.make_id(title) or "notes")
        self.document += section
        return section


def _only_notes(section: nodes.section) -> bool:
    ignored = (nodes.Titular, nodes.Invisible, nodes.system_message)
    body = [child for child in section if not isinstance(child, ignored)]
    return bool(body) and all(isinstance(child, nodes.footnote) for child in body)


def _home_of(note: nodes.footnote) -> nodes.Element | None:
    """The section of notes or the rubric that a note was written under."""
    if isinstance(note.parent, nodes.section) and _only_notes(note.parent):
        section: nodes.section = note.parent
        return section
    for before in reversed(note.parent[: note.parent.index(note)]):
        if isinstance(before, nodes.rubric):
            return before
        if not isinstance(before, (nodes.footnote, nodes.Invisible, nodes.system_message)):
            return None
    return None


def _is_long(note: nodes.footnote) -> bool:
    large = (nodes.table, nodes.image, nodes.literal_block, nodes.Admonition)
    return len(note.astext()) > LONG or any(True for _ in note.findall(lambda node: isinstance(node, large)))
