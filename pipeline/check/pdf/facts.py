"""What a finished PDF says, as a PDF reader sees it: in the order of its structure tree."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pipeline.check.pdf.text import Run
from pipeline.check.pdf.tree import INLINE, NOTES, Annotation, Elem, Opened
from pipeline.check.vocabulary.builder import move_spans
from pipeline.check.vocabulary.facts import (
    Cell,
    Facts,
    Glue,
    Heading,
    Item,
    Kind,
    Language,
    Link,
    Note,
    Outline,
    PageMark,
    Piece,
    Row,
    Rowful,
    Span,
    Spot,
    Table,
    visible,
)
from pipeline.tree.labels import direction_of

_LOCATOR: Final = re.compile(r",(\w+)")
"""The number of a page with the comma before it."""
_TIGHT: Final = 0.16
"""A gap up to this share of the type's size is none; a space is at least a fifth of it."""
_SAME_LINE: Final = 0.75
"""Baselines nearer than this share of the type's size are on one line: raised and lowered text is."""


def pdf_facts(path: Path) -> tuple[Facts, Opened | None]:
    """Read a finished PDF.

    :returns: what it says, and the open file (close its ``pdf``); where it can't be read, a problem and
        ``None``.
    """
    import pikepdf

    facts = Facts("pdf")
    try:
        pdf = pikepdf.open(path)
        opened = Opened(pdf)
    except (pikepdf.PdfError, OSError, ValueError, KeyError, TypeError, IndexError) as error:
        facts.problems.append(("check-damaged", f"the PDF can't be read: {' '.join(str(error).split())}"))
        return facts, None
    return opened_facts(opened), opened


def opened_facts(opened: Opened) -> Facts:
    """Read a finished PDF that is open."""
    facts = Facts("pdf")
    _Reader(opened, facts).read()
    return facts


class _Reader:
    def __init__(self, opened: Opened, facts: Facts) -> None:
        self.opened, self.facts = opened, facts
        self.row: Rowful = facts.text
        self.last: dict[int, Run] = {}
        self.broken = True
        self.links: tuple[int, ...] = ()
        self.label = False
        self.numbered = 0  # pieces of the label of the last note
        self.leftwards = False
        self.pictured = Spot(0, 0.0, 0.0, 0.0, 0.0)
        self.annotations: list[list[Annotation]] = []

    def read(self) -> None:
        opened, facts = self.opened, self.facts
        facts.language = str(opened.pdf.Root.get("/Lang", ""))
        if opened.root is None:
            facts.problems.append(("check-tag", "the PDF has no structure tree: it is not tagged"))
        else:
            self.visit(opened.root, facts.language)
        facts.sort_spans()
        self._press()
        facts.outline = [Outline(*entry) for entry in opened.outline()]
        facts.pages = [PageMark(opened.label(number), -1) for number in range(len(opened.pages))]
        for name, attached in opened.pdf.attachments.items():
            if str(attached.relationship) == "/Source":
                facts.sources[name] = attached.get_file().read_bytes()

    def place(self, page: int) -> str:
        """How a page is called in messages."""
        return f"page {self.opened.label(page)}"

    # The walk --------------------------------------------------------------------------------------------

    def visit(self, elem: Elem, language: str) -> None:
        """Read a structure element."""
        if elem.language and elem.language != language:
            words = " ".join(visible(run.text) for run in elem.runs()).split()
            self.facts.passages.append(Language(elem.language, words[0] if words else ""))
            language = elem.language
        if elem.role in NOTES:
            self._note(elem, language)
            return
        block = elem.role not in INLINE
        self.broken = self.broken or block
        method: Any = getattr(self, f"visit_{elem.role.lower()}", self.children)
        if re.fullmatch("H[1-9]?", elem.role):
            method = self._heading
        method(elem, language)
        self.broken = self.broken or block

    def children(self, elem: Elem, language: str) -> None:
        """Read what is below an element."""
        if elem.actual is not None:
            self._spelled(elem.actual, list(elem.runs()))
            return
        for kid in elem.kids:
            if isinstance(kid, Elem):
                self.visit(kid, language)
            elif isinstance(kid, list):
                self.leftwards = direction_of(language) == "rtl"
                self._drawn(kid)

    def span(self, elem: Elem, language: str) -> Span:
        """Read what is below an element, and say where it went."""
        start = len(self.row.pieces)
        self.broken = True
        self.children(elem, language)
        self.broken = True
        place = self.row.pieces[start].place if start < len(self.row.pieces) else ""
        return Span(start, len(self.row.pieces), None, place)

    # Blocks ----------------------------------------------------------------------------------------------

    def _heading(self, elem: Elem, language: str) -> None:
        span = self.span(elem, language)
        level = int(elem.role[1:] or 0)
        self.row.headings.append(Heading(span.start, span.end, None, span.place, level=level))

    def visit_lbl(self, elem: Elem, language: str) -> None:
        """The mark of a list item, which the typesetter makes, or a term, which the author wrote."""
        kept, self.label = self.label, True
        self.children(elem, language)
        self.label = kept
        if elem.parent is not None and elem.parent.role in NOTES:
            self.numbered = len(self.row.pieces)

    def visit_li(self, elem: Elem, language: str) -> None:
        """An item of a list; one that holds nothing but a note is no item of the text."""
        row, start = self.row, len(self.row.pieces)
        self.span(elem, language)
        if any(not piece.optional for piece in row.pieces[start:]):
            labels = [run.text for kid in elem.kids if _is_label(kid) for run in kid.runs()]
            label = "".join("".join(labels).split())
            row.items.append(Item(start, len(row.pieces), None, row.pieces[start].place, label))

    visit_toci = visit_li

    def visit_table(self, elem: Elem, language: str) -> None:
        start, caption, rows = len(self.row.pieces), None, []
        for part in elem.kids:
            if not isinstance(part, Elem):
                continue
            if part.role == "Caption":
                caption = self.span(part, language)
            elif part.role == "TR":
                rows.append(self._row(part, language))
            elif part.role in {"THead", "TBody", "TFoot"}:
                kids = [kid for kid in part.kids if isinstance(kid, Elem) and kid.role == "TR"]
                rows += [self._row(kid, language) for kid in kids]
            else:
                self.visit(part, language)
        place = self.row.pieces[start].place if start < len(self.row.pieces) else ""
        self.row.tables.append(
            Table(start, len(self.row.pieces), None, place, caption=caption, rows=tuple(rows))
        )

    def _row(self, elem: Elem, language: str) -> Row:
        start, cells = len(self.row.pieces), []
        for kid in elem.kids:
            if isinstance(kid, Elem) and kid.role in {"TH", "TD"}:
                span, header = self.span(kid, language), kid.role == "TH"
                scoped = not header or bool(kid.scope)
                cells.append(
                    Cell(span.start, span.end, None, span.place, header, scoped, kid.columns, kid.rows)
                )
            elif isinstance(kid, Elem):
                self.visit(kid, language)
        place = cells[0].place if cells else ""
        return Row(start, len(self.row.pieces), None, place, cells=tuple(cells))

    def visit_caption(self, elem: Elem, language: str) -> None:
        """The caption of a figure or a listing; a table's is read with the table."""
        self.row.captions.append(self.span(elem, language))

    def visit_bibentry(self, elem: Elem, language: str) -> None:
        """An entry of the list of sources."""
        self.row.sources.append(self.span(elem, language))

    def visit_figure(self, elem: Elem, language: str) -> None:
        """A picture: its alternative text stands for it; a caption inside it is text."""
        text = " ".join((elem.alt or "").split())
        runs = list(elem.runs())
        # It begins where what stands highest of it does.
        run = min(runs, key=lambda run: (run.spot.page, -run.spot.y - run.spot.size), default=None)
        words = " ".join(run.text for run in runs if run.text.strip())
        self.facts.drawings += [words] if words else []
        if run is not None:
            self._add(Piece(text, Kind.IMAGE, spot=run.spot))
            self.pictured = run.spot
        for kid in elem.kids:
            if isinstance(kid, Elem) and kid.role == "Caption":
                self.visit(kid, language)

    def visit_formula(self, elem: Elem, language: str) -> None:
        """A formula: its alternative text, or what is drawn."""
        runs = list(elem.runs())
        text = elem.alt or elem.actual or "".join(run.text for run in runs)
        if runs:
            self._add(Piece(text, Kind.MATH, spot=runs[0].spot))

    def visit_link(self, elem: Elem, language: str) -> None:
        """A link with its annotations, one for each line."""
        found = [kid for kid in elem.kids if isinstance(kid, Annotation)]
        first = found[0] if found else None
        link = Link(uri=first.uri, target=first.target) if first else Link()
        link = replace(link, name=first.target.name if first and first.target else "")
        self.facts.links.append(link)
        self.annotations.append(found)
        kept, self.links = self.links, (*self.links, len(self.facts.links) - 1)
        self.children(elem, language)
        self.links = kept

    def _note(self, elem: Elem, language: str) -> None:
        note = Note(f"note-{len(self.facts.notes)}", language=language)
        note.after = len(self.facts.text.headings)
        self.facts.notes.append(note)
        kept = self.row, self.broken, self.label, self.numbered
        self.row, self.broken, self.label, self.numbered = note, True, False, 0
        self.children(elem, language)
        label = note.pieces[: self.numbered]
        self.row, _, self.label, self.numbered = kept
        if label:  # the number is the note's own label …
            note.number = self.facts.number_of("".join(piece.text for piece in label).rstrip("."))
            note.back += [link for piece in label for link in piece.links]
            note.spot = label[0].spot
            del note.pieces[: len(label)]
            move_spans(note, len(label))
        else:  # … or that of the list item that holds it
            item = elem.parent
            while item is not None and item.role != "LI":
                item = item.parent
            labels = filter(_is_label, item.kids) if item else ()
            runs = [run for kid in labels for run in kid.runs()]
            note.number = "".join(run.text for run in runs).strip().rstrip(".")
            note.spot = runs[0].spot if runs else None
        if note.pieces:
            note.spot = note.spot or note.pieces[0].spot
            note.place = note.pieces[0].place

    # Text ------------------------------------------------------------------------------------------------

    def _drawn(self, runs: list[Run]) -> None:
        """One piece of marked content: in WeasyPrint's files, a stretch of one line."""
        text = "".join(run.text for run in runs)
        leftwards = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)
        if text.strip() and (leftwards or self.leftwards):
            letters = "".join(visible(text).split())
            glue = self._glue(runs[0])
            if locator := _LOCATOR.fullmatch(letters):  # of an index: two pieces, as from left to right
                self._add(Piece(",", glue=glue, spot=runs[0].spot))
                letters, glue = locator[1], Glue.SPACED
            self._add(Piece(letters, glue=glue, bag=True, spot=runs[0].spot))
            self._remember(runs[-1])
            return
        for run in runs:
            if not run.picture:
                self._words(run)

    def _spelled(self, text: str, drawn: list[Run]) -> None:
        """Words that stand for what is drawn in another order: of each line as many letters as it draws.

        Where no letter is drawn, as in the table of a chart, they stand where the last picture does.
        """
        text, start = visible(text), 0
        if not any(run.text.strip() for run in drawn):
            self._words(Run(text, drawn[0].spot if drawn else self.pictured))
            return
        lines: list[list[Run]] = []
        for run in drawn:
            if not lines or not _on_one_line(lines[-1][0].spot, run.spot):
                lines.append([])
            lines[-1].append(run)
        for line in lines:
            count = sum(len("".join(visible(run.text).split())) for run in line)
            end = len(text) if line is lines[-1] else _behind(text, start, count)
            right = max(run.spot.right for run in line)
            said = Run(text[start:end], replace(line[0].spot, right=right))
            # Marks in a passage from the right stand where it begins, away from what is before them.
            self._words(said, apart=not any(map(str.isalnum, text)))
            start = end

    def _words(self, run: Run, *, apart: bool = False) -> None:
        text = visible(run.text)
        glue = self._glue(run)
        before = self.last.get(id(self.row))
        if apart and not self.broken and before is not None and not before.text[-1:].isspace():
            glue = Glue.LINE
        words = text.split()
        for number, word in enumerate(words):
            spaced = number or text[:1].isspace()
            self._add(Piece(word, glue=Glue.SPACED if spaced else glue, spot=run.spot))
        if text:
            self._remember(Run(text, run.spot))

    def _glue(self, run: Run) -> Glue:
        """How a run follows the one before it, by the white space in them and by where they stand."""
        before = self.last.get(id(self.row))
        if before is None:
            return Glue.SPACED
        a, b = before.spot, run.spot
        if a.page != b.page:
            return Glue.LINE
        if self.broken or before.text[-1:].isspace():
            return Glue.SPACED
        size = max(a.size, b.size, 1.0)
        gap = b.x - a.right
        if _on_one_line(a, b) and gap > -size:
            return Glue.JOINED if gap < _TIGHT * size else Glue.SPACED
        return Glue.LINE

    def _remember(self, run: Run) -> None:
        before, spot = self.last.get(id(self.row)), run.spot
        if before is not None and _is_over(spot, before.spot):
            run = replace(run, spot=replace(spot, right=max(spot.right, before.spot.right)))
        self.last[id(self.row)] = run
        self.broken = False

    def _add(self, piece: Piece) -> None:
        place = self.place(piece.spot.page) if piece.spot else ""
        self.row.pieces.append(replace(piece, links=self.links, place=place, optional=self.label))

    def _press(self) -> None:
        """Find out which links can be followed at the place of their words."""
        spots: dict[int, list[Spot]] = {}
        for row in self.facts.rows():
            for piece in row.pieces:
                for number in piece.links:
                    if piece.spot is not None:
                        spots.setdefault(number, []).append(piece.spot)
        for number, given in enumerate(self.annotations):
            covered = any(
                annotation.listed and annotation.page == spot.page and _covers(annotation.rect, spot)
                for annotation in given
                for spot in spots.get(number, [])
            )
            if not covered and number in spots:
                self.facts.links[number] = replace(self.facts.links[number], pressed=False)


def _is_label(kid: Any) -> bool:
    return isinstance(kid, Elem) and kid.role == "Lbl"


def _is_over(mark: Spot, letter: Spot) -> bool:
    """Whether a sign is set back, over or under the letter before it: what comes next follows the letter."""
    size = max(mark.size, letter.size, 1.0)
    return _on_one_line(letter, mark) and -size < mark.x - letter.right < 0


def _on_one_line(a: Spot, b: Spot) -> bool:
    return a.page == b.page and abs(a.y - b.y) < _SAME_LINE * max(a.size, b.size, 1.0)


def _behind(text: str, start: int, letters: int) -> int:
    """Where in `text`, from `start` on, so many letters end."""
    places = (at for at in range(start, len(text)) if not text[at].isspace())
    return next(islice(places, letters, None), len(text)) if letters else start


def _covers(rect: tuple[float, float, float, float], spot: Spot) -> bool:
    x, y = (spot.x + spot.right) / 2, spot.y + 0.25 * spot.size
    return rect[0] - 1 <= x <= rect[2] + 1 and rect[1] - 1 <= y <= rect[3] + 1
