"""Draws the README's pictures from the finished files: `make pictures`.

    python -m tests.support.pictures

One page of the PDF, drawn by PDFium, and one page of the EPUB, drawn by headless Chromium at tablet width.
Both files are built anew first. Chromium gets the fonts of the print edition and no others, so that the
picture is the same on every machine; a reading system sets the ebook in the face that its reader has chosen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pypdfium2
from PIL import Image

from pipeline.build import Order, build_one
from pipeline.write.engine import fonts
from tests.support.paths import REPOSITORY

ARTICLE: Final = Path("source/belgium-kosovo.rst")
PICTURES: Final = REPOSITORY / "source" / "images"

SIZE: Final = (820, 1160)
"""A tablet held upright, in CSS pixels: the shape of a page of A4."""

MARGIN: Final = 40
"""What a reading system leaves free above and below the text of a page, in CSS pixels."""

WIDTH: Final = 900
"""Width of a picture in pixels."""

PAGED: Final = (
    "<style>html { overflow: hidden; } "
    "body { height: 100vh; column-width: 90vw; column-gap: 10vw; column-fill: auto; }</style>"
)
"""How a reading system turns a document into pages: columns as high and wide as the window."""

SCALE: Final = 2
"""How much finer than in CSS pixels Chromium draws, for even letters once the picture is made smaller."""

MAX_BYTES: Final = 150_000


def print_page(pdf: Path, number: int = 1) -> Image.Image:
    """Draw one page of a PDF, `WIDTH` pixels wide."""
    page = pypdfium2.PdfDocument(pdf)[number - 1]
    return page.render(scale=WIDTH / page.get_width()).to_pil()


def ebook_page(
    epub: Path, folder: Path, name: str | None = None, size: tuple[int, int] = SIZE
) -> Image.Image:
    """Draw the beginning of one content document of an EPUB.

    :param folder: for what Chromium reads and writes; must be empty.
    :param name: of the content document; by default the first of the text.
    :param size: of the window, in CSS pixels.
    """
    with zipfile.ZipFile(epub) as archive:
        archive.extractall(folder / "epub")
    names = sorted(path.name for path in (folder / "epub" / "EPUB").glob("*.xhtml"))
    first = next(other for other in names if other.startswith(("article", "chapter")))
    page = folder / "epub" / "EPUB" / (name or first)
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", f"{PAGED}</head>"), encoding="utf-8")
    screenshot = folder / "page.png"
    fonts.configure(folder / "fonts")
    subprocess.run(
        [
            chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={folder / 'chromium'}", "--hide-scrollbars",
            f"--window-size={size[0]},{size[1] - 2 * MARGIN}", f"--force-device-scale-factor={SCALE}",
            f"--screenshot={screenshot}", page.as_uri(),
        ],
        check=True, timeout=120,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    with Image.open(screenshot) as picture:
        whole = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), picture.convert("RGB").getpixel((0, 0)))
        whole.paste(picture, (0, MARGIN * SCALE))
    return whole.resize((WIDTH, round(WIDTH * size[1] / size[0])), Image.Resampling.LANCZOS)


def chromium() -> str:
    """The path of the browser.

    :raises FileNotFoundError: there is none.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise FileNotFoundError("chromium")


def save(picture: Image.Image, path: Path) -> int:
    """Write a small PNG: few colours, and a thin grey edge that shows where the page ends.

    :returns: its size in bytes.
    :raises ValueError: it would be larger than `MAX_BYTES`.
    """
    edged = Image.new("RGB", (picture.width + 2, picture.height + 2), "#c3cad3")
    edged.paste(picture, (1, 1))
    small = edged.quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    path.parent.mkdir(parents=True, exist_ok=True)
    small.save(path, "PNG", optimize=True)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ValueError(f"{path}: {size} bytes are more than {MAX_BYTES}")
    return size


def main() -> int:
    """Build the article, draw both pictures, say what was written."""
    os.chdir(REPOSITORY)
    with TemporaryDirectory() as name:
        folder = Path(name)
        result = build_one(ARTICLE, Order(folder=folder / "built"))
        for finding in result.findings:
            print(finding, file=sys.stderr)
        if result.failed:
            return 1
        (folder / "drawn").mkdir()
        drawn = {
            "print-page.png": print_page(folder / "built" / f"{ARTICLE.stem}.pdf"),
            "ebook-page.png": ebook_page(folder / "built" / f"{ARTICLE.stem}.epub", folder / "drawn"),
        }
        for file, picture in drawn.items():
            size = save(picture, PICTURES / file)
            print(f"source/images/{file}  {picture.width} × {picture.height}, {round(size / 1000)} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
