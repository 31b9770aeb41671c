"""Where lines may end in scripts without spaces between words: Thai, Lao, Khmer and Burmese.

Which letters are a word, a dictionary knows. Reading systems have one; Pango has one at most for Thai, and
ends the other lines at any letter. ICU has all four.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

SPACE: Final = "\u200b"
"""The zero width space: a line may end there (Unicode Standard Annex 14, class ZW)."""

_SCRIPTS: Final = {
    "th": "\u0e01-\u0e7f",
    "lo": "\u0e81-\u0eff",
    "my": "\u1000-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f",
    "km": "\u1780-\u17ff",
}
_WORDS: Final = {language: re.compile(f"[{letters}]{{4,}}") for language, letters in _SCRIPTS.items()}
_ANY: Final = re.compile(f"[{''.join(_SCRIPTS.values())}]")


def parted(text: str) -> str:
    """A text with zero width spaces between the words of these scripts."""
    if not _ANY.search(text):
        return text
    for language, words in _WORDS.items():
        text = words.sub(partial(_parted, language), text)
    return text


def _parted(language: str, found: re.Match[str]) -> str:
    from icu4py.breakers import LineBreaker

    text = found[0]
    return SPACE.join(text[start:end] for start, end in LineBreaker(text, language).segments())
