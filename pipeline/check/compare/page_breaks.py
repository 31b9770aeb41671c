"""Whether a PDF begins a page where the article asks for one, and keeps whole what is not to be parted."""

from __future__ import annotations

from typing import Any, Final

from pipeline.check.vocabulary.facts import Facts, Piece, Spot
from pipeline.check.vocabulary.verdict import Verdict

_BEFORE: Final = 8
"""So many pieces are looked at before a break: what floats may go to the next page with the text."""
_FITS: Final = 0.8
"""What is not higher than this part of a page has room on one, with the notes that it calls."""


def compare_breaks(pair: Any, expected: Facts, found: Facts, verdict: Verdict) -> None:
    """Compare the breaks and the blocks that are kept whole.

    :param pair: the running text (`compare.Pair`).
    """
    pieces = pair.expected.pieces
    for place in expected.page_breaks:
        before = _spots(pair, range(max(0, place.start - _BEFORE), place.start))
        behind = _spots(pair, range(place.start, min(len(pieces), place.start + 1)))
        if before and behind and behind[0].page <= min(spot.page for spot in before):
            message = f'no new page begins before "{_words(pieces, place.start)}"'
            verdict.add("check-page-break", message, place.line, pair.place(place.start))
    spots = [piece.spot for row in found.rows() for piece in row.pieces if piece.spot is not None]
    room = max(map(_height, _by_page(spots).values()), default=0.0)
    for span in expected.kept:
        parts = _by_page(_spots(pair, range(span.start, span.end)))
        if len(parts) > 1 and sum(map(_height, parts.values())) < _FITS * room:
            message = f'"{_words(pieces, span.start)}" is parted between pages, and is to be kept whole'
            verdict.add("check-page-break", message, span.line, pair.place(span.start))


def pages_asked_for(pair: Any, expected: Facts) -> frozenset[int]:
    """The pages (from 0) that begin where the article asks for it, or with a block that is to be kept whole.

    :param pair: the running text (`compare.Pair`).
    """
    starts = (span.start for span in (*expected.page_breaks, *expected.kept))
    return frozenset(spot.page for start in starts for spot in _spots(pair, range(start, start + 1)))


def _spots(pair: Any, indexes: range) -> list[Spot]:
    """Where expected pieces stand."""
    end = len(pair.expected.pieces)
    starts = [pair.alignment.start(index) for index in indexes if index < end]
    spots = [pair.found.pieces[start].spot for start in starts if start is not None]
    return [spot for spot in spots if spot is not None]


def _by_page(spots: list[Spot]) -> dict[int, list[Spot]]:
    pages: dict[int, list[Spot]] = {}
    for spot in spots:
        pages.setdefault(spot.page, []).append(spot)
    return pages


def _height(spots: list[Spot]) -> float:
    return max(spot.y + spot.size for spot in spots) - min(spot.y for spot in spots)


def _words(pieces: list[Piece], start: int) -> str:
    return " ".join(piece.text for piece in pieces[start : start + 6])
