"""Versions of a packet in which every page keeps its number: empty pages stand for what is left out."""

from __future__ import annotations

from dataclasses import replace

from pipeline.article_store import open_store
from pipeline.findings import Finding
from pipeline.packet.assembly import Assembly, StoppedError
from pipeline.packet.base.whole_pages import WholePages
from pipeline.packet.base.wishes import PLAIN
from pipeline.packet.items import PacketItems, complete
from pipeline.packet.manifest.contents import Item, Manifest
from pipeline.packet.manifest.reader import read_manifest
from pipeline.tree.labels import labels_for


def pages_of_whole(items: PacketItems, paper: str | None) -> WholePages:
    """The pages of the whole packet that a version is one of: it is put together, and not written.

    :param items: builds the items of the version.
    :param paper: as for `read_manifest`.
    :raises StoppedError: when that can't be: nobody knows then which numbers its pages have.
    """
    own = items.manifest
    whole, found = read_manifest(own.info.source, paper)
    if whole is not None:
        found += _unlike(own, whole)
    if whole is None or any(one.is_error for one in found):
        items.findings += [one for one in found if one.is_error]
        raise StoppedError
    others = replace(items, manifest=whole, findings=[])
    assembly = None
    try:
        with open_store().scratch() as work:
            articles = others.build()
            whole, found = complete(whole, articles)
            others.findings += found
            assembly = Assembly(whole, articles, work, items.jobs, items.allowed)
            if not assembly.prepare_annexes() or any(one.is_error for one in found):
                raise StoppedError
            assembly.set_pages(others.bind)
    except StoppedError:
        wrong = [*others.findings, *(assembly.findings if assembly is not None else [])]
        items.findings += [one for one in wrong if one.is_error]
        raise
    parts, starts = assembly.parts(), assembly.plan.starts
    places = {part.name: max(part.reserve, assembly.count(part)) for part in parts}
    numbers = {part.name: assembly.plan.number(starts[part.name]) for part in parts}
    begins = tuple(one.names[2] for one in assembly.volumes[1:])  # behind cover and index
    return WholePages(places, numbers, begins)


def _unlike(own: Manifest, whole: Manifest) -> list[Finding]:
    """A finding where volumes make it impossible that pages keep their numbers: their covers have numbers."""
    if not own.most and not whole.most:
        return []
    if own.most == whole.most and not own.most.megabytes:
        return []
    message = (
        'with pages = "keep", a version has the volumes of the whole packet, and those by pages: how many '
        "megabytes a volume has, and so where the next begins, is another number in each version"
    )
    return [Finding("packet-version", str(own.info.source), own.volumes_line, message)]


def emptied(manifest: Manifest, whole: WholePages) -> Manifest:
    """The manifest with a note in the place of each item that is left out: as many pages, and nothing of it.

    :param whole: the pages of the whole packet.
    """
    label = labels_for(manifest.info.language)["packet-left-out"]

    def note(item: Item) -> Item:
        if not item.left_out:
            return item
        text = f"{label}.\n"
        return replace(
            item,
            kind="note",
            path=None,
            note="\n.. pagebreak::\n\n".join([text] * whole.places[item.name]),
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
