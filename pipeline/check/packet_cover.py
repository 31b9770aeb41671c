"""The cover of a packet, read back: in both editions it shows the letterhead of the desk, with its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.check.epub.files import XHTML, Book
from pipeline.check.vocabulary.verdict import Verdict


def check_cover(path: Path, book: Book, wanted: list[str], printed: Verdict, ebook: Verdict) -> None:
    """Compare the images of the cover with the letterhead of the desk.

    :param path: the PDF, whose first page is the cover.
    :param wanted: the alternative text of that letterhead; none where the desk has none.
    :param printed: the verdict on the PDF; `ebook`: that on the EPUB.
    """
    for found, verdict in ((_of_pdf(path), printed), (_of_epub(book), ebook)):
        if found != wanted:
            there = ", ".join(f'"{alt}"' for alt in found) or "no image"
            asked = f'the letterhead "{wanted[0]}"' if wanted else "no letterhead"
            verdict.add("check-image", f"its cover has {there}, and the desk has {asked}")


def _of_pdf(path: Path) -> list[str]:
    """The alternative texts of the figures on the first page, in the order of its marked content."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        page = pdf.pages[0].obj
        if "/StructParents" not in page or "/StructTreeRoot" not in pdf.Root:
            return []
        parents: Any = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree).get(int(page.StructParents), [])
        elements = {one.objgen: one for one in parents if isinstance(one, pikepdf.Dictionary)}
        return [str(one.get("/Alt", "")) for one in elements.values() if one.get("/S") == "/Figure"]


def _of_epub(book: Book) -> list[str]:
    """The alternative texts of the images of the title page."""
    own = [name for name in book.spine if name.rpartition("/")[2] == "title.xhtml"]
    pages = (book.pages[name] for name in sorted(own, key=lambda name: name.count("/")))
    return [image.get("alt", "") for page in list(pages)[:1] for image in page.iter(f"{XHTML}img")]
