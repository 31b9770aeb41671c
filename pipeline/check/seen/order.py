"""Whether lines and words are seen in the order in which they are read (Unicode Standard Annex 9)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from pipeline.check.compare.edition import Pair
from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import INLINE, Elem
from pipeline.check.seen.blocks import Block
from pipeline.check.seen.places import Key, Places, key_of, quoted
from pipeline.check.vocabulary.facts import Glue, Kind, Piece, visible
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.tree.labels import direction_of
from pipeline.tree.languages.bidi import (
    END,
    LEFT_TO_RIGHT,
    RIGHT,
    RIGHT_TO_LEFT,
    embedding_levels,
    visual_order,
)

_FROM_RIGHT: Final = re.compile(f"[{RIGHT}]")
_ISOLATES: Final = {"ltr": LEFT_TO_RIGHT, "rtl": RIGHT_TO_LEFT}
_STEERING: Final = frozenset((LEFT_TO_RIGHT, RIGHT_TO_LEFT, END))
_OBJECT: Final = "\ufffc"
_SAME_COLUMN: Final = 6.0
"""Lines that begin no farther apart, in sizes of type, are of one column."""
_MOST: Final = 1
"""So many letters of a line may stand otherwise: a sign that the typesetter itself has put there."""
_PAIRS: Final = str.maketrans(")]}>»›", "([{<«‹")
"""A bracket is drawn mirrored where it is read from the right: its glyph is that of the other one."""


_Place = tuple[int, int]
"""The number of a piece, and of a letter in it, from 0."""
Found = dict[Key, tuple[Pair, list[int]]]
"""By the place where words begin, the numbers of the expected pieces that they are."""


def look_at_order(pairs: Iterable[Pair], blocks: list[Block], places: Places, verdict: Verdict) -> None:
    """Report lines that are not seen in their order."""
    if not any(_FROM_RIGHT.search(run.text) for block in blocks for run in block.runs):
        return
    found: Found = {}
    for pair in pairs:
        whose: dict[int, list[int]] = {}
        for index, (low, high) in sorted(pair.alignment.at.items()):
            for number in range(low, high):
                whose.setdefault(number, []).append(index)
        for number, piece in enumerate(pair.found.pieces):
            if piece.spot is not None:
                found.setdefault(key_of(piece.spot), (pair, []))[1].extend(whose.get(number, []))
    for block in blocks:
        if any(_FROM_RIGHT.search(run.text) for run in block.runs):
            _look(block, found, places, verdict)


def look_at_lines(blocks: list[Block], places: Places, verdict: Verdict) -> None:
    """Report lines that stand above those before them, and words that stand before those they follow."""
    for block in blocks:
        if block.role == "Figure":
            continue  # the words of a drawing stand where it needs them
        languages = (block.language, *(elem.language for elem in _inline(block.elem)))
        if _FROM_RIGHT.search(block.text) or any(direction_of(name) == "rtl" for name in languages if name):
            continue
        lines = [[run for run in line if run.text.strip() or run.picture] for line in block.lines()]
        lines = [line for line in lines if line]
        for before, line in pairwise(lines):
            a, b = before[0].spot, line[0].spot
            size = max(a.size, b.size, 1.0)
            if a.page == b.page and b.y > a.y + size / 2 and abs(b.x - a.x) < _SAME_COLUMN * size:
                _report("stands above the line that it follows", line, places, verdict)
        for line in lines:
            for one, run in pairwise(line):
                if run.spot.x < one.spot.x - max(one.spot.size, run.spot.size):
                    _report("stands before the words that it follows", [run], places, verdict)


def _report(fault: str, runs: list[Run], places: Places, verdict: Verdict) -> None:
    text = quoted("".join(run.text for run in runs))
    verdict.add("check-direction", f"{text} {fault}", places.line(runs), places.page(runs[0].spot.page))


def _look(block: Block, found: Found, places: Places, verdict: Verdict) -> None:
    keys = [key for run in block.runs if (key := key_of(run.spot)) in found]
    indexes = sorted({index for key in keys for index in found[key][1]})
    pair = found[keys[0]][0] if keys else None
    if pair is None or not indexes:
        return
    pieces = pair.expected.pieces
    if any(pieces[index].kind is Kind.PAGE for index in indexes):
        return  # the number is the typesetter's
    starts, ends = _isolates(block, pieces, indexes, found)
    from_right = direction_of(block.language) == "rtl"
    letters = list(_letters(pieces, indexes, starts, ends, from_right=from_right))
    base = int(from_right and not _is_number(block, letters))
    levels = embedding_levels()("".join(letters), base)
    at = 0
    for line in block.lines():
        groups = list(_seen(line))
        count = sum(map(len, groups))
        end = at
        while end < len(letters) and count:
            count -= _is_letter(letters[end])
            end += 1
        # With what isolates passages: it keeps two of them apart (rule X5c).
        part = list(zip(letters[at:end], levels[at:end], strict=True))
        order = visual_order([level for _, level in part])
        wanted = [_plain(part[number][0]) for number in order if _is_letter(part[number][0])]
        if Counter(wanted) != Counter("".join(groups)):
            return  # a word was divided, or the typesetter has added something: the rest can't be told
        if _differ(wanted, groups) > _MOST:
            text = "".join(letter for letter in letters[at:end] if letter not in _STEERING)
            message = f"the words of the line {quoted(text)} are not seen in the order in which they are read"
            verdict.add("check-direction", message, places.line(line), places.page(line[0].spot.page))
        at = end


def _is_number(block: Block, letters: list[str]) -> bool:
    """Whether a cell holds a number alone, with its signs, that is read from the left."""
    if any(letter.isdigit() and unicodedata.bidirectional(letter) == "AN" for letter in letters):
        return False
    kinds = {unicodedata.category(letter)[0] for letter in letters if letter not in _STEERING}
    return block.role in {"TD", "TH", "P"} and "N" in kinds and "L" not in kinds and "TD" in block.path


def _isolates(
    block: Block, pieces: list[Piece], indexes: list[int], found: Found
) -> tuple[dict[_Place, list[str]], dict[_Place, int]]:
    """Before which letters a passage of its own direction begins, and behind which how many end."""
    starts: dict[_Place, list[str]] = {}
    ends: dict[_Place, int] = {}
    for elem in _inline(block.elem):
        direction = direction_of(elem.language) if elem.language else "ltr" if elem.role == "Code" else ""
        letters = Counter(letter for group in _seen(elem.runs()) for letter in group)
        # The same words may stand in the block twice: it is those that are drawn there.
        own = [number for run in elem.runs() for number in found.get(key_of(run.spot), (pieces, []))[1]]
        near = [index for index in indexes if index >= min(own)] if own else indexes
        span = _window(pieces, near, letters) if direction and letters else None
        if span is not None:
            starts.setdefault(span[0], []).append(_ISOLATES[direction])
            ends[span[1]] = ends.get(span[1], 0) + 1
    return starts, ends


def _window(pieces: list[Piece], indexes: list[int], letters: Counter[str]) -> tuple[_Place, _Place] | None:
    """The first and the last of some letters: pieces that have no others, else a part of pieces."""
    every = [
        (_plain(letter), (index, at))
        for index in indexes
        for at, letter in enumerate(visible(pieces[index].text))
        if _is_letter(letter)
    ]
    count, start = sum(letters.values()), 0
    for number, first in enumerate(indexes):
        rest = letters.copy()
        for last in indexes[number:]:
            rest.subtract(_plain(letter) for letter in pieces[last].text if _is_letter(letter))
            if min(rest.values(), default=0) < 0:
                break
            if not any(rest.values()):
                return (first, 0), (last, max(len(visible(pieces[last].text)) - 1, 0))
        while start < len(every) - count + 1 and every[start][1][0] <= first:
            part = every[start : start + count]
            if part[0][0] in letters and Counter(one for one, _ in part) == letters:
                return part[0][1], part[-1][1]
            start += 1
    return None


def _inline(elem: Elem) -> Iterator[Elem]:
    for kid in elem.kids:
        if isinstance(kid, Elem) and kid.role in INLINE:
            yield kid
            yield from _inline(kid)


def _letters(
    pieces: list[Piece],
    indexes: list[int],
    starts: dict[_Place, list[str]],
    ends: dict[_Place, int],
    *,
    from_right: bool,
) -> Iterator[str]:
    """The characters of a block as they are read, with what isolates passages.

    :param from_right: whether the block runs from right to left.
    """
    around = [RIGHT_TO_LEFT if from_right else LEFT_TO_RIGHT]
    for index in indexes:
        piece = pieces[index]
        if index != indexes[0] and piece.glue is not Glue.JOINED:
            yield " "
        text, at = visible(piece.text), 0
        if piece.kind is Kind.WORD:
            for letter in _steered(piece):
                if not visible(letter):
                    yield letter
                    continue
                yield from (*starts.get((index, at), []), letter)
                around += starts.get((index, at), [])
                yield from END * ends.get((index, at), 0)
                del around[len(around) - ends.get((index, at), 0) :]
                at += 1
            continue
        yield from starts.get((index, 0), [])
        around += starts.get((index, 0), [])
        if piece.kind is Kind.CALL and around[-1] == RIGHT_TO_LEFT:  # a thing apart, whatever is around it
            yield from (LEFT_TO_RIGHT, *text, END)
        else:
            yield from _steered(piece) if piece.kind is Kind.CALL else _OBJECT
        closed = sum(ends.get((index, at), 0) for at in range(max(len(text), 1)))
        yield from END * closed
        del around[len(around) - closed :]


def _steered(piece: Piece) -> Iterator[str]:
    """The letters of a word, with the signs that steer its direction."""
    at = 0
    for place, sign in piece.signs:
        yield from visible(piece.text[at:place])
        yield sign
        at = place
    yield from visible(piece.text[at:])


def _seen(line: Iterable[Run]) -> Iterator[str]:
    """What is drawn in a line, from left to right: single letters, or several whose order can't be told."""
    for run in sorted(line, key=lambda run: run.spot.x):
        letters = [_plain(letter) for letter in visible(run.text) if _is_letter(letter)]
        if run.picture:
            yield _OBJECT
        elif run.spelled and letters:
            yield "".join(letters)
        else:
            yield from letters


def _is_letter(letter: str) -> bool:
    return letter == _OBJECT or not (letter.isspace() or unicodedata.category(letter)[0] in "MC")


def _plain(letter: str) -> str:
    normal = unicodedata.normalize("NFKC", letter)
    return (normal if len(normal) == 1 else letter).translate(_PAIRS)


def _differ(wanted: list[str], groups: list[str]) -> int:
    """How many letters stand otherwise; two that are one sign (lam and alef) may stand either way round."""
    count = at = 0
    rest = iter(range(len(groups)))
    for number in rest:
        group = groups[number]
        part = wanted[at : at + len(group)]
        if Counter(part) != Counter(group):
            following = groups[number + 1] if number + 1 < len(groups) else ""
            pair = wanted[at : at + 2]
            if len(group) == len(following) == 1 and pair == [following, group] and _FROM_RIGHT.match(group):
                next(rest, None)
                at += 2
                continue
            count += len(group)
        at += len(group)
    return count
