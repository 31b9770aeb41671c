"""Numbers of pages in the text of a PDF: each is that of the page on which what it names stands."""

from __future__ import annotations

from typing import Any

from pipeline.check.compare.links import Lands, in_plain_digits
from pipeline.check.vocabulary.facts import Kind, Piece
from pipeline.check.vocabulary.verdict import Verdict


def compare_numbers(pair: Any, lands: Lands, verdict: Verdict) -> None:
    """Compare the numbers of lists of contents, references by page and the index.

    An entry of the index names each page once, so that the pages of all its places are compared.

    :param pair: the running text (`compare.Pair`).
    """
    wanted: dict[int, set[int]] = {}
    named: dict[int, set[int]] = {}
    entry = 0
    for index, piece in enumerate(pair.expected.pieces):
        if piece.kind is Kind.WORD and not piece.optional:
            entry = index
        if piece.kind is not Kind.PAGE:
            continue
        target = lands.expected.links[piece.links[-1]].target
        stands = lands.page_of(target) if target is not None else None
        if piece.within == "index" and stands is not None:
            wanted.setdefault(entry, set()).add(stands)
        start = pair.alignment.start(index)
        if start is None:
            continue
        page, fault = _fault(piece, pair.found.pieces[start], stands, lands)
        if fault:
            verdict.add("check-link", fault, piece.line, pair.place(index))
        if page is not None:
            named.setdefault(entry, set()).add(page)
    for entry, pages in wanted.items():
        for page in sorted(pages - named.get(entry, set())):
            piece = pair.expected.pieces[entry]
            message = f'the index does not name page {lands.found.pages[page].label} for "… {piece.text}"'
            verdict.add("check-link", message, piece.line, pair.place(entry))


def _fault(piece: Piece, found: Piece, stands: int | None, lands: Lands) -> tuple[int | None, str]:
    """The page that a found number leads to, and what is wrong with the number, or ""."""
    link = lands.found.links[found.links[0]] if found.links else None
    if link is None or link.target is None:
        return None, ""
    page, labels = link.target.page, lands.found.pages
    if in_plain_digits(found.text) != labels[page].label:
        message = f"the text names page {found.text}, and the link there leads to page {labels[page].label}"
        return page, message
    if piece.within != "index" and stands is not None and stands != page:
        return page, f"page {found.text} is named, and what is meant stands on page {labels[stands].label}"
    return page, ""
