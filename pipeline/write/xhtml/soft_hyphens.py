"""Soft hyphens in the cells of an ebook's tables and infoboxes: a column of a telephone is narrow.

Reading systems break what does not fit wherever its column ends; with a hyphen only where they know the
language, and many know none.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.look.hyphenation import patterns_for

SOFT_HYPHEN: Final = "\u00ad"
CELL: Final = 6
"""Words of fewer letters are not divided in a cell of a table."""
BOX: Final = 12
"""The same in an infobox, which has few columns and many names."""
_WORD: Final = re.compile(rf"[^\W\d_]{{{CELL},}}")


def softened(text: str, language: str, least: int = CELL) -> str:
    """A text whose long words may be divided.

    :param language: the tag of the text; in one without patterns, the text stays as it is.
    :param least: how many letters a word has that is divided, `CELL` or more.
    """
    if not any(len(word) >= least for word in _WORD.findall(text)):
        return text
    patterns = patterns_for(language)
    if patterns is None:
        return text

    def divided(word: re.Match[str]) -> str:
        return str(patterns.inserted(word[0], SOFT_HYPHEN)) if len(word[0]) >= least else word[0]

    return _WORD.sub(divided, text)
