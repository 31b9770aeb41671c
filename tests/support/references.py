"""The article with references of all kinds, in ``data/references.rst``, and what it needs beside it."""

from __future__ import annotations

from io import BytesIO

OTHER = "############\nThe *Other* Article\n############\n\n:date: 2026-11-24\n\nText.\n"


def dot() -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def spread(text: str) -> str:
    """The article with a page of words before its second and third sections."""
    words = "\n\n".join(f"Paragraph {n}. " + "The minister has a meeting about it. " * 12 for n in range(9))
    return text.replace("\n.. _kfor:\n", f"\n{words}\n\n.. _kfor:\n").replace(
        "\n.. _trade:\n", f"\n{words}\n\n.. _trade:\n"
    )


def packed(text: str) -> str:
    """A text without white space and hyphens, which typesetting adds."""
    return "".join(text.split()).replace("\u00ad", "").replace("-", "")
