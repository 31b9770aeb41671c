"""The cover of a packet, read back: in both editions it shows the letterhead of the desk, with its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.check.epub.files import XHTML, Book


def check_cover(packet: Any, mark: str | None) -> Iterator[tuple[str, str]]:
    """Compare what a cover shows with the letterhead of the desk.

    :param packet: the PDF, opened, or the ebook.
    :param mark: the alternative text of that letterhead; ``None`` where the desk has none.
    :returns: code and message of the difference.
    """
    found = _of_epub(packet) if isinstance(packet, Book) else _of_pdf(packet)
    if found != ([] if mark is None else [mark]):
        there = ", ".join(f'"{alt}"' for alt in found) or "no image"
        asked = "no letterhead" if mark is None else f'the letterhead "{mark}"'
        yield "check-image", f"its cover has {there}, and the desk has {asked}"


def _of_pdf(packet: Any) -> list[str]:
    """The alternative texts of the figures on the first page, in the order of its marked content."""
    import pikepdf

    page = packet.pages[0].obj
    if "/StructParents" not in page or "/StructTreeRoot" not in packet.Root:
        return []
    parents: Any = pikepdf.NumberTree(packet.Root.StructTreeRoot.ParentTree).get(int(page.StructParents), [])
    elements = {one.objgen: one for one in parents if isinstance(one, pikepdf.Dictionary)}
    return [str(one.get("/Alt", "")) for one in elements.values() if one.get("/S") == "/Figure"]


def _of_epub(book: Book) -> list[str]:
    """The alternative texts of the images of the title page."""
    own = [name for name in book.spine if name.rpartition("/")[2] == "title.xhtml"]
    pages = (book.pages[name] for name in sorted(own, key=lambda name: name.count("/")))
    return [image.get("alt", "") for page in list(pages)[:1] for image in page.iter(f"{XHTML}img")]
