"""What is stamped on every page of a packet: its number, the marking, a link back to the index.

The number stands at the lower right, the link at the lower left, the marking in capitals in the middle at top
and bottom. They stand nearer to the edge of the page than anything that Despatch sets; where an annex has no
free place there, `annex` has made one. Numbers and markings are artifacts of pagination (ISO 32000-1,
14.8.2.2.2).
"""

from __future__ import annotations

import re
import zlib
from copy import copy
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.check.seen.boxes import Box
from pipeline.packet.base.model import PacketInfo
from pipeline.packet.pdf.geometry import box_of, scale_of

MM: Final = 72 / 25.4
BASELINE: Final = 7 * MM
"""Of what is stamped, from the edge of the page, for an A4 page."""
MARGIN: Final = 12 * MM
"""From the left and right edges."""
BAND: Final = (5 * MM, 11.2 * MM)
"""What is stamped stays between these distances from the upper and lower edges."""
SIZE: Final = 11.0
"""Of the number, in points."""
STAMPED: Final = "/Despatch"
"""How the resources of stamps begin."""
LINK_NAME: Final = "despatch-index"
"""The ``NM`` of the links back to the index."""

_CAPITALS: Final = 0.66
"""Height of capitals and figures, in ems."""
_GAP: Final = 5 * MM
_SHEET: Final = """
@page { size: 2000pt 40pt; margin: 0 }
html { font-family: var(--sans); font-variant-numeric: lining-nums tabular-nums }
body { margin: 0 }
p { margin: 0; white-space: nowrap; line-height: 40pt; break-after: page; hyphens: none; text-align: left }
.number { font-size: 11pt; font-weight: 700; color: var(--ink) }
.marking { font-size: 9.5pt; font-weight: 700; color: var(--marking) }
.marking { letter-spacing: 0.04em; text-transform: uppercase }
.back { font-size: 8pt; color: var(--accent) }
"""
_HEIGHT: Final = 40.0
_INK: Final = re.compile(rb"[\d.]+ [\d.]+ [\d.]+ rg")
_FONT: Final = re.compile(rb"(/\S+) [\d.]+ Tf")
_OPACITY: Final = re.compile(rb"/\S+ gs\s")


@dataclass(frozen=True)
class Mark:
    """A line of text.

    :param content: what draws it: from the origin to the right, its baseline `base` above.
    :param fonts: by the name that it has in `content`.
    """

    content: bytes
    fonts: dict[str, Any]
    width: float
    base: float


class Stamps:
    """The texts that are stamped on the pages of one packet, drawn once.

    :param pdf: the packet.
    :param info: of the packet.
    :param markings: all that occur in it.
    :param back: the text of the link back to the index.
    :param name: what that link is called (``Contents``).
    """

    def __init__(self, pdf: Pdf, info: PacketInfo, markings: list[str], back: str, name: str) -> None:
        self.pdf = pdf
        self.name = name
        self._fonts: dict[tuple[int, int], tuple[str, Any]] = {}
        source, widths = _drawn(info, markings, back)
        numbers, *marks, self.back = [self._mark(source, index, width) for index, width in enumerate(widths)]
        self.markings = dict(zip(markings, marks, strict=True))
        self.digits = _figures(source)
        self.ink = _INK.search(numbers.content)
        self.font, self.fonts = next(iter(numbers.fonts)), numbers.fonts
        self.head = pdf.make_stream(b"q\n")

    def stamp(self, index: int, marking: str, link: bool, mcid: int) -> Any | None:
        """Stamp a page.

        :param index: of the page, from 0.
        :param marking: its own; empty for none.
        :param link: whether it gets a link back to the index.
        :param mcid: the number that the text of the link gets, the page's next.
        :returns: the annotation of the link.
        """
        page = self.pdf.pages[index].obj
        box, scale = box_of(page), scale_of(page)
        resources = _resources(page)
        number = str(index + 1)
        width = sum(self.digits[digit][1] for digit in number) * SIZE / 1000
        codes = "".join(self.digits[digit][0] for digit in number)
        _add(resources, self.fonts)
        y = box.bottom + BASELINE * scale
        x = box.right - MARGIN * scale - width * scale
        out = [
            b"Q\n",
            *_artifact("Footer", "Bottom"),
            b"%s BT %s %.2f Tf %.2f %.2f Td [<%s>] TJ ET\n"
            % (self.ink[0] if self.ink else b"", self.font.encode(), SIZE * scale, x, y, codes.encode()),
            b"Q EMC\n",
        ]
        sides = max(width, self.back.width if link else 0)
        if marking:
            out += self._marking(resources, box, scale, marking, sides)
        annotation = None
        if link:
            text, annotation = self._link(resources, box, scale, mcid)
            out.append(text)
        stream = self.pdf.make_stream(zlib.compress(b"".join(out), 9))
        stream.Filter = Name.FlateDecode
        own = page.get("/Contents")
        contents = [] if own is None else list(own) if isinstance(own, Array) else [own]
        page.Contents = Array([self.head, *contents, stream])
        return annotation

    def _marking(self, resources: Any, box: Box, scale: float, marking: str, sides: float) -> list[bytes]:
        mark = self.markings[marking]
        _add(resources, mark.fonts)
        room = box.width / scale - 2 * (MARGIN + sides + _GAP)
        size = scale * min(1.0, max(room, 1.0) / mark.width)
        x = (box.left + box.right - mark.width * size) / 2
        low = box.bottom + BASELINE * scale
        high = box.top - BASELINE * scale - 9.5 * _CAPITALS * scale
        out = []
        for y, kind, side in ((high, "Header", "Top"), (low, "Footer", "Bottom")):
            place = (size, size, x, y - mark.base * size)
            out += [*_artifact(kind, side), b"%.4f 0 0 %.4f %.2f %.2f cm\n" % place, mark.content, b"Q EMC\n"]
        return out

    def _link(self, resources: Any, box: Box, scale: float, mcid: int) -> tuple[bytes, Any]:
        _add(resources, self.back.fonts)
        x, y = box.left + MARGIN * scale, box.bottom + BASELINE * scale
        place = (mcid, scale, scale, x, y - self.back.base * scale)
        text = (
            b"/Span <</MCID %d>> BDC q %.4f 0 0 %.4f %.2f %.2f cm\n" % place + self.back.content + b"Q EMC\n"
        )
        sides = (x - 1, y - 3 * scale, x + self.back.width * scale + 1, y + 8 * scale)
        annotation = self.pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Link,
                Rect=Array([round(side, 2) for side in sides]),
                F=4,
                BS=Dictionary(W=0),
                NM=String(LINK_NAME),
                Contents=String(self.name),
                Dest=String("index"),
            )
        )
        return text, annotation

    def _mark(self, source: Pdf, index: int, width: float) -> Mark:
        """The text of one page of `source`."""
        page = source.pages[index].obj
        data, fonts = _OPACITY.sub(b"", page.Contents.read_bytes()), {}
        for name in dict.fromkeys(_FONT.findall(data)):
            font = page.Resources.Font[name.decode()]
            if font.objgen not in self._fonts:
                own = f"{STAMPED}{len(self._fonts)}"
                self._fonts[font.objgen] = own, self.pdf.copy_foreign(font)
            own, copied = self._fonts[font.objgen]
            data = data.replace(name + b" ", f"{own} ".encode())
            fonts[own] = copied
        return Mark(data.rstrip() + b"\n", fonts, width, _baseline(data))


def _figures(source: Pdf) -> dict[str, tuple[str, float]]:
    """Code and width (in thousandths of the size) of each figure, in the font of the first page."""
    page = source.pages[0].obj
    name, shown = "", []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        if str(instruction.operator) == "Tf":
            name = str(operands[0])
        elif str(instruction.operator) == "TJ":
            shown += [bytes(part) for part in operands[0] if isinstance(part, String)]
    codes = b"".join(shown)
    widths = _widths(page.Resources.Font[name].DescendantFonts[0])
    figures = {}
    for digit in range(10):
        code = codes[2 * digit : 2 * digit + 2]
        figures[str(digit)] = code.hex(), widths[int.from_bytes(code, "big")]
    return figures


def _drawn(info: PacketInfo, markings: list[str], back: str) -> tuple[Pdf, list[float]]:
    """A document with one text on each page: figures, markings, the link; and the width of each."""
    from io import BytesIO

    from pipeline.look.edition_sheets import sheets
    from pipeline.styles import Sheet
    from pipeline.write.engine.boxes import box_of
    from pipeline.write.engine.render import dated, parsed, render, watched
    from pipeline.write.xhtml.document import page

    lines = [("number", "0123456789"), *(("marking", text) for text in markings), ("back", back)]
    body = "".join(f'<p class="{kind}">{escape(text)}</p>\n' for kind, text in lines)
    text = page(info.title, info.language, body, classes="print")
    look = [*sheets("theme", bare=True), Sheet("stamp", _SHEET)]
    document = render(parsed(text), look, {}, info.date, str(info.source), [])
    data = BytesIO()
    with dated(info.date), watched(str(info.source), []):
        document.write_pdf(data)
    widths = [_line_width(box_of(sheet)) * 0.75 for sheet in document.pages[: len(lines)]]
    return pikepdf.open(data), widths


def _line_width(box: Any) -> float:
    """The width of the one line of text below a box of WeasyPrint, in CSS pixels."""
    if hasattr(box, "text"):
        return float(box.width)
    kids = getattr(box, "children", ())
    return sum(_line_width(kid) for kid in kids)


def _baseline(content: bytes) -> float:
    """How high the text stands above the lower edge of its page, in points."""
    found = re.search(rb"(-?[\d.]+) (-?[\d.]+) Tm", content)
    return _HEIGHT - float(found[2]) * 0.75 if found else 0.0


def _widths(font: Any) -> dict[int, float]:
    """The widths of the glyphs of a CID font (ISO 32000-1, 9.7.4.3)."""
    widths: dict[int, float] = {}
    values = list(font.W)
    at = 0
    while at < len(values):
        first, following = int(values[at]), values[at + 1]
        if isinstance(following, Array):
            widths.update({first + offset: float(width) for offset, width in enumerate(following)})
            at += 2
        else:
            widths.update(dict.fromkeys(range(first, int(following) + 1), float(values[at + 2])))
            at += 3
    return widths


def _artifact(kind: str, side: str) -> list[bytes]:
    return [
        b"/Artifact <</Type /Pagination /Subtype /%s /Attached [/%s]>> BDC q\n"
        % (kind.encode(), side.encode())
    ]


def _resources(page: Any) -> Any:
    """The page's own resources, with fonts that may be added to."""
    own = page.get("/Resources")
    resources = copy(own) if isinstance(own, Dictionary) else Dictionary()
    fonts: Any = resources.get("/Font")
    resources.Font = copy(fonts) if isinstance(fonts, Dictionary) else Dictionary()
    page.Resources = resources
    return page.Resources


def _add(resources: Any, fonts: dict[str, Any]) -> None:
    for name, font in fonts.items():
        resources.Font[name] = font
