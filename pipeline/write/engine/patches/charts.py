"""Charts in the PDF: drawn from the shapes of `write.charts`, with words that are set whole.

WeasyPrint sets the words of an SVG letter by letter, so that Arabic is not joined and no pair of letters is
kerned, and with none of the style around them: neither its face nor its colour.
"""

from __future__ import annotations

import re
from math import inf
from typing import Any, Final

SVG: Final = "{http://www.w3.org/2000/svg}"
CLASS: Final = "chart-drawing"
VALUES: Final = "data-values"
"""The attribute with the table of a chart, as JSON, where the page has no such table beside it."""
BEGIN, END = b"% value", b"% end of value"
"""Comments in the content stream (ISO 32000-1, 7.2.3) around what shows one value: its row and its column,
from 0, stand in the first one. `write.pdf` puts marks in their place."""
_VALUE: Final = re.compile(r"value at-(\d+)-(\d+)")
_STEP: Final = re.compile(r"([MLCZ])([^MLCZ]*)")
_OPERATORS: Final = {"M": "m", "L": "l", "C": "c", "Z": "h"}


def draw_charts() -> None:
    """Draw the charts of a page with `Drawing`, other SVG as before."""
    from weasyprint import html

    handle = html.HTML_HANDLERS[f"{SVG}svg"]

    def handle_chart(element: Any, box: Any, get_image: Any, base: Any) -> Any:
        """Make the box of an ``svg`` element."""
        if element.get("class") != CLASS:
            return handle(element, box, get_image, base)
        drawing = Drawing(element, get_image.keywords["context"])
        return [html.make_replaced_box(element, box, drawing)]

    html.HTML_HANDLERS[f"{SVG}svg"] = handle_chart


class Drawing:
    """A chart, as WeasyPrint takes images.

    :param element: the ``svg`` element that `write.charts` made.
    :param context: of the layout.
    :ivar lines: its words, in the order in which they are drawn.
    """

    def __init__(self, element: Any, context: Any) -> None:
        _, _, self.width, self.height = map(float, element.get("viewBox").split())
        self.element = element
        self.context = context
        self.lines: list[_Line] = []

    def get_intrinsic_size(self, *_: Any) -> tuple[float, float, float]:
        """Width, height and their ratio, in CSS pixels."""
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, _: float, style: Any) -> None:
        """Draw it on a page, from the upper left corner."""
        scale = width / self.width
        self.lines = []
        with stream.stacked():
            stream.transform(scale, 0, 0, scale)
            self._draw(stream, self.element, style["color"], style)

    def _draw(self, stream: Any, element: Any, colour: Any, style: Any) -> None:
        from tinycss2.color5 import parse_color

        for part in element:
            kind = part.tag.removeprefix(SVG)
            if kind == "g":
                own = part.get("color")
                told = VALUES in self.element.attrib
                value = _VALUE.fullmatch(part.get("class", "")) if told else None
                if value is not None:
                    stream.stream.append(b"%s %s %s" % (BEGIN, value[1].encode(), value[2].encode()))
                self._draw(stream, part, parse_color(own) if own else colour, style)
                if value is not None:
                    stream.stream.append(END)
                continue
            with stream.stacked():
                stream.set_color(colour)
                if kind == "text":
                    self._text(stream, part, style)
                elif kind == "rect":
                    stream.rectangle(*(float(part.get(name)) for name in ("x", "y", "width", "height")))
                    stream.fill()
                else:
                    self._path(stream, part, colour)

    @staticmethod
    def _path(stream: Any, part: Any, colour: Any) -> None:
        for step, values in _STEP.findall(part.get("d")):
            stream.stream.append(f"{values.strip()} {_OPERATORS[step]}".strip().encode())
        if part.get("stroke") is None:
            stream.fill()
            return
        stream.set_color(colour, stroke=True)
        stream.set_line_width(float(part.get("stroke-width")))
        if part.get("stroke-linejoin") == "round":
            stream.set_line_join(1)
        dashes = part.get("stroke-dasharray")
        if dashes:
            stream.set_dash([float(one) for one in dashes.split()], 0)
        stream.stroke()

    def _text(self, stream: Any, part: Any, style: Any) -> None:
        """Words in one line, set as a whole (SVG 2, section 11: ``text-anchor``, ``direction``)."""
        from weasyprint.draw.text import draw_first_line
        from weasyprint.matrix import Matrix
        from weasyprint.text.line_break import split_first_line

        direction, anchor = part.get("direction"), part.get("text-anchor")
        own = style.copy()
        own["font_size"] = float(part.get("font-size"))
        own["direction"] = direction
        own["white_space"] = "pre"
        if part.get("font-weight"):
            own["font_weight"] = int(part.get("font-weight"))
        layout, _, _, width, _, baseline = split_first_line(part.text, own, self.context, inf, 0)
        ends = anchor == ("end" if direction == "ltr" else "start")
        x = float(part.get("x"))
        room = 2 * min(x, self.width - x) if anchor == "middle" else x if ends else self.width - x
        # The drawing is made for the sans of the editions: a face that is wider still is set narrower.
        narrower = min(1.0, room / width) if width and room > 0 else 1.0
        width *= narrower
        left = x - (width / 2 if anchor == "middle" else width if ends else 0.0)
        layout.reactivate(own)
        stream.begin_text()
        matrix = Matrix(a=narrower, d=-1, e=left, f=float(part.get("y")))
        line = _Line(layout, own, baseline)
        draw_first_line(stream, line, "none", "none", matrix)
        self.lines.append(line)
        stream.end_text()


class _Line:
    """What WeasyPrint needs to know of a line of words."""

    def __init__(self, layout: Any, style: Any, baseline: float) -> None:
        self.pango_layout, self.style, self.baseline = layout, style, baseline

    @property
    def text(self) -> str:
        """The words."""
        return str(self.pango_layout.text)
