"""Where words may be divided: patterns for languages that Pyphen has none for.

Pyphen, which WeasyPrint hyphenates with, has patterns for 60 languages. ``styles/hyphens`` has more, in the
same form (that of LibreOffice), made by the rules of each language's orthography. In a few languages the
patterns of another hold.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline import styles

FOLDER: Final = "hyphens"
ANY: Final = "und"
"""The tag of the patterns for a word of any language that fits no line (BCP 47, "undetermined")."""

_SAME: Final = {"bs": "hr", "cnr": "sr_Latn", "sh": "sr_Latn", "no": "nb", "ms": "id", "mo": "ro"}
"""Languages whose words are divided as those of another, of which Pyphen has patterns."""
_DOTTED: Final = ("tr", "az")
"""Languages that write İ, of which Python makes two letters when it makes it small."""


@cache
def dictionaries() -> Any:
    """The module ``pyphen``, with all patterns: those that it has and ours."""
    import pyphen

    class Dotted(pyphen.HyphDict):
        """Patterns for words with İ."""

        def positions(self, word: str) -> Any:
            return super().positions(word.replace("\u0130", "i"))

    for path in sorted((styles.BUILT_IN / FOLDER).glob("hyph_*.dic")):
        tag = path.stem.removeprefix("hyph_")
        if tag not in pyphen.LANGUAGES:
            _register(pyphen, tag, path)
    for tag, other in _SAME.items():
        if tag not in pyphen.LANGUAGES:
            _register(pyphen, tag, pyphen.LANGUAGES[other])
    for tag in _DOTTED:
        pyphen.hdcache.setdefault(pyphen.LANGUAGES[tag], Dotted(pyphen.LANGUAGES[tag]))
    return pyphen


def _register(pyphen: Any, tag: str, path: Path) -> None:
    pyphen.LANGUAGES[tag] = path
    pyphen.LANGUAGES_LOWERCASE[tag.lower()] = tag


def patterns_for(language: str, least: int) -> Any:
    """Pyphen's patterns for a language tag (BCP 47), or ``None``.

    :param least: so many letters stay before the first hyphen, and behind the last.
    """
    pyphen = dictionaries()
    name = pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=name, left=least, right=least) if name else None
