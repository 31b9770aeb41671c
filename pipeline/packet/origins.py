"""What the items of a packet are made of, how they are compared, what is kept for them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.article_store import Built
from pipeline.files.content_store import file_checksum
from pipeline.findings import Finding
from pipeline.packet.annex.prepare import Prepared
from pipeline.packet.base.page_plan import Plan
from pipeline.packet.base.whole_pages import WholePages
from pipeline.packet.generated_articles import picture_beside
from pipeline.packet.manifest.contents import Item, Manifest
from pipeline.packet.stitch.comparison import ItemState


def originals_of(
    manifest: Manifest, prepared: Mapping[str, Prepared], own: Mapping[str, Built]
) -> dict[str, tuple[str, str]]:
    """The file that each item was taken from, below the source root, and SHA-256 of what was read.

    :param prepared: the external PDFs, by the names of their items; `own`: the articles as they are.
    """
    found = {}
    for item in manifest.items:
        name = item.path.relative_to(manifest.root).as_posix() if item.path is not None else ""
        found[item.name] = name, _checksum(item, prepared, own)
    for one in manifest.enclosed:
        found[one.name] = one.path.relative_to(manifest.root).as_posix(), file_checksum(one.path)
    return found


def _checksum(item: Item, prepared: Mapping[str, Prepared], own: Mapping[str, Built]) -> str:
    if item.kind == "pdf":
        return prepared[item.name].sha256
    built = own[item.name]
    if item.kind == "article":
        return built.sha256
    return file_checksum(picture_beside(built.path, item.path) if item.path is not None else built.tree)


def state_of(
    manifest: Manifest, originals: Mapping[str, tuple[str, str]], own: Mapping[str, Built]
) -> list[ItemState]:
    """The items as they are, to be compared with those of another packet.

    :param originals: as `originals_of` gives them.
    """
    return [
        ItemState(
            item.name,
            item.tab,
            item.title,
            *originals[item.name],
            own[item.name].tree.read_bytes() if item.name in own else None,
            section.title,
            item.marking,
            item.date.isoformat() if isinstance(item, Item) and item.date else "",
        )
        for section in manifest.sections
        for item in section.filed
    ]


def overfull(manifest: Manifest, counts: Mapping[str, int]) -> list[Finding]:
    """A finding for each item that has more pages than are kept for it.

    :param counts: of the pages of each part, by name.
    """
    return [
        Finding("packet-reserve", str(manifest.info.source), item.line, _too_many(item, counts[item.name]))
        for item in manifest.items
        if 0 < item.reserve < counts[item.name]
    ]


def _too_many(item: Item, count: int) -> str:
    return (
        f'"{item.title}" (tab {item.tab}) has {count} pages, and {item.reserve} are kept for it: '
        f"write reserve = {count}, and every page behind it gets another number; or take it out, make the "
        "packet, and add it with despatch attach"
    )


def elsewhere(manifest: Manifest, whole: WholePages, counts: Mapping[str, int], plan: Plan) -> list[Finding]:
    """A finding for what keeps the pages of a version from the numbers that they have in the whole packet.

    :param whole: the pages of the whole packet; none where this is the whole, or closes up.
    :param counts: of the pages of each part, by name.
    :param plan: the pages of this version.
    """
    source, items = str(manifest.info.source), {item.name: item for item in manifest.items}
    for name, start in plan.starts.items():
        item, number = items.get(name), plan.number(start)
        line = item.line if item is not None else None
        what = f'"{item.title}" (tab {item.tab})' if item is not None else "a page of the front matter"
        then = whole.numbers.get(name, number)
        if number != then:
            message = f"{what} would stand on page {number}, and stands on page {then} in the whole packet"
        elif counts[name] > whole.places.get(name, counts[name]):
            there = whole.places[name]
            message = f"{what} has {counts[name]} pages, and {there} in the whole packet"
        else:
            continue
        message += ': with pages = "keep", nothing may be longer than there, nor begin on another side'
        return [Finding("packet-version", source, line, message)]
    return []
