"""The words in drawings: those of the ebook beside those of the PDF, as both show the same picture."""

from __future__ import annotations

import unicodedata
from itertools import zip_longest

from pipeline.check.vocabulary.facts import Facts
from pipeline.check.vocabulary.verdict import Verdict


def compare_drawings(pdf: Facts, epub: Facts, verdict: Verdict) -> None:
    """Report each drawing whose words are not the same, in whatever order they are drawn.

    :param verdict: that of the EPUB.
    """
    for printed, book in zip_longest(pdf.drawings, epub.drawings):
        if _letters(printed or "") == _letters(book or ""):
            continue
        words = " ".join((printed or book or "").split()[:6])
        lacking = "has no words" if not book else "has words that the PDF has not" if not printed else ""
        fault = lacking or "has other words than in the PDF"
        verdict.add("check-text", f'the drawing with "{words}" {fault}')


def _letters(words: str) -> list[str]:
    return sorted(one for one in unicodedata.normalize("NFKC", words) if not one.isspace())
