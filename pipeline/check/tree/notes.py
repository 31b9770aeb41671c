"""Notes of the tree: at the foot of a page, in a list, or both, as each edition has them."""

from __future__ import annotations

from docutils import nodes

from pipeline.check.tree.walk import Walk
from pipeline.check.vocabulary.builder import Builder
from pipeline.check.vocabulary.facts import CITED, Kind, Note, Target
from pipeline.check.vocabulary.places import at
from pipeline.tree.nodes import TABLE_NOTE, note_list


class NoteReader(Walk):
    """A part of the walk of `facts`."""

    def visit_note_list(self, node: note_list) -> None:
        """Notes have rows of their own: see `read_notes`."""
        for note in node:
            self.lists[note["ids"][0]] = (len(self.facts.text.headings), self.build.index)

    def is_listed(self, note: nodes.footnote, *, print_too: bool = False) -> bool:
        """Whether the edition (or `print_too`, whichever this is) lists a note."""
        anyway = not self.print and not print_too
        return anyway or self.metadata.notes != "foot" or "long" in note["classes"]

    def read_notes(self) -> None:
        """Read each note as often as the edition shows it: at the foot of a page, in a list."""
        found = {id(note): note for note in self.notes.values()}.values()
        for note in (note for note in found if TABLE_NOTE in note["classes"]):
            if note["ids"][0] not in self.absent_ids:  # its table is shown here
                self._note(note, "below")
        numbered = [note for note in found if TABLE_NOTE not in note["classes"]]
        for note in sorted(numbered, key=lambda note: int(note[0].astext())):
            called = not self.absent_ids.issuperset(note["backrefs"])
            if self.print and self.metadata.notes != "end" and called:
                self._note(note, "pointer" if "long" in note["classes"] else "foot")
            if self.is_listed(note):
                self._note(note, "list")

    def _note(self, note: nodes.footnote, copy: str) -> None:
        name = note["ids"][0]
        number = note[0].astext()
        number = self.facts.number_of(number) if copy == "below" else number
        row = Note(name, number=number, copy=copy, line=at(note), language=self.metadata.language)
        for part in note["classes"]:
            if part.startswith("language-"):
                row.language = part.removeprefix("language-")
        if copy in ("list", "below"):
            row.after, row.at = self.lists.get(name, (0, 0))
        self.facts.notes.append(row)
        self.build, self.line, self.lines = Builder(row), at(note), 0
        if copy == "pointer":
            self._pointer(name)
        else:
            self.apart("note", note)
        self.build.close()
        if copy == "list" and self.print:
            self._cited(note)
        for part in note["ids"]:
            self.ids[part] = Target(name, 0, name=part)

    def _pointer(self, name: str) -> None:
        """At the foot of the page, print says where a note is that has no room there."""
        before, _, after = self.labels["see-page"].partition("{page}")
        with self.having(links=self.linked(name)):
            self.phrase(before, only=True)
            self.thing(Kind.PAGE, "", only=True)
            self.phrase(after, only=True)

    def _cited(self, note: nodes.footnote) -> None:
        """Behind a listed note, print names the pages on which it is cited."""
        self.build.space()
        for name in ("cited", "cited-many"):
            self.phrase(self.labels[name], optional=True)
        for number in range(len(note["backrefs"])):
            if number:
                self.phrase(",", optional=True)
            self.build.space()
            self.thing(Kind.PAGE, "", optional=True, within=CITED)
