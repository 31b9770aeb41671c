"""Places in a source ("chap. 3"), as authors write them, in the words that the engine reads.

The engine knows the words of the article's language only, and of their short forms only the one that its own
table has: "ch." in British English, not "chap."; in a German article no "p.". What it does not know it sets
behind the source without a comma.
"""

from __future__ import annotations

import re
from typing import Final

_PAGES: Final = {
    "": ("p", "pp", "pg", "pgs", "page", "pages"),
    "de": ("s", "ss", "seite", "seiten"),
    "nl": ("blz", "pag"),
    "es": ("pág", "págs"),
    "pt": ("pág", "págs"),
    "it": ("pag", "pagg"),
    **dict.fromkeys(("cs", "sk", "pl", "hr", "bs", "sl"), ("s", "str")),
    **dict.fromkeys(("ru", "uk", "bg", "mk", "sr"), ("с", "стр")),
}
"""How a page is called, in any article and by main language: a number without a word is one."""
_WORD: Final = re.compile(r"(?P<word>[^\W\d_]{1,14})(?:\.\s*(?=\d)|\.?\s+(?=\d|[ivxlc]+\b))")
_NUMBER: Final = r"\d+(?:[-\u2013]\d+)?"
_JOINED: Final = re.compile(
    rf"{_NUMBER}(?:, ?{_NUMBER})*(?:,?(?: ?& ?| (?:and|und|et|en|y|e|og|och|ja|i|a|и) ){_NUMBER})+(?!\w)"
)
"""Numbers of which the last ones are joined by a sign or a word."""
_TERMS: Final[dict[str, dict[str, str]]] = {
    "en": {
        **{"chap": "chapter", "chaps": "chapters", "ch": "chapter", "sec": "section", "secs": "sections"},
        **{
            "sect": "section",
            "sects": "sections",
            "bk": "book",
            "bks": "books",
            "pt": "part",
            "pts": "parts",
        },
        **{"ver": "verse", "par": "paragraph", "pars": "paragraphs", "fo": "folio", "fos": "folios"},
        **{"s": "section", "ss": "sections"},
        **{"nos": "numbers", "vols": "volumes", "cols": "columns", "figs": "figures"},
    },
    "fr": {"par": "paragraphe", "fol": "folio", "sec": "section"},
    "nl": {"hfst": "hoofdstuk", "hfdst": "hoofdstuk"},
    "de": {"bl": "Blatt"},
}
"""By main language, short forms that the engine does not read, and the words that it does."""


def as_read(place: str, language: str) -> str:
    """The words behind a source as the engine reads them.

    :param place: as the author writes it: "chap. 3", "p. 12, and elsewhere", "art. 5".
    :param language: language tag of the sources.
    """
    if not place or place[0] in ",;:.(":
        return place
    match = _WORD.match(place)
    if match is None:
        return _several(place)
    main, word = language.partition("-")[0].lower(), match["word"].lower()
    if place[match.end() :][:1].isdigit() and word in (*_PAGES[""], *_PAGES.get(main, ())):
        return _several(place[match.end() :])
    term = _TERMS.get(main, {}).get(word)
    # A comma is no part of a place that is read; before one that is not, it parts it from the source.
    return f", {_several(place[match.end() :], f'{term} ')}" if term else f", {place}"


def _several(numbers: str, term: str = "") -> str:
    """Numbers joined by a word or a sign, in braces: without these the engine takes only the first one for a
    place, as in "p. 3 & 5". Behind a term it understands the sign alone: before a word it drops the term.
    """
    match = _JOINED.match(numbers)
    if match is not None and term and any(sign.isalpha() for sign in match[0]):
        match = None
    return f"{{{term}{match[0]}}}{numbers[match.end() :]}" if match else f"{term}{numbers}"
