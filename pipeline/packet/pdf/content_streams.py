"""What is drawn on a page, as data and as instructions (ISO 32000-1, 7.8.2)."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Stream


def content_of(page: Any) -> bytes:
    """What is drawn on a page, in one piece."""
    content = page.get("/Contents")
    streams = list(content) if isinstance(content, Array) else [content]
    return b"\n".join(data_of(stream) for stream in streams if isinstance(stream, Stream))


def data_of(stream: Any) -> bytes:
    """The data of a stream; nothing when they can't be decoded."""
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError:
        return b""


def instructions(data: bytes) -> list[Any]:
    """The instructions of a content stream.

    :raises pikepdf.PdfParsingError: when it can't be read.
    """
    holder = pikepdf.new()  # a stream lives no longer than its file
    return list(pikepdf.parse_content_stream(Stream(holder, data)))
