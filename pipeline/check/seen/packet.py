"""Looks at the pages of a packet that Despatch has made: cover, index, dividers, articles."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from pipeline.check.pdf.tree import Opened
from pipeline.check.seen.overlaps import look_for_overlaps, pictures_of
from pipeline.check.seen.places import Places
from pipeline.check.seen.sheet import sheet_of
from pipeline.check.vocabulary.verdict import Verdict


def look_at_packet(path: Path, opened: Opened, foreign: Container[int], verdict: Verdict) -> None:
    """Report what lies over something else on the pages of a packet, or beyond its box or page.

    :param path: of the file; `opened`: the same, as its structure tells it.
    :param foreign: pages (from 0) that others have made: they may look as they like.
    """
    import pypdfium2

    places = Places(opened, [])
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        verdict.add("check-damaged", f"the PDF can't be drawn: {error}")
        return
    try:
        for number in range(len(document)):
            if number not in foreign:
                sheet = sheet_of(document, number)
                look_for_overlaps(sheet, pictures_of(sheet), places, verdict)
                sheet.page.close()
    finally:
        document.close()
