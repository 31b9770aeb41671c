"""Soft hyphens in the cells of an ebook's tables: on a telephone, a column is narrower than many words.

Reading systems break what does not fit wherever its column ends; with a hyphen only where they know the
language, and many know none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from pipeline.look.hyphenation import patterns_for

SOFT_HYPHEN: Final = "\u00ad"
_WORD: Final = re.compile(r"[^\W\d_]{6,}")
"""Words of fewer letters are not divided."""
_LEAST: Final = 3
"""So many letters stay before the first hyphen, and behind the last (as ``styles/print.css`` has it)."""


@lru_cache(maxsize=32)
def _patterns(language: str) -> Any:
    """Patterns for a language tag, or ``None``."""
    return patterns_for(language, _LEAST)


def softened(text: str, language: str) -> str:
    """A text whose long words may be divided.

    :param language: the tag of the text; in one without patterns, the text stays as it is.
    """
    if not _WORD.search(text):
        return text
    patterns = _patterns(language)
    if patterns is None:
        return text
    return _WORD.sub(lambda word: str(patterns.inserted(word[0], SOFT_HYPHEN)), text)
