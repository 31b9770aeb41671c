"""Texts that an annex has typed and not drawn are set in our own fonts: they are embedded and can be read.

What the annex names as a font for them is mostly not in the file, and has no letters beyond Western Europe.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Name, Pdf

from pipeline.read.input.decoding import CONTROL

_SHEET: Final = """
html { font-family: var(--sans) } body, p { margin: 0 }
div { break-after: page; overflow: hidden; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.15 }
i { display: inline-block; font-style: normal; text-align: center }
"""
_DATE: Final = datetime.date(1970, 1, 1)
"""A document wants one; nothing of it goes into a packet but what is drawn."""
_LONGEST: Final = 20_000
_PADDING: Final = 2.0
_LETTER: Final = 0.56
"""About how wide a letter is, as a share of the size of type."""


@dataclass(frozen=True)
class Typed:
    """A text in its box.

    :param width: of the box, in points, as `height`.
    :param size: of type, in points; 0 lets it be as large as fits.
    :param colour: red, green and blue, from 0 to 1.
    :param align: 0 left, 1 centred, 2 right.
    :param cells: for so many letters in cells of one width; 0 for none.
    """

    text: str
    width: float
    height: float
    size: float = 0.0
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    align: int = 0
    lines: bool = False
    cells: int = 0

    @property
    def set_size(self) -> float:
        """The size in which it is set."""
        if self.size > 0:
            return self.size
        if self.lines:
            area = max(len(self.text), 1) * _LETTER * 1.3
            return max(4.0, min(12.0, (self.width * self.height / area) ** 0.5))
        fits = self.width / (max(len(self.text), 1) * _LETTER)
        return max(4.0, min(self.height * 0.7, fits, 24.0 if self.align else 12.0))


def set_texts(pdf: Pdf, texts: Sequence[Typed], language: str) -> list[Any]:
    """Set texts, each as a form (ISO 32000-1, 8.10) as large as its box, the lower left corner at the origin.

    :param pdf: the file that gets them.
    :param language: BCP 47.
    """
    if not texts:
        return []
    from pipeline.look.edition_sheets import sheets
    from pipeline.styles import Sheet
    from pipeline.write.engine.render import dated, parsed, render, watched
    from pipeline.write.xhtml.document import page

    rules = [_SHEET]
    for number, one in enumerate(texts):
        rules.append(
            f"@page t{number} {{ size: {one.width:.2f}pt {one.height:.2f}pt; margin: 0 }}"
            f"#t{number} {{ page: t{number}; height: {one.height:.2f}pt }}"
        )
    body = "".join(_element(number, one) for number, one in enumerate(texts))
    look = [*sheets("theme", bare=True), Sheet("typed", "\n".join(rules))]
    document = render(parsed(page("", language, body, classes="print")), look, {}, _DATE, "", [])
    data = BytesIO()
    with dated(_DATE), watched("", []):
        document.write_pdf(data)
    made = pikepdf.open(data)
    forms = []
    for index in range(len(texts)):
        form = pdf.copy_foreign(made.pages[index].as_form_xobject())
        form.Type, form.Subtype = Name.XObject, Name.Form
        forms.append(form)
    return forms


def _element(number: int, one: Typed) -> str:
    size = one.set_size
    colour = ",".join(f"{max(0.0, min(1.0, part)) * 100:.1f}%" for part in one.colour)
    align = ("left", "center", "right")[one.align if one.align in {0, 1, 2} else 0]
    text = CONTROL.sub(" ", one.text.replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST]
    style = f"font-size:{size:.2f}pt;color:rgb({colour});text-align:{align}"
    if one.cells:
        width = one.width / one.cells
        words = "".join(f'<i style="width:{width:.3f}pt">{escape(letter)}</i>' for letter in text)
        inner = f"white-space:nowrap;line-height:{one.height:.2f}pt"
        return f'<div id="t{number}"><p style="{style};{inner}">{words}</p></div>\n'
    if one.lines:
        inner = f"padding:{_PADDING}pt"
    else:
        inner = f"padding:0 {_PADDING}pt;white-space:nowrap;line-height:{one.height:.2f}pt"
        text = " ".join(text.split("\n"))
    return f'<div id="t{number}"><p style="{style};{inner}">{escape(text)}</p></div>\n'
