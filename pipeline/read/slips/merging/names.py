"""Links, references and words between bars whose name is given otherwise than it has to be."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pipeline.findings import Finding, shortened
from pipeline.read.slips.merging.places import first_of

_NOWHERE: Final = re.compile(r'(?:nothing is called|the link) "(?P<name>[^"]+)"')
_UNKNOWN_WORD: Final = re.compile(r'the word "(?P<name>[^"]+)" between bars is not defined')


def find_names(found: list[Finding], lines: list[str]) -> list[Finding]:
    """Links and references to a place whose name is written otherwise than it has to."""
    for one, match in first_of(found, "target-unknown", _NOWHERE):
        bare = match["name"].strip("_: ")
        if bare != match["name"] and any(line.strip() == f".. _{bare}:" for line in lines):
            said = f'nothing is called "{match["name"]}" here (did you mean "{bare}"?)'
            found = [replace(other, message=said) if other == one else other for other in found]
            continue
        name = re.escape(match["name"])
        pattern = re.compile(
            rf"\s*(?:(?:\.\.(?: _?| ?_ ?|\s?)`?{name}`?(?:_?::?|：)?|\.? ?_{name}:|\[\[?#?{name}\]?\]:?)"
            r"(?:(?:\s+|(?<=:))(?P<address>(?:https?://|www\.|mailto:)\S+))?)\s*",
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
        address = pattern.fullmatch(lines[at - 1])
        said = (
            f'"{shortened(lines[at - 1].strip())}" gives no name to what follows: '
            f"write .. _{match['name']}: and an empty line"
        )
        if address is not None and address["address"]:
            said = (
                f'"{shortened(lines[at - 1].strip())}" gives the link no address: '
                f"write .. _{match['name']}: {address['address']}"
            )
        found = [
            other
            for other in found
            if not (other.code == "target-unknown" and _same(other, match["name"]))
            and not (other.line == at and other.code in ("rst-warning", "markup-misread", "markup-foreign"))
        ]
        found.append(replace(one, line=at, message=said))
    return found


def _same(one: Finding, name: str) -> bool:
    match = _NOWHERE.match(one.message)
    return match is not None and match["name"].lower() == name.lower()


def find_words(found: list[Finding], lines: list[str]) -> list[Finding]:
    """Words between bars whose definition is broken: that is told already, as a warning."""
    for one, match in first_of(found, "substitution-undefined", _UNKNOWN_WORD):
        if one not in found:
            continue
        begins = re.compile(
            rf"\s*\.\.\s?(?:\||(?=\S+ (?:replace|image|date|unicode)::))"
            rf"{re.escape(match['name'])}(?:\||(?= ))",
            re.IGNORECASE,
        )
        at = next((number for number, line in enumerate(lines, 1) if begins.match(line)), None)
        told = next((other for other in found if other.line == at and not other.is_error), None)
        if at is None or (told is None and lines[at - 1].count("|") == 2):
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
