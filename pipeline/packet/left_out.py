"""Items that a version of a packet leaves out while its pages keep their numbers: empty pages say so."""

from __future__ import annotations

from dataclasses import replace

from pipeline.packet.annexes import prepare_annexes
from pipeline.packet.assembly import StoppedError
from pipeline.packet.base.wishes import PLAIN
from pipeline.packet.items import PacketItems
from pipeline.packet.manifest.contents import Item, Manifest
from pipeline.tree.labels import labels_for


def emptied(items: PacketItems) -> Manifest:
    """The manifest with a note in the place of each item that is left out: as many pages, and nothing of it.

    :param items: builds the items; what it finds in those that are left out it tells.
    :raises StoppedError: when such an item can't be built: nobody knows how many pages it has.
    """
    manifest = items.manifest
    gone = [item for item in manifest.items if item.left_out]
    if not gone:
        return manifest
    set_here = [item for item in gone if item.kind != "pdf"]
    built = items.build({item.name for item in set_here})
    counts = {name: one.page_count for name, one in built.items()}
    papers = [item for item in gone if item.kind == "pdf"]
    prepared, found = prepare_annexes(papers, manifest.info, items.allowed, items.jobs)
    if len(prepared) < len(papers):
        items.findings += found
        raise StoppedError
    counts |= {name: one.page_count for name, one in prepared.items()}
    label = labels_for(manifest.info.language)["packet-left-out"]

    def note(item: Item) -> Item:
        if not item.left_out:
            return item
        text = f"{label}.\n"
        return replace(
            item,
            kind="note",
            path=None,
            note="\n.. pagebreak::\n\n".join([text] * counts[item.name]),
            alt="",
            title=label,
            marking="",
            date=None,
            language=manifest.info.language,
            ebook="list",
            to_follow=False,
            wishes=PLAIN,
            note_line=item.line,
        )

    sections = tuple(
        replace(section, items=tuple(note(item) for item in section.items)) for section in manifest.sections
    )
    return replace(manifest, sections=sections)
