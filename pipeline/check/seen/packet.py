"""Looks at the pages of a packet that Despatch has made: cover, index, dividers, articles."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from pipeline.check.pdf.tree import Opened
from pipeline.check.seen.overlaps import look_for_overlaps, pictures_of
from pipeline.check.seen.places import Places
from pipeline.check.seen.sheet import drawable, sheets_of
from pipeline.check.vocabulary.verdict import Verdict


def look_at_packet(path: Path, opened: Opened, foreign: Container[int], verdict: Verdict) -> None:
    """Report what lies over something else on the pages of a packet, or beyond its box or page.

    :param path: of the file; `opened`: the same, as its structure tells it.
    :param foreign: pages (from 0) that others have made: they may look as they like.
    """
    places = Places(opened, [])
    document = drawable(path, verdict)
    for sheet in sheets_of(document, foreign) if document is not None else ():
        places.gather(sheet)
        look_for_overlaps(sheet, pictures_of(sheet), places, verdict)
