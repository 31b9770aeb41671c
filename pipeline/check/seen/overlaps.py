"""Ink over ink: letters over letters, areas over letters, anything over an image, beyond its box or page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pipeline.check.pdf.text import Run
from pipeline.check.seen.boxes import Box, around
from pipeline.check.seen.ink import Drawing, core
from pipeline.check.seen.places import Places, quoted
from pipeline.check.seen.sheet import Letter, Sheet, Sort, Thing
from pipeline.check.vocabulary.facts import Spot
from pipeline.check.vocabulary.verdict import Verdict

_SHARE: Final = 0.5
"""Two letters lie over each other when they share so much of the smaller one's box."""
_NEIGHBOURS: Final = 0.85
"""The same of two letters at the ends of two texts, which may lean towards each other."""
_SEAM: Final = 0.5
"""So far, in points, two neighbours of a line may be set into each other: a kern."""
_LEVEL: Final = 0.6
"""Baselines that stand so near to each other, in sizes of type, are those of one line: a call is raised."""
_LEAST: Final = 1.0
"""Boxes that share less than this, in points across or up, only touch."""
_EDGE: Final = 1.5
"""So far, in points, something may reach into an image, out of its box or over the edge of the page."""
_TALL: Final = 0.9
_WIDE: Final = 24.0
"""A box is so wide at least, in points, and as high as this share of its type."""
_SEVERAL: Final = 4
_NARROWEST: Final = 0.15
"""How wide a letter is at least among several, as a share of the size of type."""
_MARKED: Final = "\u0590"
"""From here on, several characters may be one sign."""
_JOINED: Final = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff]+")
"""Scripts of India and the south-east of Asia: letters without a vowel between them are drawn as one sign."""
_SMALLEST: Final = 3.0
"""The least size of type that is read, in points."""
_WHOLE: Final = 0.7
"""An area that covers so much of the page is its ground."""


def look_for_overlaps(sheet: Sheet, pictures: list[Thing], places: Places, verdict: Verdict) -> None:
    """Report what lies over something else, or beyond its box or page.

    :param pictures: of the page (`pictures_of`).
    """
    texts = [thing for thing in sheet.of(Sort.TEXT) if thing.box.width > 0 and thing.box.height > 0]
    upright = [thing for thing in texts if not (thing.artifact and thing.turned)]  # a watermark lies below
    look = _Look(sheet, places, verdict)
    _letters_over_letters(look, upright)
    _squeezed(look)
    _over_pictures(look, upright, pictures)
    _covered(look, upright)
    _unseen(look, texts)
    _off_box(look, upright)
    _off_page(look, upright, pictures)


@dataclass(frozen=True)
class _Look:
    """A page that is looked at."""

    sheet: Sheet
    places: Places
    verdict: Verdict

    def report(self, code: str, message: str, *things: Thing) -> None:
        """Add a finding, on the line of the first of these things of which that is known."""
        number = self.sheet.number
        lines = (self.places.line_of(number, thing) for thing in things)
        line = next((line for line in lines if line), None)
        self.verdict.add(code, message, line, self.places.page(number))

    def report_run(self, code: str, message: str, run: Run) -> None:
        """The same for a run of text."""
        self.verdict.add(code, message, self.places.line([run]), self.places.page(self.sheet.number))

    def words(self, text: Thing) -> str:
        """What a text says, as messages show it."""
        return quoted(self.sheet.words(text))


# Letters over letters ------------------------------------------------------------------------------------


def _letters_over_letters(look: _Look, texts: list[Thing]) -> None:
    for one, other in _meeting(texts):
        pair = _first_overlap(look.sheet.letters(one), look.sheet.letters(other))
        if pair is None or _are_one_sign(look.sheet, one, other):
            continue
        if _are_neighbours(look.sheet.number, one, other, look.places):
            continue
        message = f"{look.words(one)} and {look.words(other)} are printed over each other"
        look.report("check-overlap", message, other, one)


def _meeting(texts: list[Thing]) -> Iterator[tuple[Thing, Thing]]:
    """The pairs of texts whose boxes share more than an edge, in the order of painting."""
    found = []
    order = sorted(texts, key=lambda thing: thing.box.left)
    for number, one in enumerate(order):
        for other in order[number + 1 :]:
            if other.box.left >= one.box.right - _LEAST / 2:
                break
            across, up = one.box.shared(other.box)
            if across > _LEAST / 2 and up > _LEAST / 2:
                found.append((one, other) if one.rank < other.rank else (other, one))
    return iter(sorted(found, key=lambda pair: (pair[0].rank, pair[1].rank)))


def _first_overlap(one: list[Letter], other: list[Letter]) -> tuple[Letter, Letter] | None:
    """The first letters of two texts that lie over each other."""
    one, other = [[letter for letter in text if _has_body(letter)] for text in (one, other)]
    for a in one:
        for b in other:
            across, up = a.box.shared(b.box)
            if across <= 0 or up <= 0:
                continue
            beside = (a is one[-1] and b is other[0]) or (a is one[0] and b is other[-1])
            if beside and not (a.character.isalnum() and b.character.isalnum()):
                continue  # an italic f reaches far over the bracket or comma beside it
            if beside and _JOINED.fullmatch(a.character + b.character):
                continue  # two letters of one cluster, drawn in two moves
            share = _NEIGHBOURS if beside else _SHARE
            if across * up >= share * min(a.box.area, b.box.area):
                return a, b
    return None


def _are_one_sign(sheet: Sheet, one: Thing, other: Thing) -> bool:
    """Whether two texts are parts of one sign: what it reads as (``ActualText``) stands at each part."""
    words = sheet.words(one).strip()
    return one.mcid == other.mcid and words == sheet.words(other).strip() and bool(_JOINED.fullmatch(words))


def _are_neighbours(page: int, one: Thing, other: Thing, places: Places) -> bool:
    """Whether two texts of a line follow each other: how far a letter leans beyond its width is its face's.

    An italic f or j reaches over what stands beside it; in a ligature, several characters do.
    """
    pairs = [(a, b) for a in _spots(page, one, places) for b in _spots(page, other, places)]
    return bool(pairs) and all(
        abs(a.y - b.y) < _LEVEL * min(a.size, b.size) and max(a.x - b.right, b.x - a.right) > -_SEAM
        for a, b in pairs
    )


def _spots(page: int, text: Thing, places: Places) -> list[Spot]:
    """Where the runs of a text stand by the widths of their letters."""
    box = text.box
    found = [run.spot for run in places.runs(page, text) if run.text.strip()]
    return [
        spot
        for spot in found
        if box.bottom - _EDGE <= spot.y <= box.top + _EDGE
        and min(spot.right, box.right) - max(spot.x, box.left) > 0.5 * min(spot.right - spot.x, box.width)
    ]


def _squeezed(look: _Look) -> None:
    """Report lines whose letters stand nearly in one place."""
    for runs in look.places.opened.pages[look.sheet.number].tagged.values():
        for run in runs:
            count = sum(letter.isalnum() and letter < _MARKED for letter in run.text)
            spot = run.spot
            if count >= _SEVERAL and spot.right - spot.x < _NARROWEST * spot.size * count:
                message = f"the letters of {quoted(run.text)} are printed over each other"
                look.report_run("check-overlap", message, run)


def _has_body(letter: Letter) -> bool:
    """Whether a letter has a place of its own: a mark stands upon another, a sign may join two lines."""
    category = unicodedata.category(letter.character)[0]
    return (category in "LN" and letter.box.area > 0) or (category == "P" and letter.box.area > _LEAST)


# Over images ---------------------------------------------------------------------------------------------


def pictures_of(sheet: Sheet) -> list[Thing]:
    """The images of the text, and its drawings, each as one."""
    found = [thing for thing in sheet.of(Sort.IMAGE) if not thing.artifact]
    drawn = sorted(sheet.of(Sort.DRAWING), key=lambda thing: thing.mcid)
    for mcid, group in groupby(drawn, key=lambda thing: thing.mcid):
        parts = list(group)
        box = around(part.box for part in parts)
        found.append(Thing(Sort.DRAWING, box, parts[0].rank, mcid, artifact=False))
    return found


def _over_pictures(look: _Look, texts: list[Thing], pictures: list[Thing]) -> None:
    for picture in pictures:
        name = "a formula or drawing" if picture.sort is Sort.DRAWING else "an image"
        for text in texts:
            if text.mcid == picture.mcid or not _reach(picture.box, text.box):
                continue
            if any(picture.box.holds(letter.box.middle, _LEAST / 2) for letter in look.sheet.letters(text)):
                message = f"{look.words(text)} is printed over {name}"
                look.report("check-overlap", message, text, picture)
        for other in pictures:
            later = other.rank > picture.rank and other.mcid != picture.mcid
            if later and _reach(picture.box, other.box):
                message = f"an image, a formula or a drawing is printed over {name}"
                look.report("check-overlap", message, other)
        for area in look.sheet.of(Sort.AREA):
            if area.rank > picture.rank and area.mcid != picture.mcid and _reach(picture.box, area.box):
                look.report("check-overlap", f"a box covers {name}", picture)


def _reach(box: Box, other: Box) -> bool:
    """Whether one box reaches into another, and not by its edge alone."""
    across, up = box.shared(other)
    return across > _EDGE and up > _EDGE


# Over letters --------------------------------------------------------------------------------------------


def _covered(look: _Look, texts: list[Thing]) -> None:
    """Report letters over which something is painted later, if they do not show."""
    over = look.sheet.of(Sort.AREA, Sort.IMAGE)
    suspects = [
        (text, cover)
        for text in texts
        for cover in over
        if cover.rank > text.rank and (cover.artifact or cover.mcid != text.mcid) and _over(cover, text)
    ]
    if not suspects:
        return
    letters = {id(text): look.sheet.letters(text) for text, _ in suspects}  # as long as there is text
    drawing = Drawing(look.sheet.page)
    ink = drawing.ink()
    told = set()
    for text, cover in suspects:
        if id(text) in told:
            continue
        under = [one for one in letters[id(text)] if _has_body(one) and cover.box.holds(one.box.middle)]
        hidden = [one for one in under if ink.crop(drawing.place(core(one.box))).getbbox() is None]
        if hidden:
            told.add(id(text))
            what = "an image" if cover.sort is Sort.IMAGE else "a box"
            message = f"{look.words(text)} is covered by {what}"
            look.report("check-overlap", message, text)


def _over(cover: Thing, text: Thing) -> bool:
    across, up = cover.box.shared(text.box)
    return across > _LEAST and up > 0.3 * text.box.height


def _unseen(look: _Look, texts: list[Thing]) -> None:
    """Report writing in the colour of its ground, too small to be read, or cut off."""
    for runs in look.places.opened.pages[look.sheet.number].tagged.values():
        for run in runs:
            if run.text.strip() and run.spot.size < _SMALLEST:
                message = f"{quoted(run.text)} is too small to be read"
                look.report_run("check-unseen", message, run)
    for text in texts:
        if text.cut is not None and not text.artifact:
            middles = [one.box.middle for one in look.sheet.letters(text) if _has_body(one)]
            if not all(map(text.cut.holds, middles)):
                message = f"{look.words(text)} is cut off"
                look.report("check-unseen", message, text)
    pale = [text for text in texts if text.pale and not text.artifact]
    if not pale:
        return
    letters = [(text, [one for one in look.sheet.letters(text) if _has_body(one)]) for text in pale]
    drawing = Drawing(look.sheet.page)  # without the text, where it is off already: then nothing is told
    ink = drawing.ink()
    if ink.getbbox() is None:
        return
    for text, own in letters:
        if own and all(ink.crop(drawing.place(core(one.box))).getbbox() is None for one in own):
            message = f"{look.words(text)} has the colour of what is behind it"
            look.report("check-unseen", message, text)


# Out of the box, off the page ----------------------------------------------------------------------------


def _off_box(look: _Look, texts: list[Thing]) -> None:
    """Report text that begins in a box and ends beside it."""
    whole = _WHOLE * look.sheet.box.area
    boxes = [
        thing
        for thing in look.sheet.of(Sort.AREA, Sort.FRAME)
        if thing.artifact and thing.box.width >= _WIDE and thing.box.area < whole
    ]
    for text in texts:
        box = text.box
        for thing in boxes:
            outer = thing.box
            apart = box.left >= outer.right or box.right <= outer.left
            if thing.rank > text.rank or apart or outer.height < _TALL * box.height:
                continue
            middle = (box.bottom + box.top) / 2
            if not outer.bottom < middle < outer.top:
                continue
            left, right = outer.left - box.left, box.right - outer.right
            if (left > _EDGE) != (right > _EDGE) and max(left, right) < 0.7 * box.width:
                message = f"{look.words(text)} runs out of its box"
                look.report("check-overflow", message, text)
                break


def _off_page(look: _Look, texts: list[Thing], pictures: list[Thing]) -> None:
    page = look.sheet.box
    if look.verdict.has("check-off-page"):  # by the places of its words
        return
    for thing in (*texts, *pictures):
        box = thing.box
        beside = max(page.left - box.left, box.right - page.right)
        if max(beside, page.bottom - box.bottom, box.top - page.top) > _EDGE:
            what = look.words(thing) if thing.sort is Sort.TEXT else "an image, formula or drawing"
            message = f"{what} stands beyond the edge of the page"
            look.report("check-off-page", message, thing)
