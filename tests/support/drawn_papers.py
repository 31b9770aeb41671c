"""Small papers from elsewhere, drawn by hand, and what can be found in a file by whoever looks everywhere."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream


def paper(content: bytes, change: Callable[[Pdf, Any], object] | None = None, **how: Any) -> bytes:
    """A page of A4 with the font ``/F1``.

    :param change: is given the file and its page; `how` is for saving.
    """
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0].obj
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(content)
    if change is not None:
        change(pdf, page)
    buffer = BytesIO()
    pdf.save(buffer, **how)
    return buffer.getvalue()


def line(text: str, y: float = 700, before: str = "") -> bytes:
    """A line of text at the left margin."""
    return f"q {before} BT /F1 14 Tf 72 {y} Td ({text}) Tj ET Q\n".encode()


def form(pdf: Pdf, content: bytes, box: tuple[float, ...] = (0, 0, 595, 842), **more: Any) -> Any:
    """A form that is drawn with ``Do``, with the font of `paper`."""
    made = Stream(pdf, content)
    made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array(list(box))
    made.Resources = Dictionary(Font=pdf.pages[0].obj.Resources.Font)
    for key, value in more.items():
        made[f"/{key}"] = value
    return pdf.make_indirect(made)


def annotate(pdf: Pdf, page: Any, subtype: str, rect: tuple[float, ...], **more: Any) -> Any:
    """Put an annotation on a page."""
    made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=Array(list(rect)), F=4)
    for key, value in more.items():
        made[f"/{key}"] = value
    made = pdf.make_indirect(made)
    page.Annots = Array([*page.get("/Annots", ()), made])
    return made


def layer(pdf: Pdf, page: Any, name: str, *, on: bool) -> Any:
    """Add a layer to a file; content names it by its name."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(name)))
    if "/OCProperties" not in pdf.Root:
        state = Dictionary(ON=Array([]), OFF=Array([]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=state)
        page.Resources.Properties = Dictionary()
    pdf.Root.OCProperties.OCGs.append(group)
    pdf.Root.OCProperties.D[Name.ON if on else Name.OFF].append(group)
    page.Resources.Properties[f"/{name}"] = group
    return group


def everything(path: Path) -> bytes:
    """All that is in a PDF or an EPUB: each object, each stream undone, the text that tools find."""
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    found = [path.read_bytes()]
    with pikepdf.open(path) as pdf:
        for one in pdf.objects:
            if isinstance(one, Stream):
                found.append(one.stream_dict.unparse(resolved=False))
                try:
                    found.append(one.read_bytes())
                except pikepdf.PdfError:
                    found.append(one.read_raw_bytes())
            else:
                found.append(one.unparse(resolved=False))
    return b"\n".join([*found, text_of(path).encode()])


def text_of(path: Path) -> str:
    """The text of a PDF, as an engine finds it (MuPDF) that the code under test does not use."""
    import pymupdf

    with pymupdf.open(path) as document:  # type: ignore[no-untyped-call]
        return "\n".join(page.get_text() for page in document)
