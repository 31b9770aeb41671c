"""Images within a drawing: drawing programs put photos and scans into their SVG files as ``data:`` addresses.

Such a drawing is never in an edition as it is: resvg draws it whole (`pipeline.write.pictures.drawing`), so
that what else the image carries stays out. It is decoded here once, before that, within the bounds of images.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from lxml import etree

MAX_PIXELS: Final = 40_000_000
"""In all the images of a drawing."""
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_ADDRESS: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp)(?:;[\w=.-]+)*;base64,", re.IGNORECASE)


def is_embedded(address: str) -> bool:
    """Whether an address holds an image itself (RFC 2397), of a kind that is drawn."""
    return _ADDRESS.match(address.strip()) is not None


def fault_of(element: Any) -> str | None:
    """What is wrong with an ``image`` of a drawing, as the end of a sentence, or ``None``."""
    addresses = [value for key, value in element.attrib.items() if etree.QName(key).localname == "href"]
    for address in addresses:
        if not is_embedded(address):
            if address.lstrip().lower().startswith("data:"):
                kind = address.strip()[5:].partition(";")[0].partition(",")[0][:40]
                return f"has an image within it that is no PNG, JPEG, GIF or WebP ({kind}): save it as PNG"
            return (
                f'shows another file, "{address.strip()[:60]}": embed that image in the drawing, '
                "or save the drawing as PNG"
            )
        if not pixels_of(address):
            return "has an image within it that is damaged, or has over 40 million pixels: put it in anew"
    return None


@lru_cache(maxsize=16)
def pixels_of(address: str) -> int:
    """How many pixels an image has that an address holds; 0 for one that can't be drawn.

    :param address: for which `is_embedded` holds.
    """
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        data = base64.b64decode("".join(address.partition(",")[2].split()), validate=True)
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            pixels = picture.width * picture.height
            if pixels > MAX_PIXELS:
                return 0
            picture.load()
            return pixels
    except MemoryError:
        raise
    except (binascii.Error, Exception):  # Pillow raises all kinds of things on odd files
        return 0
