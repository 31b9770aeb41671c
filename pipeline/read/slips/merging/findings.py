"""One slip, one finding: what follows from another slip is left out, and told where that one is.

A note whose text begins with one dot is defined nowhere: the call is right, and the line with the dot is
what has to be mended. No error is lost: where one is left out, the finding that stays is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pipeline.findings import Finding, in_order
from pipeline.read.slips.blocks import Slips
from pipeline.read.slips.merging.blocks import ENDS, merge_blocks
from pipeline.read.slips.merging.names import find_names, find_words
from pipeline.read.slips.merging.notes import (
    drop_pairs,
    find_calls,
    find_numbered,
    find_texts,
    find_unindented,
)

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
    own = _head(_swallowed(own), slips)
    for step in (
        find_texts,
        drop_pairs,
        find_numbered,
        find_unindented,
        _markings,
        _followed,
        find_calls,
        find_names,
        find_words,
        merge_blocks,
    ):
        own = step(own, lines)
    return in_order(_lost([*own, *other]))


def _lost(found: list[Finding]) -> list[Finding]:
    """The signs that stand for characters which no edition can show: those are told already."""
    told = {(one.source, one.line) for one in found if one.code in ("file-control", "file-direction")}
    return [
        one
        for one in found
        if (one.source, one.line) not in told or not one.message.startswith('"\ufffd" stands where')
    ]


_PART: Final = re.compile(r'":(?P<name>[^"]+):" is read as a part of the field above it')


def _swallowed(found: list[Finding]) -> list[Finding]:
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


_DIFFERS: Final = re.compile(r'the field "(?P<name>[^"]+)" says ')


def _markings(found: list[Finding], lines: list[str]) -> list[Finding]:
    """The words of a marking in a field that is none, which is told already."""
    for one in [one for one in found if one.code == "marking-differs"]:
        match = _DIFFERS.match(one.message)
        names = (
            (f'the field "{match["name"]}" is kept', f'":{match["name"]}:" is read as text') if match else ()
        )
        other = next((other for other in found if other.message.startswith(names)), None) if names else None
        if other is not None:
            found.remove(one)
            found[found.index(other)] = replace(other, code=one.code)
    return found


_FOLLOWING: Final = (
    ("an article has its fields below its title", "move the fields there"),
    ("the text of a note begins with .. [", "and its text begins with .. [#name]"),
)
"""The end of what is said of a place, and of what says it already of another one."""


def _followed(found: list[Finding], lines: list[str]) -> list[Finding]:
    """What is told of another place already: the other fields below a date, the text of a note."""
    for later, first in _FOLLOWING:
        if any(one.message.endswith(first) for one in found):
            found = [one for one in found if one.code != "markup-misread" or later not in one.message]
    for told in [one for one in found if one.code == "markup-foreign"]:
        others = [one for one in found if one.line == told.line and _is_behind(told.message, one)]
        if others:
            # What stops a build still does: the finding that says why has the code of the other.
            code = next((one.code for one in others if one.is_error), told.code)
            kept = replace(told, code=code)
            found = [kept if one is told else one for one in found if one not in others]
    return found


_UNKNOWN_LINK: Final = re.compile(r'the link "(?P<name>.+?)" leads nowhere|1 links end with two underscores')


def _is_behind(said: str, one: Finding) -> bool:
    """Whether what is told of a link only follows from signs of other programs on its line.

    :param said: what is told of these.
    """
    link = _UNKNOWN_LINK.match(one.message) if one.code == "target-unknown" else None
    if link is not None:
        words = said.partition(" is read as text: ")[0].lower()
        return " type is " in said and (link["name"] is None or link["name"] in words)
    if one.code == "link-scheme":
        return "[" in said and said.endswith(("a link is `words <address>`_", "behind .. image::"))
    shorter = one.message.endswith("a link stands between ` and `_, as in `words`_")
    return shorter and said.endswith("as in `words <address>`_")


def _head(found: list[Finding], slips: Slips) -> list[Finding]:
    """Title, date and language, where a slip is behind their absence."""
    taken_in = {name for name, slip in slips.fields.items() if slip.code == "meta-value"}
    missing = {
        "title": next((one for one in found if one.code == "meta-title-missing"), None),
        "date": next(
            (
                one
                for one in found
                if one.code == "meta-date-missing" or ("date" in taken_in and one.code == "meta-date-format")
            ),
            None,
        ),
        "language": next(
            (
                one
                for one in found
                if one.code == "meta-language"
                and ("has no language" in one.message or "language" in taken_in)
            ),
            None,
        ),
    }
    for name in ("date", "language"):
        absent, slip = missing[name], slips.fields.get(name)
        if absent is None or slip is None or slip not in found:
            continue
        found.remove(absent)
        if name not in taken_in:
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
