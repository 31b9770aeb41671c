"""One slip, one finding: what follows from another slip is left out, and told where that one is.

A note whose text begins with one dot is defined nowhere: the call is right, and the line with the dot is
what has to be mended. No error is lost: where one is left out, the finding that stays is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pipeline.findings import Finding, in_order
from pipeline.read.slips.blocks import Slips
from pipeline.read.slips.merge_blocks import ENDS, code_lines, merge_blocks
from pipeline.read.slips.quoted import shortened

_UNDEFINED: Final = re.compile(r'no note is called "(?P<name>[^"]+)"')
_UNCITED: Final = re.compile(r"the note \[(?P<name>#?[^\]]+)\] is never called")
_NOWHERE: Final = re.compile(r'(?:nothing is called|the link) "(?P<name>[^"]+)"')
_UNKNOWN_WORD: Final = re.compile(r'the word "(?P<name>[^"]+)" between bars is not defined')
_HEADING: Final = re.compile(r"[a-z ]*(?:lines? of signs|lines above and below a heading)")


def merge(findings: list[Finding], slips: Slips, text: str, shown: str) -> list[Finding]:
    """The findings of an article, each slip told once.

    :param findings: all that were found.
    :param text: that of the article; `shown`: its path, as findings name it.
    :returns: in the order of their lines.
    """
    lines = text.splitlines()
    own = [one for one in findings if one.source == shown]
    other = [one for one in findings if one.source != shown]
    for step in (_swallowed, _head, _notes, _pairs, _followed, _uncited, _names, _words):
        own = step(own, slips, lines)
    own = merge_blocks(own, lines)
    return in_order([*own, *other])


_PART: Final = re.compile(r'":(?P<name>[^"]+):" is read as a part of the field above it')


def _swallowed(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """A field that is indented further than those above it: the one above it has its text."""
    for one in [one for one in found if one.code == "markup-misread" and _PART.match(one.message)]:
        match = _PART.match(one.message)
        name = match["name"].lower() if match else ""
        for other in list(found):
            same = (
                other.code in ("meta-date-format", "meta-language", "meta-value")
                and f":{name}:" in other.message.lower()
            )
            absent = other.code == f"meta-{name}-missing" or (
                name == "language" and other.code == "meta-language" and "has no language" in other.message
            )
            if not ((same and other.line == (one.line or 0) - 1) or absent):
                continue
            found.remove(other)
            if other.is_error and one in found:
                found[found.index(one)] = one = replace(one, code=other.code)
    indented = [
        one.line or 0
        for one in found
        if one.code == "meta-date-missing" and "at the left margin" in one.message
    ]
    return [
        one
        for one in found
        if not (ENDS.match(one.message) and any(line < (one.line or 0) < line + 9 for line in indented))
    ]


def _pairs(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
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


_FOLLOWING: Final = (
    ("an article has its fields below its title", "move the fields there"),
    ("the text of a note begins with two dots", "and its text begins with .. [#name]"),
)
"""The end of what is said of a place, and of what says it already of another one."""


def _followed(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """What is told of another place already: the other fields below a date, the text of a note."""
    for later, first in _FOLLOWING:
        if any(one.message.endswith(first) for one in found):
            found = [one for one in found if one.code != "markup-misread" or later not in one.message]
    return found


def _head(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """Title, date and language, where a slip is behind their absence."""
    missing = {
        "title": next((one for one in found if one.code == "meta-title-missing"), None),
        "date": next((one for one in found if one.code == "meta-date-missing"), None),
        "language": next(
            (one for one in found if one.code == "meta-language" and "has no language" in one.message), None
        ),
    }
    for name in ("date", "language"):
        absent, slip = missing[name], slips.fields.get(name)
        if absent is None or slip is None or slip not in found:
            continue
        found.remove(absent)
        found[found.index(slip)] = replace(slip, code=absent.code)
    if missing["language"] in found and any("begins the front matter" in one.message for one in found):
        found.remove(missing["language"])
    title = slips.title
    heading = (
        next((one for one in found if one.code != "meta-title-missing" and one.line in title), None)
        if title
        else None
    )
    if missing["title"] is None or heading is None:
        return found
    if heading.code == "markup-foreign" and "a heading has a line of signs" in heading.message:
        found[found.index(heading)] = heading = replace(heading, code="heading-unread")
    told = heading.code in ("heading-unread", "heading-underline") or _HEADING.match(heading.message)
    if told or "front matter" in heading.message:
        found.remove(missing["title"])
    if heading.is_error and told:
        for name in slips.below_title:
            absent = missing.get(name)
            if absent in found:
                found.remove(absent)  # it is read as soon as the title is
    return found


_MOST: Final = 40
"""So many findings of a kind are looked into: with more, it is no slip that is behind them."""


def _first(found: list[Finding], code: str, pattern: re.Pattern[str]) -> list[tuple[Finding, re.Match[str]]]:
    """The first findings of a kind, and what a pattern finds in their messages."""
    pairs = ((one, pattern.match(one.message)) for one in found if one.code == code)
    return [(one, match) for one, match in pairs if match is not None][:_MOST]


def _notes(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """Calls of a note whose text begins otherwise than it has to."""
    for one, match in _first(found, "note-undefined", _UNDEFINED):
        name = re.escape(match["name"])
        number = rf"{name}[.)]|\({name}\)|" if name.isdigit() else ""
        pattern = re.compile(
            rf"\s*(?P<mark>[^\w\s]{{0,4}}\s?(?:\[\s*[#*^]?\s*{name}\s*[\]}})][:_.]?|\(#{name}\)|{number}[［【]#?{name}[］】]|#{name}:?))"
            rf"(?:\s|$|(?<=[\])])\w)",
            re.IGNORECASE,
        )
        at = next((number for number, line in enumerate(lines, 1) if _begins_note(pattern, line)), None)
        if at is None or at == one.line:
            continue
        written = lines[at - 1].strip()
        sign = "#" if any(f"[#{match['name']}]_" in line for line in lines) else ""
        said = (
            f'"{shortened(written)}" is not read as the note that line {one.line} calls: it begins with two '
            f"dots, a space, .. [{sign}{match['name']}] and a space"
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


def _begins_note(pattern: re.Pattern[str], line: str) -> bool:
    match = pattern.match(line)
    return match is not None and not re.match(r"\s*\.\. \[[#*]?[\w.-]+\](?:\s|$)", line)


def _uncited(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """Notes whose call is written otherwise than it has to."""
    for one, match in _first(found, "note-uncited", _UNCITED):
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
    if label.isdigit():
        several = rf"\[(?:\d+\s*[,;–-]\s*)*{bare}(?:\s*[,;–-]\s*\d+)*\s*\]_?"
        name = bare
    else:
        several = rf"\[(?:#[\w.-]+\s*[,;]\s*)*#{bare}(?:\s*[,;]\s*#?[\w.-]+)*\s*\]_?"
        name = rf"#\s*{bare}" if label.startswith("#") else bare
    return re.compile(
        rf"_?\[\s*\^?\s*{name}\s*\]_*|\[\^{bare}\]|\({name}\)_?|[［【]\s*{name}\s*[］】]_?|\{{{name}\}}_?|{several}",
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


def _names(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """Links and references to a place whose name is written otherwise than it has to."""
    for one, match in _first(found, "target-unknown", _NOWHERE):
        name = re.escape(match["name"])
        pattern = re.compile(
            rf"\s*(?:\.\.(?: _?| ?_ ?|\s?)`?{name}`?(?::|：)?|\.? ?_{name}:|\[\[?#?{name}\]?\]:?)\s*",
            re.IGNORECASE,
        )
        right = re.compile(rf"\s*\.\. _`?{name}`?:\s*", re.IGNORECASE)
        at = next(
            (
                number
                for number, line in enumerate(lines, 1)
                if pattern.fullmatch(line) and not right.fullmatch(line)
            ),
            None,
        )
        if at is None:
            continue
        said = (
            f'"{shortened(lines[at - 1].strip())}" gives no name to what follows: '
            f"write .. _{match['name']}: and an empty line"
        )
        found = [
            other
            for other in found
            if not (other.code == "target-unknown" and _same(other, match["name"]))
            and not (other.line == at and other.code in ("rst-warning", "markup-misread"))
        ]
        found.append(replace(one, line=at, message=said))
    return found


def _same(one: Finding, name: str) -> bool:
    match = _NOWHERE.match(one.message)
    return match is not None and match["name"].lower() == name.lower()


def _words(found: list[Finding], slips: Slips, lines: list[str]) -> list[Finding]:
    """Words between bars whose definition is broken: that is told already, as a warning."""
    for one, match in _first(found, "substitution-undefined", _UNKNOWN_WORD):
        if one not in found:
            continue
        begins = re.compile(rf"\s*\.\. ?\|{re.escape(match['name'])}\|", re.IGNORECASE)
        at = next((number for number, line in enumerate(lines, 1) if begins.match(line)), None)
        told = next((other for other in found if other.line == at and not other.is_error), None)
        if at is None or told is None:
            continue
        found = [
            other
            for other in found
            if other is not told
            and not (
                other.code == "substitution-undefined"
                and _UNKNOWN_WORD.match(other.message)
                and other.message == one.message
            )
        ]
        said = f"|{match['name']}| is not defined so: write .. |{match['name']}| replace:: and its text"
        found.append(replace(one, line=at, message=said))
    return found
