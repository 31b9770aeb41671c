"""Numbers of lines in the margin, for a text that is passed round for clearance: "page 3, line 15".

Every fifth line has its number, and each page begins anew, as in drafts of cabinets and courts: a number
holds as long as its page does. Lines of the running text count, headings and lists among them; those of
tables, boxes beside the text and notes do not. The figures are drawn as outlines, in artifacts (ISO 32000-1,
14.8.2.2): no one copies them with the text, and no screen reader says them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

STEP: Final = 5
"""Every so many lines one has a number."""
SIZE: Final = 9.0
"""Height of the figures' em, in CSS pixels."""
AWAY: Final = 16.0
"""CSS pixels between the text and the number."""
_COLOUR: Final = (0.38, 0.38, 0.38)
_CLOSE: Final = 2.0
"""Lines whose baselines are nearer to each other than so many pixels stand side by side."""
_ASIDE: Final = frozenset(("table", "aside", "figure", "pre", "svg", "math"))


@dataclass(frozen=True)
class LineNumber:
    """A number and its place: the baseline, and the side of the text at which it ends or begins.

    :param x: where a number left of the text ends, right of it begins, in CSS pixels from the left.
    :param y: of the baseline, in CSS pixels from the top.
    """

    number: int
    x: float
    y: float
    right: bool = False


def numbers_on(page: Any, *, rightwards: bool = False) -> list[LineNumber]:
    """The numbers of a page's lines.

    :param page: a ``weasyprint.document.Page``.
    :param rightwards: whether they stand right of the text: it is read from there.
    """
    from weasyprint.formatting_structure import boxes

    box = page._page_box
    left, width = box.content_box_x(), box.width
    baselines: list[float] = []
    for baseline in sorted(_baselines(box, boxes)):
        if not baselines or baseline - baselines[-1] > _CLOSE:
            baselines.append(baseline)
    x = left + width + AWAY if rightwards else left - AWAY
    return [
        LineNumber(number, x, baseline, rightwards)
        for number, baseline in enumerate(baselines, start=1)
        if number % STEP == 0
    ]


def _baselines(box: Any, boxes: Any) -> Iterator[float]:
    if isinstance(box, (boxes.MarginBox, boxes.FootnoteAreaBox)) or box.element_tag in _ASIDE:
        return
    if isinstance(box, boxes.LineBox):
        if any(isinstance(part, boxes.TextBox) and part.text.strip() for part in box.descendants()):
            yield box.position_y + box.baseline
        return
    for child in getattr(box, "children", ()):
        if child.is_in_normal_flow():
            yield from _baselines(child, boxes)


def draw(stream: Any, numbers: Sequence[LineNumber], scale: float) -> None:
    """Draw them on a page.

    :param stream: WeasyPrint's, with the y axis downwards.
    :param scale: of a CSS pixel, in its units.
    """
    if not numbers:
        return
    glyphs, em = _figures()
    with stream.artifact(), stream.stacked():
        stream.transform(scale, 0, 0, scale, 0, 0)
        stream.set_color_rgb(*_COLOUR)
        for one in numbers:
            figures = str(one.number)
            wide = sum(glyphs[figure][0] for figure in figures) * SIZE / em
            x = one.x if one.right else one.x - wide
            for figure in figures:
                advance, shape = glyphs[figure]
                with stream.stacked():
                    stream.transform(SIZE / em, 0, 0, -SIZE / em, x, one.y)
                    for name, points in shape:
                        getattr(stream, name)(*(value for point in points for value in point))
                    stream.fill()
                x += advance * SIZE / em


@cache
def _figures() -> tuple[dict[str, tuple[float, list[tuple[str, tuple[Any, ...]]]]], float]:
    """Width and outline of each figure of the sans serif face, and the units of its em."""
    from importlib.util import find_spec
    from pathlib import Path

    from fontTools.pens.basePen import BasePen
    from fontTools.ttLib import TTFont

    class Outline(BasePen):
        """Writes what is drawn as operations of a page; quadratic curves become cubic ones."""

        def __init__(self, glyphs: Any) -> None:
            super().__init__(glyphs)
            self.shape: list[tuple[str, tuple[Any, ...]]] = []

        def _moveTo(self, pt: Any) -> None:
            self.shape.append(("move_to", (pt,)))

        def _lineTo(self, pt: Any) -> None:
            self.shape.append(("line_to", (pt,)))

        def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:
            self.shape.append(("curve_to", (pt1, pt2, pt3)))

        def _closePath(self) -> None:
            self.shape.append(("close", ()))

    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        raise ImportError("font_source_sans_pro")
    with TTFont(Path(spec.origin).parent / "files" / "SourceSansPro-Regular.ttf") as font:
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        found = {}
        for figure in "0123456789":
            pen = Outline(glyphs)
            glyphs[names[ord(figure)]].draw(pen)
            found[figure] = float(glyphs[names[ord(figure)]].width), pen.shape
        return found, float(font["head"].unitsPerEm)
