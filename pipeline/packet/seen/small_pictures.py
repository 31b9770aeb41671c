"""The picture of a page as a small file, for an ebook and for a page that is only shown."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

_GREY: Final = 12
"""The largest difference between red, green and blue, of 255, that still counts as grey."""
_COLOURS: Final = 64
_GREYS: Final = 16
"""What a drawn page is brought down to."""
_STEP: Final = 255 // (_GREYS - 1)
"""Between one grey and the next: black and white are two of them, and stay what they are."""
QUALITY: Final = 80
"""Of JPEG, from 1 to 95."""
_DRAWN: Final = 0.9
"""The share of a page that its most frequent colours have when it is drawn and not photographed."""


def compressed(image: Any) -> tuple[bytes, str]:
    """A page's picture as a small file: PNG where it is drawn, JPEG where it is photographed.

    :param image: a Pillow image in RGB.
    :returns: the file, and its ending.
    """
    from PIL import Image

    kept = _COLOURS
    if _is_grey(image):
        image, kept = image.convert("L"), _GREYS
    photograph = BytesIO()
    image.save(photograph, "JPEG", quality=QUALITY, optimize=True)
    counts = sorted((count for count, _ in image.getcolors(image.width * image.height)), reverse=True)
    if sum(counts[:kept]) >= _DRAWN * sum(counts):
        drawn = BytesIO()
        few = _few_greys(image) if image.mode == "L" else image.quantize(kept, dither=Image.Dither.NONE)
        few.save(drawn, "PNG", optimize=True)
        if drawn.tell() <= photograph.tell():
            return drawn.getvalue(), ".png"
    return photograph.getvalue(), ".jpg"


def _few_greys(image: Any) -> Any:
    """Bring a grey picture to greys of even steps: to look for the best ones takes thirty times as long."""
    from PIL import Image

    steps = image.point([(value + _STEP // 2) // _STEP for value in range(256)])
    few = Image.frombytes("P", steps.size, steps.tobytes())
    few.putpalette([step * _STEP for step in range(_GREYS) for _ in range(3)])
    return few


def _is_grey(image: Any) -> bool:
    from PIL import ImageChops

    red, green, blue = image.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return not any(sum(difference.histogram()[_GREY + 1 :]) for difference in differences)
