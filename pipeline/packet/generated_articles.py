"""Notes to the reader and images as small articles: they are read, set and checked as all others are."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from docutils.utils import column_width

from pipeline import confined
from pipeline.atomic import write_whole
from pipeline.findings import Finding
from pipeline.packet.manifest.reader import Item, Manifest

_FOLDER: Final = "written-"
_MARKUP: Final = re.compile(r"([^\w\s])", re.ASCII)


def write_article(item: Item, manifest: Manifest, store: Path) -> Path:
    """Write the article of a note or an image, in a folder of its own, with the image beside it.

    :param item: a note or an image.
    :param store: the folder that the article's folder is made in; for the same item it is the same one.
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
    digest = hashlib.sha256(picture + text.encode()).hexdigest()[:32]
    folder = store / f"{_FOLDER}{digest}"
    folder.mkdir(exist_ok=True)
    os.utime(folder)
    if item.path is not None:
        write_whole(folder / f"image{item.path.suffix.lower()}", picture)
    path = folder / f"{item.name}.rst"
    write_whole(path, text.encode())
    return path


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


def is_written(path: Path) -> bool:
    """Whether an article is one of these."""
    return path.parent.name.startswith(_FOLDER)


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
