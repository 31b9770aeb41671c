"""Files that travel inside a packet without pages: each is there as given, and both indexes name it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.check.epub.files import Book
from pipeline.check.packet_parts import folder_of, squeezed
from pipeline.check.pdf.tree import Opened


@dataclass(frozen=True)
class EnclosedFile:
    """A file as the manifest has it.

    :param index: the name of the part whose index names it: that of the packet, or of its late papers.
    """

    path: Path
    tab: str
    title: str
    index: str


def check_enclosed(packet: Any, opened: Opened, files: Sequence[EnclosedFile]) -> Iterator[tuple[str, str]]:
    """Compare them with what is in the PDF.

    :param packet: the PDF; `opened`: the same, read by its tags.
    :returns: code and message of each difference.
    """
    for file in files:
        name = file.path.name
        if name not in packet.attachments:
            yield "check-file", f'"{file.title}" is not inside: there is no file {name}'
        elif packet.attachments[name].get_file().read_bytes() != _bytes(file.path):
            yield "check-stale", f"the file {name} inside is not the one that the manifest names"
        rows = opened.named[file.index].below() if file.index in opened.named else ()
        texts = ["".join(run.text for run in row.runs()) for row in rows if row.role == "TR"]
        if not _named(file, texts):
            yield "check-contents", f'the index does not name "{file.title}", a file that is inside'


def check_enclosed_in_ebook(book: Book, files: Sequence[EnclosedFile]) -> Iterator[tuple[str, str]]:
    """Compare them with the indexes of the ebook, which has not the files themselves."""
    for file in files:
        pages = [book.pages[name] for name in book.spine if folder_of(name) == file.index]
        rows = ("".join(row.itertext()) for page in pages for row in page.iter("{*}tr"))
        if not _named(file, rows):
            yield "check-contents", f'its index does not name "{file.title}", a file that is in the PDF'


def _named(file: EnclosedFile, rows: Sequence[str] | Iterator[str]) -> bool:
    wanted = squeezed(file.tab + file.title)
    return any(squeezed(row).startswith(wanted) for row in rows)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
