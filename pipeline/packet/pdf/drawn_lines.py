"""Short lines of text, set once and drawn on many pages: their glyphs, with the fonts that they need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
from pikepdf import Pdf

from pipeline.packet.base.model import PacketInfo

STAMPED: Final = "/Despatch"
"""How the resources of stamps begin."""
_SHEET: Final = """
@page { size: 2000pt 40pt; margin: 0 }
html { font-family: var(--sans); font-variant-numeric: lining-nums tabular-nums }
body { margin: 0 }
p { margin: 0; white-space: nowrap; line-height: 40pt; break-after: page; hyphens: none; text-align: left }
.number { font-variant-ligatures: none; font-kerning: none; }
.number { font-size: 11pt; font-weight: 700; color: var(--ink) }
.marking { font-size: 9.5pt; font-weight: 700; color: var(--marking) }
.marking { letter-spacing: 0.04em; text-transform: uppercase }
.back { font-size: 8pt; color: var(--accent) }
.copy { font-size: 8pt; color: var(--ink) }
.kept { font-size: 11pt; color: var(--ink) }
"""
_HEIGHT: Final = 40.0
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


class Lines:
    """Lines of text, one on each page of a file of their own, from which they are taken over.

    :param lines: class and text of each, the text as HTML.
    """

    def __init__(self, info: PacketInfo, lines: Sequence[tuple[str, str]]) -> None:
        self.source, self.widths = _drawn(info, lines)
        self._fonts: dict[tuple[int, int], tuple[str, Any]] = {}

    def mark(self, pdf: Pdf, index: int) -> Mark:
        """One of them, for the pages of `pdf`; all are for the same file."""
        page = self.source.pages[index].obj
        data, fonts = _OPACITY.sub(b"", page.Contents.read_bytes()), {}
        for name in dict.fromkeys(_FONT.findall(data)):
            font = page.Resources.Font[name.decode()]
            if font.objgen not in self._fonts:
                own = f"{STAMPED}{len(self._fonts)}"
                self._fonts[font.objgen] = own, pdf.copy_foreign(font)
            own, copied = self._fonts[font.objgen]
            data = data.replace(name + b" ", f"{own} ".encode())
            fonts[own] = copied
        return Mark(data.rstrip() + b"\n", fonts, self.widths[index], _baseline(data))


def _drawn(info: PacketInfo, lines: Sequence[tuple[str, str]]) -> tuple[Pdf, list[float]]:
    """A document with one line on each page, and the width of each."""
    from io import BytesIO

    from pipeline.look.edition_sheets import sheets
    from pipeline.styles import Sheet
    from pipeline.write.engine.boxes import box_of
    from pipeline.write.engine.render import dated, parsed, render, watched
    from pipeline.write.xhtml.document import page

    body = "".join(f'<p class="{kind}">{text}</p>\n' for kind, text in lines)
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
