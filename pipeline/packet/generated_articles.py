"""Notes to the reader and images as small articles: they are read, set and checked as all others are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from docutils.utils import column_width

from pipeline.files import confined
from pipeline.files.content_store import ContentStore, Made, key_of
from pipeline.findings import Finding
from pipeline.packet.manifest.contents import Item, Manifest

_MARKUP: Final = re.compile(r"([^\w\s])", re.ASCII)


def write_article(item: Item, manifest: Manifest, store: ContentStore) -> Path:
    """Write the article of a note or an image into the store, with the image (`picture_beside`) beside it.

    :param item: a note or an image.
    :param store: for the same item the article is the same one there.
    :returns: path of the article; it is named after the item.
    :raises OSError: when the image can't be read or the store can't be written.
    :raises ValueError: when the image is not below the source root.
    """
    picture = b""
    text = _head(item, manifest)
    if item.path is not None:
        picture = confined.read_below(manifest.root, item.path.relative_to(manifest.root).as_posix())
        text += f".. image:: image{item.path.suffix.lower()}\n   :alt: {item.alt}\n   :align: center\n"
    else:
        text += f"{item.note}\n"
    name = f"{item.name}.rst"

    def write(folder: Path) -> Made:
        (folder / name).write_bytes(text.encode())
        if item.path is not None:
            picture_beside(folder / name, item.path).write_bytes(picture)
        return Made()

    key = key_of("written", name, text, picture)
    return (store.get(key) or store.put(key, write)).folder / name


def picture_beside(article: Path, image: Path) -> Path:
    """Where the image of such an article is.

    :param image: the image that the manifest names.
    """
    return article.with_name(f"image{image.suffix.lower()}")


def placed(findings: list[Finding], item: Item, manifest: Manifest) -> list[Finding]:
    """The findings of such an article, at their places in the manifest."""
    head = _head(item, manifest).count("\n")
    source, found = str(manifest.info.source), []
    for finding in findings:
        line = item.line
        if item.kind == "note":
            line = item.note_line + max(0, (finding.line or 0) - head - 1)
        found.append(Finding(finding.code, source, line, finding.message))
    return found


def _head(item: Item, manifest: Manifest) -> str:
    """Title and fields of the article."""
    title = _MARKUP.sub(r"\\\1", item.title)
    date = item.date or manifest.info.date
    fields = {"date": date.isoformat(), "language": item.language, "contents": "no", "notes": "foot"}
    if item.marking:
        fields["marking"] = _MARKUP.sub(r"\\\1", item.marking)
    lines = [title, "=" * max(4, column_width(title)), ""]
    lines += [f":{name}: {value}" for name, value in fields.items()]
    return "\n".join(lines) + "\n\n"
