"""What the items of a packet are made of, how they are compared, what is kept for them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.article_store import Built
from pipeline.files.content_store import file_checksum
from pipeline.packet.annex.prepare import Prepared
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


def too_many(item: Item, count: int) -> str:
    """What to say of an item that has more pages than are kept for it.

    :param count: those that it has.
    """
    return (
        f'"{item.title}" (tab {item.tab}) has {count} pages, and {item.reserve} are kept for it: '
        f"write reserve = {count}, and every page behind it gets another number; or take it out, make the "
        "packet, and add it with despatch attach"
    )
