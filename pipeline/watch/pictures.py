"""Pictures of pages. A page that is drawn by the same signs as before has its picture already."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_DPI: Final = 110
_QUALITY: Final = 90
_DRAWN: Final = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
"""What a page is drawn from (ISO 32000-1, table 30), beside annotations."""


@dataclass(frozen=True)
class Page:
    """A page of the print edition.

    :param key: what the picture shows, as a checksum: two pages that look alike have one.
    :param width: of the picture in pixels, as its height.
    """

    key: str
    width: int
    height: int


def pictures(pdf: Path, folder: Path) -> list[Page]:
    """Make the pictures of the pages of a PDF, each once.

    :param folder: where pictures are, and go to: ``KEY.jpg``; beside them, what each was drawn from.
    :raises OSError: when a file can't be read or written.
    """
    import pypdfium2

    folder.mkdir(parents=True, exist_ok=True)
    found = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for index, signs in enumerate(_signs(pdf)):
            known = None if signs is None else folder / f"{signs}.page"
            page = None if known is None else _read(known)
            if page is None:
                page = _draw(document[index], folder)
                if known is not None:
                    known.write_text(f"{page.key} {page.width} {page.height}", encoding="ascii")
            found.append(page)
    finally:
        document.close()
    return found


def draw_pages(pdf: bytes, folder: Path) -> list[Page]:
    """Make the pictures of all pages of a PDF; parameters as for `pictures`."""
    import pypdfium2

    folder.mkdir(parents=True, exist_ok=True)
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_draw(document[index], folder) for index in range(len(document))]
    finally:
        document.close()


def _draw(page: Any, folder: Path) -> Page:
    picture = page.render(scale=_DPI / 72).to_pil().convert("RGB")
    key = hashlib.sha256(picture.tobytes()).hexdigest()[:24]
    if not (folder / f"{key}.jpg").exists():
        picture.save(folder / f"{key}.jpg", "JPEG", quality=_QUALITY)
    return Page(key, picture.width, picture.height)


def _read(known: Path) -> Page | None:
    with contextlib.suppress(OSError, ValueError):
        key, width, height = known.read_text(encoding="ascii").split()
        if (known.parent / f"{key}.jpg").exists():
            return Page(key, int(width), int(height))
    return None


def _signs(pdf: Path) -> Iterator[str | None]:
    """A checksum of all that each page is drawn from; none where annotations are drawn, too."""
    import pikepdf

    from pipeline.packet.pdf.sharing import Fingerprints

    with pikepdf.open(pdf) as document:
        fingerprints = Fingerprints()
        layers = fingerprints.of(document.Root.get("/OCProperties"))
        for page in document.pages:
            own = page.obj
            if any("/AP" in note for note in own.get("/Annots", ())):
                yield None
                continue
            signs = hashlib.sha256(layers)
            for name in _DRAWN:
                signs.update(fingerprints.of(_inherited(own, name)))
            yield signs.hexdigest()[:40]


def _inherited(page: Any, name: str) -> Any:
    """An entry of a page, which may stand above it in the tree of pages (ISO 32000-1, 7.7.3.4)."""
    while name not in page and "/Parent" in page and name != "/Contents":
        page = page["/Parent"]
    return page.get(name)
