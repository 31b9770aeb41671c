"""What volumes say of themselves, read back: the cover of each, and the volume of each line of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from pipeline.check.packet_files import Packet, PacketFile
from pipeline.check.packet_parts import Part, squeezed
from pipeline.check.pdf.tree import Opened
from pipeline.tree.labels import labels_for


def check_volume(opened: Opened, file: PacketFile, packet: Packet) -> Iterator[tuple[str, str]]:
    """The cover of a volume says which one it is, its pages, and its tabs.

    :param opened: the file, read by its tags.
    :returns: code and message of each difference.
    """
    if not file.volume:
        return
    cover = opened.named.get(file.names[0])
    text = squeezed("".join(run.text for run in cover.runs())) if cover is not None else ""
    first, last = (packet.numbers[page - 1] for page in (file.first, file.first + file.count - 1))
    named = labels_for(file.language)["packet-volume-of"].format(number=file.volume, count=file.volumes)
    for wanted in (named, f"{first}–{last}"):
        if squeezed(wanted) not in text:
            yield "check-volume", f'its cover does not say "{wanted}"'
    tabs = _tabs(file, packet)
    if squeezed(tabs) not in text:
        yield "check-volume", f'its cover does not say "{tabs}", which are its tabs'


def _tabs(file: PacketFile, packet: Packet) -> str:
    """What a cover says of the tabs: up to the last item, or up to its section where that ends there."""
    filed = packet.filed
    own = [part for part in filed if part.name in file.names]
    tabbed = [part for part in own if part.tab]
    if not tabbed:
        return ""
    behind = list(takewhile(lambda part: part is not own[-1], reversed(filed)))
    first, end = tabbed[0].tab, tabbed[-1].tab
    sections = [part for part in tabbed if _begins_section(part)]
    if sections and (not behind or _begins_section(behind[-1])):
        end = sections[-1].tab
    return first if first == end else f"{first}–{end}"


def _begins_section(part: Part) -> bool:
    return part.name.count("-") < 2


def check_named_volumes(
    rows: Mapping[str, Sequence[Sequence[str]]], indexes: Mapping[str, str], packet: Packet
) -> Iterator[tuple[str, str]]:
    """Each line of an index names the volume of what it leads to.

    :param rows: the texts of the cells of each line, by the name of the index.
    :param indexes: the name of the index that has a line for a part, by the name of that part.
    :returns: code and message of each difference.
    """
    if len(packet.files) < 2:
        return
    for part in packet.filed:
        wanted = squeezed(f"{part.tab}{part.title}")
        volume = str(packet.file_of(part).volume)
        own = [row for row in rows.get(indexes.get(part.name, ""), ()) if _begins(row, wanted)]
        if own and not any(volume in row[2:-1] for row in own):
            yield "check-volume", f'the index does not say that "{part.title}" is in volume {volume}'


def _begins(row: Sequence[str], wanted: str) -> bool:
    return squeezed("".join(row[:2])).startswith(wanted)
