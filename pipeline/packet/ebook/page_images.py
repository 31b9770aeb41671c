"""The pages of an external PDF as pictures for the ebook, with the text that is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.files.content_store import ContentStore, Made, file_checksum, key_of
from pipeline.packet.seen.small_pictures import compressed
from pipeline.read.input.decoding import CONTROL

SIDE: Final = 1754
"""The longer side of a picture in pixels: that of A4 at 150 dots an inch."""
SCALE: Final = 150 / 72


@dataclass(frozen=True)
class Picture:
    """A page as a picture: the file, and the page's text, a line each."""

    path: Path
    lines: tuple[str, ...]


def picture_pages(pdf: Path, store: ContentStore, program: str) -> list[Picture]:
    """Draw each page of a PDF, or take the pictures from the store.

    :param pdf: the file, which nobody changes.
    :param program: what stands for the program that draws: another one draws anew.
    :raises pypdfium2.PdfiumError: when the file can't be read.
    :raises OSError: when the store can't be written.
    """
    key = key_of("pages", program, file_checksum(pdf))
    entry = store.get(key) or store.put(key, lambda folder: _draw_pages(pdf, folder))
    return [Picture(entry.folder / name, tuple(lines)) for name, lines in entry.facts["pages"]]


def _draw_pages(pdf: Path, folder: Path) -> Made:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [_draw(page, folder / f"page-{number}") for number, page in enumerate(document, start=1)]
    finally:
        document.close()
    return Made({"pages": [(picture.path.name, picture.lines) for picture in pictures]})


def _draw(page: Any, path: Path) -> Picture:
    scale = min(SCALE, SIDE / max(page.get_size()))
    image = page.render(scale=scale).to_pil().convert("RGB")
    data, ending = compressed(image)
    path = path.with_suffix(ending)
    path.write_bytes(data)
    text = page.get_textpage()
    lines = tuple(_lines(text.get_text_bounded()))
    text.close()
    page.close()
    return Picture(path, lines)


def _lines(text: str) -> Iterator[str]:
    """The lines of a page's text that hold something, fit for XML."""
    for line in re.split(r"[\r\n]+", text):
        # PDFium writes U+FFFE for a hyphen at the end of a line.
        clean = " ".join(CONTROL.sub(" ", line.replace("\ufffe", "\u00ad")).split())
        if clean:
            yield clean
