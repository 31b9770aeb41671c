"""The ebook's page list against the PDF's pages: each mark stands at the word with which its page begins."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from pipeline.check.compare.edition import Pair
from pipeline.check.vocabulary.facts import Facts, Note, PageMark, Piece
from pipeline.check.vocabulary.verdict import Verdict

Pairs = dict[str, Pair]


@dataclass(frozen=True)
class _Edition:
    expected: Facts
    found: Facts
    pairs: Pairs

    def order(self) -> list[tuple[str, int]]:
        """Rows and numbers of the expected pieces in reading order: notes stand where they are listed."""
        listed: dict[int, list[Note]] = {}
        for note in self.expected.notes:
            if note.copy in ("list", "below"):
                listed.setdefault(note.at, []).append(note)
        order = []
        for index in range(len(self.expected.text.pieces) + 1):
            for note in listed.get(index, []):
                order += [(note.name, n) for n, piece in enumerate(note.pieces) if not piece.optional]
            if index < len(self.expected.text.pieces):
                order.append(("", index))
        return order


def compare_pages(
    pdf: tuple[Facts, Facts, Pairs], epub: tuple[Facts, Facts, Pairs], verdict: Verdict
) -> None:
    """Compare the page list and the marks of pages with the pages of the PDF.

    :param pdf: what is expected of the PDF, what was found, and the pairs of rows; likewise `epub`.
    :param verdict: that of the EPUB.
    """
    printed, book = _Edition(*pdf), _Edition(*epub)
    labels = [page.label for page in printed.found.pages]
    entries = book.found.page_list
    if not entries:
        verdict.add("check-page-list", "it has no page list")
        return
    if [entry.text for entry in entries] != labels:
        shown = ", ".join(entry.text for entry in entries[:12])
        verdict.add("check-page-list", f"its page list has {shown}: the PDF has {len(labels)} pages")
        return
    marks = {mark.label: mark for mark in book.found.pages}
    starts = _starts(printed, _translation(printed, book))
    for page, (entry, label) in enumerate(zip(entries, labels, strict=True)):
        mark = marks.get(label)
        if entry.target is None or mark is None:
            verdict.add("check-page-list", f"page {label} of the page list leads to no mark of a page")
        elif (entry.target.row, entry.target.index) != (mark.row, mark.index):
            verdict.add("check-page-list", f"page {label} of the page list leads to another place")
        else:
            _place(page, label, mark, starts, book, verdict)


def _translation(printed: _Edition, book: _Edition) -> dict[tuple[str, int], tuple[str, int]]:
    """For each expected piece of print, the one of the ebook (which has no second contents list)."""
    sides = (printed.expected.text.pieces, book.expected.text.pieces)
    common = ([n for n, piece in enumerate(side) if not piece.only] for side in sides)
    between = dict(zip(*common, strict=False))
    found = {}
    following = ("", len(book.expected.text.pieces))
    for row, index in reversed(printed.order()):
        if row:
            following = (row, index)
        elif index in between:
            following = ("", between[index])
        found[row, index] = following
    return found


def _starts(printed: _Edition, translation: dict[Any, Any]) -> list[set[tuple[str, int]]]:
    """For each page of the PDF, the expected pieces of the ebook with which it may begin."""
    count = len(printed.found.pages)
    seen: list[tuple[int, int, tuple[str, int]]] = []  # first and last page of each piece in order
    for row, index in printed.order():
        pair = printed.pairs.get(row)
        at = pair.alignment.at.get(index) if pair is not None else None
        if pair is None or at is None:
            continue
        pages = [piece.spot.page for piece in pair.found.pieces[at[0] : at[1]] if piece.spot]
        if pages:
            seen.append((min(pages), max(pages), (row, index)))
    starts: list[set[tuple[str, int]]] = []
    behind = [-1] * (count + 1)  # by page, the last piece that ends on an earlier one
    for number, (_, last, _) in enumerate(seen):
        behind[last + 1] = number
    behind = list(itertools.accumulate(behind, max))
    lines = _lines_side_by_side(printed)
    furthest = -1  # where the page before begins: the marks of pages stand in order
    for page in range(count):
        first = behind[page] + 1 if behind[page] + 1 < len(seen) else None
        allowed = set()
        # What stands side by side is broken in all its cells: it goes on with the first cell that does.
        line = lines.get(seen[behind[page]][2]) if behind[page] >= 0 else None
        number, begins = behind[page], -1
        while line is not None and number >= 0 and lines.get(seen[number][2]) == line:
            begins = number if seen[number][0] <= page <= seen[number][1] else begins
            number -= 1
        if begins >= 0:
            allowed = {translation[seen[begins][2]], translation[seen[max(begins, furthest)][2]]}
            furthest = max(begins, furthest)
        elif first is not None:
            furthest = max(first, furthest)
        if first is not None:
            allowed.add(translation[seen[first][2]])
            if seen[first][0] < page and first + 1 < len(seen):  # a word that is divided between two pages
                allowed.add(translation[seen[first + 1][2]])
        else:
            allowed.add(("", len(translation)))
        starts.append(allowed)
    return starts


def _lines_side_by_side(printed: _Edition) -> dict[tuple[str, int], tuple[str, int]]:
    """For each expected piece in a table or a field, the outermost line in which it stands."""
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for name, pair in printed.pairs.items():
        lines = [*pair.expected.beside, *(line for table in pair.expected.tables for line in table.rows)]
        for line in sorted(lines, key=lambda line: line.start - line.end):
            for index in range(line.start, line.end):
                found.setdefault((name, index), (name, line.start))
    return found


def _place(
    page: int,
    label: str,
    mark: PageMark,
    starts: list[set[tuple[str, int]]],
    book: _Edition,
    verdict: Verdict,
) -> None:
    here = _behind(mark, book)
    if here is None or here in starts[page] or not starts[page]:
        return
    wanted = min(starts[page])
    texts: dict[str, list[Piece]] = {row.name: row.pieces for row in book.expected.rows()}
    pieces = texts[wanted[0]]
    between = pieces[here[1] : wanted[1]] if here[0] == wanted[0] and here < wanted else []
    if wanted[1] >= len(pieces) or (between and all(piece.optional for piece in between)):
        return  # the numbers of lines of code, which one edition may leave out
    words = " ".join(piece.text for piece in pieces[wanted[1] : wanted[1] + 4])
    got = " ".join(piece.text for piece in texts[here[0]][here[1] : here[1] + 4])
    message = f'page {label} begins at "{words}" in the PDF, and is marked at "{got}"'
    verdict.add("check-page-list", message, pieces[wanted[1]].line)


def _behind(mark: PageMark, book: _Edition) -> tuple[str, int] | None:
    """The expected piece that comes next behind a mark, or ``None`` at the end."""
    pairs = {pair.found.name: pair for pair in book.pairs.values()}
    if mark.row:
        pair = pairs.get(mark.row)
        return _next(pair, mark.index) if pair is not None else None
    following = book.found.notes[mark.notes :]
    if following and following[0].at <= mark.index:
        pair = pairs.get(following[0].name)
        if pair is not None:
            return _next(pair, 0)
    return _next(pairs[""], mark.index)


def _next(pair: Pair, index: int) -> tuple[str, int] | None:
    back = pair.alignment.back
    for number in range(index, len(pair.found.pieces)):
        if number in back:
            return pair.expected.name, back[number]
    if isinstance(pair.expected, Note):
        return None
    return "", len(pair.expected.pieces)
