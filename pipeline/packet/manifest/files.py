"""The files that a manifest names: relative to it, below the source root, regular files."""

from __future__ import annotations

import itertools
import posixpath
import re
from pathlib import Path
from typing import Final

from pipeline.files.confined import OutsideError, name_below
from pipeline.files.other_kinds import no_article
from pipeline.findings import nearest
from pipeline.packet.base.file_kinds import instead, kind_of

ENDINGS: Final = {
    "article": (".rst",),
    "pdf": (".pdf",),
    "image": (".png", ".jpg", ".jpeg", ".gif", ".svg"),
}
"""What the file of an item may end in, by the key that names it."""
_SEARCHED: Final = 10_000


class UnfitFileError(ValueError):
    """A file that can't be taken; the message says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def file_of(kind: str, name: str, folder: Path, root: Path) -> Path:
    """The file of an item.

    :param kind: the key that names it.
    :param folder: of the manifest; `root`: the source root.
    :raises UnfitFileError: when there is no such file there, or it is of another kind.
    """
    if re.search(r"[\x07-\x0d\x1b]", name):
        message = "a backslash is no part of a name in TOML: write / in the names of files"
        raise UnfitFileError("packet-file-missing", message)
    try:
        below = name_below(name, folder.relative_to(root).as_posix())
    except OutsideError as error:
        message = f'"{name}" {error}'.replace("the article", "the manifest")
        raise UnfitFileError("packet-file-outside", message) from error
    path = root / below
    if not path.resolve().is_relative_to(root):
        raise UnfitFileError("packet-file-outside", f'"{name}" lies outside the source folder')
    if not name.lower().endswith(ENDINGS.get(kind, "")):
        what = kind_of(path) if kind == "pdf" and path.is_file() else ""
        if what:
            raise UnfitFileError("annex-kind", f'"{name}" is {what}: {instead(what)}')
        other = no_article(path, Path(root.name, below)) if kind == "article" and path.is_file() else ""
        if name.lower().endswith(".pdf") and kind == "article":
            raise UnfitFileError("packet-value", f'"{name}" is no article: write pdf = "{name}" for it')
        if other:
            raise UnfitFileError("file-kind", f'"{name}": {other}')
        message = f'"{name}" is no {kind}: the file has to end in {" or ".join(ENDINGS[kind])}'
        if kind == "pdf" and path.is_file():
            message = f'"{name}" is no PDF: {instead("")}'
        raise UnfitFileError("packet-value", message)
    if not path.is_file():
        hint = _near(path, folder, root)
        raise UnfitFileError("packet-file-missing", f'there is no file "{name}"{hint}')
    return path


def _near(path: Path, folder: Path, root: Path) -> str:
    """A hint at a file of the same or a similar name."""
    around = itertools.islice(root.rglob(f"*{path.suffix}"), _SEARCHED) if path.suffix else ()
    same = min((other for other in around if other.name == path.name), default=None)
    if same is not None:
        return f' (did you mean "{posixpath.relpath(same, folder)}"?)'
    there = path.parent.iterdir() if path.parent.is_dir() else ()
    # Only the names themselves are compared: folder and ending make any two look alike.
    ending = path.suffix.lower()
    names = {
        other.stem.lower(): posixpath.relpath(other, folder)
        for other in there
        if other.suffix.lower() == ending
    }
    near = nearest(path.stem, sorted(names), 1)
    return f' (did you mean "{names[near[0]]}"?)' if near else ""
