"""Lays the pieces that are found beside those that are expected, word for word.

The expected words lead: only with them is it plain that "recog-" and "nise", on two lines, are one word that
the typesetter divided, that "well-" and "known" are one that has its hyphen, and that an address broken over
three lines has none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pipeline.check.vocabulary.facts import Glue, Kind, Piece

_HYPHENS: Final = "-\u2010"
_GRAM: Final = 3
"""So many words in a row that are the same mark the place where both go on alike."""


@dataclass(frozen=True)
class Gap:
    """A difference: expected pieces `start` to `end` stand against found pieces `low` to `high`."""

    start: int
    end: int
    low: int
    high: int


@dataclass
class Alignment:
    """What was found for what.

    :param at: by number of the expected piece, the found pieces (from, to) that are it.
    :param skipped: found pieces that an edition may have over and above (marks of list items).
    :param gaps: the differences in order.
    :param glued: expected pieces that are found stuck to the one before.
    """

    at: dict[int, tuple[int, int]] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    glued: list[int] = field(default_factory=list)

    def start(self, index: int) -> int | None:
        """The number of the first found piece of an expected one."""
        return self.at[index][0] if index in self.at else None

    def first(self, start: int, end: int) -> int | None:
        """The number of the first found piece of the expected ones from `start` to `end` (exclusive)."""
        return next((self.at[index][0] for index in range(start, end) if index in self.at), None)

    @cached_property
    def back(self) -> dict[int, int]:
        """The number of the expected piece by that of each found one (once all is aligned)."""
        return {j: i for i, (low, high) in self.at.items() for j in range(low, high)}


def align(expected: Sequence[Piece], found: Sequence[Piece]) -> Alignment:
    """Lay `found` beside `expected`."""
    result = Alignment()
    resume: _Resume | None = None
    i = j = 0
    while i < len(expected) or j < len(found):
        step = _step(expected, found, i, j, result)
        if step is not None:
            i, j = step
            continue
        resume = resume or _Resume(expected, found)
        di, dj = resume.behind(i, j)
        result.gaps.append(Gap(i, i + di, j, j + dj))
        i, j = i + di, j + dj
    _glued(expected, found, result)
    return result


def _step(
    expected: Sequence[Piece], found: Sequence[Piece], i: int, j: int, result: Alignment
) -> tuple[int, int] | None:
    """One step on, if the next pieces are the same or one of them may be passed over."""
    if i < len(expected):
        begins = j < len(found) and found[j].bag
        bag = _bag(expected, found, i, j) if begins else None
        end = 0 if bag else match(expected[i], found, j)
        if end and not _is_mark(expected, found, i, j, end):
            result.at[i] = (j, end)
            return i + 1, end
        if not begins:
            bag = _bag(expected, found, i, j)
        if bag is not None:
            for index in range(i, bag[0]):
                result.at[index] = (j, bag[1])
            return bag
        if expected[i].optional:
            return i + 1, j
    if j < len(found) and found[j].optional:
        result.skipped.add(j)
        return i, j + 1
    return None


def _is_mark(expected: Sequence[Piece], found: Sequence[Piece], i: int, j: int, end: int) -> bool:
    """Whether what was found is the mark of a list item, and only looks like the word that comes behind it.

    A term is such a mark, too, and no edition leaves it out: then both rows go on alike as they stand.
    """
    if not found[j].optional or expected[i].optional or _goes_on(expected, found, i + 1, end):
        return False
    behind = _behind_marks(found, j)
    further = match(expected[i], found, behind)
    return bool(further) and _goes_on(expected, found, i + 1, further)


def _goes_on(expected: Sequence[Piece], found: Sequence[Piece], i: int, j: int) -> bool:
    """Whether the next pieces are alike, marks of list items aside."""
    while i < len(expected) and expected[i].optional:
        i += 1
    if i == len(expected):
        return _behind_marks(found, j) == len(found)
    return any(match(expected[i], found, at) for at in {j, _behind_marks(found, j)})


def _behind_marks(found: Sequence[Piece], j: int) -> int:
    while j < len(found) and found[j].optional:
        j += 1
    return j


def match(piece: Piece, found: Sequence[Piece], j: int) -> int:
    """The end of the found pieces from `j` on that are `piece`, or 0."""
    if j >= len(found):
        return 0
    first = found[j]
    if piece.kind is Kind.PAGE:
        return j + 1 if first.kind is Kind.WORD and first.text.isalnum() and first.links else 0
    if piece.kind is Kind.MATH:
        if first.kind is Kind.MATH:
            alike = first.also in {(), piece.also} and first.text.split() == piece.text.split()
            return j + 1 if alike else 0
        return _formula("".join(piece.text.split()), found, j)
    if piece.kind is Kind.CALL:
        same = first.text == piece.text and first.kind in {Kind.CALL, Kind.WORD}
        return j + 1 if same and (first.kind is Kind.CALL or first.links) else 0
    if piece.kind is Kind.IMAGE or first.kind is not Kind.WORD:
        return j + 1 if first.kind is piece.kind and first.text == piece.text else 0
    for text in (*piece.also, piece.text):
        end = _word(text, found, j)
        if end:
            return end
    return 0


def _word(text: str, found: Sequence[Piece], j: int) -> int:
    """The end of the pieces that make up a word."""
    parts: list[tuple[str, int]] = [(found[j].text, j + 1)]
    while parts:
        so_far, at = parts.pop()
        if so_far == text:
            return at
        if at >= len(found) or found[at].kind is not Kind.WORD or found[at].bag:
            continue
        following = found[at]
        whole = text.startswith(so_far) and len(so_far) < len(text)
        if whole and following.glue is not Glue.SPACED:
            parts.append((so_far + following.text, at + 1))
        if following.glue is Glue.LINE and so_far[-1:] in _HYPHENS and text.startswith(so_far[:-1]):
            parts.append((so_far[:-1] + following.text, at + 1))
    return 0


def _formula(source: str, found: Sequence[Piece], j: int) -> int:
    """The end of the words that are the source of a formula."""
    so_far = ""
    while j < len(found) and found[j].kind is Kind.WORD and source.startswith(so_far + found[j].text):
        so_far += found[j].text
        j += 1
        if so_far == source:
            return j
    return 0


def _bag(
    expected: Sequence[Piece], found: Sequence[Piece], i: int, j: int, *, full: bool = True
) -> tuple[int, int] | None:
    """The ends of the expected and found pieces that have the same letters, where a line runs leftwards.

    :param full: whether what an edition may leave out is there.
    """
    if not _leads_to_bag(found, j):
        return None
    wanted, letters = "", found[j].text
    low, high = i, j + 1
    while len(wanted) != len(letters):
        row, at = (found, high) if len(wanted) > len(letters) else (expected, low)
        if at >= len(row) or row[at].kind is not Kind.WORD or (row is found and not _in_bag(row, at)):
            break
        if row is found:
            letters, high = letters + row[at].text, high + 1
        else:
            piece, low = row[at], low + 1
            if full or not piece.optional:
                wanted += piece.also[0] if full and piece.also else piece.text
    if Counter(wanted) == Counter(letters):
        return low, high
    return _bag(expected, found, i, j, full=False) if full else None


def _leads_to_bag(found: Sequence[Piece], j: int) -> bool:
    """Whether the word that begins here has a part in a line that runs leftwards."""
    end = j + 1
    while end < len(found) and not found[end - 1].bag and _in_bag(found, end):
        end += 1
    return end <= len(found) and found[end - 1].bag


def _in_bag(found: Sequence[Piece], j: int) -> bool:
    """Whether it may belong to the same words: a link or a change of type parts them.

    What stands beside a bag is not what stands beside its first or last word: that space tells nothing.
    """
    return found[j].bag or found[j - 1].bag or found[j].glue is not Glue.SPACED


class _Resume:
    """Finds the place where both rows go on alike, behind a difference."""

    def __init__(self, expected: Sequence[Piece], found: Sequence[Piece]) -> None:
        self.expected, self.found = expected, found
        self.plain = [at for at, piece in enumerate(found) if not piece.optional]
        self.grams: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(expected)):
            self.grams.setdefault(tuple(piece.text for piece in expected[at : at + _GRAM]), []).append(at)

    def behind(self, i: int, j: int) -> tuple[int, int]:
        """How far to go on in each row from `i` and `j`, in sum as little as can be."""
        expected, found = self.expected, self.found
        best = (len(expected) - i, len(found) - j)
        for number in range(bisect_left(self.plain, j), len(self.plain)):
            at = self.plain[number]
            if at - j >= sum(best):
                break
            gram = tuple(found[n].text for n in self.plain[number : number + _GRAM])
            places = self.grams.get(gram, [])
            first = bisect_left(places, i)
            if first < len(places) and places[first] - i + at - j < sum(best):
                best = (places[first] - i, at - j)
        if best == (0, 0):  # alike in words, and yet no match: a call that is no link, say
            return (min(1, len(expected) - i), min(1, len(found) - j))
        return _tightened(expected, found, i, j, best)


def _tightened(
    expected: Sequence[Piece], found: Sequence[Piece], i: int, j: int, best: tuple[int, int]
) -> tuple[int, int]:
    """The same place, nearer by the words before it that are alike, too."""
    di, dj = best
    while di and dj and expected[i + di - 1].text == found[j + dj - 1].text:
        di, dj = di - 1, dj - 1
    return (di, dj) if di or dj else best


def _glued(expected: Sequence[Piece], found: Sequence[Piece], result: Alignment) -> None:
    """Note words that have lost the space between them."""
    for i in range(1, len(expected)):
        this, before = result.at.get(i), result.at.get(i - 1)
        if this is None or before is None or before[1] != this[0] or found[this[0]].bag:
            continue
        words = expected[i].kind is Kind.WORD and expected[i - 1].kind is Kind.WORD
        optional = expected[i].optional or expected[i - 1].optional
        apart = expected[i].glue is Glue.SPACED and found[this[0]].glue is Glue.JOINED
        if words and apart and not optional:
            result.glued.append(i)
