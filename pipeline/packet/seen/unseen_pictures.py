"""Pictures of a page that can't be seen: below a box, transparent, cut away, beside the page, tiny.

A picture is seen when the page looks different without it (PDFium). Where it shows something of its own, and
the page is dark and of one colour there with it and without it, a part of it is covered: the face below a
black box is in the file all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.check.seen.boxes import Box
from pipeline.check.seen.ink import Drawing, Place, images_in_forms
from pipeline.packet.seen.picture_parts import WHOLE, seen_part, shows_more

DARK: Final = "under a dark area"
OUTSIDE: Final = "outside what is shown of the page"
SMALL: Final = "as small as a dot"
UNSEEN: Final = "that can't be seen"

_DETAIL: Final = 40
"""The least contrast, of 255, of a picture that shows something."""
_ALIKE: Final = 10
"""The most contrast of a place that is of one colour."""
_FAINT: Final = 8
"""The least difference that an eye may see."""
_SHADOW: Final = 110
"""How light a dark area is at most."""
_PIXELS: Final = 64
"""Pixels of a picture that shows something; what has fewer is a ground or a rule."""
_DOT: Final = 1.5
"""How large a picture is at most that is a dot to who reads, in points."""
_LINE: Final = 0.5
_FINE: Final = 16
"""A picture that is drawn as a line is none by nature where it has so many pixels across."""
_GROUPS: Final = 24
"""How often a page is drawn at most, to tell pictures that lie over one another."""
_CELL: Final = 24.0
_CELLS: Final = 4_000
_EDGE: Final = 2
"""How many dots beside its box a picture may touch."""
_STEP: Final = 6
_FIELD: Final = (24, 12)
"""The fields in which a page is compared, in dots: about a word of small type."""


@dataclass
class PicturesSeen:
    """What is seen of the pictures of a page.

    :param count: how many it draws, in the order in which it paints them, those of its forms with them.
    :param unseen: where those are that can't be seen, by their numbers in that order, from 0.
    :param parts: what is seen of those that show more than is seen of them, in their own coordinates.
    :param covered: whether a part of one is under a dark area.
    :param unsure: whether it has so many over one another that nobody can tell.
    """

    count: int = 0
    unseen: dict[int, str] = field(default_factory=dict)
    parts: dict[int, Box] = field(default_factory=dict)
    covered: bool = False
    unsure: bool = False


def look(drawing: Drawing) -> PicturesSeen:
    """Tell which pictures of a page can be seen.

    :param drawing: of the page, whose text is all there still.
    """
    return _Viewer(drawing).look()


class _Viewer:
    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        placed = list(images_in_forms(drawing.page))
        self.images, self.boxes = [image for image, _, _ in placed], [box for _, box, _ in placed]
        self.outer = [matrix for _, _, matrix in placed]
        self.found = PicturesSeen(len(self.images))
        self._telling = dict[int, bool]()

    def look(self) -> PicturesSeen:
        """All that is told of them."""
        suspects, rest = list[int](), list[int]()
        for number, box in enumerate(self.boxes):
            if box is None or self._place(box) is None:
                self._note(number, OUTSIDE)
            elif _as_a_dot(box, self.images[number]):
                self._note(number, SMALL)
            else:
                rest.append(number)
        for group in self._groups(rest):
            shows = self._difference(group)
            suspects += [number for number in group if not self._shows(number, shows, inside=True)]
            self._look_below(group, shows)
        self._make_sure(sorted(suspects))
        self._look_at_parts(rest)
        return self.found

    def _look_at_parts(self, numbers: list[int]) -> None:
        """Find the pictures that are cut to a part of themselves."""
        for number in numbers:
            if number not in self.found.unseen:
                part = seen_part(self.images[number], self.outer[number], self.drawing.page)
                if part != WHOLE and shows_more(self.images[number], part):
                    self.found.parts[number] = part

    def _note(self, number: int, where: str) -> None:
        if self._tells(number):
            self.found.unseen[number] = where

    def _tells(self, number: int) -> bool:
        """Whether a picture has something to show, looked at once."""
        if number not in self._telling:
            self._telling[number] = _tells(self.images[number])
        return self._telling[number]

    def _place(self, box: Box, edge: int = 0) -> Place | None:
        """Where a picture is on the page, in dots; ``None`` where nothing of it is.

        :param edge: how many dots around it are taken with it.
        """
        picture = self.drawing.picture
        left, upper, right, lower = self.drawing.place(box)
        left, upper = max(left - edge, 0), max(upper - edge, 0)
        right, lower = min(right + edge, picture.width), min(lower + edge, picture.height)
        return (left, upper, right, lower) if left < right and upper < lower else None

    def _difference(self, numbers: Sequence[int], looked_at: Sequence[int] = ()) -> Any:
        """What pictures put on the page.

        :param numbers: of the pictures; one of them has a place on the page at least.
        :param looked_at: those in whose places that is asked for: the rest of the page is not drawn again.
            All, where none is named.
        """
        from PIL import ImageChops

        boxes = [box for number in looked_at or numbers if (box := self.boxes[number]) is not None]
        places = [place for box in boxes if (place := self._place(box, _EDGE)) is not None]
        lefts, uppers, rights, lowers = zip(*places, strict=True)
        around = min(lefts), min(uppers), max(rights), max(lowers)
        without = self.drawing.without([self.images[number] for number in numbers], around)
        difference = ImageChops.difference(self.drawing.picture, without)
        return difference.point(lambda value: 255 * (value >= _FAINT))

    def _shows(self, number: int, shows: Any, *, inside: bool = False) -> bool:
        """Whether a picture shows in its place.

        :param inside: its edges don't count: those of its neighbours fall on them.
        """
        box = self.boxes[number]
        place = None if box is None else self._place(box)
        if place is None:
            return False
        left, upper, right, lower = place
        if inside and min(right - left, lower - upper) > 4:
            place = left + 1, upper + 1, right - 1, lower - 1
        return shows.crop(place).getbbox() is not None

    def _make_sure(self, suspects: list[int]) -> None:
        """Take pictures away one after the other: of two that are the same, one is seen."""
        suspects = [number for number in suspects if self._tells(number)]
        gone = list(self.found.unseen)
        if suspects and self._difference([*gone, *suspects]).getbbox():
            self.found.unsure = len(suspects) > _GROUPS
            sure = []
            for number in suspects[:_GROUPS]:
                if not self._shows(number, self._difference([*gone, number], [number])):
                    gone.append(number)
                    sure.append(number)
            suspects = sure
        for number in suspects:
            box = self.boxes[number]
            place = None if box is None else self._place(box)
            dark = place is not None and self.drawing.picture.crop(place).getextrema()[1] <= _SHADOW
            self.found.unseen[number] = DARK if dark else UNSEEN

    def _look_below(self, group: list[int], shows: Any) -> None:
        """Find a part of a picture that is under a dark area."""
        for number in group:
            box = self.boxes[number]
            place = None if box is None else self._place(box)
            if self.found.covered or place is None or shows.crop(place).getbbox() is None:
                continue
            dark = self._plain_dark(place, shows)
            if dark is None or not self._tells(number):
                continue
            alone = self.drawing.alone(self.images[number], dark)
            self.found.covered = any(
                _contrast(alone.crop(one)) >= _DETAIL and self._is_plain(one, shows) for one in _fields(dark)
            )

    def _plain_dark(self, place: Place, shows: Any) -> Place | None:
        """Where a place may be dark and the same without the picture; ``None`` where it is so nowhere."""
        from PIL import ImageChops

        page = self.drawing.picture.crop(place).point(lambda value: 255 * (value <= _SHADOW))
        same = ImageChops.subtract(page, shows.crop(place))
        if min(same.size) < _STEP:
            return None
        box = same.reduce(_STEP).point(lambda value: 255 * (value == 255)).getbbox()
        if box is None:
            return None
        left, upper, right, lower = (side * _STEP for side in box)
        return (
            max(place[0] + left - _STEP, place[0]),
            max(place[1] + upper - _STEP, place[1]),
            min(place[0] + right + _STEP, place[2]),
            min(place[1] + lower + _STEP, place[3]),
        )

    def _is_plain(self, place: Place, shows: Any) -> bool:
        """Whether a place is dark and of one colour, and the same without the picture."""
        low, high = self.drawing.picture.crop(place).getextrema()
        return bool(high <= _SHADOW and high - low < _ALIKE and shows.crop(place).getbbox() is None)

    def _groups(self, numbers: list[int]) -> list[list[int]]:
        """Pictures in groups; those of one lie beside one another, but for the last where there are many."""
        cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        group_of: dict[int, int] = {}
        for number in numbers:
            box = self.boxes[number]
            taken = set[int]()
            for cell in _cells(box) if box is not None else ():
                for other in cells[cell]:
                    near = self.boxes[other]
                    if box is not None and near is not None and min(box.shared(near)) > _LINE:
                        taken.add(group_of[other])
                cells[cell].append(number)
            free = (one for one in range(_GROUPS - 1) if one not in taken)
            group_of[number] = next(free, _GROUPS - 1)
        groups: dict[int, list[int]] = defaultdict(list)
        for number, group in group_of.items():
            groups[group].append(number)
        return [groups[group] for group in sorted(groups)]


def _as_a_dot(box: Box, image: Any) -> bool:
    """Whether a picture is drawn so small that it is a dot, or a line that it is not by nature."""
    if max(box.width, box.height) < _DOT:
        return True
    if min(box.width, box.height) >= _LINE:
        return False
    width, height = _size(image)
    return min(width, height) >= _FINE


def _size(image: Any) -> tuple[int, int]:
    import ctypes

    import pypdfium2.raw as pdfium

    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
    return width.value, height.value


def _tells(image: Any) -> bool:
    """Whether a picture, without its mask, has something to show."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    width, height = _size(image)
    bitmap = pdfium.FPDFImageObj_GetBitmap(image) if width * height >= _PIXELS else None
    if not bitmap:
        return False
    # The bitmap is freed with what is made of it.
    return _contrast(pypdfium2.PdfBitmap.from_raw(bitmap).to_pil().convert("L")) >= _ALIKE


def _contrast(picture: Any) -> int:
    low, high = picture.getextrema()
    return int(high) - int(low)


def _fields(place: Place) -> Iterator[Place]:
    left, upper, right, lower = place
    width, height = _FIELD
    for x in range(left, right - width + 1, width // 2):
        for y in range(upper, lower - height + 1, height // 2):
            yield x, y, x + width, y + height


def _cells(box: Box) -> list[tuple[int, int]]:
    across = range(int(box.left // _CELL), int(box.right // _CELL) + 1)
    up = range(int(box.bottom // _CELL), int(box.top // _CELL) + 1)
    return [(x, y) for x in across for y in up][:_CELLS]
