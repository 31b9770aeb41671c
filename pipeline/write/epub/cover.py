"""The cover image of an ebook, made from the title: laid out by WeasyPrint, drawn by PDFium."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Final

from pipeline.findings import Finding
from pipeline.look.directions import faced
from pipeline.look.edition_sheets import sheets
from pipeline.tree.article import Article
from pipeline.tree.labels import comma_of
from pipeline.write.engine.render import dated, parsed, render
from pipeline.write.pictures.prepare import SCREEN, Pictures
from pipeline.write.xhtml.document import letterhead_of, long_date, page

WIDTHS: Final = (1600, 1200, 800, 500)
"""Widths of the image in pixels: the first with which its file is small enough. Its height follows from the
page of ``styles/cover.css``."""
MAX_BYTES: Final = 200_000
"""The largest cover, in bytes, that a shop or a library shows without making it smaller."""


def cover_png(article: Article) -> bytes:
    """Draw the cover: title, subtitle, infobox title or organization, date, marking.

    :returns: a PNG file; the same bytes for the same article.
    """
    metadata, findings = article.metadata, list[Finding]()
    lines = [
        ("marking", metadata.marking),
        ("watermark", metadata.watermark),
        ("title", metadata.title),
        ("subtitle", metadata.subtitle),
        ("authors", f"{comma_of(metadata.language)} ".join(metadata.authors)),
        ("organization", metadata.organization),
        ("date", long_date(metadata.date, metadata.language) if metadata.dated else ""),
    ]
    pictures = Pictures(article.root, "", SCREEN)
    logo = letterhead_of(article.document)
    mark = f'<p class="letterhead"><img src="{pictures(logo.deepcopy())}" alt="" /></p>\n' if logo else ""
    size = "long" if len(metadata.title) > 60 else "short"
    body = "".join(f'<p class="{name}">{escape(text)}</p>\n' for name, text in lines if text)
    body = mark + body
    text = page(metadata.title, metadata.language, f'<div class="front {size}">{body}</div>', classes="cover")
    look = faced(sheets("theme", "cover", bare=True), text)
    document = render(parsed(text), look, pictures.files, metadata.date, str(article.source), findings)
    with dated(metadata.date):
        return picture_of(document.write_pdf(pdf_identifier=b"cover"))


@lru_cache(maxsize=8)
def picture_of(pdf: bytes) -> bytes:
    """The first page of a PDF as a PNG file; the same bytes for the same page.

    Kept for the next time: an article that is built again seldom has another cover.
    """
    import pypdfium2
    from PIL import Image

    document = pypdfium2.PdfDocument(pdf)
    sheet = document[0]
    for width in WIDTHS:
        # The quickest ways to reduce colours and to deflate: the others take ten times as long for a few kB.
        drawn = sheet.render(scale=width / sheet.get_width()).to_pil()
        opaque = drawn if drawn.mode == "RGB" else drawn.convert("RGB")  # which copies what is RGB, too
        picture = opaque.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        buffer = BytesIO()
        picture.save(buffer, "PNG")
        if buffer.tell() <= MAX_BYTES:
            break
    document.close()
    return buffer.getvalue()
