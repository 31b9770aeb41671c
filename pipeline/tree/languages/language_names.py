"""Language tags (BCP 47) for what authors write in their place: names, codes of three letters."""

from __future__ import annotations

import functools
import re
from typing import Final

_OWN: Final = re.findall(
    r"\w+",
    "ar az be bg bn bs ca cs cy da de el es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk "
    "ko lb lt lv mk mn ms mt nb nl no pl pt ro ru sk sl sq sr sv sw th tr uk ur uz vi zh",
)
"""The languages whose names are known in the language itself too."""
_COUNTRIES: Final = {
    "gb": "en",
    "us": "en",
    "gr": "el",
    "cz": "cs",
    "dk": "da",
    "jp": "ja",
    "cn": "zh",
    "at": "de",
    "vl": "nl",
    "ua": "uk",
    "rs": "sr",
    "xk": "sq",
    "sp": "es",
    "po": "pl",
    "il": "he",
    "ir": "fa",
    "vn": "vi",
    "pk": "ur",
    "mx": "es",
}
"""Codes of countries that are written for their languages and are no code of another one."""


def tag_of(name: str) -> str | None:
    """The tag that an author means.

    :param name: "French", "français", "fra", "en_GB", "English (UK)".
    :returns: the tag, or ``None`` where no language is called so.
    """
    text = " ".join(name.split()).casefold()
    if re.fullmatch(r"[a-z]{2,3}(?:_[a-z0-9]{2,8})+", text):
        first, *rest = name.strip().split("_")
        return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])
    names = _names()
    bare = re.split(r"[ (,;/]", text)[0]
    return names.get(text) or names.get(bare) or better_tag(text)


def better_tag(tag: str) -> str | None:
    """The tag to write instead of a code of three letters, of a country, or of one with a name in it.

    :returns: ``None`` where `tag` is good, or nobody knows what it means.
    """
    first, *rest = tag.split("-")
    rest = [_region(part) for part in rest]
    named = next((code for part in rest if len(part) > 4 and (code := _names().get(part.lower()))), None)
    if named is not None:
        return named
    other = _aliases().get(first.lower()) if len(first) == 3 else None
    if len(first) == 2 and first.lower() not in _codes():
        other = _COUNTRIES.get(first.lower())
    changed = rest != tag.split("-")[1:]
    return "-".join([other or first, *rest]) if other or changed else None


def is_known(tag: str) -> bool:
    """Whether a tag begins with a language and goes on as tags do; all codes of two letters are known.

    :param tag: well-formed, as ``nl``, ``sr-Latn`` or ``gsw``.
    :returns: ``False`` for ``vl`` and for ``nl-BEL``, whose better tag `tag_of` may know.
    """
    first, *rest = tag.split("-")
    named = len(first) != 2 or first.lower() in _codes()
    return named and all(_region(part) == part for part in rest)


def _region(part: str) -> str:
    """The code of two letters of a country that is written with three in a tag: BE for BEL."""
    if re.fullmatch("[A-Z]{3}", part) is None:
        return part
    from babel.core import get_global

    found = get_global("territory_aliases").get(part) or [part]
    return str(found[0])


@functools.cache
def _names() -> dict[str, str]:
    from babel import Locale, UnknownLocaleError

    found = {
        name.casefold(): code.replace("_", "-")
        for code, name in reversed(list(Locale("en").languages.items()))
    }
    for code in _OWN:
        try:
            own = Locale.parse(code).languages
        except UnknownLocaleError:
            continue
        # Each language in its own words, and the large ones in those of their neighbours.
        found |= {
            own[other].casefold(): other for other in (code, "fr", "de", "en", "nl", "es") if other in own
        }
    return found | {
        Locale("en").languages[code].casefold(): code for code in _OWN if code in Locale("en").languages
    }


@functools.cache
def _codes() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").languages) | frozenset(_aliases())


@functools.cache
def _aliases() -> dict[str, str]:
    """Codes of three letters for languages that have one of two (CLDR, language aliases)."""
    from babel.core import get_global

    return {
        str(old): str(new)
        for old, new in get_global("language_aliases").items()
        if re.fullmatch("[a-z]{2}", str(new))
    }
