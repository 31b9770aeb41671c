"""Drawings of formulas in the PDF: each outline is stored once, however often it is drawn.

The page of the print edition holds formulas as SVG (`math.outlines`). WeasyPrint would write each outline
again wherever it stands; here it becomes a form XObject (ISO 32000-1, 8.10) that takes the colour of the
text. Where the type is bold, outlines get a line around them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final

SVG: Final = "{http://www.w3.org/2000/svg}"
CLASS: Final = "formula"
_STEP: Final = re.compile(r"([MLQCZ])([^MLQCZ]*)")
_PLACE: Final = re.compile(r"translate\(([-\d.]+) ([-\d.]+)\)(?: scale\(([-\d.]+)\))?\Z")
_BOLD: Final = 600
_LINE: Final = {True: 34, False: 0}
"""Width of the line around bold outlines, in thousandths of an em."""

Point = tuple[float, float]


def draw_formulas() -> None:
    """Draw the formulas of a page with `Drawing`, other SVG as before."""
    from weasyprint import html

    handle = html.HTML_HANDLERS[f"{SVG}svg"]

    def handle_formula(element: Any, box: Any, get_image: Any, base: Any) -> Any:
        """Make the box of an ``svg`` element."""
        if element.get("class") != CLASS:
            return handle(element, box, get_image, base)
        return [html.make_replaced_box(element, box, Drawing(element))]

    html.HTML_HANDLERS[f"{SVG}svg"] = handle_formula


class Drawing:
    """A piece of a formula, as WeasyPrint takes images.

    :param element: the ``svg`` element that `math.outlines` made.
    """

    def __init__(self, element: Any) -> None:
        self.left, self.top, self.width, self.height = map(float, element.get("viewBox").split())
        self.shapes = list(element)

    def get_intrinsic_size(self, _: float, font_size: float) -> tuple[float, float, float]:
        """Width, height and their ratio, in CSS pixels: a thousand units are one em."""
        em = font_size / 1000
        return self.width * em, self.height * em, self.width / self.height

    def draw(self, stream: Any, width: float, _: float, style: Any) -> None:
        """Draw it on a page, from the upper left corner."""
        bold = style["font_weight"] >= _BOLD
        stream.set_color(style["color"])
        if bold:
            stream.set_color(style["color"], stroke=True)
        scale = width / self.width
        with stream.stacked():
            stream.transform(scale, 0, 0, scale, -self.left * scale, -self.top * scale)
            for shape in self.shapes:
                if shape.tag.endswith("rect"):
                    stream.rectangle(*(float(shape.get(name)) for name in ("x", "y", "width", "height")))
                    stream.fill()
                else:
                    self._outline(stream, shape, bold)

    @staticmethod
    def _outline(stream: Any, shape: Any, bold: bool) -> None:
        place = _PLACE.match(shape.get("transform"))
        assert place is not None
        size = float(place[3] or 1)
        with stream.stacked():
            stream.transform(size, 0, 0, size, float(place[1]), float(place[2]))
            stream.draw_x_object(_stored(stream, shape.get("d"), bold))


def _stored(stream: Any, path: str, bold: bool) -> str:
    """Store an outline in a PDF, once.

    :param path: as SVG writes it (SVG 2, section 9.3), absolute steps only.
    :returns: its name among the resources.
    """
    import pydyf

    name = f"o{hashlib.sha256(path.encode()).hexdigest()[:12]}{'b' if bold else ''}"
    stored = stream._resources["XObject"]
    if name not in stored:
        steps = list(_steps(path))
        xs, ys = zip(*(point for _, points in steps for point in points), strict=True)
        line = _LINE[bold]
        box = (min(xs) - line, min(ys) - line, max(xs) + line, max(ys) + line)
        head = [f"{line} w 1 j".encode()] if bold else []
        extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(box)}
        form = pydyf.Stream(head, {**extra, "Resources": pydyf.Dictionary()}, compress=True)
        for operator, points in steps:
            numbers = " ".join(f"{value:.2f}".rstrip("0").rstrip(".") for point in points for value in point)
            form.stream.append(f"{numbers} {operator}".strip().encode())
        form.stream.append(b"B" if bold else b"f")
        stored[name] = form
    return name


def _steps(path: str) -> Iterator[tuple[str, list[Point]]]:
    """The steps of an SVG path as operators of PDF (ISO 32000-1, 8.5.2); quadratic curves become cubic."""
    at: Point = (0.0, 0.0)
    for step, values in _STEP.findall(path):
        numbers = [float(number) for number in values.replace(",", " ").split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if step == "Q":
            middle, end = points
            points = [*(_between(side, middle) for side in (at, end)), end]
        yield {"M": "m", "L": "l", "Q": "c", "C": "c", "Z": "h"}[step], points
        at = points[-1] if points else at


def _between(end: Point, middle: Point) -> Point:
    """Two thirds of the way from an end of a quadratic curve to its middle point."""
    return end[0] + 2 / 3 * (middle[0] - end[0]), end[1] + 2 / 3 * (middle[1] - end[1])
