"""The files of images: which they are, and how large they are seen."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pipeline import styles
from pipeline.files.confined import read_below

PIXELS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}
"""CSS pixels (1/96 inch) in a unit (CSS Values 4, section 6.2)."""
FORMATS: Final = ("PNG", "JPEG", "MPO", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIF")
"""Pillow's names of the formats that are read, whatever a file is called."""

OF_THE_LOOK: Final = "styles:"
"""What the name of an image begins with that lies in the desk's own ``styles``, not below the source root."""
_UNKNOWN: Final = (300.0, 150.0)
"""The size of a drawing that gives none (CSS 2.2, section 10.3.2)."""
_ORIENTATION: Final = 0x0112
"""How the camera was held (Exif 3.0, section 4.6.5)."""


def opened(data: bytes) -> Any:
    """A picture of any format that is known, whatever its file is called.

    :returns: a ``PIL.Image.Image``.
    :raises OSError: for what is no picture; Pillow raises others on odd files.
    """
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if data[4:8] == b"ftyp" and "HEIF" not in Image.OPEN:
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
    Image.init()
    return Image.open(BytesIO(data), formats=[name for name in FORMATS if name in Image.OPEN])


def is_turned(picture: Any) -> bool:
    """Whether a picture is seen otherwise than its pixels stand; pi-heif turns its pictures by itself."""
    return picture.format != "HEIF" and picture.getexif().get(_ORIENTATION, 1) in range(2, 9)


def oriented_size(data: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels, as it is seen."""
    with opened(data) as picture:
        width, height = picture.size
        sideways = is_turned(picture) and picture.getexif()[_ORIENTATION] >= 5
        return (height, width) if sideways else (width, height)


def located(name: str, root: Path) -> tuple[Path, str]:
    """The folder that an image lies below, and its path from there.

    :param name: as the tree has it: below the source root, or behind `OF_THE_LOOK`.
    :param root: the source root.
    """
    if name.startswith(OF_THE_LOOK):
        return styles.own_folder() or styles.BUILT_IN, name.removeprefix(OF_THE_LOOK)
    return root, name


def natural_size(name: str, root: Path) -> tuple[float, float]:
    """Width and height of a picture in CSS pixels; a picture that can't be read has those of no picture.

    :param name: path below the source root.
    """
    try:
        data = read_below(*located(name, root))
        if name.lower().endswith(".svg"):
            return drawing_size(data)
        width, height = oriented_size(data)
        return float(width), float(height)
    except (OSError, ValueError, SyntaxError):
        return _UNKNOWN


def drawing_size(data: bytes) -> tuple[float, float]:
    """What a drawing says of its size (SVG 2, section 8.2)."""
    from lxml import etree

    top = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    width, height = (_length(top.get(side, "")) for side in ("width", "height"))
    box = [float(value) for value in re.findall(r"[-+.\deE]+", top.get("viewBox", ""))]
    ratio = box[3] / box[2] if len(box) == 4 and box[2] > 0 and box[3] > 0 else None
    if width and height:
        return width, height
    if ratio is None:
        return width or _UNKNOWN[0], height or _UNKNOWN[1]
    if height:
        return height / ratio, height
    return (width, width * ratio) if width else (_UNKNOWN[0], _UNKNOWN[0] * ratio)


def _length(text: str) -> float | None:
    match = re.fullmatch(r"\s*([.\d]+)\s*([a-z]*)\s*", text)
    return float(match[1]) * PIXELS[match[2]] if match and match[2] in PIXELS else None
