"""What is stamped on every page of a packet: its number, the marking, a link back to the index; on a page
that is kept for a part, and has nothing of it, a line that says so.

The number stands at the lower right, the link at the lower left, the marking in capitals in the middle at top
and bottom. They stand nearer to the edge of the page than anything that Despatch sets; where an annex has no
free place there, `annex` has made one. Numbers and markings are artifacts of pagination (ISO 32000-1,
14.8.2.2.2).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from copy import copy
from html import escape
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.check.seen.boxes import Box
from pipeline.packet.base.model import PacketInfo
from pipeline.packet.pdf.drawn_lines import Lines
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
LINK_NAME: Final = "despatch-index"
"""The ``NM`` of the links back to the index."""

_HIGH: Final = 0.62
"""How high the line stands on a page that is kept, in heights of the page."""
_CAPITALS: Final = 0.66
"""Height of capitals and figures, in ems."""
_GAP: Final = 5 * MM
_INK: Final = re.compile(rb"[\d.]+ [\d.]+ [\d.]+ rg")


class Stamps:
    """The texts that are stamped on the pages of one packet, drawn once.

    :param pdf: the packet.
    :param info: of the packet.
    :param markings: all that occur in it.
    :param back: the text of the link back to the index.
    :param name: what that link is called (``Contents``).
    :param numbers: what each page bears.
    :param index: the name of the part that is the index.
    :param kept: what may be said on pages that nothing else stands on.
    """

    def __init__(
        self,
        pdf: Pdf,
        info: PacketInfo,
        markings: list[str],
        back: str,
        name: str,
        numbers: Sequence[str],
        index: str,
        kept: Sequence[str] = (),
    ) -> None:
        self.pdf = pdf
        self.name, self.numbers, self.index = name, numbers, index
        figures = "".join(sorted({*"0123456789", *"".join(numbers)}))
        texts = [("number", figures), *(("marking", text) for text in markings), ("back", back)]
        texts += [("kept", text) for text in kept]
        lines = Lines(info, [(kind, escape(text)) for kind, text in texts])
        own, *marks = [lines.mark(pdf, index) for index in range(len(texts))]
        self.back = marks.pop(len(markings))
        self.markings = dict(zip(markings, marks, strict=False))
        self.kept = dict(zip(kept, marks[len(markings) :], strict=True))
        self.digits = _figures(lines.source, figures)
        self.ink = _INK.search(own.content)
        self.font, self.fonts = next(iter(own.fonts)), own.fonts
        self.head = pdf.make_stream(b"q\n")

    def stamp(self, index: int, marking: str, link: bool, mcid: int, kept: str = "") -> Any | None:
        """Stamp a page.

        :param index: of the page, from 0.
        :param marking: its own; empty for none.
        :param link: whether it gets a link back to the index.
        :param mcid: the number that the text of the link gets, the page's next. What is said on it has that
            number, and the link the one behind it.
        :param kept: what is said on a page that nothing else stands on; empty for nothing.
        :returns: the annotation of the link.
        """
        page = self.pdf.pages[index].obj
        box, scale = box_of(page), scale_of(page)
        resources = _resources(page)
        number = self.numbers[index]
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
        if kept:
            out.append(self._said(resources, box, scale, mcid, kept))
            mcid += 1
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

    def _said(self, resources: Any, box: Box, scale: float, mcid: int, text: str) -> bytes:
        """A line in the middle of a page, no wider than it has room."""
        mark = self.kept[text]
        _add(resources, mark.fonts)
        size = scale * min(1.0, max(box.width / scale - 4 * MARGIN, 1.0) / mark.width)
        x = (box.left + box.right - mark.width * size) / 2
        y = box.bottom + _HIGH * (box.top - box.bottom)
        place = (mcid, size, size, x, y - mark.base * size)
        return b"/Span <</MCID %d>> BDC q %.4f 0 0 %.4f %.2f %.2f cm\n" % place + mark.content + b"Q EMC\n"

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
                Dest=String(self.index),
            )
        )
        return text, annotation


def _figures(source: Pdf, text: str) -> dict[str, tuple[str, float]]:
    """Code and width (in thousandths of the size) of each figure and letter, in the font of the first page.

    :param text: what stands there.
    """
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
    for index, letter in enumerate(text):
        code = codes[2 * index : 2 * index + 2]
        figures[letter] = code.hex(), widths[int.from_bytes(code, "big")]
    return figures


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
