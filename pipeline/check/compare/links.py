"""Whether links land where they should: on the note, on its call, on the heading that is meant.

An ebook's link names an element, so that it is plain where it lands. A PDF's link names a point on a page: it
lands on what is nearest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar
from unicodedata import digit
from urllib.parse import unquote

from pipeline.check.vocabulary.facts import CITED, Facts, Kind, Link, Note, Piece, Rowful, Spot, Target
from pipeline.tree.labels import direction_of

_ABOVE: Final = 60.0
"""A destination is the upper edge of a box: its first line may stand so many points lower."""
_NEAR: Final = 40.0
"""No note or call is nearer to a destination than so many points: it lands on nothing."""
_SIDEWAYS: Final = 0.2
"""What a point to the side counts, beside one up or down."""


def in_plain_digits(text: str) -> str:
    """A text with the digits of ASCII: the numbers of pages are in those of the language."""
    return "".join(str(digit(sign)) if sign.isdigit() else sign for sign in text)


_T = TypeVar("_T")
_Call = tuple[str, str, int, Piece]
"""Number, row, place in the row and piece of a call."""


class Lands:
    """Answers for one edition.

    :param pairs: the pairs of rows (`compare.Pair`) by the identity of the expected row.
    """

    def __init__(self, expected: Facts, found: Facts, pairs: dict[int, Any]) -> None:
        self.expected = expected
        self.found = found
        self.pdf = found.edition == "pdf"
        self.by_name = {row.name: row for row in expected.rows()}
        self.pairs = pairs
        # A destination is the left edge of a box, and a note from right to left begins at the other. A call
        # is too narrow for that to matter, and several may stand in one line.
        self.sideways = 0.0 if direction_of(expected.language) == "rtl" else _SIDEWAYS
        self.notes = {note.name: note for note in found.notes}
        self.notes_on = _by_page((note.spot, note) for note in found.notes)
        notes = [pair for pair in pairs.values() if isinstance(pair.expected, Note)]
        at_foot = {pair.expected.number for pair in notes if pair.expected.copy == "foot"}
        self.second_copies = {
            pair.found.name
            for pair in notes
            if pair.expected.copy == "list" and pair.expected.number in at_foot
        }
        self.calls = self._calls()
        self.calls_on = _by_page((call[3].spot, call) for call in self.calls)
        self.calls_of: dict[str, list[_Call]] = {}
        self.call_in: dict[tuple[str, int], _Call] = {}
        for call in self.calls:
            self.calls_of.setdefault(call[0], []).append(call)
            self.call_in.setdefault(call[1:3], call)

    def _calls(self) -> list[_Call]:
        """Number, row, place in the row and piece of every call that was found."""
        calls = []
        for pair in self.pairs.values():
            for index, piece in enumerate(pair.expected.pieces):
                start = pair.alignment.start(index)
                if piece.kind is Kind.CALL and start is not None:
                    calls.append((self.called(piece), pair.found.name, start, pair.found.pieces[start]))
        return calls

    def called(self, piece: Piece) -> str:
        """The number of the note that a call is to lead to: the letter of one below a table is not enough."""
        target = self.expected.links[piece.links[-1]].target if piece.links else None
        row = self.by_name.get(target.row) if target is not None else None
        return row.number if isinstance(row, Note) else piece.text

    # Calls -----------------------------------------------------------------------------------------------

    def fault_of_call(self, number: str, piece: Piece) -> str:
        """What is wrong with a call, or ""."""
        link = self.found.links[piece.links[-1]] if piece.links else None
        if link is None:
            return "is no link"
        if link.uri:
            return f"leads to {link.uri}"
        if link.target is None:
            return f'leads nowhere ("{link.name}")' if link.name else "leads nowhere"
        if not link.pressed:
            return "can't be followed where it stands"
        if not self.pdf and link.semantic != "noteref":
            return "is not marked as the call of a note (noteref)"
        note = self.note_at(link.target)
        if note is None:
            return "does not lead to a note"
        return "" if note.number == number else f"leads to note {note.number}"

    def note_at(self, target: Target) -> Note | None:
        """The note that a link to `target` lands on."""
        if not self.pdf:
            return self.notes.get(target.row)
        return _nearest(target, self.notes_on, self.sideways)

    def call_at(self, target: Target) -> tuple[str, str, int] | None:
        """The call that a link to `target` lands on: its number, row and place in the row."""
        if not self.pdf:
            call = self.call_in.get((target.row, target.index))
        else:
            call = _nearest(target, self.calls_on, _SIDEWAYS)
        return call[:3] if call is not None else None

    # Ways back -------------------------------------------------------------------------------------------

    def fault_of_way_back(self, pair: Any) -> str:
        """What is wrong with the links from a note back to its calls, or ""."""
        wanted, note = pair.expected, pair.found
        links = [self.found.links[number] for number in note.back]
        pages = []
        if self.pdf and wanted.copy == "list":
            pages = [
                note.pieces[pair.alignment.at[index][0]]
                for index, piece in enumerate(wanted.pieces)
                if piece.kind is Kind.PAGE and piece.within == CITED and index in pair.alignment.at
            ]
            links += [self.found.links[piece.links[-1]] for piece in pages]
        if not links:
            called = any(call[0] == wanted.number for call in self.calls)
            return "has no link back to its call" if called else ""
        reached = set()
        for link in links:
            fault, call = self._way_back(link, wanted.number)
            if fault:
                return fault
            reached.add(call)
        return self._unreached(wanted, reached, pages)

    def _way_back(self, link: Link, number: str) -> tuple[str, tuple[str, str, int] | None]:
        if link.target is None:
            named = f' ("{link.name}")' if link.name else ""
            return f"has a link back that leads nowhere{named}", None
        if not link.pressed:
            return "has a link back that can't be followed where it stands", None
        call = self.call_at(link.target)
        if call is None:
            return "has a link back that does not lead to a call", None
        if call[0] != number:
            return f"has a link back that leads to a call of note {call[0]}", None
        return "", call

    def _unreached(self, wanted: Note, reached: set[Any], pages: list[Piece]) -> str:
        calls = self.calls_of.get(wanted.number, [])
        if not self.pdf:
            left = [call for call in calls if call[:3] not in reached]
            return "has no link back to one of its calls" if left else ""
        if wanted.copy != "list":
            return ""
        for piece in pages:
            link = self.found.links[piece.links[-1]]
            assert link.target is not None
            label = self.found.pages[link.target.page].label
            if in_plain_digits(piece.text) != label:
                return f"says that it is cited on page {piece.text}, and that is page {label}"
        spots = {call[:3]: call[3].spot for call in calls}
        there = {spot.page for call in reached if (spot := spots[call])}
        # Of a note's two copies that call another, one is enough.
        counted = [call[3] for call in calls if call[1] not in self.second_copies]
        pages_left = {piece.spot.page for piece in counted if piece.spot} - there
        if pages_left:
            return f"does not say that it is cited on page {self.found.pages[min(pages_left)].label}"
        return ""

    # Pages -----------------------------------------------------------------------------------------------

    def page_of(self, target: Target) -> int | None:
        """The page on which what a link means stands in the PDF; None where that can't be told."""
        row = self.by_name.get(target.row)
        pair = self.pairs.get(id(row)) if row is not None else None
        if pair is None:
            return None
        start = pair.alignment.first(target.index, len(pair.expected.pieces))
        spot = pair.found.pieces[start].spot if start is not None else None
        return spot.page if spot is not None else None

    # Links -----------------------------------------------------------------------------------------------

    def fault_of_link(self, piece: Piece, found: list[int]) -> str:
        """What is wrong with the links of a word, or ""."""
        links = [self.found.links[number] for number in found]
        if not piece.links:
            shown = next((link.uri or link.name or "nothing" for link in links), "")
            return f'is a link to "{shown}" and is none in the article' if links else ""
        for number in piece.links:
            wanted = self.expected.links[number]
            name = wanted.uri or f"#{wanted.name}"
            if not links:
                return f"is no link (to {name})"
            if not any(self._same(wanted, link) for link in links):
                got = links[-1]
                shown = got.uri or (f'"{got.name}"' if got.name else "nothing")
                return f"leads to {shown} instead of {name}"
            if not any(link.pressed for link in links):
                return "is a link that can't be followed where it stands"
        return ""

    def _same(self, wanted: Link, link: Link) -> bool:
        if wanted.uri:
            return bool(link.uri) and unquote(link.uri) == unquote(wanted.uri)
        if wanted.target is None or link.target is None:
            return False
        row = self.by_name[wanted.target.row]
        if not isinstance(row, Note):
            return self._lands_in(self.pairs[id(row)], wanted.target.index, link.target)
        note = self.note_at(link.target)
        if note is not None and note.number == row.number:
            return True
        return any(
            self._lands_in(pair, wanted.target.index, link.target)
            for pair in self.pairs.values()
            if isinstance(pair.expected, Note) and pair.expected.number == row.number
        )

    def _lands_in(self, pair: Any, index: int, target: Target) -> bool:
        """Whether a link to `target` lands on an expected piece, or on the next one that was found."""
        start = pair.alignment.first(index, len(pair.expected.pieces))
        return start is None or self.is_at(target, pair.found, start)

    def is_at(self, target: Target, row: Rowful, index: int) -> bool:
        """Whether a link to `target` lands on a piece of a found row."""
        if not self.pdf:
            return (target.row, target.index) == (row.name, index)
        spot = row.pieces[index].spot
        if spot is None or spot.page != target.page:
            return False
        return spot.y - 2 <= target.y <= spot.y + spot.size + _ABOVE


def _by_page(placed: Iterable[tuple[Spot | None, _T]]) -> dict[int, list[tuple[Spot, _T]]]:
    pages: dict[int, list[tuple[Spot, _T]]] = {}
    for spot, thing in placed:
        if spot is not None:
            pages.setdefault(spot.page, []).append((spot, thing))
    return pages


def _nearest(target: Target, on: dict[int, list[tuple[Spot, _T]]], sideways: float) -> _T | None:
    """What a link lands on: the nearest thing on the page, unless all are too far."""

    def distance(spot: Spot) -> float:
        """How far its upper left corner is from the destination, in points."""
        return abs(spot.y + spot.size - target.y) + sideways * abs(spot.x - target.x)

    placed = on.get(target.page, [])
    best = min(placed, default=None, key=lambda one: distance(one[0]))
    return best[1] if best is not None and distance(best[0]) < _NEAR else None
