"""Pages that are kept for a part of a packet, and have nothing of it, say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.check.packet_files import PacketFile
from pipeline.check.packet_parts import Part, squeezed
from pipeline.check.pdf.tree import Opened
from pipeline.tree.labels import labels_for


def check_kept_pages(
    opened: Opened, file: PacketFile, parts: Sequence[Part], numbers: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with the pages that are kept for the parts of a file.

    :param parts: those of the file.
    :param numbers: what the pages of the packet bear.
    """
    labels = labels_for(file.language)
    elements = {elem.name: elem for elem in opened.root.below()} if opened.root else {}
    for part in parts:
        wanted = labels["packet-reserved" if part.waiting else "packet-unused"]
        said: dict[int, str] = {}
        links = elements.get(f"{part.name}:links")
        for run in links.runs() if links is not None else ():
            said[run.spot.page] = said.get(run.spot.page, "") + run.text
        for page in range(part.first + part.count, part.first + part.reserve):
            if squeezed(wanted) not in squeezed(said.get(page - file.first, "")):
                yield "check-text", f'page {numbers[page - 1]} does not say "{wanted}"'
