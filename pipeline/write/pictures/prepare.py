"""The images of an article, made ready for one edition: each file is read once, and what is packed is new."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from docutils import nodes

from pipeline.files.confined import read_below
from pipeline.svg.rewrite import for_edition
from pipeline.tree.image_files import PIXELS, located, natural_size, opened
from pipeline.write.pictures import drawing, raster

PRINT_DOTS: Final = 300
"""Dots an inch of paper: no press and no eye makes more of a photo."""
PAGE: Final = (2480, 3508)
"""The most pixels that a page has: A4 at `PRINT_DOTS`."""
SCREEN: Final = (1600, 2400)
"""The most pixels that an ebook shows of an image: the width of a large reader's screen."""
LEAST: Final = 320
"""A narrow image keeps so many pixels: a reader may enlarge it."""


class Pictures:
    """The images of one article for one edition.

    :param root: the source root, below which they lie.
    :param folder: what their addresses begin with.
    :param bound: the most pixels that the edition shows, across and down.
    :param by_width: a height alone becomes the width that goes with it: a screen without room for it
        shows a smaller image, and does not press it together.
    """

    def __init__(self, root: Path, folder: str, bound: tuple[int, int], *, by_width: bool = False) -> None:
        self.by_width = by_width
        self.root = root
        self.folder = folder
        self.bound = bound
        self.files: dict[str, bytes] = {}
        self._addresses: dict[tuple[str, int], str] = {}

    def __call__(self, image: nodes.image) -> str:
        """The address of an image; one whose pixels are no longer those of its file gets its size."""
        name = image["uri"]
        data = for_edition(name, read_below(*located(name, self.root)))
        size = natural_size(name, self.root)
        if self.by_width and "height" in image and "width" not in image:
            value, unit = nodes.parse_measure(image.attributes.pop("height"))
            image["width"] = f"{value * size[0] / max(size[1], 1):g}{unit}"
        most = self._most(image.get("width", ""))
        key = (name, most)
        if key not in self._addresses:
            new, ending = self._prepared(name, data, most, size)
            address = f"{self.folder}image-{len(self.files) + 1}.{ending}"
            self.files[address] = new
            self._addresses[key] = address
        address = self._addresses[key]
        if not {"width", "height"} & set(image.attributes) and self._changed(address, size):
            image["width"] = f"{size[0]:g}px"
        return address

    def _changed(self, address: str, size: tuple[float, float]) -> bool:
        if address.endswith(".svg"):
            return False
        with opened(self.files[address]) as picture:
            return picture.size != size

    def _most(self, width: str) -> int:
        """The most pixels across that are seen of an image of such a width."""
        value, unit = nodes.parse_measure(width) if width else (100.0, "%")
        if unit == "%":
            most = self.bound[0] * float(value) / 100
        elif unit in PIXELS:
            most = float(value) * PIXELS[unit] / 96 * PRINT_DOTS
        else:
            most = self.bound[0]
        return int(max(LEAST, min(self.bound[0], most)))

    def _prepared(self, name: str, data: bytes, most: int, size: tuple[float, float]) -> tuple[bytes, str]:
        if not name.lower().endswith(".svg"):
            return raster.prepared(data, most, self.bound[1])
        if drawing.is_plain(data):
            return drawing.without_names(data), "svg"
        width, height = size
        scale = min(most / width, self.bound[1] / height, max(PRINT_DOTS / 96, LEAST / width))
        if most < self.bound[0] or width * PRINT_DOTS / 96 > most:
            scale = min(most / width, self.bound[1] / height)
        return drawing.drawn(data, max(1, round(width * scale)), max(1, round(height * scale))), "png"
