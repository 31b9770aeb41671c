"""Pictures and formulas that leave their place blank, in PDFium, or in poppler where it is installed."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docutils import nodes

from pipeline.check.pdf.tree import Elem
from pipeline.check.seen.boxes import Box
from pipeline.check.seen.places import Places, quoted
from pipeline.check.seen.sheet import Sheet, Thing
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.tree.article import Article

_SIDE: Final = 100
"""The longest side of a picture as it is looked at, in dots."""
_LARGEST: Final = 4.0
"""Dots in a point at most: a minus sign has a few to be seen by."""
_PAPER: Final = 238
"""The darkest shade of an empty place: boxes are tinted."""
_FAINT: Final = 6
"""The least difference between dots of what is seen."""
_SECONDS: Final = 60
_POPPLER: Final = "pdftoppm"


@dataclass(frozen=True)
class Shown:
    """A picture or formula that a page shows.

    :param text: its alternative text.
    :param place: its box from the upper left corner of the page, in points.
    """

    page: int
    kind: str
    text: str
    line: int | None
    place: Box


class Pictures:
    """Looks whether there is something where a picture or formula stands.

    :param root: the structure; `article`: whose images may be empty themselves.
    """

    def __init__(self, root: Elem | None, article: Article, places: Places, verdict: Verdict) -> None:
        self.article, self.places, self.verdict = article, places, verdict
        self.shown: list[Shown] = []
        self.owners: dict[tuple[int, int], Elem] = {}
        for elem in root.below() if root is not None else ():
            if elem.role in {"Figure", "Formula"}:
                for run in elem.runs():
                    if run.picture:
                        self.owners[run.spot.page, places.mcid(run)] = elem

    def look(self, sheet: Sheet, pictures: list[Thing]) -> None:
        """Look at the pictures of a page."""
        for picture in pictures:
            owner = self.owners.get((sheet.number, picture.mcid))
            if owner is None or not sheet.box.holds(picture.box.middle) or picture.box.area <= 0:
                continue
            line = self.places.line_of(sheet.number, picture)
            text = " ".join((owner.alt or owner.actual or "").split())
            page, box = sheet.box, picture.box
            across = box.left - page.left, box.right - page.left
            place = Box(across[0], page.top - box.top, across[1], page.top - box.bottom)
            kind = "formula" if owner.role == "Formula" else "image"
            shown = Shown(sheet.number, kind, text, line, place)
            if not is_blank(_part(sheet, box)):
                self.shown.append(shown)
            elif kind == "formula" or not self._is_empty_itself(text):
                self._report(shown, "leaves its place blank")

    def compare_engines(self, path: Path) -> None:
        """Look at the same places as poppler draws them, where it is installed."""
        if not self.shown or shutil.which(_POPPLER) is None:
            return
        for page in sorted({shown.page for shown in self.shown}):
            picture = _drawn_by_poppler(path, page)
            for shown in self.shown if picture is not None else ():
                if shown.page == page and is_blank(_cut(picture, shown.place)):
                    fault = "is shown by one PDF reader (PDFium), another (poppler) leaves it blank"
                    self._report(shown, fault)

    def _report(self, shown: Shown, fault: str) -> None:
        name = f"the {shown.kind} {quoted(shown.text)}" if shown.text else f"a {shown.kind}"
        self.verdict.add("check-blank", f"{name} {fault}", shown.line, self.places.page(shown.page))

    def _is_empty_itself(self, text: str) -> bool:
        """Whether an image of the article that has this alternative text shows nothing by itself."""
        for image in self.article.document.findall(nodes.image):
            if " ".join(str(image.get("alt", "")).split()) == text:
                path = self.article.root / image["uri"]
                if path.is_file() and _is_empty(path):
                    return True
        return False


def is_blank(picture: Any) -> bool:
    """Whether a picture in grey is empty paper."""
    low, high = picture.getextrema()
    return bool(low >= _PAPER and high - low < _FAINT)


def _part(sheet: Sheet, box: Box) -> Any:
    """A part of a page, drawn in grey and small."""
    scale = min(_LARGEST, _SIDE / max(box.width, box.height))
    page = sheet.box
    cut = (box.left - page.left, box.bottom - page.bottom, page.right - box.right, page.top - box.top)
    inside = tuple(max(0.0, side) for side in cut)
    if inside[0] + inside[2] >= page.width or inside[1] + inside[3] >= page.height:
        inside = (0.0, 0.0, 0.0, 0.0)
    return sheet.page.render(scale=scale, crop=inside, grayscale=True).to_pil().convert("L")


def _drawn_by_poppler(path: Path, page: int) -> Any:
    """A page as poppler draws it, a dot for a point; ``None`` where it does not."""
    from PIL import Image

    number = str(page + 1)
    command = [_POPPLER, "-gray", "-cropbox", "-r", "72", "-f", number, "-l", number, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
        return Image.open(BytesIO(done.stdout)).convert("L")
    except (OSError, subprocess.SubprocessError):
        return None


def _cut(picture: Any, place: Box) -> Any:
    left, upper = math.floor(place.left), math.floor(place.bottom)
    right, lower = max(math.ceil(place.right), left + 1), max(math.ceil(place.top), upper + 1)
    return picture.crop((max(0, left), max(0, upper), min(picture.width, right), min(picture.height, lower)))


@cache
def _is_empty(path: Path) -> bool:
    return any(is_blank(picture) for picture in _opened(path))


def _opened(path: Path) -> Iterator[Any]:
    """An image file on white paper, in grey; nothing where it can't be opened."""
    from PIL import Image

    try:
        if path.suffix.lower() == ".svg":
            import resvg_py

            data = bytes(resvg_py.svg_to_bytes(svg_string=path.read_text(encoding="utf-8"), dpi=96))
        else:
            data = path.read_bytes()
        image = Image.open(BytesIO(data)).convert("RGBA")
    except (OSError, ValueError, UnicodeDecodeError):
        return
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    yield paper.convert("L")
