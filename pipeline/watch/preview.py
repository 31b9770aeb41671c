"""What the browser shows of finished editions: pages as pictures, the documents of the ebook as they are."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.watch.opening import Place
from pipeline.watch.pictures import Page, pictures

DARK: Final = "prefers-color-scheme: dark"
"""How the ebook's style sheets ask for dark mode."""


@dataclass(frozen=True)
class Chapter:
    """A document of the ebook: its path in the EPUB, its title, a checksum of all that it shows."""

    name: str
    title: str
    key: str


@dataclass(frozen=True)
class Preview:
    """What is shown of one build.

    :param files: of the ebook, by their paths in it.
    :param places: what stands where on each page; nothing where that is not known.
    """

    pages: tuple[Page, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    places: tuple[tuple[Place, ...], ...] = ()


def preview(pdf: Path, epub: Path, folder: Path) -> Preview:
    """Make the pictures of the pages, each once, and take the ebook apart.

    :param folder: where pictures are, and go to: ``KEY.jpg``.
    :raises OSError: when a file can't be read or written.
    """
    from pipeline.check.epub.files import XHTML, open_book

    book = open_book(epub)
    with zipfile.ZipFile(epub) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    shared = hashlib.sha256()
    for name in sorted(set(files) - set(book.pages)):
        if not name.endswith((".opf", ".ncx")):
            shared.update(name.encode() + hashlib.sha256(files[name]).digest())
    chapters = []
    for name in book.spine:
        title = book.pages[name].findtext(f"{XHTML}head/{XHTML}title") or name
        chapters.append(Chapter(name, title, hashlib.sha256(shared.digest() + files[name]).hexdigest()[:24]))
    return Preview(tuple(pictures(pdf, folder)), tuple(chapters), files)
