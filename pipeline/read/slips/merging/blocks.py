"""Blocks: what follows from a directive, a table, a list or an infobox with a slip is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from docutils import utils
from docutils.parsers.rst import directives
from docutils.parsers.rst.languages import en

from pipeline.findings import Finding, shortened

ENDS: Final = re.compile(r"an empty line is missing here, or this line is not indented enough")
"""What is said of a line that is not indented as the block above it."""
_NEEDS: Final = re.compile(r'needs the field "(?P<name>[^"]+)"')
_MEANT: Final = re.compile(r'has no field .*\(did you mean "(?P<name>[^"]+)"')
_MOST: Final = 40


def merge_blocks(found: list[Finding], lines: list[str]) -> list[Finding]:
    """The findings of an article, those of blocks told once."""
    for step in (_marks, _options, _unindented, _fields, _names):
        found = step(found, lines)
    return found


_MARKS: Final = {
    "| is opened and not closed": (re.compile(r"\s*\|\w"), "to keep the line"),
    "* is opened and not closed": (re.compile(r"\s*\*\w[^*]*$"), "for an item of a list"),
}


def _marks(found: list[Finding], lines: list[str]) -> list[Finding]:
    """A bar or a star that begins a line, with no space behind it: the first of several."""
    kept: list[Finding] = []
    last = 0
    for one in found:
        line = one.line or 0
        if (
            one.code == "markup-unclosed"
            and 0 < line <= len(lines)
            and re.fullmatch(r"\s*\*{3}\s*", lines[line - 1])
        ):
            said = "is read as text: a rule is a line of four hyphens (----) between two empty lines"
            kept = [other for other in kept if other.line != line]
            kept.append(replace(one, message=f'"***" {said}'))
            continue
        sign = one.message[0]
        pattern, why = next(
            (pair for start, pair in _MARKS.items() if one.message.startswith(start)), (None, "")
        )
        if pattern is not None and 0 < line <= len(lines) and pattern.match(lines[line - 1]):
            if last == line - 1:
                last = line
                continue
            if sign == "|" or any(lines[at][:1] == "*" for at in (line - 2, line) if 0 <= at < len(lines)):
                last = line
                said = f"no space stands behind the {sign} at the beginning of the line: type one, {why}"
                one = replace(one, message=said)
        kept.append(one)
    told = {one.line for one in kept if one.message.startswith("no space stands behind the *")}
    return [
        one for one in kept if one.line not in told or "space behind the mark of a list" not in one.message
    ]


_DIRECTIVE: Final = re.compile(r"(?P<indent>\s*)(?:[*-] +)*\.\. (?:\|[^|]+\| )?(?P<name>[\w-]+)::")
_OPTION: Final = re.compile(r"\s+:(?P<name>[A-Za-z][\w-]*):(?:\s|$)")
_OF_DIRECTIVES: Final = (
    *("rst-error", "directive-error", "image-alt-missing", "rst-warning", "infobox-type-unknown"),
)


def _options(found: list[Finding], lines: list[str]) -> list[Finding]:
    """What is said of a directive, on the line of the option that it is about; options that stand too low."""
    for one in [one for one in found if one.code in _OF_DIRECTIVES][:_MOST]:
        line = one.line or 0
        if one not in found or one.code not in _OF_DIRECTIVES or not 0 < line <= len(lines):
            continue
        start, match = _directive_above(lines, line)
        if match is None:
            continue
        low = _low_option(lines, start, match["name"])
        if low and start <= line <= low and one.is_error:
            said = (
                f'"{shortened(lines[low - 1].strip())}" stands below an empty line, and is read as text: '
                f"the options stand right below .. {match['name']}::"
            )
            found = [
                other
                for other in found
                if not (other.code in _OF_DIRECTIVES and start <= (other.line or 0) <= low)
            ]
            found.append(replace(one, code="directive-error", line=low, message=said))
            continue
        option = "type" if one.code == "infobox-type-unknown" else _named(one.message)
        at = (
            _option_line(lines, line, option)
            if option and start == line and one.code != "image-alt-missing"
            else None
        )
        if at is not None:
            found[found.index(one)] = replace(one, line=at)
    return found


def _named(message: str) -> str:
    match = re.search(r"(?<!\w):([a-z][a-z-]+):(?![\w`])", message)
    return match[1] if match and not message.startswith(("the option", '"')) else ""


def _directive_above(lines: list[str], line: int) -> tuple[int, re.Match[str] | None]:
    """The directive that a line belongs to, at most a few lines above it."""
    for number in range(line, max(0, line - 8), -1):
        match = _DIRECTIVE.match(lines[number - 1])
        if match is not None:
            return number, match
    return line, None


def _option_line(lines: list[str], start: int, name: str) -> int | None:
    for number in range(start + 1, min(len(lines), start + 15) + 1):
        match = _OPTION.match(lines[number - 1])
        if match is None:
            return None
        if match["name"].lower() == name:
            return number
    return None


def _low_option(lines: list[str], start: int, name: str) -> int:
    """The line of an option that an empty line parts from its directive, or 0."""
    number = start + 1
    while number <= len(lines) and lines[number - 1].strip():
        number += 1
    while number <= len(lines) and not lines[number - 1].strip():
        number += 1
    match = _OPTION.match(lines[number - 1]) if number <= len(lines) else None
    directive, _ = directives.directive(name, en, utils.new_document("")) if match else (None, [])
    spec = getattr(directive, "option_spec", None) or {}
    return number if match is not None and match["name"].lower() in spec else 0


def _unindented(found: list[Finding], lines: list[str]) -> list[Finding]:
    """Lines that are not indented, below a directive that says already that nothing stands below it."""
    empty = {
        one.line: one
        for one in found
        if one.is_error
        and one.code in ("directive-error", "infobox-empty", "infobox-content", "image-alt-missing")
    }
    found = [one for one in found if not (one.code == "file-tab" and _tabbed(one, found))]
    found = _cells(found, lines)
    tables = [
        one.line for one in found if one.code == "directive-error" and "a list-table holds" in one.message
    ]
    found = [one for one in found if not (one.code == "markup-unclosed" and one.line in tables)]
    found = [_open_quote(one, lines) for one in found]
    found = _curly(found, lines)
    kept: list[Finding] = []
    last: int | None = None
    for one in sorted(found, key=lambda one: one.line or 0):
        ends = one.code == "rst-warning" and ENDS.match(one.message)
        if ends and one.line and (one.line - 1 in empty or one.line in empty):
            continue
        if (
            ends
            and last is not None
            and one.line == last + 1
            and _mark(lines, last)
            and _mark(lines, one.line)
        ):
            last = one.line
            continue  # items with two kinds of marks, one by one
        if ends:
            last = one.line
            one = _other_mark(one, lines)
        kept.append(one)
    return kept


def _curly(found: list[Finding], lines: list[str]) -> list[Finding]:
    """Rows that have more or fewer cells than the first one, because of curly quotation marks."""
    for one in [one for one in found if "curly marks hold no value together" in one.message]:
        start, match = _directive_above(lines, one.line or 1)
        if match is None:
            continue
        end = _end_of(lines, start)
        rows = [
            other
            for other in found
            if other.code in ("table-short", "table-uneven") and start <= (other.line or 0) <= end
        ]
        if any("straight ones" in other.message for other in rows):
            found.remove(one)
            continue
        found = [other for other in found if other not in rows]
        if any(other.is_error for other in rows):
            found[found.index(one)] = replace(one, code="table-uneven")
    return found


def _open_quote(one: Finding, lines: list[str]) -> Finding:
    """Comma-separated values with a quotation mark that is not closed: told where it is opened."""
    if not one.message.startswith("the comma-separated values can't be read"):
        return one
    start, match = _directive_above(lines, one.line or 1)
    if match is None:
        return one
    number = start + 1
    while number <= _end_of(lines, start) and lines[number - 1].count('"') % 2 == 0:
        number += 1
    if number > _end_of(lines, start):
        return one
    said = "the quotation mark in this line is not closed: close it, or take it out"
    return replace(one, line=number, message=said)


def _tabbed(one: Finding, found: list[Finding]) -> bool:
    return any(other.code == "table-unread" and other.line == one.line for other in found)


def _cells(found: list[Finding], lines: list[str]) -> list[Finding]:
    """A list-table with a cell that begins in another column than those above it."""
    for one in list(found):
        if one.code != "directive-error" or not one.message.startswith("a list-table holds one list"):
            continue
        start = one.line or 0
        inner = next(
            (
                other
                for other in sorted(found, key=lambda other: other.line or 0)
                if ENDS.match(other.message) and start < (other.line or 0) <= _end_of(lines, start)
            ),
            None,
        )
        if inner is None:
            continue
        said = "the cells of a row begin in the same column: indent this line as the cell above it"
        end = _end_of(lines, start)
        found = [
            other
            for other in found
            if other is not one and not (ENDS.match(other.message) and start < (other.line or 0) <= end)
        ]
        found.append(replace(one, line=inner.line, message=said))
    return found


def _end_of(lines: list[str], start: int) -> int:
    """The last line of the block that is indented below a line."""
    margin = len(lines[start - 1]) - len(lines[start - 1].lstrip())
    number = start
    while number < len(lines) and (
        not lines[number].strip() or len(lines[number]) - len(lines[number].lstrip()) > margin
    ):
        number += 1
    return number


def _other_mark(one: Finding, lines: list[str]) -> Finding:
    """An item that has another mark than those above it."""
    line = one.line or 0
    if not _mark(lines, line) or "(the list ends" not in one.message:
        return one
    mark = lines[line - 1].strip()[0]
    above = next(
        (text.strip()[0] for text in reversed(lines[: line - 1]) if re.match(r"\s*[-*+•] ", text)), mark
    )
    if above == mark:
        return one
    return replace(
        one, message=f"this item begins with {mark}, those above it with {above}: use one sign for all"
    )


def _mark(lines: list[str], number: int | None) -> bool:
    return bool(number and number <= len(lines) and re.match(r"\s*[-*+•] ", lines[number - 1]))


_ROWS: Final = "infobox-content"


def _fields(found: list[Finding], lines: list[str]) -> list[Finding]:
    """A required field of an infobox that is not there, because its name is mistyped."""
    meant = {match["name"] for one in found if (match := _MEANT.search(one.message))}
    lists = [one.line for one in found if one.code == _ROWS and "indent this list" in one.message]
    return [
        one
        for one in found
        if not (one.code == "infobox-field-empty" and one.line and one.line + 1 in lists)
        and not (
            one.code == "rst-warning"
            and any(
                line and line <= (one.line or 0) < line + 12 and ENDS.match(one.message) for line in lists
            )
        )
        and not (
            one.code == "infobox-field-missing"
            and (match := _NEEDS.search(one.message))
            and match["name"] in meant
        )
    ]


def _names(found: list[Finding], lines: list[str]) -> list[Finding]:
    """What is said of the name of an image into which an option has slipped."""
    slipped = [one.line or 0 for one in found if "is read as a part of the name of the image" in one.message]
    outdented = [one.line or 0 for one in found if one.message.endswith("below the name of the image")]
    found = [
        one for one in found if not (one.code == "image-alt-missing" and (one.line or 0) + 1 in outdented)
    ]
    return [
        one
        for one in found
        if not (
            one.code in ("image-outside", "image-missing", "image-format", "image-alt-missing")
            and any(line - 4 < (one.line or 0) < line for line in slipped)
        )
    ]
