"""Ways to damage how a finished file looks, though every word of it stays: what is seen, and by which code.

As in `damage`; here the words, their tags and their links are what they were.
"""

# ruff: noqa: E501 - the table has one damage a line

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.support.content_stream import instructions
from tests.support.damage import Damage, codes_of, elements

PIXEL = 0.75
"""WeasyPrint draws in pixels of CSS, from the upper left corner."""

Found = tuple[Any, list[tuple[Any, Any]], int]


def _line(pdf: Pdf, text: str, skip: int = 0) -> Found:
    """The page, its instructions, and the number of that which draws a line that begins with a text."""
    for page in pdf.pages:
        found = instructions(page)
        codes: dict[int, str] = {}
        for index, (operands, operator) in enumerate(found):
            if str(operator) == "Tf":
                codes = codes_of(page.Resources.Font[str(operands[0])])
            if str(operator) == "TJ":
                drawn = "".join(codes.get(code, "?") for code in _glyphs(operands[0]))
                if drawn.strip().startswith(text):
                    if not skip:
                        return page, found, index
                    skip -= 1
    raise AssertionError(f"the sample has no line that begins with {text!r}: this damage does nothing")


def _glyphs(parts: Any) -> list[int]:
    data = b"".join(bytes(part) for part in parts if isinstance(part, String))
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def _write(pdf: Pdf, page: Any, found: list[tuple[Any, Any]]) -> None:
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(found))


def _place(found: list[tuple[Any, Any]], index: int) -> int:
    return next(at for at in range(index, -1, -1) if str(found[at][1]) == "Tm")


def _shift(pdf: Pdf, text: str, right: float, down: float, skip: int = 0) -> None:
    page, found, index = _line(pdf, text, skip)
    at = _place(found, index)
    matrix = [float(value) for value in found[at][0]]
    matrix[4] += right / PIXEL
    matrix[5] += down / PIXEL
    found[at] = (matrix, found[at][1])
    _write(pdf, page, found)


def moved(text: str, right: float = 0.0, down: float = 0.0, skip: int = 0) -> Callable[[Pdf], None]:
    """A damage that moves a line, in points."""
    return lambda pdf: _shift(pdf, text, right, down, skip)


def moved_onto(text: str, other: str) -> Callable[[Pdf], None]:
    """A damage that draws a line where another one stands, on the same page."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        there, others, number = _line(pdf, other)
        assert page.obj.objgen == there.obj.objgen, "they stand on two pages"
        found[_place(found, index)] = others[_place(others, number)]
        _write(pdf, page, found)

    return do


def swapped_lines(text: str, other: str = "") -> Callable[[Pdf], None]:
    """A damage by which two texts on one page change places; without the other one, a line and the one below it."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        one = _place(found, index)
        two = _place(found, _line(pdf, other)[2]) if other else _next_line(found, one)
        found[one], found[two] = found[two], found[one]
        _write(pdf, page, found)

    return do


def _next_line(found: list[tuple[Any, Any]], place: int) -> int:
    height = float(found[place][0][5])
    return next(
        at
        for at in range(place, len(found))
        if str(found[at][1]) == "Tm" and abs(float(found[at][0][5]) - height) > 1
    )


def reversed_glyphs(text: str) -> Callable[[Pdf], None]:
    """A damage by which the glyphs of a text run the other way; what is said beside them stays."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        glyphs = b"".join(code.to_bytes(2, "big") for code in reversed(_glyphs(found[index][0][0])))
        found[index] = ([Array([String(glyphs)])], found[index][1])
        _write(pdf, page, found)

    return do


def drawn_over(text: str, width: float, height: float, colour: str = "1 g") -> Callable[[Pdf], None]:
    """A damage that paints a rectangle over the beginning of a line, after all else; in points."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        matrix = found[_place(found, index)][0]
        x, y = float(matrix[4]) * PIXEL, float(page.mediabox[3]) - float(matrix[5]) * PIXEL
        box = f"{x - 2:.2f} {y - height / 3:.2f} {width:.2f} {height:.2f} re f"
        _append(pdf, page, f"/Artifact BMC {colour} {box} EMC")

    return do


def _append(pdf: Pdf, page: Any, content: str) -> None:
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ q " + content.encode() + b" Q\n")


def squeezed(text: str) -> Callable[[Pdf], None]:
    """A damage that sets the letters of a line nearly in one place."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        operator = pikepdf.Operator("Tc")
        found[index : index + 1] = [([-6], operator), found[index], ([0], operator)]
        _write(pdf, page, found)

    return do


def coloured(text: str, grey: float) -> Callable[[Pdf], None]:
    """A damage that sets a line in another colour."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        colour = next(one for one in reversed(found[:index]) if str(one[1]) == "rg")
        operator = pikepdf.Operator("g")
        found[index : index + 1] = [([grey], operator), found[index], colour]
        _write(pdf, page, found)

    return do


def cut(text: str, width: float, height: float) -> Callable[[Pdf], None]:
    """A damage that shows only so much of a line, in points."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        begin = next(at for at in range(index, -1, -1) if str(found[at][1]) == "BT")
        x, y = (float(value) for value in found[_place(found, index)][0][4:6])
        names = ("q", "re", "W", "n")
        boxes: dict[str, list[Any]] = {"re": [x - 1, y - height / PIXEL, width / PIXEL, 1.2 * height / PIXEL]}
        found[index + 2 : index + 2] = [([], pikepdf.Operator("Q"))]
        found[begin:begin] = [(boxes.get(name, []), pikepdf.Operator(name)) for name in names]
        _write(pdf, page, found)

    return do


def shrunk(text: str) -> Callable[[Pdf], None]:
    """A damage that sets a line in the smallest type."""

    def do(pdf: Pdf) -> None:
        page, found, index = _line(pdf, text)
        font = next(at for at in range(index, -1, -1) if str(found[at][1]) == "Tf")
        found[font] = ([found[font][0][0], 2], found[font][1])
        _write(pdf, page, found)

    return do


def _figures(pdf: Pdf) -> list[tuple[Any, list[tuple[Any, Any]], int]]:
    """The places where images are drawn."""
    places = []
    for page in pdf.pages:
        found = instructions(page)
        for index, (operands, operator) in enumerate(found):
            if str(operator) == "Do":
                drawn = page.Resources.XObject[str(operands[0])]
                if drawn.Subtype == Name.Image:
                    places.append((page, found, index))
    assert places, "the sample has no image: this damage does nothing"
    return places


def moved_image(right: float, down: float, scale: float = 1.0) -> Callable[[Pdf], None]:
    """A damage that moves an image, in points, or makes it so many times as large, with what it is cut to."""

    def do(pdf: Pdf) -> None:
        page, found, index = _figures(pdf)[0]
        cut = next(at for at in range(index, -1, -1) if str(found[at][1]) == "re")
        x, y = (float(value) for value in found[cut][0][:2])
        matrix = [scale, 0, 0, scale, x * (1 - scale) + right / PIXEL, y * (1 - scale) + down / PIXEL]
        found.insert(cut, (matrix, pikepdf.Operator("cm")))
        _write(pdf, page, found)

    return do


def _image_white(pdf: Pdf) -> None:
    page, found, index = _figures(pdf)[0]
    image = page.Resources.XObject[str(found[index][0][0])]
    size = int(image.Width) * int(image.Height)
    for name in ("/SMask", "/DecodeParms", "/Filter"):
        if name in image:
            del image[name]
    image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
    image.write(b"\xff" * size)


def _image_clear(pdf: Pdf) -> None:
    page, found, index = _figures(pdf)[0]
    image = page.Resources.XObject[str(found[index][0][0])]
    width, height = int(image.Width), int(image.Height)
    mask = pdf.make_stream(bytes(width * height))
    mask.Type, mask.Subtype, mask.Width, mask.Height = Name.XObject, Name.Image, width, height
    mask.ColorSpace, mask.BitsPerComponent = Name.DeviceGray, 8
    image.SMask = mask


def _area_moved(pdf: Pdf) -> None:
    """The infobox's ground is painted last, over its rows."""
    page = pdf.pages[0]
    found = instructions(page)
    numbers = [index for index, (_, operator) in enumerate(found) if str(operator) == "f"]
    assert numbers, "the sample has no area: this damage does nothing"
    x, y, width, height = (float(value) * PIXEL for value in found[numbers[0] - 1][0])
    box = f"{x:.2f} {float(page.mediabox[3]) - y - height:.2f} {width:.2f} {height:.2f} re f"
    _append(pdf, page, f"/Artifact BMC 0.945 0.957 0.973 rg {box} EMC")


def _narrow_box(pdf: Pdf) -> None:
    """The infobox's ground is half as wide."""
    page = pdf.pages[0]
    found = instructions(page)
    for index, (operands, operator) in enumerate(found):
        if str(operator) == "re" and str(found[index + 1][1]) in {"f", "W"}:
            x, y, width, height = (float(value) for value in operands)
            found[index] = ([x, y, width / 3, height], operator)
    _write(pdf, page, found)


def _to_page(pdf: Pdf, text: str | None, page: Any, target: Any) -> None:
    """Draw a piece of marked content on another page, and say so in the structure.

    :param text: how it begins; ``None`` for the first image.
    """
    if text is None:
        _, found, index = _figures(pdf)[0]
    else:
        there, found, index = _line(pdf, text)
        assert there.obj.objgen == page.obj.objgen
    start = next(at for at in range(index, -1, -1) if str(found[at][1]) == "BDC")
    end = next(at for at in range(index, len(found)) if str(found[at][1]) == "EMC")
    part = found[start : end + 1]
    old = int(part[0][0][1].MCID)
    del found[start : end + 1]
    _write(pdf, page, found)
    new = 1000 + old
    part[0] = ([part[0][0][0], Dictionary(MCID=new)], part[0][1])
    height = float(page.mediabox[3])
    content = pikepdf.unparse_content_stream(part).decode("latin-1")
    _append(pdf, target, f"1 0 0 -1 0 {height} cm 0.75 0 0 0.75 0 0 cm 0.1 g\n{content}\n")
    for element in elements(pdf):
        below = element.get("/K", [])
        items = list(below) if isinstance(below, Array) else [below]
        for number, kid in enumerate(items):
            on = isinstance(kid, Dictionary) and kid.get("/Type") == "/MCR"
            owner = kid.get("/Pg", element.get("/Pg")) if on else element.get("/Pg")
            if owner is None or owner.objgen != page.obj.objgen:
                continue
            if (on and int(kid.MCID) == old) or (isinstance(kid, int) and kid == old):
                items[number] = Dictionary(Type=Name.MCR, Pg=target.obj, MCID=new)
                element.K = Array(items)
                return
    raise AssertionError("no structure element has it")


def _heading_left_behind(pdf: Pdf) -> None:
    """What follows the last heading of the first page stands on the next one."""
    _to_page(pdf, None, pdf.pages[0], pdf.pages[1])


def _page_left_empty(pdf: Pdf) -> None:
    """All paragraphs of the second page stand on a page after it."""
    pdf.pages.insert(2, pdf.pages[1])
    page, target = pdf.pages[1], pdf.pages[2]
    target.Contents = pdf.make_stream(b"")
    if "/Annots" in target:
        del target["/Annots"]
    for number in range(24):
        try:
            _to_page(pdf, f"Paragraph {number} ", page, target)
        except AssertionError:
            return


SEEN = (
    Damage("a line is printed over another", moved_onto("The second of", "The first of"), "check-overlap"),
    Damage("a line slips into the next one", moved("sentence, and it goes", down=12.0), "check-overlap"),
    Damage("a note is printed over another", moved_onto("The third note", "From a note"), "check-overlap"),
    Damage("a note is printed over the text", moved("In a list item.", down=-380.0), "check-overlap"),
    Damage("a value is printed over its label", moved("Small Town", right=-44.0), "check-overlap"),
    Damage("a heading is printed over a paragraph", moved("Beginnings", down=22.0), "check-overlap"),
    Damage("page furniture is printed over a note", moved("24 November 2026", down=-32.0, skip=1), "check-overlap"),
    Damage("a white box lies over a line", drawn_over("The second of", 200, 12), "check-overlap"),
    Damage("a black box lies over a line", drawn_over("The second of", 200, 12, "0 g"), "check-overlap"),
    Damage("a box lies over a number in a cell", drawn_over("21", 12, 9, "0.9 g"), "check-overlap"),
    Damage("the ground of the infobox lies over it", _area_moved, "check-overlap"),
    Damage("the letters of a line stand in one place", squeezed("The second of"), "check-overlap"),
    Damage("text is printed over an image", moved("Things", down=50.0), "check-overlap"),
    Damage("an image lies over text", moved_image(0, -80), "check-overlap"),
    Damage("an image is too large for its place", moved_image(0, -150, 3), "check-overlap"),
    Damage("an image is white", _image_white, "check-blank"),
    Damage("an image is clear", _image_clear, "check-blank"),
    Damage("a box lies over an image", lambda pdf: _append(pdf, pdf.pages[0], "/Artifact BMC 1 g 90 270 90 80 re f EMC"), "check-overlap"),
    Damage("a line runs beyond the page", moved("The first of", right=300.0), "check-off-page"),
    Damage("an image hangs over the edge of the page", moved_image(-120, 0), "check-off-page"),
    Damage("a box is narrower than its text", _narrow_box, "check-overflow"),
    Damage("a value stands below its label", moved("Small Town", down=3.0), "check-baseline"),
    Damage("a number stands above its row", moved("11", down=-2.5), "check-baseline"),
    Damage("a cell stands in another column", moved("11", right=20.0), "check-baseline"),
    Damage("the number of a note stands off its line", moved("1", down=3.0, skip=2), "check-baseline"),
    Damage("the number of an item stands off its line", moved("2.", down=-3.0), "check-baseline"),
    Damage("two lines of a paragraph change places", swapped_lines("sentence, and it goes"), "check-direction"),
    Damage("a link stands before its words", swapped_lines("inside", "le mot juste"), "check-direction"),
    Damage("a line is white", coloured("The second of", 1.0), "check-unseen"),
    Damage("a number in a cell is white", coloured("21", 0.99), "check-unseen"),
    Damage("a line is cut off", cut("The second of", 90.0, 10.0), "check-unseen"),
    Damage("a line is tiny", shrunk("The second of"), "check-unseen"),
    Damage("a heading stays behind at the foot", _heading_left_behind, "check-page-end"),
    Damage("a page is left nearly empty", _page_left_empty, "check-page-end"),
)  # fmt: skip
"""Damages to the print edition of ``data/check.rst``."""
