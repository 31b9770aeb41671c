"""What the tests of packets put together: front matter, articles, and papers from elsewhere of every kind."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream, String

from pipeline.build import Order, build_one
from pipeline.packet.annex.prepare import Prepared, prepare
from pipeline.packet.base.model import PacketInfo, Part, Row
from pipeline.packet.front import matter
from pipeline.packet.pdf.catalog import Claims

CLEAN: Final = Claims("A", True)
INFO: Final = PacketInfo(
    *("visit", "Visit to Brussels", "Ministers meet", "The Minister", "Council", datetime.date(2026, 11, 24)),
    *("Europe Desk", "Restricted", "en", "urn:uuid:7f1d", "a4", Path("packets/visit.toml")),
)

ARTICLE: Final = """\
A country note
==============

:marking: Restricted
:date: 2026-11-24
:language: en

.. infobox:: Kingdom

   :Capital: Brussels [#one]_

Text with a note. [#two]_ See `Trade`_.

Trade
=====

.. list-table:: Figures
   :header-rows: 2

   * - Year
     - Sum
   * - from
     - in euro
   * - 2025
     - 12

Goods
-----

More text, in Dutch: :lang-nl:`Kamer van volksvertegenwoordigers`.

Notes
=====

.. [#one] The first note.

.. [#two] The second note, with a `link <https://example.org/>`_.
"""


def part(name: str, kind: str, pdf: Path, **changes: Any) -> Part:
    """A part of the packet; by default an item at level 2 with the packet's marking."""
    level = 1 if kind == "front" else 2
    made = Part(
        *(name, name.replace("-", " ").title(), "", kind, pdf, level, INFO.marking, False, "en"),  # type: ignore[arg-type]
        *("visit.toml", 7),
    )
    return replace(made, **changes)


def fronts(folder: Path, rows: Sequence[Row]) -> list[Part]:
    """Cover, index and one divider, set."""
    bodies = {
        "cover": matter.cover(INFO),
        "index": matter.index(INFO, rows, matter.in_print),
        "divider-1": matter.divider(INFO, rows, matter.in_print),
    }
    found = []
    for name, body in bodies.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(matter.set_leaf(INFO, name, name.title(), body, []).pdf)
        found.append(part(name, "front", path, tab="A" if name == "divider-1" else ""))
    return found


def row(name: str, title: str, page: int, **changes: Any) -> Row:
    """A line of the index."""
    made = Row(name, False, "", title, None, "Restricted", page, page, "en")
    return replace(made, **changes)


def prepared(data: bytes, folder: Path, name: str = "paper", **changes: Any) -> Prepared:
    """A paper from elsewhere, made ready."""
    path = folder / f"{name}-elsewhere.pdf"
    path.write_bytes(data)
    ready = folder / "ready"
    ready.mkdir(exist_ok=True)
    return prepare(part(name, "annex", path, **{"title": "A paper", **changes}), ready)


def codes(made: Prepared) -> set[str]:
    """The codes of what was found."""
    return {finding.code for finding in made.findings}


@cache
def text_pdf(variant: str | None = None, pages: int = 2, style: str = "") -> bytes:
    """A paper of text with a link to an address and one to a place in it; `variant` is WeasyPrint's."""
    from pipeline.files.cache import folder
    from pipeline.write.engine import fonts

    fonts.configure(folder())
    from weasyprint import HTML

    body = "".join(
        f'<h1 id="p{number}" style="break-before: page">Part {number}</h1>'
        f'<p>The Parties <a href="https://example.org/">agree</a>, see <a href="#p1">there</a>.</p>'
        for number in range(1, pages + 1)
    )
    sheet = f"<style>@page {{ size: A4; margin: 25mm }} {style}</style>"
    text = f'<html lang="en"><title>Elsewhere</title>{sheet}<body>{body}</body></html>'
    data: bytes = HTML(string=text).write_pdf(pdf_variant=variant)
    return data


def scanned(mode: str = "L", *, dark_foot: bool = False) -> bytes:
    """A picture of a page, as a scanner makes it."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (620, 877), 245)
    draw = ImageDraw.Draw(image)
    for line in range(20):
        draw.rectangle((60, 60 + line * 35, 540, 70 + line * 35), fill=30)
    if dark_foot:
        draw.rectangle((0, 840, 620, 877), fill=10)
    buffer = BytesIO()
    image.convert(mode).save(buffer, "PDF", resolution=75)
    return buffer.getvalue()


def changed(change: Callable[[Pdf], object], data: bytes | None = None, **how: Any) -> bytes:
    """A text paper with a change made to it; `how` is for saving."""
    with pikepdf.open(BytesIO(data or text_pdf())) as pdf:
        change(pdf)
        buffer = BytesIO()
        pdf.save(buffer, **how)
    return buffer.getvalue()


def turned(angle: int) -> bytes:
    """A text paper, its pages turned by an angle."""

    def turn(pdf: Pdf) -> None:
        for page in pdf.pages:
            page.obj.Rotate = angle

    return changed(turn)


def cropped(pdf: Pdf) -> None:
    """Show only a part of the page, away from the origin."""
    for page in pdf.pages:
        page.obj.CropBox = Array([50, 400, 450, 800])


def locked(user: str) -> bytes:
    """A paper with passwords."""
    return changed(lambda pdf: None, encryption=Encryption(owner="owner", user=user))


def acting(pdf: Pdf) -> None:
    """Give a paper everything that acts."""
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    page = pdf.pages[0].obj
    page.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe"), Next=script))
    actions = [
        Dictionary(S=Name.URI, URI=String("file:///etc/passwd")),
        Dictionary(S=Name.URI, URI=String(" JavaScript:alert(1)")),
        Dictionary(S=Name.SubmitForm, F=String("https://example.org/")),
        Dictionary(S=Name.GoToR, F=String("other.pdf"), D=Array([0, Name.Fit])),
    ]
    page.Annots = Array(
        [
            pdf.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 9, 99, 99]), A=action)
            )
            for action in actions
        ]
    )
    pdf.attachments["evil.exe"] = b"MZ"


def form() -> bytes:
    """A form with one field that is filled in, without a picture of what it shows."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0].obj
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (Name:) Tj ET")
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("Ann Peeters"),
            Rect=Array([120, 690, 400, 715]), DA=String("/F1 12 Tf 0 g"), F=4, P=page,
        )
    )  # fmt: skip
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]), NeedAppearances=True, DA=String("/F1 12 Tf 0 g"),
        DR=Dictionary(Font=Dictionary(F1=font)),
    )  # fmt: skip
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def layered(pdf: Pdf) -> None:
    """Add a layer that is hidden, with a red square."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Draft")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
    page = pdf.pages[0]
    page.obj.Resources.Properties = Dictionary(hidden=group)
    page.contents_add(b"/OC /hidden BDC 1 0 0 rg 100 100 300 300 re f EMC")


def commented(pdf: Pdf) -> None:
    """Add a comment, and its mark on the page: a yellow square."""
    mark = Stream(pdf, b"1 1 0 rg 0 0 20 20 re f")
    mark.Type, mark.Subtype, mark.BBox = Name.XObject, Name.Form, Array([0, 0, 20, 20])
    annotation = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([10, 400, 30, 420]), Contents=String("Check this"),
        AP=Dictionary(N=mark),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(annotation)])


@dataclass(frozen=True)
class Sight:
    """Colours of a page as it is seen, by place in points from its lower left corner."""

    image: Any
    scale: float

    def at(self, x: float, y: float) -> tuple[int, ...]:
        colour: tuple[int, ...] = self.image.getpixel(
            (int(x * self.scale), int(self.image.height - y * self.scale))
        )
        return colour


def seen(path: Path, index: int = 0, scale: float = 1.0) -> Sight:
    """Draw a page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    image = document[index].render(scale=scale).to_pil().convert("RGB")
    document.close()
    return Sight(image, scale)


def words(path: Path, index: int = 0) -> str:
    """The text of a page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    text = " ".join(document[index].get_textpage().get_text_bounded().split())
    document.close()
    return text


def article_pdf(folder: Path, text: str = ARTICLE) -> Path:
    """The print edition of an article."""
    source = folder / "source" / "note.rst"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    result = build_one(source, Order(("pdf",), folder))
    assert not result.failed, [str(finding) for finding in result.findings]
    return result.outputs[0].path
