"""What other programs leave, where it is certain: signs of HTML, notes, numbers and code of Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Final

from pipeline.findings import Finding
from pipeline.fix.text import Mend, Text, numbers, to
from pipeline.read.slips.lines import NUMBERING
from pipeline.read.slips.words import ENTITY

_CALLED: Final = re.compile(r'"(\[\^?#?[\w-]+\]_*)" is read as text: a note is called with (\[#?[\w-]+\]_)$')
_BODY: Final = re.compile(r"it begins with \.\. (\[#?[\w-]+\]) and a space$")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})\s*([A-Za-z][\w+-]*)?\s*")


def _entities(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """Signs of HTML: the one that is meant stands there. A text with code in it may be about them."""
    if any("``" in line or ("code" in line and line.lstrip().startswith("..")) for line in text.lines):
        return
    for number in numbers(findings, "markup-foreign", words=(';" is read as text: type ',)):
        line = text.lines[number] if number < len(text.lines) else ""
        good = ENTITY.sub(lambda match: html.unescape(match[0]), line)
        quoted = re.search(r"[\"'“‘(][^\"'”’)\s]*&#?\w+;", line) or re.search(r"entit(?:y|ies)", line.lower())
        if good != line and not quoted and "`" not in line and "\\" not in good:
            yield to(number, good)


def _calls(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """A call without its underscore, of a note that is there."""
    for one in findings:
        match = _CALLED.match(one.message)
        line = text.lines[(one.line or 1) - 1] if 0 < (one.line or 0) <= len(text.lines) else ""
        if one.code != "note-uncited" or match is None or line.count(match[1]) != 1 or "`" in line:
            continue
        before, _, behind = line.partition(match[1])
        space = " " if before[-1:].strip() and before[-1:] not in "([" else ""
        after = " " if re.match(r"\w", behind) else ""
        yield to((one.line or 1) - 1, f"{before}{space}{match[2]}{after}{behind}")


def _bodies(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """The text of a note that begins with its number in brackets alone."""
    for one in findings:
        match = _BODY.search(one.message)
        line = text.lines[(one.line or 1) - 1] if 0 < (one.line or 0) <= len(text.lines) else ""
        begins = re.match(r"\[[#^]?([\w-]+)\][.:]?\s+(?=\S)", line)
        if one.code == "note-undefined" and match and begins and match[1].strip("[#]") == begins[1]:
            yield to((one.line or 1) - 1, f".. {match[1]} {line[begins.end() :]}")


def _items(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """Items that all bear the number 1."""
    wanted = ('"1." begins a new list', f": {NUMBERING}")
    for number in numbers(findings, "markup-misread", words=wanted):
        line = text.lines[number] if number < len(text.lines) else ""
        if line.lstrip().startswith("1. "):
            yield to(number, line.replace("1. ", "#. ", 1))


def _fences(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """Code between two fences of Markdown, at the left margin."""
    for number in reversed(numbers(findings, "markup-foreign", words=("is Markdown: code stands indented",))):
        match = _FENCE.fullmatch(text.lines[number]) if number < len(text.lines) else None
        rest = range(number + 1, len(text.lines))
        end = next((at for at in rest if match and text.lines[at].rstrip() == match[1]), None)
        alone = number == 0 or not text.lines[number - 1].strip()
        if match is None or end is None or not alone or end == number + 1:
            continue
        if end + 1 < len(text.lines) and text.lines[end + 1].strip():
            continue
        yield _fenced(number, end, match[2] or "text")


def _fenced(first: int, last: int, language: str) -> Callable[[Text], object]:
    def change(text: Text) -> None:
        for number in range(first + 1, last):
            text.lines[number] = f"   {text.lines[number]}" if text.lines[number].strip() else ""
        text.lines[first] = f".. code-block:: {language}"
        del text.lines[last], text.ends[last]
        text.insert(first + 1, "")

    return change


_DATE: Final = re.compile(r"is not a date: write :date: (\d{4}-\d{2}-\d{2})$")


def _dates(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """The date of the article, where it is certain which day is meant."""
    for one in findings:
        match = _DATE.search(one.message)
        line = text.lines[(one.line or 1) - 1] if 0 < (one.line or 0) <= len(text.lines) else ""
        field = re.match(r":date:[ \t]+", line, re.IGNORECASE)
        if one.code == "meta-date-format" and match and field:
            yield to((one.line or 1) - 1, f"{field[0]}{match[1]}")


KINDS: Final[dict[str, Mend]] = {
    "signs of HTML": _entities,
    "calls of notes": _calls,
    "texts of notes": _bodies,
    "numbers of items": _items,
    "fences of code": _fences,
    "dates": _dates,
}
"""The kinds by the names under which they are told."""
