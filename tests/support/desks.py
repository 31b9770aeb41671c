"""A desk with a look of its own, for the tests that build at one and read the finished files."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pikepdf

ACCENT = "#c01080"
FAMILY = "Desk Face"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#00aa33"/></svg>\n'
)
ARTICLE = """\
A visit
=======

:date: 2026-11-24
:language: en
:marking: Green
:paper: a5
:notes: both

.. infobox:: Visit
   :type: visit

   :visitor: Somebody [#note]_

A first paragraph. [#note]_

Points
======

- One point

.. [#note] A note.
"""
MANIFEST = """\
title = "A packet"
date = "2026-11-24"
marking = "Green"
paper = "A5"

[[section]]
title = "One"

[[section.item]]
article = "../visit.rst"
"""
FILES = {
    "source/visit.rst": ARTICLE,
    "source/packets/visit.toml": MANIFEST,
    "styles/theme.css": (
        f':root {{ --accent: {ACCENT}; --serif: "{FAMILY}", serif; }}\n'
        ".title-block { background: url(logo.svg) no-repeat right top; padding-right: 30mm; }\n"
    ),
    "styles/paper/A5.css": "@page { size: A5; margin: 18mm 24mm 20mm 18mm; }\n",
    "styles/infobox/visit.toml": 'title = "Visit"\n[[row]]\nname = "visitor"\nlabel = "Who comes"\n',
    "styles/labels.toml": '[en]\nnotes = "Remarks"\n',
    "styles/markings.toml": '[[level]]\nnames = ["Green"]\n',
    "styles/logo.svg": LOGO,
}
"""What the desk holds, by path in it, beside its font."""


def font(*, family: str = FAMILY, licence: int = 0) -> bytes:
    """A font of another name, with the licence bits ``OS/2.fsType``."""
    import font_source_serif_pro
    from fontTools.ttLib import TTFont

    folder = Path(font_source_serif_pro.__path__[0])
    made = TTFont(folder / "files" / "SourceSerifPro-Bold.ttf", recalcTimestamp=False)
    names = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", ""), 16: family, 17: "Regular"}
    for record in made["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    made["OS/2"].usWeightClass, made["OS/2"].fsType = 400, licence
    data = BytesIO()
    made.save(data)
    return data.getvalue()


def make_desk(folder: Path, *, face: bool = True) -> Path:
    """Write the desk; with its font, where that is asked for."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if face:
        (folder / "styles" / "fonts").mkdir()
        (folder / "styles" / "fonts" / "desk-face.ttf").write_bytes(font())
    return folder


def in_pdf(path: Path) -> tuple[bytes, set[str], tuple[int, int]]:
    """The drawing of all pages, the names of the fonts, and the size of the first page."""
    drawn, faces = b"", set[str]()
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            drawn += _content(page)
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
                drawn += item.read_bytes()
            elif isinstance(item, pikepdf.Dictionary) and "/FontName" in item:
                faces.add(str(item.FontName))
        box = pdf.pages[0].mediabox
        return drawn, faces, (round(float(box[2])), round(float(box[3])))


def _content(page: pikepdf.Page) -> bytes:
    page.contents_coalesce()
    return page.Contents.read_bytes()


def _colour(written: str) -> bytes:
    """The operands that set a colour, as WeasyPrint writes them, by their beginnings."""
    parts = (int(written[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return b" ".join(f"{part:.3f}".encode() for part in parts)


def has_colour(drawn: bytes, written: str) -> bool:
    """Whether a colour, written as in CSS, is among those of a drawing."""
    found = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)", drawn)
    return _colour(written) in {b" ".join(f"{float(part):.3f}".encode() for part in parts) for parts in found}
