"""The text of an article as an editor has it: notes, calls, names and headings, found without parsing.

A text that is being typed is broken most of the time, and an editor wants its answer at once: lines are
searched, code aside. What is right and what is not, the reader says (`pipeline.editor.findings`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pipeline.read.slips.merging.places import code_lines

_NOTE: Final = re.compile(r"(?P<indent>\s*)\.\. \[(?P<name>#[\w.:+-]+|\d+|[A-Za-z][\w.:+-]*)\](?=\s|$)")
_CALL: Final = re.compile(r"\[(?P<name>#[\w.:+-]+|\d+|[A-Za-z][\w.:+-]*)\]_(?!_)")
_LABEL: Final = re.compile(r"\s*\.\. _(?P<name>`[^`]+`|[^:`_](?:[^:\\]|\\:|:(?!\s|$))*):\s*(?P<rest>\S.*)?$")
_NAMED: Final = re.compile(r"\s+:(?:name|label):\s+(?P<name>\S.*)$")
_REFERENCE: Final = re.compile(
    r":(?P<role>ref|page|numref|para|eq|any):`(?:[^`<]*<)?(?P<name>[^`<>]+)>?`"
    r"|(?<![\w`:])`(?P<quoted>[^`<>]+)`_(?![_\w])|(?<![\w`:\]])(?P<bare>[A-Za-z][\w.-]*[A-Za-z0-9])_(?![_\w])"
)
_SIGNS: Final = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_TERM: Final = re.compile(r"\s*\.\. glossary::")


@dataclass(frozen=True)
class Place:
    """A name in the text: the line, from 0, and the columns between which it stands, in characters."""

    name: str
    line: int
    start: int
    end: int


@dataclass
class Heading:
    """A heading: its words, its rank from 0, its line, from 0, and the last line of its section."""

    words: str
    rank: int
    line: int
    last: int = 0


@dataclass
class Text:
    """What stands in a text, by name; names of labels are folded as docutils folds them."""

    lines: list[str]
    notes: dict[str, Place] = field(default_factory=dict)
    calls: list[Place] = field(default_factory=list)
    labels: dict[str, Place] = field(default_factory=dict)
    references: list[Place] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Text:
        """Search a text.

        :param text: as the editor has it.
        """
        self = cls(text.splitlines())
        code = code_lines(self.lines)
        ranks: list[tuple[str, bool]] = []
        for number, line in enumerate(self.lines):
            if number + 1 in code:
                continue
            self._names(number, line)
            self._heading(number, ranks)
        for index, one in enumerate(self.headings):
            later = (other.line for other in self.headings[index + 1 :] if other.rank <= one.rank)
            one.last = next(later, len(self.lines)) - 1
        self._glossary()
        return self

    def _names(self, number: int, line: str) -> None:
        note = _NOTE.match(line)
        if note is not None:
            self.notes.setdefault(note["name"].lower(), _place(note, "name", number))
        for call in _CALL.finditer(line):
            if not line.count("``", 0, call.start()) % 2:
                self.calls.append(_place(call, "name", number))
        label = _LABEL.match(line) or _NAMED.match(line)
        if label is not None:
            place = _place(label, "name", number)
            self.labels.setdefault(folded(place.name.strip("`").replace("\\:", ":")), place)
            return
        for match in _REFERENCE.finditer(line):
            group = next(name for name in ("name", "quoted", "bare") if match[name])
            if not line.count("``", 0, match.start()) % 2:
                self.references.append(_place(match, group, number))

    def _heading(self, number: int, ranks: list[tuple[str, bool]]) -> None:
        line = self.lines[number].rstrip()
        above = self.lines[number - 1].rstrip() if number else ""
        if not _SIGNS.fullmatch(line) or not re.search(r"\w", above) or line[:1].isspace():
            return
        over = self.lines[number - 2].rstrip() if number > 1 else ""
        style = (line[0], over == line)
        if not style[1] and (above[:1].isspace() or (over and not _SIGNS.fullmatch(over))):
            return
        if len(line) < min(len(above.strip()), 4):
            return
        if style not in ranks:
            ranks.append(style)
        words = " ".join(above.split())
        place = Place(words, number - 1, len(above) - len(above.lstrip()), len(above))
        self.headings.append(Heading(words, ranks.index(style), number - 1))
        self.labels.setdefault(folded(words), place)

    def _glossary(self) -> None:
        for number, line in enumerate(self.lines):
            if not _TERM.match(line):
                continue
            margin = len(line) - len(line.lstrip())
            inner = 0
            for below in self.lines[number + 1 :]:
                indent = len(below) - len(below.lstrip())
                if below.strip() and indent <= margin:
                    break
                if below.strip() and not below.strip().startswith((":", "..")):
                    inner = inner or indent
                    if indent == inner:
                        self.terms.append(below.strip().split(" : ")[0])

    def note_text(self, name: str) -> str:
        """The text of a note, without its indentation; "" where there is no such note."""
        place = self.notes.get(name.lower())
        if place is None:
            return ""
        first = self.lines[place.line]
        margin = len(first) - len(first.lstrip())
        body = [first[place.end + 1 :].strip()]
        for line in self.lines[place.line + 1 :]:
            if line.strip() and len(line) - len(line.lstrip()) <= margin:
                break
            body.append(line.strip())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip()

    def below(self, place: Place) -> str:
        """What a label stands above: a heading's words, or the first line."""
        rest = _LABEL.match(self.lines[place.line])
        if rest is not None and rest["rest"]:
            return rest["rest"].strip()
        heading = next((one for one in self.headings if place.line <= one.line <= place.line + 4), None)
        if heading is not None:
            return heading.words
        following = map(str.strip, self.lines[place.line + 1 : place.line + 6])
        return next(filter(None, following), "")


def at(places: list[Place], line: int, column: int) -> Place | None:
    """The place in which a cursor stands, its brackets and signs included."""
    return next((one for one in places if one.line == line and one.start - 1 <= column <= one.end + 2), None)


def folded(name: str) -> str:
    """A name as docutils compares names."""
    return " ".join(name.lower().split())


def _place(match: re.Match[str], group: str, number: int) -> Place:
    return Place(match[group], number, match.start(group), match.end(group))
