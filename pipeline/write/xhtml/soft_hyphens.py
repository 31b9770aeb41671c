"""Soft hyphens in the cells of an ebook's tables: on a telephone, a column is narrower than many words.

Reading systems break what does not fit wherever its column ends; with a hyphen only where they know the
language, and many know none.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.look.hyphenation import patterns_for

SOFT_HYPHEN: Final = "\u00ad"
_WORD: Final = re.compile(r"[^\W\d_]{6,}")
"""Words of fewer letters are not divided."""


def softened(text: str, language: str) -> str:
    """A text whose long words may be divided.

    :param language: the tag of the text; in one without patterns, the text stays as it is.
    """
    if not _WORD.search(text):
        return text
    patterns = patterns_for(language)
    if patterns is None:
        return text
    return _WORD.sub(lambda word: str(patterns.inserted(word[0], SOFT_HYPHEN)), text)
