"""How the columns of a table are aligned: numbers at the right and unbroken, others as the author says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.tree.languages.values import decimal_sign
from pipeline.tree.nodes import COLUMN

NUMERIC: Final = "numeric"
"""The class of a cell in such a column."""

_SPACES: Final = "\u00a0\u202f\u2009 "
_NUMBER: Final = re.compile(
    rf"[-+\u2212\u2013\u00b1~\u2248<>]?[{_SPACES}]?[€$£¥]?[{_SPACES}]?"
    rf"\d+(?:[.,\u066b\u066c'\u2019{_SPACES}]\d+)*[{_SPACES}]?(?:%|‰|\u066a|\u0609|€|[A-Z]{{3}})?"
)
_ARABIC: Final = re.compile("[\u0660-\u0669]")
"""Digits of Arabic: their signs stand at the side at which a line begins, as in the text (CLDR, ``ar``)."""
_NONE: Final = frozenset(("", "-", "\u2013", "\u2014", "\u2026", "...", "..", "n/a", "n.a."))
"""What stands where there is no number."""
_ALIGNED: Final = {"left": "to-left", "right": "to-right", "center": "to-center", "decimal": NUMERIC}
"""The class of a cell by the word that the author has for its column."""
_BEHIND: Final = rf"(?:[{_SPACES}]?(?:%|‰|€|[A-Z]{{3}}))?\)?$"
"""What may stand behind a number."""
_FRACTIONS: Final = {sign: re.compile(rf"(?:(?<=\d)[{sign}\u066b]\d+)?{_BEHIND}") for sign in ".,"}
"""What stands behind the units of a number: its decimal sign and the digits behind it, or nothing."""
_OTHER: Final = {".": ",", ",": "."}
_WIDTHS: Final = {")": 0.3, ".": 0.25, ",": 0.25, "%": 0.8, "‰": 1.2, " ": 0.2, "\u00a0": 0.2, "\u202f": 0.2}
"""How wide signs are, in em; a digit or a letter has half of one."""
_CALL, _CALL_SIDES, _CALL_COMMA = 0.35, 0.11, 0.33
"""How wide a digit of a call is, what stands at the sides of a call, and what parts it from one before it,
in em: ``styles/text.css``."""
_FEW: Final = 2
"""So many numbers make a column of numbers."""


def numeric_columns(group: nodes.tgroup) -> frozenset[int]:
    """The columns, from 0, whose cells in the body of a table are numbers, or say that there is none."""
    numbers: dict[int, int] = {}
    others: set[int] = set()
    for columns, cell in _cells(group):
        text = _text(cell)
        if len(columns) == 1 and _NUMBER.fullmatch(text):
            numbers[columns[0]] = numbers.get(columns[0], 0) + 1
        elif text not in _NONE or cell.next_node(nodes.image) is not None:
            others.update(columns)
    return frozenset(column for column, count in numbers.items() if count >= _FEW and column not in others)


def holds_number(cell: nodes.entry) -> bool:
    """Whether a cell holds a number that is read from the left, and nothing else but calls of notes."""
    text = _text(cell)
    return _NUMBER.fullmatch(text) is not None and not _ARABIC.search(text)


def aligned_columns(group: nodes.tgroup) -> dict[int, str]:
    """By column, from 0, the class of its cells where the author says how they are aligned."""
    specs = [child for child in group if isinstance(child, nodes.colspec)]
    return {
        number: _ALIGNED[name.removeprefix(COLUMN)]
        for number, spec in enumerate(specs)
        for name in spec["classes"]
        if name.startswith(COLUMN) and name.removeprefix(COLUMN) in _ALIGNED
    }


def fractions(group: nodes.tgroup, language: str) -> dict[nodes.paragraph, float]:
    """Of numbers in one column, what each lacks behind its units, in em, so that these are below one another.

    That is the decimal sign and what follows it, where the author has a column aligned there, and the calls
    of notes, which hang beside their number, in any column of numbers.

    :param language: of the article: "1,234" is a thousand in English.
    """
    aligned, numeric = aligned_columns(group), numeric_columns(group)
    cells: dict[int, list[tuple[nodes.paragraph, str]]] = {}
    for columns, cell in _cells(group):
        kind = aligned.get(columns[0], "to-right")
        is_number = kind == NUMERIC or (kind == "to-right" and columns[0] in numeric)
        if is_number and len(cell) == 1 and isinstance(cell[0], nodes.paragraph):
            cells.setdefault(columns[0], []).append((cell[0], _text(cell)))
    missing: dict[nodes.paragraph, float] = {}
    sign = decimal_sign(language) if cells else ""
    for column, places in cells.items():
        found = [(place, _calls_width(place)) for place, _ in places]
        if aligned.get(column) == NUMERIC:
            pattern = _FRACTIONS[_sign_of([text for _, text in places], sign)]
            matches = [(place, match) for place, text in places if (match := pattern.search(text))]
            found = [
                (place, sum(_WIDTHS.get(one, 0.5) for one in match[0]) + _calls_width(place))
                for place, match in matches
            ]
        elif any(_ARABIC.search(text) for _, text in places):
            continue
        widest = max((width for _, width in found), default=0.0)
        missing |= {place: round(widest - width, 2) for place, width in found if width < widest}
    return missing


def _calls_width(place: nodes.paragraph) -> float:
    """How wide the calls of notes in a cell are, in em: raised digits, with some room at their sides."""
    calls = [call.astext() for call in place.findall(nodes.footnote_reference)]
    return sum(_CALL * len(text) + _CALL_SIDES for text in calls) + _CALL_COMMA * max(0, len(calls) - 1)


def _sign_of(texts: list[str], sign: str) -> str:
    """The decimal sign of a column: that of the language, unless the numbers can have the other one only."""
    if sign not in _FRACTIONS:
        sign = "."
    bare = [re.sub(_BEHIND, "", text) for text in texts]
    if any(re.search(rf"\d[{sign}]\d+$", text) for text in bare):
        return sign
    other = _OTHER[sign]
    pattern = re.compile(rf"^[^{other}]*\d[{other}](?:\d{{1,2}}|\d{{4,}})$")
    return other if any(map(pattern.search, bare)) else sign


def _cells(group: nodes.tgroup) -> Iterator[tuple[range, nodes.entry]]:
    """The cells of the body of a table, each with its columns."""
    for body in (child for child in group if isinstance(child, nodes.tbody)):
        reach: dict[int, int] = {}  # by column, how many rows from here on a cell above reaches into
        for row in body:
            column, taken = 0, frozenset(reach)
            reach = {column: rows - 1 for column, rows in reach.items() if rows > 1}
            for cell in row:
                while column in taken:
                    column += 1
                columns = range(column, column + 1 + cell.get("morecols", 0))
                reach |= dict.fromkeys(columns, cell["morerows"]) if "morerows" in cell else {}
                column = columns.stop
                yield columns, cell


def _text(cell: nodes.entry) -> str:
    call = nodes.footnote_reference
    parts = (part.astext() for part in cell.findall(nodes.Text) if not isinstance(part.parent, call))
    return "".join(parts).strip()
