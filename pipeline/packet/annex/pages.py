"""The pages of an annex are set upright, at the origin, in their own size; what they show is not touched."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Operator, Stream

from pipeline.packet.pdf.content_streams import content_of, data_of, instructions
from pipeline.packet.pdf.geometry import box_of
from pipeline.packet.pdf.objects import entries

_LARGEST: Final = 14400.0
"""The longest side of a page (ISO 19005-3, 6.1.13), in points."""
_KEPT: Final = frozenset(("/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/Group", "/Annots"))
_DROPPED: Final = ("/StructParent", "/StructParents", "/Metadata", "/PieceInfo", "/OPI", "/Alternates")
"""What a form or an image loses: its place in a structure, and what others keep in it."""
_MARKS: Final = (b"BDC", b"BMC", b"EMC", b"MP", b"DP")


@dataclass(frozen=True)
class Upright:
    """How a page has to be turned and moved, and how large it is then, in points."""

    matrix: Matrix
    width: float
    height: float

    def moved(self, right: float, up: float) -> Matrix:
        """The matrix with everything `right` and `up` points farther."""
        return self.matrix @ Matrix(1, 0, 0, 1, right, up)


def upright(page: Any) -> Upright:
    """How a page is shown (ISO 32000-1, table 30: ``CropBox``, ``Rotate``, ``UserUnit``)."""
    box = box_of(page)
    turn = round(_number(page.get("/Rotate"), 0.0) / 90) * 90 % 360
    scale = _number(page.get("/UserUnit"), 1.0)
    scale = scale if scale > 0 else 1.0
    scale = min(scale, _LARGEST / max(box.width, box.height))
    matrix = {
        0: Matrix(1, 0, 0, 1, -box.left, -box.bottom),
        90: Matrix(0, -1, 1, 0, -box.bottom, box.right),
        180: Matrix(-1, 0, 0, -1, box.right, box.top),
        270: Matrix(0, 1, -1, 0, box.top, -box.left),
    }[turn]
    width, height = (box.height, box.width) if turn in {90, 270} else (box.width, box.height)
    return Upright(matrix @ Matrix(scale, 0, 0, scale, 0, 0), width * scale, height * scale)


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, (int, float, Decimal)) else default


def encase(pdf: pikepdf.Pdf, page: Any, seen: set[tuple[int, int]]) -> Any:
    """Make one form of all that a page shows, without marks of its own (14.6).

    :param seen: forms that have been freed of marks already.
    """
    box = box_of(page)
    form = pdf.make_stream(zlib.compress(unmarked(content_of(page)), 6))
    form.Filter = Name.FlateDecode
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([box.left, box.bottom, box.right, box.top])
    resources = page.get("/Resources")
    form.Resources = resources if isinstance(resources, Dictionary) else Dictionary()
    if isinstance(page.get("/Group"), Dictionary):
        form.Group = page.Group
    unmark_forms(form.Resources, seen)
    return form


def unmark_forms(resources: Any, seen: set[tuple[int, int]]) -> None:
    """Free the forms and patterns below of marks of content, and of their places in a structure."""
    waiting = [resources]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Dictionary):
            continue
        drop_empty(one)
        for kind in ("/XObject", "/Pattern"):
            for form in entries(one.get(kind)).values():
                if not isinstance(form, Stream) or form.objgen in seen:
                    continue
                seen.add(form.objgen)
                for key in _DROPPED:
                    if key in form:
                        del form[key]
                if form.get("/Subtype") == Name.Image:
                    continue
                data = data_of(form)
                plain = unmarked(data)
                if plain is not data:
                    form.write(zlib.compress(plain, 6), filter=Name.FlateDecode)
                waiting.append(form.get("/Resources"))


def drop_empty(resources: Any) -> None:
    """Drop kinds of resources of which there are none: validators stumble on them."""
    for kind in ("/Pattern", "/Shading", "/XObject", "/ExtGState"):
        if kind in resources and len(resources[kind]) == 0:
            del resources[kind]


def strip_page(page: Any) -> None:
    """Leave a page what it shows, and nothing that it does or that others keep in it."""
    for key in list(page.keys()):
        if key not in _KEPT:
            del page[key]


def unmarked(data: bytes) -> bytes:
    """A content stream without marks; those of optional content stay (14.6 and 8.11.3.2).

    :returns: the same object, when there was nothing to do.
    """
    if not any(mark in data for mark in _MARKS):
        return data
    kept: list[Any] = []
    open_marks: list[bool] = []
    changed = False
    for instruction in instructions(data):
        name = str(instruction.operator)
        if name in {"BDC", "BMC"}:
            stays = name == "BDC" and len(instruction.operands) > 0 and instruction.operands[0] == Name.OC
            open_marks.append(stays)
        elif name == "EMC":
            stays = bool(open_marks) and open_marks.pop()
        else:
            stays = name not in {"MP", "DP"}
        if stays:
            kept.append(instruction)
        changed |= not stays
    kept += [([], Operator("EMC")) for stays in open_marks if stays]
    return pikepdf.unparse_content_stream(kept) if changed else data


def turned(values: Any, matrix: Matrix) -> list[float]:
    """A rectangle, turned; the corners in order."""
    x1, y1, x2, y2 = (float(value) for value in values)
    corners = [matrix.transform(point) for point in ((x1, y1), (x2, y1), (x1, y2), (x2, y2))]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return [round(side, 3) for side in (min(xs), min(ys), max(xs), max(ys))]


def turned_points(values: Any, matrix: Matrix) -> list[float]:
    """Pairs of coordinates, turned; none when they are no numbers."""
    try:
        flat = [float(value) for value in values]
    except (TypeError, ValueError):
        return []
    points = [matrix.transform((x, y)) for x, y in zip(flat[::2], flat[1::2], strict=False)]
    return [round(number, 3) for point in points for number in point]


def keep_pages(pdf: pikepdf.Pdf, indices: Sequence[int]) -> None:
    """Keep some pages of a file, in the order given, and nothing that tells of the others.

    Tags and bookmarks belong to the whole: tags may hold the words of a page that is gone, so they go;
    bookmarks of pages that are gone lead nowhere, and go as well when the annex is laid out.
    """
    pages = [pdf.pages[index] for index in indices]
    del pdf.pages[:]
    pdf.pages.extend(pages)
    for key in ("/StructTreeRoot", "/MarkInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
