"""Where words may be divided: patterns for languages that Pyphen has none for.

Pyphen, which WeasyPrint hyphenates with, has patterns for 60 languages. ``styles/hyphens.toml`` has more,
made by the rules of each orthography. In a few languages the patterns of another hold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from itertools import product
from typing import Any, Final

from pipeline import styles

FILE: Final = "hyphens.toml"
ANY: Final = "und"
"""The tag of the patterns for a word of any language that fits no line (BCP 47, "undetermined")."""

_LEAST: Final = 3
"""So many letters stay before the first hyphen, and behind the last (as ``styles/print.css`` has it)."""
_SAME: Final = {"bs": "hr", "cnr": "sr_Latn", "sh": "sr_Latn", "no": "nb", "ms": "id", "mo": "ro"}
"""Languages whose words are divided as those of another, of which Pyphen has patterns."""
_DOTTED: Final = ("tr", "az")
"""Languages that write İ, of which Python makes two letters when it makes it small."""


class _File:
    """Patterns in the place of a file of Pyphen's: it is read when a text needs it.

    :param tables: of a language: patterns, and the letters that a capital in them stands for.
    """

    def __init__(self, tables: Sequence[Mapping[str, Any]]) -> None:
        self.tables = tables

    def open(self, _mode: str) -> BytesIO:
        """The first line, which names the encoding."""
        return BytesIO(b"UTF-8")

    def read_text(self, _encoding: str) -> str:
        """The encoding and the patterns."""
        return "\n".join(["UTF-8", *self._patterns()])

    def _patterns(self) -> Iterator[str]:
        for table in self.tables:
            for pattern in table["patterns"]:
                yield from map("".join, product(*(table.get(sign, sign) for sign in pattern)))


@cache
def dictionaries() -> Any:
    """The module ``pyphen``, with all patterns: those that it has and ours."""
    import pyphen

    class Dotted(pyphen.HyphDict):
        """Patterns for words with İ."""

        def positions(self, word: str) -> Any:
            return super().positions(word.replace("\u0130", "i"))

    own = tomllib.loads((styles.BUILT_IN / FILE).read_text(encoding="utf-8"))
    files = {tag: _File(tables) for tag, tables in own.items()}
    files |= {tag: pyphen.LANGUAGES[other] for tag, other in _SAME.items()}
    for tag, file in files.items():
        if tag not in pyphen.LANGUAGES:
            pyphen.LANGUAGES[tag] = file
            pyphen.LANGUAGES_LOWERCASE[tag.lower()] = tag
    for tag in _DOTTED:
        pyphen.hdcache.setdefault(pyphen.LANGUAGES[tag], Dotted(pyphen.LANGUAGES[tag]))
    return pyphen


@lru_cache(maxsize=32)
def patterns_for(language: str) -> Any:
    """Pyphen's patterns for a language tag (BCP 47), or ``None``."""
    pyphen = dictionaries()
    name = pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=name, left=_LEAST, right=_LEAST) if name else None
