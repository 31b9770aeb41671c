"""Facts from ``facts.toml`` beside the article: ``|turnout|`` is its value, with a note of its own."""

from __future__ import annotations

import datetime
import math
import posixpath
import re
import tomllib
from dataclasses import dataclass
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import Substitutions

from pipeline.files.toml_faults import explain
from pipeline.findings import Finding, suggest
from pipeline.read.input.inclusions import Origin, Refused
from pipeline.read.input.reading import Reading
from pipeline.tree.languages.values import as_text, percent_text
from pipeline.tree.nodes import NOTES_BELOW, fault
from pipeline.tree.parts import around
from pipeline.tree.report import line_of, report, source_of
from pipeline.tree.state import state_of

NAME: Final = "facts.toml"
_KEYS: Final = ("value", "unit", "note", "date")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")


@dataclass(frozen=True)
class Fact:
    """A fact.

    :param text: its value as the article shows it; `note`: where it comes from, "" without a note.
    """

    text: str
    note: str


class FillFacts(Transform):
    """Put facts in the place of substitutions that the article does not define."""

    default_priority = Substitutions.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Replace them. A fact that is used twice has one note, called twice; so have facts of one source.

        A table whose notes stand below it has its own.
        """
        known = self.document.substitution_names
        self.wrong: set[str] = set()
        calls = [
            call
            for call in self.document.findall(nodes.substitution_reference)
            if call["refname"].lower() not in known and not _is_in_definition(call)
        ]
        facts = self._read() if calls else None
        if facts is None:
            return
        notes: dict[tuple[str, int], nodes.footnote] = {}
        for call in calls:
            name = call["refname"].lower()
            fact = facts.get(name)
            if name in self.wrong:  # what is wrong with it is said where it stands
                call.replace_self(fault(call.rawsource, call.rawsource, title="this fact can't be read"))
                continue
            if fact is None:
                hint = suggest(name, [*facts, *known])
                if hint:
                    message = f'no fact and no substitution is called "{call["refname"]}"{hint}'
                    report(self.document, "substitution-undefined", message, call)
                    call.replace_self(fault(call.rawsource, call.rawsource, title=message))
                continue
            shown: list[nodes.Node] = [nodes.Text(fact.text)]
            if fact.note:
                shown.append(self._called(call, name, fact, notes))
            call.replace_self(shown)

    def _called(
        self,
        call: nodes.substitution_reference,
        name: str,
        fact: Fact,
        notes: dict[tuple[str, int], nodes.footnote],
    ) -> nodes.footnote_reference:
        """The call of a fact's note, which is made where the fact is first used."""
        key = fact.note, _table_of(call)
        if key not in notes:
            title = f"fact {name}" + (f" {len(notes)}" if key[1] else "")
            note = notes[key] = nodes.footnote("", nodes.paragraph("", "", *_linked(fact.note)), auto=1)
            note["names"].append(title)
            note.source, note.line = source_of(call), line_of(call) or 1
            note[0].source, note[0].line = note.source, note.line
            self.document.note_autofootnote(note)
            self.document.note_explicit_target(note, note)
            _section_of(call).append(note)  # not the document: a title is one where it is alone there
        title = notes[key]["names"][0]
        reference = nodes.footnote_reference(call.rawsource, auto=1, refname=title)
        self.document.set_id(reference)
        self.document.note_footnote_ref(reference)
        self.document.note_autofootnote_ref(reference)
        return reference

    def _read(self) -> dict[str, Fact] | None:
        """The facts by their names in small letters; ``None`` where the article has no file of them."""
        state = state_of(self.document)
        if not isinstance(state, Reading) or state.files.root is None:
            return None
        files = state.files
        path = files.root / posixpath.dirname(files.article) / NAME if files.root is not None else None
        if path is None or not path.is_file():
            return None
        try:
            text, found = files.read(NAME, Origin(files.shown, files.article))
        except Refused as error:
            source, at = error.place or (files.shown, 1)
            state.findings.append(Finding(error.code, source, at, error.message))
            return None
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place, said = explain(error, text)
            state.findings.append(Finding("facts-file", str(found), place, f"this is not TOML: {said}"))
            return {}
        except (RecursionError, ValueError):
            message = "this is not TOML that can be read: a value is too long or nested too deeply"
            state.findings.append(Finding("facts-file", str(found), None, message))
            return {}
        facts: dict[str, Fact] = {}
        for name, row in table.items():
            wrong = _fault(row)
            if wrong:
                line = _line(text, name)
                state.findings.append(Finding("facts-file", str(found), line, f'the fact "{name}" {wrong}'))
                self.wrong.add(" ".join(name.lower().split()))
            else:
                facts[" ".join(name.lower().split())] = _fact(row, state.language)
        return facts


def _fault(row: Any) -> str:
    """What is wrong with a fact, as the end of a sentence; "" where nothing is."""
    if not isinstance(row, dict):
        return "is no table: write its name between square brackets, and value = below it"
    for key in row:
        if key not in _KEYS:
            return f'has a key "{key}" that means nothing{suggest(key, _KEYS)}: there are {", ".join(_KEYS)}'
    if isinstance(row.get("value"), float) and not math.isfinite(row["value"]):
        return "is no number that can be shown: write value = 41.2"
    if not isinstance(row.get("value"), (str, int, float, datetime.date)):
        return "has no value: write value = 41.2, or a text between quotation marks, or a date"
    if not all(isinstance(row.get(key, ""), str) for key in ("unit", "note")):
        return "needs texts between quotation marks for unit and note"
    if not isinstance(row.get("date", ""), (str, datetime.date)):
        return "has a date that is none: write date = 2026-11-24"
    return ""


def _fact(row: dict[str, Any], language: str) -> Fact:
    unit = row.get("unit", "")
    text = as_text(row["value"], language)
    if unit == "%":
        text = percent_text(text, language)
    elif unit:
        text = f"{text}\u00a0{unit}"
    day = as_text(row["date"], language) if "date" in row else ""
    note = ", ".join(part for part in (row.get("note", "").strip().rstrip("."), day) if part)
    return Fact(text, f"{note}." if note else "")


def _linked(text: str) -> list[nodes.Node]:
    """A text as nodes, its addresses as links."""
    found: list[nodes.Node] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        found += [nodes.Text(text[at : match.start()])] if match.start() > at else []
        found.append(nodes.reference(match[0], match[0], refuri=match[0]))
        at = match.end()
    return [*found, nodes.Text(text[at:])] if at < len(text) else found


def _line(text: str, name: str) -> int | None:
    """The line on which a fact begins, from 1."""
    match = re.search(rf"(?m)^\s*\[?\s*[\"']?{re.escape(name)}[\"']?\s*[\]=.]", text)
    return text.count("\n", 0, match.start() + 1) + 1 if match else None


def _section_of(node: nodes.Node) -> nodes.Element:
    return next(one for one in around(node) if isinstance(one, (nodes.section, nodes.document)))


def _table_of(node: nodes.Node) -> int:
    """The table with its notes below it that holds a node; 0 for none."""
    tables = (one for one in around(node) if isinstance(one, nodes.table) and NOTES_BELOW in one["classes"])
    return next((id(table) for table in tables), 0)


def _is_in_definition(call: nodes.Node) -> bool:
    return any(isinstance(one, nodes.substitution_definition) for one in around(call))
