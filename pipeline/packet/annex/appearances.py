"""Annotations without a stored appearance are drawn as viewers draw them (ISO 32000-1, 12.5.6).

Most viewers draw a square, a highlight or a typed remark from what it says of itself; what is not drawn here
would be lost on a page, and with a black box that somebody has laid over a name, the name would be shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.check.seen.boxes import Box
from pipeline.packet.pdf.geometry import rectangle
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.seen.typed_text import Typed

Point = tuple[float, float]
_ROUND: Final = 0.5523
"""How far the handles of a quarter of a circle reach."""
_STAMPS: Final = {"SBApproved": "APPROVED", "SBNotApproved": "NOT APPROVED", "SBDraft": "DRAFT"}
_LARGEST: Final = 20_000.0


class NotDrawn(Exception):
    """The annotation can't be drawn."""


@dataclass
class Drawing:
    """What an annotation looks like, in the coordinates of its page.

    :param content: operators.
    :param box: what it covers.
    :param text: what is set in it, in the box ``place``.
    """

    content: list[str]
    box: Box
    text: Typed | None = None
    place: Point = (0.0, 0.0)
    blend: str = ""
    opacity: float = 1.0
    forms: list[Any] = field(default_factory=list)


def drawing(annotation: Any) -> Drawing:
    """Draw an annotation.

    :raises NotDrawn: when it is of a kind that is not drawn here, or does not say what is needed.
    """
    kind = str(annotation.get("/Subtype", ""))[1:]
    draw = _KINDS.get(kind)
    if draw is None:
        raise NotDrawn
    try:
        made = draw(annotation)
    except (TypeError, ValueError, IndexError, ArithmeticError) as error:
        raise NotDrawn from error
    if not math.isfinite(sum((made.box.left, made.box.bottom, made.box.right, made.box.top))):
        raise NotDrawn
    made.opacity = number(annotation.get("/CA"), 1.0)
    return made


def store(pdf: Pdf, annotation: Any, made: Drawing) -> None:
    """Write a drawing into an annotation as its appearance."""
    box = made.box
    form = Stream(pdf, "\n".join(["q", *made.content, "Q"]).encode("ascii"))
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([box.left, box.bottom, box.right, box.top])
    form.Resources = Dictionary()
    if made.blend or made.opacity < 1:
        state = Dictionary(ca=made.opacity, CA=made.opacity)
        if made.blend:
            state.BM = Name(f"/{made.blend}")
        form.Resources.ExtGState = Dictionary(G0=state)
        form.write(b"/G0 gs\n" + form.read_bytes())
    for number_of, inner in enumerate(made.forms):
        if number_of == 0:
            form.Resources.XObject = Dictionary()
        form.Resources.XObject[f"/T{number_of}"] = inner
    # A button has a picture for each state, and PDFium looks for no other (12.5.5).
    annotation.AP = Dictionary(N=Dictionary(Drawn=pdf.make_indirect(form)))
    annotation.AS = Name.Drawn
    annotation.Rect = Array([box.left, box.bottom, box.right, box.top])


def number(value: Any, default: float) -> float:
    """A number of a PDF; the default for anything else, and for what is beyond all paper."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return default
    found = float(value)
    return found if abs(found) <= _LARGEST else default


def box_of(annotation: Any) -> Box:
    """The rectangle of an annotation.

    :raises NotDrawn: when it has none.
    """
    box = rectangle(annotation.get("/Rect"))
    if box is None:
        raise NotDrawn
    return box


def colour(values: Any, operator: str) -> str:
    """The operator that sets a colour (12.5.2, ``C``); empty where there is none.

    :param operator: ``RG`` for lines, ``rg`` for areas.
    """
    parts = [number(value, 0.0) for value in values] if isinstance(values, Array) else []
    name = {1: "G", 3: "RG", 4: "K"}.get(len(parts))
    if name is None:
        return ""
    return " ".join(f"{part:.4f}" for part in parts) + f" {name if operator.isupper() else name.lower()}"


def border(annotation: Any) -> tuple[float, str]:
    """Width of the line of an annotation, and the operator that dashes it (12.5.4)."""
    style = annotation.get("/BS")
    dashes: Any = None
    if isinstance(style, Dictionary):
        width = number(style.get("/W"), 1.0)
        if style.get("/S") == Name.D:
            dashes = style.get("/D", Array([3]))
    else:
        values = annotation.get("/Border")
        width = number(values[2], 1.0) if isinstance(values, Array) and len(values) > 2 else 1.0
        dashes = values[3] if isinstance(values, Array) and len(values) > 3 else None
    lengths = [number(one, 0.0) for one in dashes] if isinstance(dashes, Array) else []
    if not lengths or min(lengths) < 0 or sum(lengths) <= 0:
        return max(width, 0.0), ""
    return max(width, 0.0), f"[{' '.join(f'{one:.2f}' for one in lengths)}] 0 d"


def _pairs(values: Any) -> list[Point]:
    flat = [number(value, math.nan) for value in values] if isinstance(values, Array) else []
    if not flat or any(map(math.isnan, flat)):
        raise NotDrawn
    return list(zip(flat[::2], flat[1::2], strict=False))


def _around(points: Sequence[Point], margin: float) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)


def _line_of(points: Sequence[Point]) -> list[str]:
    first, *others = points
    return [f"{first[0]:.3f} {first[1]:.3f} m", *(f"{x:.3f} {y:.3f} l" for x, y in others)]


def _painted(annotation: Any, path: list[str], *, closed: bool = True) -> tuple[list[str], float]:
    """A path with the line and the area of its annotation; and the width of the line."""
    width, dashes = border(annotation)
    line = colour(annotation.get("/C"), "RG") if "/C" in annotation else "0 G"
    area = colour(annotation.get("/IC"), "rg") if closed else ""
    if not width:
        line = ""
    paint = {(True, True): "b", (True, False): "s", (False, True): "f", (False, False): "n"}
    operator = paint[bool(line), bool(area)] if closed else ("S" if line else "n")
    setting = [part for part in (line, area, f"{width:.3f} w" if line else "", dashes) if part]
    return [*setting, *path, operator], width


def _inner(annotation: Any) -> Box:
    """The rectangle without its differences ``RD`` and half the line."""
    box, (width, _) = box_of(annotation), border(annotation)
    given = annotation.get("/RD")
    left, bottom, right, top = (
        (max(number(one, 0.0), 0.0) for one in given)
        if isinstance(given, Array) and len(given) == 4
        else (0.0,) * 4
    )
    half = min(width / 2, box.width / 2, box.height / 2)
    inner = Box(
        box.left + left + half, box.bottom + bottom + half, box.right - right - half, box.top - top - half
    )
    return inner if inner.width >= 0 and inner.height >= 0 else box


def _square(annotation: Any) -> Drawing:
    inner = _inner(annotation)
    content, _ = _painted(
        annotation, [f"{inner.left:.3f} {inner.bottom:.3f} {inner.width:.3f} {inner.height:.3f} re"]
    )
    return Drawing(content, box_of(annotation))


def _circle(annotation: Any) -> Drawing:
    content, _ = _painted(annotation, ellipse(_inner(annotation)))
    return Drawing(content, box_of(annotation))


def ellipse(box: Box) -> list[str]:
    """The path of an ellipse that fills a box."""
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    a, b = box.width / 2, box.height / 2
    h, v = a * _ROUND, b * _ROUND
    return [
        f"{x + a:.3f} {y:.3f} m",
        f"{x + a:.3f} {y + v:.3f} {x + h:.3f} {y + b:.3f} {x:.3f} {y + b:.3f} c",
        f"{x - h:.3f} {y + b:.3f} {x - a:.3f} {y + v:.3f} {x - a:.3f} {y:.3f} c",
        f"{x - a:.3f} {y - v:.3f} {x - h:.3f} {y - b:.3f} {x:.3f} {y - b:.3f} c",
        f"{x + h:.3f} {y - b:.3f} {x + a:.3f} {y - v:.3f} {x + a:.3f} {y:.3f} c",
    ]


def _line(annotation: Any) -> Drawing:
    points = _pairs(annotation.get("/L"))[:2]
    if len(points) < 2:
        raise NotDrawn
    content, width = _painted(annotation, _line_of(points), closed=False)
    ends = [str(one) for one in values_of(annotation.get("/LE"))]
    size = max(3.0, width * 3)
    for name, (tip, back) in zip(ends, (points, points[::-1]), strict=False):
        if "Arrow" in name:
            angle = math.atan2(back[1] - tip[1], back[0] - tip[0])
            wings = [
                (tip[0] + size * 1.7 * math.cos(angle + turn), tip[1] + size * 1.7 * math.sin(angle + turn))
                for turn in (0.45, -0.45)
            ]
            content += [*_line_of([wings[0], tip, wings[1]]), "S"]
    return Drawing(content, _around(points, width + size * 2))


def _polygon(annotation: Any) -> Drawing:
    points = _pairs(annotation.get("/Vertices"))
    content, width = _painted(annotation, _line_of(points))
    return Drawing(content, _around(points, width * 2 + 1))


def _polyline(annotation: Any) -> Drawing:
    points = _pairs(annotation.get("/Vertices"))
    content, width = _painted(annotation, _line_of(points), closed=False)
    return Drawing(content, _around(points, width * 2 + 1))


def _ink(annotation: Any) -> Drawing:
    strokes = [_pairs(one) for one in values_of(annotation.get("/InkList"))]
    path = [step for stroke in strokes for step in _line_of(stroke)]
    content, width = _painted(annotation, path, closed=False)
    return Drawing(["1 J 1 j", *content], _around([p for s in strokes for p in s], width * 2 + 1))


def _quads(annotation: Any) -> list[list[Point]]:
    """The quadrilaterals that are marked: their upper corners, then the lower ones, from the left."""
    if "/QuadPoints" not in annotation:
        box = box_of(annotation)
        return [[(box.left, box.top), (box.right, box.top), (box.left, box.bottom), (box.right, box.bottom)]]
    points = _pairs(annotation.get("/QuadPoints"))
    found = [points[at : at + 4] for at in range(0, len(points) - 3, 4)]
    if not found:
        raise NotDrawn
    return found


def _highlight(annotation: Any) -> Drawing:
    area = colour(annotation.get("/C"), "rg") or "1 1 0 rg"
    content, quads = [area], _quads(annotation)
    for one in quads:
        content += [*_line_of([one[0], one[1], one[3], one[2]]), "h f"]
    return Drawing(content, _around([p for one in quads for p in one], 1), blend="Multiply")


def _struck(height: float, *, waves: bool = False) -> Callable[[Any], Drawing]:
    """Draws a line along marked words, at a share of their height."""

    def draw(annotation: Any) -> Drawing:
        content, quads = [colour(annotation.get("/C"), "RG") or "0 G"], _quads(annotation)
        for upper_left, upper_right, lower_left, lower_right in quads:
            left, right = (
                (low[0] + (high[0] - low[0]) * height, low[1] + (high[1] - low[1]) * height)
                for low, high in ((lower_left, upper_left), (lower_right, upper_right))
            )
            thick = max(0.5, math.dist(lower_left, upper_left) / 16)
            content.append(f"{thick:.3f} w")
            steps = max(2, min(int(math.dist(left, right) / 2), 2000)) if waves else 1
            along = [
                (
                    left[0] + (right[0] - left[0]) * step / steps,
                    left[1] + (right[1] - left[1]) * step / steps + (step % 2) * thick * 2 * waves,
                )
                for step in range(steps + 1)
            ]
            content += [*_line_of(along), "S"]
        return Drawing(content, _around([p for one in quads for p in one], 2))

    return draw


def _free_text(annotation: Any) -> Drawing:
    box, inner = box_of(annotation), _inner(annotation)
    size, ink = default_appearance(annotation.get("/DA"))
    area = colour(annotation.get("/C"), "rg")
    width, dashes = border(annotation)
    frame = f"{inner.left:.3f} {inner.bottom:.3f} {inner.width:.3f} {inner.height:.3f} re"
    content = [area, frame, "f"] if area else []
    if width and ("/BS" in annotation or "/Border" in annotation):
        line = " ".join(f"{part:.3f}" for part in ink)
        content += [f"{line} RG {width:.3f} w", dashes or "[] 0 d", frame, "S"]
    if "/CL" in annotation:
        points = _pairs(annotation.get("/CL"))
        content += [*_line_of(points), "S"]
        box = _around([*points, (box.left, box.bottom), (box.right, box.top)], width)
    text = str(annotation.get("/Contents", ""))
    align = int(number(annotation.get("/Q"), 0.0))
    typed = Typed(text, inner.width, inner.height, size or 12.0, ink, align, lines=True)
    return Drawing(content, box, typed if text.strip() else None, (inner.left, inner.bottom))


def default_appearance(value: Any) -> tuple[float, tuple[float, float, float]]:
    """Size of type and colour that a default appearance sets (12.7.3.3)."""
    words = str(value if value is not None else "").split()
    size, ink = 0.0, (0.0, 0.0, 0.0)
    for at, word in enumerate(words):
        try:
            if word == "Tf":
                size = abs(float(words[at - 1]))
            elif word == "g":
                ink = (float(words[at - 1]),) * 3
            elif word == "rg":
                red, green, blue = (float(part) for part in words[at - 3 : at])
                ink = (red, green, blue)
            elif word == "k":
                cyan, magenta, yellow, black = (float(part) for part in words[at - 4 : at])
                ink = ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
        except ValueError:
            continue
    return min(size, 500.0), ink


def _stamp(annotation: Any) -> Drawing:
    box = box_of(annotation)
    name = str(annotation.get("/Name", "/Draft"))[1:]
    spaced = "".join(f" {letter}" if letter.isupper() and at else letter for at, letter in enumerate(name))
    text = _STAMPS.get(name, spaced.upper())
    width = min(2.0, box.height / 10)
    sides = (box.left + width, box.bottom + width, box.width - 2 * width, box.height - 2 * width)
    content = [f"0.8 0 0 RG {width:.3f} w", " ".join(f"{side:.3f}" for side in sides) + " re S"]
    size = max(4.0, min(box.height * 0.6, box.width / (max(len(text), 1) * 0.72)))
    typed = Typed(text, box.width, box.height, size, (0.8, 0.0, 0.0), align=1)
    return Drawing(content, box, typed, (box.left, box.bottom))


def _note(annotation: Any) -> Drawing:
    """The sign of a remark: a sheet with three lines. It has one size, whatever its rectangle (12.5.6.4)."""
    box = box_of(annotation)
    if "/IRT" in annotation and annotation.get("/RT", Name.R) == Name.R:
        raise NotDrawn  # a reply is shown with the remark that it answers
    left, top, side = box.left, box.top, 18.0
    area = colour(annotation.get("/C"), "rg") or "1 1 0 rg"
    content = [area, "0 G 0.8 w", f"{left + 1:.3f} {top - side + 1:.3f} {side - 2:.3f} {side - 2:.3f} re B"]
    content += [
        step
        for row in (5, 9, 13)
        for step in [*_line_of([(left + 4, top - row), (left + side - 4, top - row)]), "S"]
    ]
    # What is below stays legible.
    return Drawing(content, Box(left, top - side, left + side, top), blend="Multiply")


def _caret(annotation: Any) -> Drawing:
    box = box_of(annotation)
    points = [(box.left, box.bottom), ((box.left + box.right) / 2, box.top), (box.right, box.bottom)]
    return Drawing([colour(annotation.get("/C"), "rg") or "0 0 1 rg", *_line_of(points), "h f"], box)


def _redaction(annotation: Any) -> Drawing:
    """A redaction that is only marked is a frame around what is still there (12.5.6.23)."""
    content, quads = ["1 0 0 RG 1 w"], _quads(annotation)
    for one in quads:
        content += [*_line_of([one[0], one[1], one[3], one[2]]), "s"]
    return Drawing(content, _around([p for one in quads for p in one], 1))


_KINDS: Final[dict[str, Callable[[Any], Drawing]]] = {
    "Square": _square,
    "Circle": _circle,
    "Line": _line,
    "Polygon": _polygon,
    "PolyLine": _polyline,
    "Ink": _ink,
    "Highlight": _highlight,
    "Underline": _struck(0.08),
    "Squiggly": _struck(0.08, waves=True),
    "StrikeOut": _struck(0.45),
    "FreeText": _free_text,
    "Stamp": _stamp,
    "Text": _note,
    "FileAttachment": _note,
    "Caret": _caret,
    "Redact": _redaction,
}
