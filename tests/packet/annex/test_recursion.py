"""A drawing that stands in itself is drawn once, as viewers draw it, and costs the page nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from tests.support.drawn_papers import form, line, paper
from tests.support.packet_papers import prepared, words

SQUARE = b"0 0 1 rg 100 500 200 200 re f\n"


def _shared(pdf: Pdf, page: Any) -> None:
    """A form that has the resources of its page, and draws itself."""
    made = form(pdf, SQUARE + b"/Form Do")
    page.Resources = pdf.make_indirect(Dictionary(Font=page.Resources.Font, XObject=Dictionary(Form=made)))
    made.Resources = page.Resources


def _inherited(pdf: Pdf, page: Any) -> None:
    """The same without resources of its own (ISO 32000-1, 7.8.3)."""
    made = form(pdf, SQUARE + b"/#46orm Do")
    del made["/Resources"]
    page.Resources.XObject = Dictionary(Form=made)


def _by_turns(pdf: Pdf, page: Any) -> None:
    made, other = form(pdf, SQUARE + b"/Other Do"), form(pdf, b"/Form Do")
    made.Resources.XObject = Dictionary(Other=other)
    other.Resources.XObject = Dictionary(Form=made)
    page.Resources.XObject = Dictionary(Form=made)


def _masked(pdf: Pdf, page: Any) -> None:
    """A form that is drawn through a mask that is that form."""
    made = form(pdf, SQUARE + b"/Mask gs 0 0 9 9 re f")
    made.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    made.Resources.ExtGState = Dictionary(Mask=Dictionary(SMask=Dictionary(S=Name.Luminosity, G=made)))
    page.Resources.XObject = Dictionary(Form=made)


def _letters(pdf: Pdf, page: Any) -> None:
    """A form in letters whose letter writes itself."""
    letter = pdf.make_stream(b"1000 0 d0 0 0 900 900 re f BT /Own 1 Tf (a) Tj ET")
    font = pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 1000, 1000]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=Dictionary(a=letter),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a])),
            FirstChar=97, LastChar=97, Widths=Array([1000]),
        )
    )  # fmt: skip
    font.Resources = Dictionary(Font=Dictionary(Own=font))
    made = form(pdf, SQUARE + b"BT /Own 40 Tf 320 500 Td (a) Tj ET")
    made.Resources.Font = Dictionary(Own=font)
    page.Resources.XObject = Dictionary(Form=made)


@pytest.mark.parametrize("change", [_shared, _inherited, _by_turns, _masked, _letters])
def test_it_is_drawn_once(tmp_path: Path, change: Callable[[Pdf, Any], object]) -> None:
    made = prepared(paper(b"/Form Do\n" + line("Text"), change), tmp_path)
    assert made.page_count == 1
    assert any("contain themselves" in finding.message for finding in made.findings)
    assert "Text" in words(made.part.pdf)
    document = pypdfium2.PdfDocument(made.part.pdf)
    picture = document[0].render().to_pil()
    assert picture.getpixel((200, picture.height - 600)) == (0, 0, 255)
    document.close()
    with pikepdf.open(made.part.pdf) as pdf:
        pictured = any(image.get("/Subtype") == Name.Image for image in pdf.objects if _is_stream(image))
    assert pictured is (change is _letters)  # text within a glyph makes the page a picture


def _is_stream(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Stream)


def test_what_only_lies_beside_itself_is_no_loop(tmp_path: Path) -> None:
    def change(pdf: Pdf, page: Any) -> None:
        made = form(pdf, SQUARE)
        shared = Dictionary(Font=page.Resources.Font, XObject=Dictionary(Form=made))
        page.Resources = made.Resources = pdf.make_indirect(shared)

    made = prepared(paper(b"/Form Do\n" + line("Text"), change), tmp_path)
    assert not any("contain themselves" in finding.message for finding in made.findings)
