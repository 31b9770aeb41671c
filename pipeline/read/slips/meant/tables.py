"""Lines of a table in which a sign is missing: docutils joins what stands on its two sides."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from pipeline.findings import quoted

_Found = tuple[int, str, str]
_BORDER: Final = re.compile(r"\+(?:[-=]+\+)+")
_RULE: Final = re.compile(r"\+[-=+]+\+")
_BLOCK: Final = re.compile(
    r"\[(?:source|quote|verse|listing|example|sidebar|NOTE|TIP|IMPORTANT|WARNING|CAUTION)\b[^\]\n]*\]"
)
_COLUMNS: Final = re.compile(r"\s*=+(?: +=+)+\s*")
_BARS: Final = re.compile(r"\|={3,}")
_FENCE: Final = re.compile(r"\|={3,}|([-_=*.])\1{3,}")
_ROW: Final = re.compile(r"(?P<margin>\s+)\* - (?P<words>\S.*)")
_PARTS: Final = ((re.compile(r"\s+-\s+"), "-"), (re.compile(r"\s*\|\s*"), "|"), (re.compile(r"\t+"), "tab"))


def find_lines(lines: list[str]) -> Iterator[_Found]:
    """What is missing in the lines of tables.

    :param lines: of the article, as they were typed.
    """
    yield from _grids(lines)
    yield from _list_tables(lines)
    yield from _heads(lines)


def _grids(lines: list[str]) -> Iterator[_Found]:
    number = 0
    while number < len(lines):
        top = lines[number].strip()
        if not _BORDER.fullmatch(top):
            number += 1
            continue
        margin = len(lines[number]) - len(lines[number].lstrip())
        end = number + 1
        while end < len(lines) and lines[end][:margin].strip() == "" and lines[end].strip()[:1] in ("+", "|"):
            end += 1
        rows = [line[margin:].rstrip() for line in lines[number:end]]
        if rows[-1].startswith("+") and {len(row) for row in rows} == {len(top)} and top.isascii():
            found = _grid(rows)
            if found is not None:
                at, said = found
                yield number + at + 1, "markup-misread", f'"{quoted(rows[at])}" {said}'
        number = end


def _grid(rows: list[str]) -> tuple[int, str] | None:
    """The first row of a grid in which a corner or a bar is missing.

    A line of hyphens goes through no bar: where one stands above it and one below, it lacks its corner. Words
    on both sides of a column's end, far apart, lack the bar between them.
    """
    columns = [at for at, sign in enumerate(rows[0]) if sign == "+" and 0 < at < len(rows[0]) - 1]
    for number, row in enumerate(rows[1:-1], start=1):
        for at in columns:
            put = f"put it at letter {at + 1}"
            if (
                _RULE.fullmatch(row)
                and row[at] in "-="
                and rows[number - 1][at] == "|" == rows[number + 1][at]
            ):
                return number, f"lacks a + where a column ends, so that cells are joined: {put}"
            beside = any(other.startswith("|") and other[at] == "|" for other in rows)
            corners = all(_corner(rows, number, step, at) for step in (-1, 1))
            left, right = row[:at].rstrip(" "), row[at:].lstrip(" ")
            words = left[-1:] not in ("", "|") and right[:1] not in ("", "|")
            apart = at + len(row[at:]) - len(right) - len(left) > 2
            if row.startswith("|") and row[at] == " " and beside and corners and words and apart:
                return number, f"lacks a | where a column ends, so that cells are joined: {put}"
    return None


def _corner(rows: list[str], number: int, step: int, at: int) -> bool:
    """Whether the next line of hyphens above or below a row has a corner at this letter."""
    while not rows[number].startswith("+"):
        number += step
    return rows[number][at] == "+"


def _heads(lines: list[str]) -> Iterator[_Found]:
    """Tables between two lines of === whose head has a line of --- below it, column by column.

    Such a line says which columns the words above it span: the table has no head then.
    """
    for number, line in enumerate(lines[:-3]):
        if not _COLUMNS.fullmatch(line) or not lines[number + 1].strip():
            continue
        if lines[number + 2].rstrip() != line.rstrip().replace("=", "-"):
            continue
        below = itertools.takewhile(str.strip, lines[number + 3 :])
        signs = [one.strip() for one in below if re.fullmatch(r"[-= ]+", one.strip())]
        if len(signs) == 1 and signs[0] == line.strip():
            said = "makes no head of the row above it: type = for each -"
            yield number + 3, "markup-misread", f'"{quoted(lines[number + 2].strip())}" {said}'


def _list_tables(lines: list[str]) -> Iterator[_Found]:
    """Rows of a list-table whose cells all stand on one line."""
    for number, line in enumerate(lines):
        if not re.match(r"\s*\.\. (?:list-table|flat-table)::", line):
            continue
        margin = len(line) - len(line.lstrip())
        end = number + 1
        while end < len(lines) and (not lines[end].strip() or lines[end][: margin + 1].strip() == ""):
            end += 1
        below = [(at, lines[at]) for at in range(number + 1, end) if lines[at].strip()]
        body = [(at, text) for at, text in below if not text.strip().startswith(":")]
        matches = [(at, _ROW.fullmatch(text)) for at, text in body]
        if len(matches) < 2 or any(match is None for _, match in matches):
            continue
        for parting, sign in _PARTS:
            counts = {len(parting.findall(match["words"])) for _, match in matches if match}
            if len(counts) == 1 and counts != {0}:
                first = matches[0][1]
                words = parting.split(first["words"])[1] if first else ""
                told = "" if sign == "-" else f" (a {sign} parts nothing here)"
                said = (
                    f"is read as one cell: each further cell stands on a line of its own, "
                    f"indented by two spaces more than *, as - {quoted(words)}{told}"
                )
                yield matches[0][0] + 1, "markup-misread", f'"{quoted(lines[matches[0][0]])}" {said}'
                break


def find_asciidoc(lines: list[str]) -> Iterator[tuple[int, str, str, int]]:
    """Blocks of AsciiDoc between two lines of signs: docutils takes the signs for underlines."""
    fences: dict[str, list[int]] = {}
    for at, text in enumerate(lines):
        if _FENCE.fullmatch(text.strip()):
            fences.setdefault(text.strip(), []).append(at)
    number = 0
    while number < len(lines) - 1:
        line = lines[number].strip()
        fence = lines[number + 1].strip() if _BLOCK.fullmatch(line) else line if _BARS.fullmatch(line) else ""
        start = number + 1 if fence != line else number
        places = fences.get(fence, [])
        behind = bisect_right(places, start)
        if behind < len(places):
            end = places[behind]
            table = fence.startswith("|")
            cure = "a table is .. list-table::" if table else "a box is .. note::, code is .. code-block::"
            said = f'"{quoted(line)}" is AsciiDoc: {cure}, and a quotation is indented'
            yield number + 1, "table-unread" if table else "heading-unread", said, end + 1
            number = end
        number += 1
