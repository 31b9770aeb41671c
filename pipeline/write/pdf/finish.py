"""The last step of the print edition: from a laid out document to one file that is PDF/A-3a and PDF/UA-1.

WeasyPrint draws the pages, embeds the fonts and brings the output intent. What it says of the structure is
replaced as a whole (`reading`, `painting`, `structure`, `tagging`), because it knows neither notes nor pieces
of one element on several pages. All of it happens before the file is written, so that no second program has
to take it apart again, and the same document gives the same bytes.
"""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from pipeline.timestamps import stamp
from pipeline.tree.metadata import Metadata
from pipeline.write.pdf import xmp
from pipeline.write.pdf.logical_order import Reading
from pipeline.write.pdf.marked_content import Painter
from pipeline.write.pdf.structure_tree import Tagger
from pipeline.write.pdf.structure_types import arrange

VARIANT: Final = "pdf/a-3a"
RELATIONSHIPS: Final = ("Source", "Data", "Alternative", "Supplement", "Unspecified")


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the PDF (ISO 19005-3, 6.8 and annex E).

    :param name: of the file; a relative path, with ``/`` between folders (ISO 32000-1, 7.11.2).
    :param data: its bytes.
    :param mime: its media type.
    :param relationship: to the document: one of `RELATIONSHIPS`.
    :param description: what it is, in words.
    """

    name: str
    data: bytes
    mime: str
    relationship: str
    description: str

    def __post_init__(self) -> None:
        """Check the relationship.

        :raises ValueError: when it is none of `RELATIONSHIPS`.
        """
        if self.relationship not in RELATIONSHIPS:
            raise ValueError(f"not a relationship of an associated file: {self.relationship}")


def finish(document: Any, metadata: Metadata, attachments: Sequence[Attachment] = ()) -> bytes:
    """Write a laid out document as PDF.

    :param document: a ``weasyprint.Document``; it can be written again.
    :param metadata: of the (first) article.
    :param attachments: files that travel inside.
    :returns: the PDF, the same bytes for the same document.
    """
    reading = Reading(document)
    painter = Painter(reading)

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
    stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    stream.stream = [xmp.packet(metadata, producer)]
    stream.compress = False  # so that any program finds what the file is
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])})


def _attach(pdf: Any, metadata: Metadata, attachments: Sequence[Attachment]) -> None:
    """Embed files and associate them with the document (ISO 19005-3, 6.8; ISO 32000-1, 7.11.4)."""
    import pydyf

    if not attachments:
        return
    when = stamp(metadata.date).strftime("D:%Y%m%d%H%M%SZ")
    specifications: dict[bytes, bytes] = {}
    for attachment in attachments:
        checksum = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest()
        parameters = {
            "Size": len(attachment.data),
            "CreationDate": pydyf.String(when),
            "ModDate": pydyf.String(when),
            "CheckSum": f"<{checksum}>",
        }
        kind = "".join(
            char if char.isalnum() or char in "-." else f"#{ord(char):02x}" for char in attachment.mime
        )
        extra = {"Type": "/EmbeddedFile", "Subtype": f"/{kind}", "Params": pydyf.Dictionary(parameters)}
        stream = pydyf.Stream([attachment.data], pydyf.Dictionary(extra), compress=True)
        pdf.add_object(stream)
        files = pydyf.Dictionary({"F": stream.reference, "UF": stream.reference})
        specification = pydyf.Dictionary(
            {
                "Type": "/Filespec",
                "F": pydyf.String(attachment.name),
                "UF": pydyf.String(attachment.name),
                "EF": files,
                "Desc": pydyf.String(attachment.description),
                "AFRelationship": f"/{attachment.relationship}",
            }
        )
        pdf.add_object(specification)
        specifications[attachment.name.encode("utf-16-be")] = specification.reference
    names: list[Any] = []
    for name in sorted(specifications):
        names += [pydyf.String(name.decode("utf-16-be")), specifications[name]]
    tree = pydyf.Dictionary({"Names": pydyf.Array(names)})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree
    pdf.catalog["AF"] = pydyf.Array(specifications.values())


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
