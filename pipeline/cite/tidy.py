"""Sources as programs leave them, in the form that the engine sets well.

That is: addresses of DOIs, names with particles or of East Asia, formulas in titles, courts, languages by
their names.
"""

from __future__ import annotations

import re
from typing import Any, Final

_DOI: Final = re.compile(r"(?i)(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*")
_EAST_ASIAN: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_NAMES: Final = ("author", "editor", "translator", "container-author", "collection-editor", "director")
_TITLES: Final = ("title", "title-short", "container-title", "collection-title")
_FORMULA: Final = re.compile(r"\$(?=\S)([A-Za-z0-9 +=,.()-]{1,40})(?<=\S)\$(?!\d)")
_LANGUAGES: Final = {
    **{"albanian": "sq", "arabic": "ar", "armenian": "hy", "azerbaijani": "az", "bosnian": "bs"},
    **{"chinese": "zh", "georgian": "ka", "hebrew": "he", "japanese": "ja", "korean": "ko", "kurdish": "ku"},
    **{"macedonian": "mk", "persian": "fa", "farsi": "fa", "serbianc": "sr-Cyrl", "serbian": "sr-Latn"},
    **{"thai": "th", "ukrainian": "uk", "vietnamese": "vi", "luxembourgish": "lb", "maltese": "mt"},
    **{"english": "en", "french": "fr", "german": "de", "dutch": "nl", "spanish": "es", "italian": "it"},
    **{"portuguese": "pt", "russian": "ru", "greek": "el", "turkish": "tr", "polish": "pl"},
}
"""Names of languages that files have and the engine leaves as they are (BCP 47 tags)."""


_TAG: Final = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)(?: [^<>]*)?>")
_VERSION: Final = re.compile(r"(?<=\d)-(?=\d)")
NO_RANGE: Final = "\u2011"
"""Stands for a hyphen in the number of a version, which is no range: it gives no "versions"."""


def with_particles(item: dict[str, Any]) -> dict[str, Any]:
    """The same source where "van" and "de la" belong to the names of its people.

    BibLaTeX leaves them out where a name is short ("Dijk 2004" for Teun van Dijk), unless each entry says
    otherwise; BibTeX does not, and neither do readers.
    """
    found = dict(item)
    for name in _NAMES:
        if isinstance(found.get(name), list):
            found[name] = [_with_particle(one) for one in found[name]]
    return found


def _with_particle(person: Any) -> Any:
    if not isinstance(person, dict) or "non-dropping-particle" in person or "dropping-particle" not in person:
        return person
    rest = {part: value for part, value in person.items() if part != "dropping-particle"}
    return {**rest, "non-dropping-particle": person["dropping-particle"]}


def tidied(item: dict[str, Any]) -> dict[str, Any]:
    """The same source in good form.

    :param item: in CSL-JSON; it stays as it is.
    """
    found = dict(item)
    if isinstance(found.get("DOI"), str):
        match = _DOI.match(found["DOI"].strip())
        found["DOI"] = found["DOI"].strip()[match.end() if match else 0 :]
    for name in _TITLES:
        if isinstance(found.get(name), str):
            # Titles of English books get capitals: a formula keeps its letters.
            found[name] = _FORMULA.sub(r'<span class="nocase"><i>\1</i></span>', found[name])
    for name in _NAMES:
        if isinstance(found.get(name), list):
            found[name] = [_named(one) for one in found[name]]
    if found.get("type") == "legal_case" and "publisher" in found:
        found.setdefault("authority", found["publisher"])  # the court, by the name that styles know it by
    if isinstance(found.get("version"), str):
        found["version"] = _VERSION.sub(NO_RANGE, found["version"])
    language = str(found.get("language", "")).strip()
    if language.lower() in _LANGUAGES:
        found["language"] = _LANGUAGES[language.lower()]
    return found


def _named(person: Any) -> Any:
    """A name in the scripts of East Asia is one word: it has no initials, and no comma in it.

    Markup in names, which the engine would show, is out.
    """
    if not isinstance(person, dict):
        return person
    person = {
        part: _TAG.sub("", value) if isinstance(value, str) else value for part, value in person.items()
    }
    family, given = (str(person.get(part, "")).strip() for part in ("family", "given"))
    if given and _EAST_ASIAN.fullmatch(family) and _EAST_ASIAN.fullmatch(given):
        return {"literal": family + given}
    return person
