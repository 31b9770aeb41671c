"""The alphabetical order of a language: the Unicode Collation Algorithm, and the letters that it adds.

The order is that of DUCET (Unicode Technical Standard 10), as ``pyuca`` has it: accents and case decide only
between words that are alike otherwise. What a language counts as letters of their own (``dh`` in Albanian,
``å`` behind ``z`` in Swedish) stands in ``styles/letters.toml``.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import Any, Final

from pipeline import styles

_ALPHABETS: Final = {
    "LATIN": "abcdefghijklmnopqrstuvwxyz",
    "GREEK": "αβγδεζηθικλμνξοπρστυφχψω",
    "CYRILLIC": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
}
_OPENING: Final = "\"'“”„«‘’‚‹([{¿¡…-–—_./ "


class Alphabet:
    """Sorts words, and says under which letter a word stands.

    :param language: BCP 47 tag.
    """

    def __init__(self, language: str) -> None:
        table = styles.data("letters")
        tag = language.lower()
        rows: list[str] = table.get(tag, table.get(tag.split("-")[0], []))
        self._collator = _collator(tuple(rows))
        own = [letter for row in rows for letter in row.split()[1:]]
        self._letters: dict[str, list[tuple[Any, str]]] = {
            script: sorted((self._primary(letter), letter) for letter in [*letters, *own])
            for script, letters in _ALPHABETS.items()
        }
        self._longest = max(map(len, own), default=1)

    def key(self, word: str) -> tuple[Any, ...]:
        """What to sort words by; two words that differ in any way never have the same key."""
        return (self._collator.sort_key(word.lstrip(_OPENING) or word), word)

    def letter(self, word: str) -> str:
        """The letter that `word` stands under, as a capital; "" for what begins with no letter."""
        text = unicodedata.normalize("NFC", word).lstrip(_OPENING)
        if not text or not text[0].isalpha():
            return ""
        script = unicodedata.name(text[0], "").partition(" ")[0]
        known = self._letters.get(script)
        if known is None:
            return unicodedata.normalize("NFD", text[0])[0].upper()
        start = self._primary(text[: self._longest])
        at = bisect_right(known, start, key=lambda pair: pair[0])
        letter = known[max(0, at - 1)][1]
        return letter[0].upper() + letter[1:]

    def _primary(self, text: str) -> Any:
        """The first primary weight of a text."""
        return self._collator.sort_key(text)[0]


@lru_cache(maxsize=8)
def _collator(rows: tuple[str, ...]) -> Any:
    """A collator in which the letters of each row follow one another, whatever they are otherwise."""
    from pyuca import Collator

    collator = Collator()
    for row in rows:
        first, *others = row.split()
        for number, letter in enumerate(others, start=1):
            for written in dict.fromkeys((letter, letter.capitalize(), letter.upper())):
                like = first if written == letter else first.upper()
                (weights, *_) = collator.table.find_prefix([ord(like)])[1]
                # A primary weight between that of the first letter and the next one of the alphabet.
                own = [[weights[0] + number / 100, *weights[1:]]]
                collator.table.add([ord(char) for char in unicodedata.normalize("NFD", written)], own)
    return collator
