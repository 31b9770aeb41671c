"""The last step of the print edition: from a laid out document to one file that is PDF/A-3a and PDF/UA-1.

WeasyPrint draws the pages, embeds the fonts and brings the output intent. What it says of the structure is
replaced as a whole (`logical_order`, `marked_content`, `structure_types`, `structure_tree`), because it knows
neither notes nor pieces of one element on several pages. All of it happens before the file is written, so
that no second program has to take it apart again, and the same document gives the same bytes.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from pipeline.tree.labels import direction_of
from pipeline.tree.metadata import Metadata
from pipeline.write.pdf import xmp
from pipeline.write.pdf.attachments import Attachment, PydyfObjects, embed
from pipeline.write.pdf.line_numbers import numbers_on
from pipeline.write.pdf.logical_order import Reading
from pipeline.write.pdf.marked_content import Painter
from pipeline.write.pdf.structure_tree import Tagger
from pipeline.write.pdf.structure_types import arrange

VARIANT: Final = "pdf/a-3a"


def finish(document: Any, metadata: Metadata, attachments: Sequence[Attachment] = ()) -> bytes:
    """Write a laid out document as PDF.

    :param document: a ``weasyprint.Document``; it can be written again.
    :param metadata: of the (first) article.
    :param attachments: files that travel inside.
    :returns: the PDF, the same bytes for the same document.
    """
    reading = Reading(document)
    painter = Painter(reading)
    if metadata.line_numbers == "yes":
        rightwards = direction_of(metadata.language) == "rtl"
        for page in painter.pages:
            page.numbers = numbers_on(page, rightwards=rightwards)

    def complete(_: Any, pdf: Any) -> None:
        """Complete the PDF before it is written."""
        heights = [sheet.page.height for sheet in reading.sheets]
        Tagger(pdf, heights, painter.counts).write(arrange(reading.root))
        _describe(pdf, metadata)
        _attach(pdf, metadata, attachments)
        _tidy(pdf)

    data: bytes = document.copy(painter.pages).write_pdf(
        finisher=complete, pdf_variant=VARIANT, pdf_identifier=metadata.identifier.encode()
    )
    if painter.untagged:
        message = "%d pieces of text can't be read aloud: CSS `opacity` makes pictures of them"
        logging.getLogger("weasyprint").warning(message, painter.untagged)
    return data


def _describe(pdf: Any, metadata: Metadata) -> None:
    """Metadata, and page labels 1, 2, 3 … (ISO 32000-1, 12.4.2)."""
    import pydyf

    producer = pdf.info["Producer"].string
    pdf.info.clear()
    for name, value in xmp.information(metadata, producer).items():
        pdf.info[name] = pydyf.String(value)
    if direction_of(metadata.language) == "rtl":
        pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"  # ISO 32000-1, 12.2
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    stream.stream = [xmp.packet(metadata, producer)]
    stream.compress = False  # so that any program finds what the file is
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])})


def _attach(pdf: Any, metadata: Metadata, attachments: Sequence[Attachment]) -> None:
    """Embed files and associate them with the document."""
    import pydyf

    if not attachments:
        return
    files = embed(PydyfObjects(pdf), attachments, metadata.date)
    names: list[Any] = []
    for name in sorted(files, key=lambda name: name.encode("utf-16-be")):
        names += [pydyf.String(name), files[name]]
    tree = pydyf.Dictionary({"Names": pydyf.Array(names)})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree
    pdf.catalog["AF"] = pydyf.Array(files.values())


def _tidy(pdf: Any) -> None:
    """Take out empty resources, and compress each stream once (pydyf does it again for the identifier)."""
    import pydyf

    for item in pdf.objects:
        if isinstance(item, pydyf.Stream):
            _drop_empty(item.extra.get("Resources"))
            if item.extra.get("Subtype") == "/Image":
                _plain_image(item)
            if item.compress:
                item.stream = [zlib.compress(_content(item), 9)]
                item.extra["Filter"] = "/FlateDecode"
                item.compress = False
        elif isinstance(item, dict):
            _drop_empty(item)


def _drop_empty(resources: Any) -> None:
    if isinstance(resources, dict):
        for kind in ("Pattern", "Shading", "XObject", "ExtGState"):
            if kind in resources and resources[kind] == {}:
                del resources[kind]


def _plain_image(stream: Any) -> None:
    """Make an image one that PDF/A allows: not smoothed (ISO 19005-3, 6.2.8), not CMYK (6.2.4.3)."""
    stream.extra.pop("Interpolate", None)
    if stream.extra.get("ColorSpace") != "/DeviceCMYK" or stream.extra.get("Filter") != "/DCTDecode":
        return
    from PIL import Image

    buffer = BytesIO()
    with Image.open(BytesIO(_content(stream))) as image:
        image.convert("RGB").save(buffer, "JPEG", quality=92, subsampling=0)
    stream.stream = [buffer.getvalue()]
    stream.extra["ColorSpace"] = "/DeviceRGB"
    stream.extra.pop("Decode", None)


def _content(stream: Any) -> bytes:
    from pydyf import _to_bytes

    return b"\n".join(_to_bytes(item) for item in stream.stream)
