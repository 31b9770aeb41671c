"""What the packet says of itself as a whole: metadata, page labels, standards, the files inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.packet.base.model import PacketInfo, packet_metadata
from pipeline.packet.base.page_plan import ranges
from pipeline.packet.pdf.geometry import box_of
from pipeline.packet.pdf.objects import name_tree
from pipeline.tree.labels import direction_of
from pipeline.write.pdf import xmp
from pipeline.write.pdf.attachments import Attachment, embed


@dataclass(frozen=True)
class Claims:
    """What a packet says that it is.

    :param archival: the level of PDF/A-3, ``A``, ``B`` or nothing.
    :param accessible: whether it is PDF/UA-1.
    """

    archival: str = "A"
    accessible: bool = True


def describe(pdf: Pdf, info: PacketInfo, claims: Claims, intent: Any, numbers: Sequence[str]) -> None:
    """Write metadata, page labels and what viewers have to know into the catalog.

    :param intent: the output intent (ISO 19005-3, 6.2.3), an object of this file.
    :param numbers: what each page bears.
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
    if direction_of(info.language) == "rtl":
        root.ViewerPreferences.Direction = Name.R2L  # ISO 32000-1, 12.2
    root.PageMode = Name.UseOutlines
    if info.zoom:  # ISO 32000-1, 12.3.2.2 and table 28
        box = box_of(pdf.pages[0].obj)
        view = [Name.XYZ, round(box.left, 3), round(box.top, 3), info.zoom / 100]
        root.OpenAction = Array([pdf.pages[0].obj, *view])
    root.PageLabels = Dictionary(Nums=_labels(numbers))
    root.OutputIntents = Array([intent])


def _labels(numbers: Sequence[str]) -> Array:
    """The number tree of the page labels (ISO 32000-1, 12.4.2)."""
    found: list[Any] = []
    for first, prefix, value in ranges(numbers):
        label = Dictionary(S=Name.a, P=String(prefix)) if prefix else Dictionary(S=Name.D)
        if value > 1:
            label.St = value
        found += [first, label]
    return Array(found)


def attach(pdf: Pdf, info: PacketInfo, attachments: Sequence[Attachment]) -> None:
    """Embed files and associate them with the packet."""
    files = embed(_Objects(pdf), attachments, info.date)
    if files:
        if "/Names" not in pdf.Root:
            pdf.Root.Names = Dictionary()
        pdf.Root.Names.EmbeddedFiles = pdf.make_indirect(name_tree(pdf, files))
        pdf.Root.AF = Array(list(files.values()))


class _Objects:
    """The objects of a file that pikepdf writes."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf

    def name(self, value: str) -> Name:
        return Name(f"/{value}")

    def text(self, value: str) -> String:
        return String(value)

    def string(self, value: bytes) -> String:
        return String(value)

    def dictionary(self, entries: dict[str, Any]) -> Dictionary:
        return Dictionary({f"/{key}": value for key, value in entries.items()})

    def added(self, dictionary: Any) -> Any:
        return self.pdf.make_indirect(dictionary)

    def stream(self, data: bytes, entries: dict[str, Any]) -> Any:
        return self.pdf.make_stream(data, {f"/{key}": value for key, value in entries.items()})
