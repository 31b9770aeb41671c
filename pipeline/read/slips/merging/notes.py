"""Notes: calls whose text begins otherwise than it has to, and texts whose call is written otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipeline.findings import Finding, shortened
from pipeline.read.slips.merging.places import code_lines, first_of

_UNDEFINED: Final = re.compile(r'no note is called "(?P<name>[^"]+)"')
_UNCITED: Final = re.compile(r"the note \[(?P<name>#?[^\]]+)\] is never called")


def find_texts(found: list[Finding], lines: list[str]) -> list[Finding]:
    """Calls of a note whose text begins otherwise than it has to."""
    for one, match in first_of(found, "note-undefined", _UNDEFINED):
        name = re.escape(match["name"])
        number = rf"{name}[.)]|\({name}\)|" if name.isdigit() else ""
        pattern = re.compile(
            rf"\s*(?P<mark>(?:\.\.\s*(?:foot|end)?notes?\s*::?\s*|(?:[^\w\s]\s?){{0,5}})"
            rf"(?:\[\s*[#*^]?\s*{name}\s*[\]}})][:_.]?|\(#{name}\)|{number}[［【]#?{name}[］】]|#{name}:?"
            rf"|\[#{name}))(?:\s|$|(?<=[\])])\w)",
            re.IGNORECASE,
        )
        at = next((number for number, line in enumerate(lines, 1) if _begins_note(pattern, line)), None)
        if at is None or at == one.line:
            continue
        written = lines[at - 1].strip()
        sign = "#" if any(f"[#{match['name']}]_" in line for line in lines) else ""
        said = (
            f'"{shortened(written)}" is not read as the note that line {one.line} calls: it begins with '
            f".. [{sign}{match['name']}] and a space"
        )
        found = [other for other in found if not (other.code == "markup-misread" and other.line == at)]
        found = [
            other
            for other in found
            if not (other.code == "note-undefined" and other.message == one.message)
            and not (other.code == "markup-foreign" and other.line == at and "note" in other.message)
        ]
        found.append(replace(one, line=at, message=said))
    return found


_TOO_MANY: Final = re.compile(r"there are more calls of notes than notes")
_OUTSIDE: Final = re.compile(r"the note reference \[(?P<name>[\w.-]+)\]_ touches what stands before it")


def find_numbered(found: list[Finding], lines: list[str]) -> list[Finding]:
    """A call with a number behind ``#``, where the note has the number alone; ``#`` before the bracket."""
    for one in list(found):
        line = one.line or 0
        if not 0 < line <= len(lines):
            continue
        call = re.search(r"\[#(\d+)\]_", lines[line - 1]) if _TOO_MANY.match(one.message) else None
        if call is not None and any(text.lstrip().startswith(f".. [{call[1]}] ") for text in lines):
            said = f'no note is called "#{call[1]}" here (did you mean [{call[1]}]_?)'
            found[found.index(one)] = replace(one, code="note-undefined", message=said)
        outside = _OUTSIDE.match(one.message)
        if outside is not None and f"#[{outside['name']}]_" in lines[line - 1]:
            written = f"#[{outside['name']}]_"
            said = f'"{written}" is read as text: a note is called with [#{outside["name"]}]_'
            found[found.index(one)] = replace(one, message=said)
    return found


_EMPTY: Final = re.compile(r"the note (?P<label>\[[^\]]+\]) has no text")


def find_unindented(found: list[Finding], lines: list[str]) -> list[Finding]:
    """A note whose text stands below its brackets at the left margin."""
    for one, match in first_of(found, "note-empty", _EMPTY):
        below = next(
            (
                other
                for other in found
                if other.line == (one.line or 0) + 1 and other.message.startswith("an empty line is missing")
            ),
            None,
        )
        if below is None:
            continue
        found.remove(below)
        said = f"the note {match['label']} has no text: indent the line below it by three spaces"
        found[found.index(one)] = replace(one, message=said)
    return found


def _begins_note(pattern: re.Pattern[str], line: str) -> bool:
    match = pattern.match(line)
    return match is not None and not re.match(r"\s*\.\. \[[#*]?[\w.-]+\](?:\s|$)", line)


def find_calls(found: list[Finding], lines: list[str]) -> list[Finding]:
    """Notes whose call is written otherwise than it has to."""
    for one, match in first_of(found, "note-uncited", _UNCITED):
        label = match["name"]
        pattern = _call_of(label)
        place = next(_calls(pattern, lines, one.line or 0, f"[{label}]_"), None)
        if place is None:
            continue
        at, written = place
        several = re.search(r"\w\s*[,;–-]\s*#?\w", written) is not None and "," in f"{written},"
        both = "[1]_ [2]_" if label.isdigit() else "[#one]_ [#two]_"
        cure = f"{both}, each with its own brackets" if several else f"[{label}]_"
        said = f'"{written}" is read as text: a note is called with {cure}'
        found = [
            other
            for other in found
            if other is not one
            and not (other.line == at and other.code == "rst-warning" and "is read as words" in other.message)
            and not (other.line == at and other.code == "note-uncited" and other.message == said)
            and not (other.line == at and other.code == "markup-foreign" and f'"{written}"' in other.message)
        ]
        found.append(replace(one, line=at, message=said))
    # Of two calls that touch each other, the first is told.
    touching = {
        one.line
        for one in found
        if one.code == "note-stuck" and "touches what stands behind it" in one.message
    }
    return [
        one
        for one in dict.fromkeys(found)
        if not (
            one.code == "note-stuck"
            and one.line in touching
            and "touches what stands before it" in one.message
        )
    ]


def _call_of(label: str) -> re.Pattern[str]:
    """What may be meant as a call of a note: its name in other brackets, among others, with a sign more."""
    bare = re.escape(label.removeprefix("#"))
    if not label.isdigit():
        bare = re.sub(r"\\[-_]", r"[-_ ]", bare)
    if label.isdigit():
        several = rf"\[(?:\d+\s*[,;–-]\s*)*{bare}(?:\s*[,;–-]\s*\d+)*\s*\]_?"
        name = bare
    else:
        several = rf"\[(?:#[\w.-]+\s*[,;]\s*)*#{bare}(?:\s*[,;]\s*#?[\w.-]+)*\s*\]_?"
        name = rf"#\s*{bare}" if label.startswith("#") else bare
    return re.compile(
        rf"\\\[\s*{name}\s*\\?\]\\?_*|_?\[\s*\^?\s*{name}\s*\]_*|\[\^{bare}\]|\({name}\)_?"
        rf"|[［【]\s*{name}\s*[］】]_?|\{{{name}\}}_?|\[#?{bare}_(?!\w)|(?<![\w\[])#?{bare}\]_(?!\w)"
        rf"|\[{bare}\s*#\]_*|{several}",
        re.IGNORECASE,
    )


def _calls(pattern: re.Pattern[str], lines: list[str], own: int, right: str) -> Iterator[tuple[int, str]]:
    code = code_lines(lines)
    for number, line in enumerate(lines, 1):
        if number == own or number in code or line.lstrip().startswith(".. ["):
            continue
        for match in pattern.finditer(line):
            if match[0].lower() != right.lower() and not line.count("``", 0, match.start()) % 2:
                yield number, match[0]


def drop_pairs(found: list[Finding], lines: list[str]) -> list[Finding]:
    """A note that nothing calls, because its call has a slip in the name."""
    meant = {
        match[1].strip("[]_#").lower()
        for one in found
        if one.code == "note-undefined" and (match := re.search(r"\(did you mean \"?([^\" ?]+)", one.message))
    }
    return [
        one
        for one in found
        if not (
            one.code == "note-uncited"
            and (match := _UNCITED.match(one.message))
            and match["name"].strip("#").lower() in meant
        )
    ]
