"""What may be typed next: fields, rows of infoboxes, notes, names, roles, directives and their options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from docutils.parsers.rst import directives, roles

from pipeline import styles
from pipeline.editor.text import Text
from pipeline.read.directives.registry import DIRECTIVES
from pipeline.read.sphinx.roles import ROLES
from pipeline.tree.infobox_types import BrokenTypeError, infobox_types, load_type
from pipeline.tree.metadata import CHOICES, FIELDS, NUMBERED

TRIGGERS: Final = (":", "[", "#", "`", ".", " ")
"""The characters behind which an editor asks by itself."""

_DIRECTIVE: Final = re.compile(r"(?P<indent>\s*)(?:[*-] +)*\.\. (?:\|[^|]+\| )?(?P<name>[\w-]+)::")
_HEAD: Final = re.compile(r":(?![: ])[^:]+:(?:\s|$)|\s|$|([!-/:-@\[-`{-~])\1{2,}\s*$")
_VALUE: Final = re.compile(r"(?P<indent>\s*):(?P<name>[\w-]+):\s+(?P<typed>\S*)$")


@dataclass(frozen=True)
class Proposal:
    """What may be typed.

    :param name: what a list shows; `text`: what is typed, from column `start` to the cursor.
    :param kind: ``field``, ``value``, ``note``, ``name``, ``role``, ``directive`` or ``option``.
    :param detail: a few words beside the name.
    """

    name: str
    text: str
    start: int
    kind: str
    detail: str = ""


def proposals(text: Text, line: int, column: int) -> list[Proposal]:
    """What may be typed at a place.

    :param line: from 0; `column`: in characters, from 0.
    """
    words = text.lines[line] if line < len(text.lines) else ""
    before, behind = words[:column], words[column:]
    for pattern, find in _CONTEXTS:
        match = pattern.search(before)
        if match is not None:
            found: list[Proposal] = list(find(text, line, match, behind))
            if found:
                return found
    return []


def _directives(text: Text, line: int, match: re.Match[str], behind: str) -> Iterable[Proposal]:
    end = "" if behind.startswith("::") else ":: "
    for name in sorted({*DIRECTIVES, *directives._directive_registry}):
        if not name.startswith("restructuredtext-test"):
            yield Proposal(name, name + end, match.start("typed"), "directive")


def _values(text: Text, line: int, match: re.Match[str], behind: str) -> Iterable[Proposal]:
    box = match["indent"] and _enclosing(text, line)
    if box and box[0] == "infobox" and match["name"] == "type":
        choices: Iterable[str] = infobox_types()
    elif not match["indent"] and _in_head(text, line):
        known = {**CHOICES, "numbered": NUMBERED, "paper": tuple(styles.papers())}
        choices = known.get(match["name"].lower(), ())
    else:
        return
    for value in choices:
        yield Proposal(value, value, match.start("typed"), "value")


def _fields(text: Text, line: int, match: re.Match[str], behind: str) -> Iterable[Proposal]:
    """Fields at the beginning of a line: of the article, of an infobox, or options of a directive."""
    end = "" if behind.startswith(":") else ": "
    start = match.start("typed")
    if not match["indent"]:
        if _in_head(text, line):
            for name in FIELDS:
                yield Proposal(name, name + end, start, "field", "of the article")
        return
    box = _enclosing(text, line)
    if box is None:
        return
    name, first = box
    if name == "infobox":
        yield from _rows(text, first, line, start, end)
        return
    if any(not one.strip() for one in text.lines[first + 1 : line]):
        return
    for option in sorted(_options(name)):
        yield Proposal(option, option + end, start, "option", f"of .. {name}::")


def _rows(text: Text, first: int, line: int, start: int, end: str) -> Iterable[Proposal]:
    kind = "generic"
    for below in text.lines[first + 1 : first + 6]:
        match = re.match(r"\s+:type:\s+(\S+)", below)
        kind = match[1].lower() if match else kind
    for name in ("type", "class") if line < first + 4 else ():
        yield Proposal(name, name + end, start, "option", "of the infobox")
    try:
        fields = load_type(kind).fields
    except (FileNotFoundError, BrokenTypeError):
        return
    for name, (row, _, _) in fields.items():
        yield Proposal(name, name + end, start, "field", row.label)


def _notes(text: Text, line: int, match: re.Match[str], behind: str) -> Iterable[Proposal]:
    end = "" if behind.startswith("]_") else "_" if behind.startswith("]") else "]_"
    for name, place in text.notes.items():
        yield Proposal(place.name, place.name + end, match.start("typed"), "note", text.note_text(name)[:80])


def _names(text: Text, line: int, match: re.Match[str], behind: str) -> Iterable[Proposal]:
    end = "" if behind.startswith(("`", ">")) else "`"
    if match["role"] == "term":
        for term in text.terms:
            yield Proposal(term, term + end, match.start("typed"), "name")
        return
    for place in text.labels.values():
        name = place.name.strip("`")
        if place.line < len(text.lines) and not any(one.line == place.line for one in text.headings):
            yield Proposal(name, name + end, match.start("typed"), "name", text.below(place)[:80])


def _roles(text: Text, line: int, match: re.Match[str], behind: str) -> Iterable[Proposal]:
    end = "" if behind.startswith(":") else ":`"
    own = {"sub", "sup", "emphasis", "strong", "literal", "math", "code", "title-reference"}
    for name in sorted({*own, *ROLES, *(name for name in roles._role_registry if name.isidentifier())}):
        yield Proposal(name, name + end, match.start("typed"), "role")


_CONTEXTS: Final[list[tuple[re.Pattern[str], Any]]] = [
    (re.compile(r"^\s*(?:[*-] +)*\.\. (?P<typed>[\w-]*)$"), _directives),
    (_VALUE, _values),
    (re.compile(r"^(?P<indent>\s*):(?P<typed>[\w-]*)$"), _fields),
    (re.compile(r"(?<![\w\]])\[(?P<typed>#?[\w.:+-]*)$"), _notes),
    (re.compile(r":(?P<role>ref|page|numref|para|eq|any|term):`(?:[^`<]*<)?(?P<typed>[^`<>]*)$"), _names),
    (re.compile(r"(?:^|[\s(\[\"'“‘/-]):(?P<typed>[a-z][\w-]*|)$"), _roles),
]


def _in_head(text: Text, line: int) -> bool:
    """Whether nothing but a title and fields stands above a line."""
    above = text.lines[:line]
    titles = {one.line for one in text.headings[:2]}
    return all(number in titles or _HEAD.match(one) for number, one in enumerate(above))


def _enclosing(text: Text, line: int) -> tuple[str, int] | None:
    """The directive below which a line is indented: its name and its line."""
    here = text.lines[line] if line < len(text.lines) else ""
    indent = len(here) - len(here.lstrip())
    for number in range(line - 1, -1, -1):
        above = text.lines[number]
        if not above.strip() or len(above) - len(above.lstrip()) >= indent:
            continue
        match = _DIRECTIVE.match(above)
        return (match["name"], number) if match else None
    return None


def _options(name: str) -> Iterable[str]:
    from docutils import nodes

    from pipeline.read.settings import fresh_settings

    document = nodes.document(fresh_settings(), reporter=None)
    found = DIRECTIVES.get(name)
    if found is None and name in directives._directive_registry:
        from docutils.parsers.rst.languages import en

        found = directives.directive(name, en, document)[0]
    return (found.option_spec or ()) if found is not None else ()
