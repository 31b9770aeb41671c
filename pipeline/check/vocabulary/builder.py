"""Builds a row of pieces from text as it comes: what white space separates are words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipeline.check.vocabulary.facts import DIRECTING, Glue, Kind, Piece, Rowful, visible


class Builder:
    """Adds to one row. Text that follows without white space is joined to the word before it."""

    def __init__(self, row: Rowful) -> None:
        self.row = row
        self.glue = Glue.SPACED
        self._waiting: list[Callable[[int], None]] = []

    @property
    def index(self) -> int:
        """The number of the piece that comes next."""
        return len(self.row.pieces)

    def mark(self, tell: Callable[[int], None]) -> None:
        """Call `tell` with the number of the piece in which the next text or thing will be."""
        self._waiting.append(tell)

    def close(self) -> None:
        """Nothing more comes: what was marked is the end."""
        self._tell(self.index)

    def _tell(self, index: int) -> None:
        for tell in self._waiting:
            tell(index)
        self._waiting.clear()

    def space(self) -> None:
        """What comes next does not belong to the word before it."""
        self.glue = Glue.SPACED

    def text(self, text: str, **facts: Any) -> None:
        """Add words; `facts` are fields of `Piece`."""
        signs = _signs(text) if DIRECTING.intersection(text) else {}
        text = visible(text)
        if text[:1].isspace():
            self.space()
        for number, word in enumerate(text.split()):
            if number:
                self.space()
            self._add(Piece(word, glue=self.glue, signs=signs.get(number, ()), **facts))
        if text[-1:].isspace():
            self.space()

    def thing(self, kind: Kind, text: str, **facts: Any) -> None:
        """Add something that is no word and that no word joins."""
        self._tell(self.index)
        self.row.pieces.append(Piece(text, kind, self.glue, **facts))
        self.glue = Glue.JOINED

    def _add(self, piece: Piece) -> None:
        pieces = self.row.pieces
        before = pieces[-1] if pieces else None
        self.glue = Glue.JOINED
        joined = before is not None and piece.glue is Glue.JOINED
        if before is None or not joined or before.kind is not Kind.WORD or before.optional != piece.optional:
            behind = joined and before is not None and before.kind is Kind.PAGE and before.only
            self._tell(self.index)
            pieces.append(replace(piece, only=True) if behind else piece)
            return
        self._tell(self.index - 1)
        links, only = tuple(dict.fromkeys(before.links + piece.links)), before.only or piece.only
        signs = before.signs + tuple((place + len(before.text), sign) for place, sign in piece.signs)
        text = before.text + piece.text
        pieces[-1] = replace(before, text=text, also=(), links=links, only=only, signs=signs)


def _signs(text: str) -> dict[int, tuple[tuple[int, str], ...]]:
    """What steers the direction of a text, by the number of the word that each sign stands in or before."""
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    number, place = 0, 0
    for letter in text:
        if letter in DIRECTING:
            found[number] = (*found.get(number, ()), (place, letter))
        elif letter.isspace():
            number, place = number + (place > 0), 0
        else:
            place += len(visible(letter))
    return found


def move_spans(row: Rowful, count: int) -> None:
    """Count the spans of a row anew, whose first `count` pieces have gone."""

    def moved(span: Any) -> Any:
        return replace(span, start=max(0, span.start - count), end=max(0, span.end - count))

    row.items = [moved(item) for item in row.items]
    row.headings = [moved(heading) for heading in row.headings]
    row.captions = [moved(span) for span in row.captions]
    row.sources = [moved(span) for span in row.sources]
    row.beside = [moved(span) for span in row.beside]
    row.tables = [
        replace(
            moved(table),
            caption=moved(table.caption) if table.caption else None,
            rows=tuple(
                replace(moved(part), cells=tuple(moved(cell) for cell in part.cells)) for part in table.rows
            ),
        )
        for table in row.tables
    ]
