"""Looks at a finished PDF as a reader would."""

from __future__ import annotations

from pathlib import Path

from pipeline.check.compare.edition import Pair
from pipeline.check.pdf.tree import Opened
from pipeline.check.seen.blocks import blocks_of
from pipeline.check.seen.columns import look_at_columns, look_at_labels
from pipeline.check.seen.line_numbers import LineNumbers
from pipeline.check.seen.lines import look_at_marks, look_at_rows
from pipeline.check.seen.order import look_at_lines, look_at_order
from pipeline.check.seen.overlaps import look_for_overlaps, pictures_of
from pipeline.check.seen.pages import Pages
from pipeline.check.seen.pictures import Pictures
from pipeline.check.seen.places import Places
from pipeline.check.seen.sheet import drawable, sheets_of
from pipeline.check.vocabulary.verdict import Verdict
from pipeline.tree.article import Article


def look(
    path: Path,
    opened: Opened,
    article: Article,
    pairs: dict[str, Pair],
    verdict: Verdict,
    *,
    asked: frozenset[int] = frozenset(),
    engines: bool = False,
) -> None:
    """Look at each page of a print edition.

    :param path: of the file; `opened`: the same, as its structure tells it.
    :param pairs: what was found beside what was expected.
    :param asked: pages (from 0) that begin where the article asks for it.
    :param engines: whether pictures are looked at as poppler draws them, too.
    """
    places = Places(opened, pairs.values())
    root = opened.root
    blocks = list(blocks_of(root, article.metadata.language)) if root is not None else []
    pages = Pages(blocks, places, verdict, asked)
    numbers = LineNumbers(blocks, verdict) if article.metadata.line_numbers == "yes" else None
    pictures = Pictures(root, article, places, verdict)
    document = drawable(path, verdict)
    if document is None:
        return
    for sheet in sheets_of(document):
        places.gather(sheet)
        shown = pictures_of(sheet)
        pictures.look(sheet, shown)
        look_for_overlaps(sheet, shown, places, verdict)
        pages.add(sheet)
        if numbers is not None:
            numbers.look(sheet)
    if engines:
        pictures.compare_engines(path)
    pages.look()
    look_at_marks(pairs.values(), blocks, places, verdict)
    look_at_lines(blocks, places, verdict)
    look_at_order(pairs.values(), blocks, places, verdict)
    if root is not None:
        look_at_rows(root, places, verdict)
        look_at_columns(root, places, verdict)
        look_at_labels(root, places, verdict)
