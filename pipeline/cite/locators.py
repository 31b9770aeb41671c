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
_WORD: Final = re.compile(r"(?P<word>[^\W\d_]{1,14})(?:\.\s*(?=\d)|\.?\s+(?=\d|[IVXLCivxlc]+\b))")
_ALONE: Final = re.compile(r"(?:passim|et seqq?|ff?)\b")
"""Words that tell a place without a number."""
_STUCK: Final = re.compile(r"^(pp?)(?=\d)")
_ROMAN: Final = re.compile(r"[IVXLC]+\b|[ivxlc]+\b")
_SPREAD: Final = re.compile(r"(?<=\d)\s*[-\u2013\u2014]\s*(?=\d)")
_NUMBER: Final = r"\d+(?:[-\u2013]\d+)?"
_JOINING: Final = r"(?:,? ?& ?|,? (?:and|und|et|en|y|e|og|och|ja|i|a|и) )"
_JOINED: Final = re.compile(rf"{_NUMBER}(?:, ?{_NUMBER})*(?:{_JOINING}{_NUMBER})+(?!\w)")
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
    place = _STUCK.sub(r"\1. ", _SPREAD.sub("-", place), count=1)
    match = _WORD.match(place)
    if match is None:
        return f", {place}" if _ALONE.match(place) else _parted(place)
    main, word = language.partition("-")[0].lower(), match["word"].lower()
    rest = place[match.end() :]
    page = word in (*_PAGES[""], *_PAGES.get(main, ()))
    if page and rest[:1].isdigit():
        return _parted(rest)
    if not page and _ROMAN.match(rest):
        # Styles print no word such as "chapter" before a number that they do not take for one.
        return f"{{}}, {place}"
    term = _TERMS.get(main, {}).get(word)
    # A comma is no part of a place that is read; before one that is not, it parts it from the source.
    return f", {term} {_parted(rest)}" if term else f", {_parted(place)}"


def _parted(numbers: str) -> str:
    """Numbers joined by a sign or a word, as in "p. 3 & 5", parted by commas.

    The engine takes only the first one for a place otherwise, or sets no word before them; `rejoined` puts
    back what the author writes.
    """
    match = _JOINED.search(numbers)
    if match is None:
        return numbers
    return numbers[: match.start()] + re.sub(_JOINING, ", ", match[0]) + numbers[match.end() :]


def rejoined(text: str, place: str) -> str:
    """A text of the engine with the signs and words between numbers that its author has written.

    :param place: the words behind the source, as the author writes them.
    """
    match = _JOINED.search(_SPREAD.sub("-", place))
    if match is None:
        return text
    numbers = re.findall(_NUMBER, match[0])
    signs = re.split(_NUMBER, match[0])[1:-1]
    ends = [rf"({number.partition('-')[0]}(?:[-\u2013]\d+)?)" for number in numbers]
    found = list(re.finditer(r"(?<![\d\u2013])" + ", ".join(ends) + r"(?!\w)", text))
    if not found:
        return text
    last = found[-1]
    set_ = "".join(f"{number}{sign}" for number, sign in zip(last.groups(), (*signs, ""), strict=True))
    return text[: last.start()] + set_ + text[last.end() :]
