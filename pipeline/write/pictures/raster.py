"""Photos and other images of pixels: PNG, JPEG or GIF without what a camera or a program has noted in them.

Where the pixels may stay as they are, the file keeps them: only what is no picture is left out of it (place,
owner, telephone, thumbnails, whatever hangs behind the end). Else it is written anew: turned as the camera
was held, made smaller, or put into a format that every reading system knows.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any, Final

from pipeline.tree.image_files import is_turned, opened, oriented_size

QUALITY: Final = 88
"""Of a JPEG that is written anew: no difference is seen at 300 dots an inch."""

_JPEG_KEPT: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Segments for applications that say how the picture looks: by their numbers, what they begin with."""
_JFIF: Final = 16
"""Bytes of the first of them, without a small picture (ITU-T T.871, 10.1)."""
_PNG_KEPT: Final = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"),
        *(b"pHYs", b"bKGD"),
    )
)


def prepared(data: bytes, width: int, height: int) -> tuple[bytes, str]:
    """A picture for an edition; the same bytes for the same picture.

    :param width: the most pixels that are seen of it, and
    :param height: likewise.
    :returns: the file, and the ending of its name.
    """
    from PIL import Image, ImageOps

    with opened(data) as picture:
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
        turned = is_turned(picture)
        shown = oriented_size(data)
        fits = shown[0] <= width and shown[1] <= height
        moves = getattr(picture, "n_frames", 1) > 1 and kind == "GIF"
        if moves:
            return _moving(picture), "gif"
        if fits and not turned and picture.mode != "CMYK":
            if kind == "JPEG":
                return _plain_jpeg(data), "jpg"
            if kind == "PNG":
                return _plain_png(data), "png"
        profile = picture.info.get("icc_profile")
        picture.load()
        whole = ImageOps.exif_transpose(picture) if turned else picture
        if whole.mode == "CMYK":
            whole, profile = whole.convert("RGB"), None
        clear = whole.has_transparency_data
        if whole.mode not in ("L", "LA", "RGB", "RGBA", "1") or (clear and whole.mode == "P"):
            whole = whole.convert("RGBA" if clear else "L" if whole.mode.startswith("I") else "RGB")
        if not fits:
            whole.thumbnail((width, height), Image.Resampling.LANCZOS)
        lossy = kind in ("JPEG", "HEIF", "AVIF") or (kind == "WEBP" and not clear)
        if lossy and not clear:
            return _saved(whole.convert("L" if whole.mode in ("1", "L") else "RGB"), "JPEG", profile), "jpg"
        return _saved(whole, "PNG", profile), "png"


def _saved(picture: Any, kind: str, profile: bytes | None) -> bytes:
    picture.info.clear()
    picture.getexif().clear()
    options: dict[str, Any] = {"quality": QUALITY, "subsampling": 0} if kind == "JPEG" else {}
    if profile:
        options["icc_profile"] = profile
    buffer = BytesIO()
    picture.save(buffer, kind, exif=b"", **options)
    return buffer.getvalue()


def _moving(picture: Any) -> bytes:
    buffer = BytesIO()
    picture.info.pop("comment", None)
    picture.save(buffer, "GIF", save_all=True, comment=b"")
    return buffer.getvalue()


def _plain_jpeg(data: bytes) -> bytes:
    """A JPEG without what is no picture (ITU-T T.81, annex B)."""
    parts, place = [b"\xff\xd8"], 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            place += 1
            continue
        marker = data[place + 1]
        if marker == 0xD9:
            break
        if marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD7:
            place += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", data[place + 2 : place + 4])
        end = place + 2 + length
        if marker == 0xDA:
            while end + 1 < len(data) and not (
                data[end] == 0xFF and data[end + 1] not in (0, *range(0xD0, 0xD8))
            ):
                end = data.find(b"\xff", end + 1)
                if end < 0:
                    end = len(data)
            parts.append(data[place:end])
        elif _is_picture(marker, data[place + 4 : end]):
            small = marker == 0xE0 and length > _JFIF
            parts.append(_without_small(data[place:end]) if small else data[place:end])
        place = end
    return b"".join(parts) + b"\xff\xd9"


def _without_small(segment: bytes) -> bytes:
    """The first segment without the small picture that may be in it, which is not cut when the picture is."""
    return segment[:2] + struct.pack(">H", _JFIF) + segment[4:_JFIF] + b"\0\0"


def _is_picture(marker: int, content: bytes) -> bool:
    """Whether a segment says how the picture looks: comments and most segments for applications do not."""
    if marker in _JPEG_KEPT:
        return content.startswith(_JPEG_KEPT[marker])
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _plain_png(data: bytes) -> bytes:
    """A PNG with the chunks that it is drawn from, and no other (PNG 3, section 5)."""
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        end = place + 12 + length
        if data[place + 4 : place + 8] in _PNG_KEPT:
            parts.append(data[place:end])
        if data[place + 4 : place + 8] == b"IEND":
            break
        place = end
    return b"".join(parts)
