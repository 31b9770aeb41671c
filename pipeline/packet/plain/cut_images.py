"""Images lose what is cut off of them: the pixels that no page shows become one plain area.

The size of an image stays, and so does where it is drawn. Plain pixels lose nothing else; a JPEG file is
packed anew with the tables that it had, from whole blocks of it (ISO/IEC 10918-1, A.3): what is seen stays.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any, Final

from pikepdf import Dictionary, Name, PdfError, Stream

from pipeline.check.seen.boxes import Box
from pipeline.packet.pdf.objects import values_of
from pipeline.packet.plain.image_records import PACKED, components, row_bytes
from pipeline.packet.seen.picture_parts import pixels

_LARGEST: Final = 40_000_000
"""Pixels of an image that is made anew, at most."""
_BLOCK: Final = 16
"""The side of the largest block of a JPEG file that is packed as one, in pixels."""
_QUALITY: Final = 95
"""Of JPEG, where the tables can't be taken over."""


def blank(image: Any, part: Box) -> bool:
    """Make all of an image plain but for a part, in place, and its masks with it.

    :param image: an image XObject.
    :param part: what stays, in the coordinates of the image.
    :returns: whether that could be done.
    """
    width, height = image.get("/Width"), image.get("/Height")
    if not isinstance(width, int) or not isinstance(height, int) or not 0 < width * height <= _LARGEST:
        return False
    masks = [image.get(key) for key in ("/SMask", "/Mask") if isinstance(image.get(key), Stream)]
    box = pixels(part, width, height)
    filters = {str(one) for one in values_of(image.get("/Filter"))}
    try:
        done = _blank_pixels(image, box) if filters <= PACKED else _blank_jpeg(image, box, filters)
    except (PdfError, OSError, ValueError, zlib.error):
        return False
    return done and all(blank(mask, part) for mask in masks)


def _blank_pixels(image: Any, box: tuple[int, int, int, int]) -> bool:
    mask = image.get("/ImageMask") is True
    bits, parts = (1, 1) if mask else (image.get("/BitsPerComponent"), components(image.get("/ColorSpace")))
    if not isinstance(bits, int) or not parts:
        return False
    left, upper, right, lower = box
    row = row_bytes(image.Width, bits, parts)
    first, last = left * bits * parts // 8, row_bytes(right, bits, parts)
    data = bytes(image.read_bytes())
    kept = [bytes(row * upper)]
    for at in range(upper * row, lower * row, row):
        kept += [bytes(first), data[at + first : at + last], bytes(row - last)]
    kept.append(bytes(row * (image.Height - lower)))
    image.write(zlib.compress(b"".join(kept)[: len(data)], 6), filter=Name.FlateDecode)
    return True


def _blank_jpeg(image: Any, box: tuple[int, int, int, int], filters: set[str]) -> bool:
    parameters = image.get("/DecodeParms")
    if filters != {"/DCTDecode"} or (isinstance(parameters, Dictionary) and "/ColorTransform" in parameters):
        return False
    from PIL import Image, JpegImagePlugin

    given: Any = Image.open(BytesIO(bytes(image.read_raw_bytes())))
    if given.format != "JPEG" or given.size != (image.Width, image.Height):
        return False
    left, upper, right, lower = box
    left, upper = left // _BLOCK * _BLOCK, upper // _BLOCK * _BLOCK
    right, lower = (
        min(-(-right // _BLOCK) * _BLOCK, given.width),
        min(-(-lower // _BLOCK) * _BLOCK, given.height),
    )
    made = Image.new(given.mode, given.size)
    made.paste(given.crop((left, upper, right, lower)), (left, upper))
    target, sampling = BytesIO(), JpegImagePlugin.get_sampling(given)
    if given.mode == "L":
        made.save(target, "JPEG", qtables=given.quantization)
    elif given.mode == "RGB" and sampling >= 0:
        made.save(target, "JPEG", qtables=given.quantization, subsampling=sampling)
    elif given.mode in {"RGB", "CMYK"}:
        made.save(target, "JPEG", quality=_QUALITY, subsampling=0)
    else:
        return False
    image.write(target.getvalue(), filter=Name.DCTDecode)
    return True
