"""Where an annex's page is free for what the packet stamps on it: its picture tells (PDFium)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.packet.pdf.geometry import Box, scale
from pipeline.packet.pdf.stamp import BAND, MARGIN, MM

_DOTS: Final = 1.6
"""Dots of the picture in a millimetre."""
_LIGHT: Final = 190
_SPECK: Final = 40
_SHARE: Final = 0.001
_LONGEST: Final = 15_000
"""The longest text that a page is described with (ISO 19005-3, 6.1.13, in UTF-16)."""


@dataclass(frozen=True)
class Look:
    """What a page looks like: whether its lower and upper margins are free, and what it says."""

    bottom_free: bool
    top_free: bool
    text: str


def looks(path: Path) -> Iterator[Look]:
    """Look at each page of a file.

    :raises pypdfium2.PdfiumError: when it can't be drawn.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(len(document)):
            page = document[index]
            yield _look(page)
            page.close()
    finally:
        document.close()


def _look(page: Any) -> Look:
    width, height = page.get_size()
    size = scale(Box(0, 0, width, height))
    dots = min(_DOTS / MM, 2000 / max(width, height))
    picture = page.render(scale=dots, grayscale=True).to_pil().convert("L")
    low, high = BAND[0] * size * dots, BAND[1] * size * dots
    left = max(0.0, (MARGIN * size - 6) * dots)
    sides = (int(left), int(picture.width - left))
    bottom = (sides[0], int(picture.height - high), sides[1], int(picture.height - low) + 1)
    top = (sides[0], int(low), sides[1], int(high) + 1)
    text = page.get_textpage().get_text_bounded(errors="ignore")
    return Look(_free(picture.crop(bottom)), _free(picture.crop(top)), _plain(text))


def _free(picture: Any) -> bool:
    """Whether a strip is light, and nothing stands on it."""
    counts = picture.histogram()
    total = sum(counts)
    if not total:
        return False
    seen, median = 0, 255
    for shade, count in enumerate(counts):
        seen += count
        if seen * 2 >= total:
            median = shade
            break
    dark = sum(counts[: max(median - _SPECK, 0)])
    return median >= _LIGHT and dark <= total * _SHARE


def _plain(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(clean.split())[:_LONGEST]
