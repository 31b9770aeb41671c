"""What a packet was made of, as it travels inside: the manifest, the texts of the articles, their trees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.article_store import Built
from pipeline.files.media_types import media_type, text_type
from pipeline.packet.manifest.contents import Manifest
from pipeline.packet.manifest.files import ENDINGS
from pipeline.packet.manifest.toml_lines import without_comments
from pipeline.packet.stitch.earlier import tree_name
from pipeline.packet.stitch.record import SUPPLEMENT
from pipeline.write.pdf.attachments import Attachment


def enclosed_files(manifest: Manifest) -> list[Attachment]:
    """The files that the manifest has travel inside, whether or not the sources do.

    :raises OSError: when one can't be read.
    """
    return [
        Attachment(one.path.name, one.path.read_bytes(), media_type(one.path.name), SUPPLEMENT, one.title)
        for one in manifest.enclosed
    ]


def enclosed_sources(manifest: Manifest, articles: Mapping[str, Built], *, remarks: bool) -> list[Attachment]:
    """The files that travel inside.

    :param articles: as they are by themselves, by the names of their items.
    :param remarks: whether the comments of the manifest stay in it.
    """
    root = manifest.root
    own = manifest.data if remarks else without_comments(manifest.data)
    files = {manifest.info.source.resolve(): (own, "The manifest of the packet")}
    for built in articles.values():
        for where, name in built.texts:
            path = Path(where)
            if path.is_relative_to(root) and path.suffix.lower() not in ENDINGS["image"]:
                text = (built.folder / name).read_bytes()
                files.setdefault(path, (text, "A text that an article was made of"))
    found = []
    for path, (data, what) in files.items():
        kind = text_type(path.name)
        found.append(Attachment(path.relative_to(root).as_posix(), data, kind, "Source", what))
    for item in manifest.items:
        if item.name in articles:
            data, what = articles[item.name].tree.read_bytes(), f"The tree of {item.tab}"
            found.append(Attachment(tree_name(item.name), data, "application/xml", "Data", what))
    return found
