"""What the packet says of itself as a whole: metadata, page labels, standards, the files inside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.base.model import PacketInfo, packet_metadata
from pipeline.packet.pdf.objects import name_tree
from pipeline.tree.timestamps import stamp
from pipeline.write.pdf import xmp
from pipeline.write.pdf.finish import Attachment


@dataclass(frozen=True)
class Claims:
    """What a packet says that it is.

    :param archival: the level of PDF/A-3, ``A``, ``B`` or nothing.
    :param accessible: whether it is PDF/UA-1.
    """

    archival: str = "A"
    accessible: bool = True


def describe(pdf: Pdf, info: PacketInfo, claims: Claims, intent: Any) -> None:
    """Write metadata, page labels and what viewers have to know into the catalog.

    :param intent: the output intent (ISO 19005-3, 6.2.3), an object of this file.
    """
    metadata = packet_metadata(info)
    producer = f"qpdf {pikepdf.__libqpdf_version__}"
    for name, value in xmp.information(metadata, producer).items():
        pdf.docinfo[f"/{name}"] = String(value)
    data = xmp.packet(metadata, producer, archival=claims.archival, accessible=claims.accessible)
    stream = pdf.make_stream(data)
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    root = pdf.Root
    root.Metadata = stream
    root.Lang = String(info.language)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.PageMode = Name.UseOutlines
    root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
    root.OutputIntents = Array([intent])


def attach(pdf: Pdf, info: PacketInfo, attachments: Sequence[Attachment]) -> None:
    """Embed files and associate them with the packet (ISO 19005-3, 6.8; ISO 32000-1, 7.11.4)."""
    when = stamp(info.date).strftime("D:%Y%m%d%H%M%SZ")
    files: dict[str, Any] = {}
    for attachment in attachments:
        checksum = hashlib.md5(attachment.data, usedforsecurity=False).digest()
        stream = pdf.make_stream(attachment.data)
        stream.Type, stream.Subtype = Name.EmbeddedFile, Name(f"/{attachment.mime}")
        stream.Params = Dictionary(
            Size=len(attachment.data),
            CreationDate=String(when),
            ModDate=String(when),
            CheckSum=String(checksum),
        )
        files[attachment.name] = pdf.make_indirect(
            Dictionary(
                Type=Name.Filespec,
                F=String(attachment.name),
                UF=String(attachment.name),
                EF=Dictionary(F=stream, UF=stream),
                Desc=String(attachment.description),
                AFRelationship=Name(f"/{attachment.relationship}"),
            )
        )
    if files:
        if "/Names" not in pdf.Root:
            pdf.Root.Names = Dictionary()
        pdf.Root.Names.EmbeddedFiles = pdf.make_indirect(name_tree(pdf, files))
        pdf.Root.AF = Array(list(files.values()))
