"""How lines begin and end, and whether the values of a row stand on the line of their label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from pipeline.check.compare.edition import Pair
from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import NOTES, Elem
from pipeline.check.seen.blocks import Block, lines_of
from pipeline.check.seen.places import Places, quoted
from pipeline.check.vocabulary.facts import Glue, Kind
from pipeline.check.vocabulary.verdict import Verdict

_CLOSING: Final = frozenset("»)]}’”.,;:!?…›、。，．：；！？」』】〉》〕）］｝")
"""What no line begins with (Unicode Standard Annex 14, rules LB13 and LB15)."""
_OPENING: Final = frozenset("«([{“‘‹「『【〈《〔（［｛¿¡")
"""What no line ends with (rule LB14)."""
_OTHER_WAY_ROUND: Final = frozenset(("da", "de", "fi", "hr", "sl", "sv"))
"""Languages in which » may open and « may close."""
_SPACED: Final = frozenset(("fr", "br"))
"""Languages that put a space before these marks, which is no place to break a line."""
_SPACED_CLOSING: Final = frozenset("»:;!?")
_LONGEST: Final = 25
"""A longer word of plain letters and signs (an address, a path, code) is parted where it fits."""
_OFF: Final = 1.2
"""So far, in points, two baselines of a row may be apart: faces of other scripts stand a little lower."""
_RAISED: Final = 0.85
"""Smaller type than this share of the label's is raised."""
_NO_TEXT: Final = frozenset(("Table", "L", "Figure", "Formula", "BlockQuote", "Sect", "Aside"))
"""A cell that begins with one of these has a first line of its own kind."""


def look_at_marks(pairs: Iterable[Pair], blocks: list[Block], places: Places, verdict: Verdict) -> None:
    """Report lines that begin with a closing mark, or end with an opening one."""
    for pair in pairs:
        _within_words(pair, verdict)
    for block in blocks:
        if block.language.partition("-")[0].lower() in _SPACED:
            _beside_spaces(block, places, verdict)


def _within_words(pair: Pair, verdict: Verdict) -> None:
    """What white space parts in the article is parted by its author's will; a word is not."""
    for index, (low, high) in pair.alignment.at.items():
        if high - low < 2:
            continue
        wanted = pair.expected.pieces[index]
        if wanted.kind is not Kind.WORD or (wanted.text.isascii() and _has_no_room(pair, index)):
            continue
        for number in range(low + 1, high):
            before, piece = pair.found.pieces[number - 1], pair.found.pieces[number]
            if piece.glue is not Glue.LINE or before.spot is None or piece.spot is None or piece.bag:
                continue
            a, b = before.spot, piece.spot
            if a.page == b.page and abs(a.y - b.y) < b.size / 2:
                continue  # one line, read from the right
            if piece.text[:1] in _CLOSING:
                message = f'a line begins with "{piece.text[0]}", after {quoted(before.text)}'
                verdict.add("check-line", message, wanted.line, piece.place)
            elif before.text[-1:] in _OPENING:
                message = f'a line ends with "{before.text[-1]}", before {quoted(piece.text)}'
                verdict.add("check-line", message, wanted.line, before.place)


def _has_no_room(pair: Pair, index: int) -> bool:
    """Whether a word is parted where it has to be: it begins its line, or is no word of a language."""
    number = pair.alignment.at[index][0]
    first, before = pair.found.pieces[number].spot, pair.found.pieces[number - 1].spot if number else None
    if len(pair.expected.pieces[index].text) > _LONGEST or first is None or before is None:
        return True
    return before.page != first.page or abs(before.y - first.y) > first.size / 2


def _beside_spaces(block: Block, places: Places, verdict: Verdict) -> None:
    lines = block.lines()
    for before, line in pairwise(lines):
        first = "".join(run.text for run in line).split(maxsplit=1)
        last = "".join(run.text for run in before).split()
        if first and first[0] in _SPACED_CLOSING:
            message = f'a line begins with "{first[0]}", after {quoted(last[-1] if last else "")}'
        elif last and last[-1] == "«" and first:
            message = f'a line ends with "«", before {quoted(first[0])}'
        else:
            continue
        verdict.add("check-line", message, places.line(line), places.page(line[0].spot.page))


# Rows ----------------------------------------------------------------------------------------------------


def look_at_rows(root: Elem, places: Places, verdict: Verdict) -> None:
    """Report rows of tables whose cells do not begin on one line."""
    for row in root.below():
        if row.role != "TR":
            continue
        cells = [kid for kid in row.kids if isinstance(kid, Elem) and kid.role in {"TH", "TD"}]
        firsts = [first for cell in cells if cell.rows == 1 and (first := _first_line(cell))]
        if len(firsts) < 2:
            continue
        label = firsts[0]
        onward = _baseline(firsts[1]).spot.x >= _baseline(label).spot.x
        for before, line in pairwise(firsts):
            a, b = _baseline(label), _baseline(line)
            if (b.spot.x >= _baseline(before).spot.x) != onward:  # a table in parts: another part begins
                label = line
                continue
            if b.spot.size < _RAISED * a.spot.size:  # nothing but the call of a note
                continue
            if a.spot.size < _RAISED * b.spot.size:
                label = line
                continue
            if a.spot.page == b.spot.page and abs(a.spot.y - b.spot.y) > _OFF:
                off = abs(a.spot.y - b.spot.y)
                message = f"{quoted(_text(line))} stands {off:.1f} pt off the line of {quoted(_text(label))}"
                verdict.add("check-baseline", message, places.line(line), places.page(b.spot.page))
                break


def _first_line(cell: Elem) -> list[Run] | None:
    """The first line of a cell that begins with text; ``None`` of another."""
    runs: list[Run] = []
    for elem, drawn in _drawn(cell):
        if not runs and (elem.role in _NO_TEXT or _is_code(elem) or any(run.picture for run in drawn)):
            return None
        runs += [run for run in drawn if run.text.strip() and not run.picture]
    lines = lines_of(runs)
    return lines[0] if lines else None


def _is_code(elem: Elem) -> bool:
    """Whether code is all that a paragraph has: a block of it stands in a frame, a little lower."""
    if elem.role != "Code" or elem.parent is None:
        return False
    return all(isinstance(kid, Elem) and kid.role == "Code" for kid in elem.parent.kids)


def _drawn(elem: Elem) -> Iterator[tuple[Elem, list[Run]]]:
    """What is drawn below an element, notes apart, with the elements on the way."""
    for kid in elem.kids:
        if isinstance(kid, list):
            yield elem, kid
        elif isinstance(kid, Elem) and kid.role not in NOTES:
            if kid.role in _NO_TEXT:
                yield kid, []
            else:
                yield from _drawn(kid)


def _baseline(line: list[Run]) -> Run:
    """The run that tells where a line stands: the first of the largest, for calls are raised."""
    return max(line, key=lambda run: run.spot.size)


def _text(line: list[Run]) -> str:
    return "".join(run.text for run in line)
