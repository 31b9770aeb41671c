"""The comparison of an edition with the tree: words first, then everything that is marked up in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.check.compare.align import Alignment, align
from pipeline.check.compare.links import Lands
from pipeline.check.compare.marked_spans import compare_captions, compare_sources
from pipeline.check.compare.outline import DEEPEST
from pipeline.check.compare.page_breaks import compare_breaks
from pipeline.check.compare.page_numbers import compare_numbers
from pipeline.check.compare.tables import compare_tables
from pipeline.check.compare.words import report_words
from pipeline.check.vocabulary.facts import Facts, Item, Kind, Note, Piece, Rowful, Span
from pipeline.check.vocabulary.verdict import Verdict


@dataclass
class Pair:
    """A row that is expected, what was found for it, and how they lie beside each other."""

    expected: Rowful
    found: Rowful
    alignment: Alignment
    what: str = ""

    def place(self, index: int) -> str:
        """Where the found piece for an expected one is."""
        start = self.alignment.start(index)
        return self.found.pieces[start].place if start is not None else ""


def compare(expected: Facts, found: Facts, verdict: Verdict) -> dict[str, Pair]:
    """Compare an edition with what it must say.

    :param verdict: gets the differences and the counts.
    :returns: the pairs of rows by the name of the expected row; of a note's copies, the last has it.
    """
    verdict.extend(found.problems)
    text = Pair(expected.text, found.text, align(expected.text.pieces, found.text.pieces))
    report_words(verdict, text.expected.pieces, text.found.pieces, text.alignment)
    notes = _pair_notes(text, expected, found, verdict)
    pairs = [text, *notes]
    _headings(text, verdict)
    counted = [pair for pair in pairs if _counts(pair, verdict)]
    for name, compare_all in _MARKED.items():
        counts = [compare_all(pair, verdict) for pair in counted]
        verdict.counts[name] = (sum(wanted for wanted, _ in counts), sum(good for _, good in counts))
    lands = Lands(expected, found, {id(pair.expected): pair for pair in pairs})
    _calls(pairs, lands, verdict)
    _back_links(notes, lands, verdict)
    _links(pairs, lands, verdict)
    if found.edition == "pdf":
        for pair in pairs:
            if not pair.what or _copy_of(pair) == "pointer":
                compare_numbers(pair, lands, verdict)
        compare_breaks(text, expected, found, verdict)
    for name, kind in (("images", Kind.IMAGE), ("formulas", Kind.MATH), ("words", Kind.WORD)):
        counted_things = _count(pairs, verdict, kind)
        if kind is not Kind.MATH or any(counted_things):  # few articles have formulas
            verdict.counts[name] = counted_things
    named: dict[str, Pair] = {}
    for pair in pairs:
        name = pair.expected.name
        if name in named:  # a note at the foot of a page is listed, too
            named[f"{name} at the foot"] = named[name]
        named[name] = pair
    return named


def _copy_of(pair: Pair) -> str:
    return pair.expected.copy if isinstance(pair.expected, Note) else ""


def _counts(pair: Pair, verdict: Verdict) -> bool:
    """Whether what stands in a row is counted: of a note's copies in print, that in a list."""
    return not pair.what or verdict.edition == "epub" or _copy_of(pair) in ("list", "below")


# Headings and lists --------------------------------------------------------------------------------------


def _headings(pair: Pair, verdict: Verdict) -> None:
    at = {heading.start: heading for heading in pair.found.headings}
    good = 0
    for heading in pair.expected.headings:
        title = _title(pair.expected.pieces, heading)
        start = pair.alignment.start(heading.start)
        if start is None:
            continue  # its words are missing: reported
        found = at.pop(start, None)
        place, level = pair.place(heading.start), min(heading.level, DEEPEST)
        if found is None:
            verdict.add("check-heading", f'"{title}" is not marked as a heading', heading.line, place)
        elif min(found.level, DEEPEST) != level:
            message = f'the heading "{title}" has level {found.level} instead of {level}'
            verdict.add("check-heading", message, heading.line, place)
        elif not _same_end(pair, heading, found):
            verdict.add("check-heading", f'the heading "{title}" ends elsewhere', heading.line, place)
        else:
            good += 1
    for extra in at.values():
        title = _title(pair.found.pieces, extra)
        message = f'"{title}" is marked as a heading and is none in the article'
        verdict.add("check-heading", message, _line_near(pair, extra.start), extra.place)
    verdict.counts["headings"] = (len(pair.expected.headings), good + len(at))


def _alike(wanted: str, found: str) -> bool:
    """Whether two items bear the same number, from the right, too; or a bullet each, of any look."""
    if not wanted:
        return not any(character.isalnum() for character in found)
    return sorted(found) == sorted(wanted)


def _items(pair: Pair, verdict: Verdict) -> tuple[int, int]:
    at: dict[int, list[Item]] = {}
    for item in pair.found.items:
        first = item.start
        while first in pair.alignment.skipped:  # marks: its own, and those of lists with which it begins
            first += 1
        at.setdefault(first, []).append(item)
    good = 0
    for item in pair.expected.items:
        start = pair.alignment.start(item.start)
        if start is None:
            continue
        ends = [found for found in at.get(start, []) if _same_end(pair, item, found)]
        if ends:
            best = max(ends, key=lambda found: _alike(item.label, found.label))
            at[start].remove(best)
            good += 1
            if item.label and sorted(best.label) != sorted(item.label):  # in a line from the right, too
                title = _title(pair.expected.pieces, item)
                message = f'"{title}" bears the number "{best.label}" instead of "{item.label}"'
                verdict.add("check-list", message, item.line, pair.place(item.start))
        else:
            title = _title(pair.expected.pieces, item)
            fault = "ends elsewhere" if at.get(start) else "is not marked as a list item"
            verdict.add("check-list", f'"{title}" {fault}', item.line, pair.place(item.start))
    return len(pair.expected.items), good


def _same_end(pair: Pair, wanted: Span, found: Span) -> bool:
    """Whether a span that begins where it should ends there, too (optional pieces may follow)."""
    at = pair.alignment.at
    ends = (at[index][1] for index in range(wanted.end - 1, wanted.start - 1, -1) if index in at)
    last = next(ends, found.end)
    following = range(min(last, found.end), max(last, found.end))
    return all(pair.found.pieces[index].optional for index in following)


def _title(pieces: list[Piece], span: Span) -> str:
    words = [piece.text for piece in pieces[span.start : span.end] if piece.kind is Kind.WORD]
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _line_near(pair: Pair, start: int) -> int | None:
    back = pair.alignment.back
    for index in range(start, -1, -1):
        if index in back:
            return pair.expected.pieces[back[index]].line
    return None


# Notes ---------------------------------------------------------------------------------------------------


def _pair_notes(text: Pair, expected: Facts, found: Facts, verdict: Verdict) -> list[Pair]:
    by_number: dict[str, list[Note]] = {}
    for note in found.notes:
        by_number.setdefault(note.number, []).append(note)
    wanted: dict[str, list[Note]] = {}
    for note in expected.notes:
        wanted.setdefault(note.number, []).append(note)
    pairs: list[Pair] = []
    good, used = 0, set()
    for number, copies in wanted.items():
        complete = True
        for copy, candidate in _copies(copies, by_number.get(number, [])):
            if candidate is None and _stands_near(copy, copies, by_number, [text, *pairs]):
                continue  # its entry in the list is on the page of its call
            if candidate is None:
                complete = False
                _missing(copy, found.notes, verdict)
                continue
            used.add(id(candidate))
            if candidate.language.lower() != copy.language.lower():
                message = f'note {number} is marked as "{candidate.language}" and is "{copy.language}"'
                verdict.add("check-language", message, copy.line, candidate.place)
            alignment = align(copy.pieces, candidate.pieces)
            pair = Pair(copy, candidate, alignment, f"note {number}{_called(copy, expected)}")
            pairs.append(pair)
            same = [note for note in expected.notes if alignment.gaps and _text(note) == _text(candidate)]
            if same and all(note.number != number for note in same):
                other = same[0]
                message = f'note {other.number} ("{_start(other)}") bears the number {number}'
                verdict.add("check-note-number", message, other.line, candidate.place)
                complete = False
                continue
            complete = complete and not alignment.gaps
            report_words(verdict, copy.pieces, candidate.pieces, alignment, pair.what)
        good += complete
    extra = [note for note in found.notes if id(note) not in used]
    for note in extra:
        message = f'a note {note.number or "without number"} ("{_start(note)}") is not in the article'
        verdict.add("check-note-number", message, None, note.place)
    verdict.counts["notes"] = (len(wanted), good + len({note.number for note in extra} - set(wanted)))
    return pairs


def _stands_near(copy: Note, copies: list[Note], by_number: dict[str, list[Note]], pairs: list[Pair]) -> bool:
    """Whether a note needs nothing at the foot of the page of its first call: the list of notes is there."""
    entries = by_number.get(copy.number, [])
    if copy.copy not in {"foot", "pointer"} or len(copies) < 2 or len(entries) != 1:
        return False
    there = entries[0].spot
    for pair in pairs:
        for index, piece in enumerate(pair.expected.pieces):
            start = pair.alignment.start(index)
            if piece.kind is Kind.CALL and piece.text == copy.number and start is not None:
                spot = pair.found.pieces[start].spot
                return spot is not None and there is not None and spot.page == there.page
    return False


def _copies(copies: list[Note], found: list[Note]) -> list[tuple[Note, Note | None]]:
    """Each expected copy with the one that was found: the number of one at the foot is a link."""
    if len(copies) == 2 and len(found) == 1:
        listed = found[0].after == copies[1].after and not found[0].back
        foot, other = (None, found[0]) if listed else (found[0], None)
        return [(copies[0], foot), (copies[1], other)]
    if len(found) < len(copies):
        return [(copy, None) for copy in copies]
    if len(copies) == 2:
        found = sorted(found, key=lambda note: not note.back)
    return list(zip(copies, found, strict=False))


def _missing(copy: Note, found: list[Note], verdict: Verdict) -> None:
    text, named = _text(copy), f'note {copy.number} ("{_start(copy)}")'
    others = (note for note in found if _text(note).startswith(text) and note.number != copy.number)
    other = next(others, None)
    if other is not None:
        number = f"the number {other.number}" if other.number else "no number"
        verdict.add("check-note-number", f"{named} bears {number}", copy.line, other.place)
        return
    where = " in the list of notes" if copy.copy == "list" else " at the foot of its page"
    message = f"{named} is missing{where if verdict.edition == 'pdf' else ''}"
    verdict.add("check-note-missing", message, copy.line)


def _called(copy: Note, expected: Facts) -> str:
    if expected.edition == "epub":
        return ""
    if copy.copy == "below":
        return " below its table"
    return " in the list" if copy.copy == "list" else " at the foot"


def _text(note: Note) -> str:
    return "".join(piece.text for piece in note.pieces if not piece.optional).replace("-", "")


def _start(note: Note) -> str:
    return _title(note.pieces, Span(0, len(note.pieces)))


# Calls and links -----------------------------------------------------------------------------------------


def _calls(pairs: list[Pair], lands: Lands, verdict: Verdict) -> None:
    count = good = 0
    for pair in pairs:
        for index, piece in enumerate(pair.expected.pieces):
            if piece.kind is not Kind.CALL:
                continue
            counted = _counts(pair, verdict)
            count += counted
            start = pair.alignment.start(index)
            if start is None:
                continue
            fault = lands.fault_of_call(lands.called(piece), pair.found.pieces[start])
            if fault:
                verdict.add(
                    "check-call", f"the call of note {piece.text} {fault}", piece.line, pair.place(index)
                )
            else:
                good += counted
    verdict.counts["calls"] = (count, good)


def _back_links(notes: list[Pair], lands: Lands, verdict: Verdict) -> None:
    for pair in notes:
        assert isinstance(pair.expected, Note)
        fault = lands.fault_of_way_back(pair)
        if fault:
            message = f"{pair.what} {fault}"
            verdict.add("check-back-link", message, pair.expected.line, getattr(pair.found, "place", ""))


def _links(pairs: list[Pair], lands: Lands, verdict: Verdict) -> None:
    wanted: set[int] = set()
    bad: set[int] = set()
    for pair in pairs:
        counted = _counts(pair, verdict)
        for index, piece in enumerate(pair.expected.pieces):
            if piece.kind in {Kind.CALL, Kind.PAGE} or piece.optional:
                continue
            wanted |= set(piece.links) if counted else set()
            if index not in pair.alignment.at:
                bad |= set(piece.links)
                continue
            low, high = pair.alignment.at[index]
            parts = pair.found.pieces[low:high]
            found = [number for part in parts for number in part.links]
            if any(part.bag for part in parts) and not piece.links:
                continue  # whose the links of the line are can't be told
            fault = lands.fault_of_link(piece, found)
            if fault:
                bad |= set(piece.links)
                verdict.add("check-link", f'"{piece.text}" {fault}', piece.line, pair.place(index))
    verdict.counts["links"] = (len(wanted), len(wanted - bad))


def _count(pairs: list[Pair], verdict: Verdict, kind: Kind) -> tuple[int, int]:
    """Expected pieces of a kind, and those that were found or are there over and above."""

    def chosen(piece: Piece) -> bool:
        return piece.kind is kind and not piece.optional

    wanted = good = 0
    for pair in pairs:
        if not _counts(pair, verdict):
            continue
        numbers = [index for index, piece in enumerate(pair.expected.pieces) if chosen(piece)]
        wanted += len(numbers)
        good += sum(index in pair.alignment.at for index in numbers)
        extra = [piece for gap in pair.alignment.gaps for piece in pair.found.pieces[gap.low : gap.high]]
        good += sum(map(chosen, extra))
    return wanted, good


_MARKED: Final = {
    "list items": _items,
    "tables": compare_tables,
    "captions": compare_captions,
    "sources": compare_sources,
}
"""What compares each kind of thing in a row, and gives how many are expected and how many are right."""
