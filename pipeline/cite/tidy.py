"""Sources as programs leave them, in the form that the engine sets well.

That is: addresses of DOIs, names of East Asia, formulas in titles, languages by their names.
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
    language = str(found.get("language", "")).strip()
    if language.lower() in _LANGUAGES:
        found["language"] = _LANGUAGES[language.lower()]
    return found


def _named(person: Any) -> Any:
    """A name in the scripts of East Asia is one word: it has no initials, and no comma in it."""
    if not isinstance(person, dict):
        return person
    family, given = (str(person.get(part, "")).strip() for part in ("family", "given"))
    if given and _EAST_ASIAN.fullmatch(family) and _EAST_ASIAN.fullmatch(given):
        return {"literal": family + given}
    return person
