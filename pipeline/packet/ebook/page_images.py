"""The pages of an external PDF as pictures for the ebook, with the text that is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary

from pipeline.files.content_store import ContentStore, Made, file_checksum, key_of
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.seen.small_pictures import compressed
from pipeline.read.input.decoding import CONTROL

SIDE: Final = 1754
"""The longer side of a picture in pixels: that of A4 at 150 dots an inch."""
SCALE: Final = 150 / 72
_FOLLOWED: Final = ("https://", "http://", "mailto:")
"""How addresses begin that an ebook may lead to; those of other parts do."""


@dataclass(frozen=True)
class Picture:
    """A page as a picture: the file, the page's text, a line each, and its links that lead out of the paper.

    A link is the words that it lies over and its address; that of another part is as `page_address` has it.
    """

    path: Path
    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()


def picture_pages(pdf: Path, store: ContentStore, program: str) -> list[Picture]:
    """Draw each page of a PDF, or take the pictures from the store.

    :param pdf: the file, which nobody changes.
    :param program: what stands for the program that draws: another one draws anew.
    :raises pypdfium2.PdfiumError: when the file can't be read.
    :raises OSError: when the store can't be written.
    """
    key = key_of("pages", program, file_checksum(pdf))
    entry = store.get(key) or store.put(key, lambda folder: _draw_pages(pdf, folder))
    return [
        Picture(entry.folder / name, tuple(lines), tuple((words, address) for words, address in links))
        for name, lines, links in entry.facts["pages"]
    ]


def _draw_pages(pdf: Path, folder: Path) -> Made:
    import pypdfium2

    with pikepdf.open(pdf) as opened:
        links = [list(_links(page.obj)) for page in opened.pages]
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [
            _draw(page, folder / f"page-{number}", links[number - 1])
            for number, page in enumerate(document, start=1)
        ]
    finally:
        document.close()
    return Made({"pages": [(picture.path.name, picture.lines, picture.links) for picture in pictures]})


def _links(page: Any) -> Iterator[tuple[tuple[float, ...], str]]:
    """The box of each link that leads out of the paper, and its address."""
    for link in values_of(page.get("/Annots")):
        action = link.get("/A") if isinstance(link, Dictionary) else None
        address = str(action.get("/URI", "")) if isinstance(action, Dictionary) else ""
        if address.lower().startswith(_FOLLOWED):
            left, bottom, right, top = (float(number) for number in link.Rect)
            yield (min(left, right), min(bottom, top), max(left, right), max(bottom, top)), address


def _draw(page: Any, path: Path, links: Sequence[tuple[tuple[float, ...], str]]) -> Picture:
    scale = min(SCALE, SIDE / max(page.get_size()))
    image = page.render(scale=scale).to_pil().convert("RGB")
    data, ending = compressed(image)
    path = path.with_suffix(ending)
    path.write_bytes(data)
    text = page.get_textpage()
    lines = tuple(_lines(text.get_text_bounded()))
    led = tuple((" ".join(_lines(text.get_text_bounded(*box))), address) for box, address in links)
    text.close()
    page.close()
    return Picture(path, lines, led)


def _lines(text: str) -> Iterator[str]:
    """The lines of a page's text that hold something, fit for XML."""
    for line in re.split(r"[\r\n]+", text):
        # PDFium writes U+FFFE for a hyphen at the end of a line.
        clean = " ".join(CONTROL.sub(" ", line.replace("\ufffe", "\u00ad")).split())
        if clean:
            yield clean
