"""Labels of citations that are words of a sentence: ``[Smith2020]_ argues``."""

from __future__ import annotations

import re
from typing import Final

from docutils import nodes

_LEADS: Final = {
    "en": "according and as at by cf cf. from in like of or per see than to under unlike with",
    "fr": "avec chez cf cf. comme dans de d'après et par pour que selon sous voir",
    "de": "aus bei bei: gemäß in laut mit nach siehe und vgl. von wie zu",
    "nl": "aan bij door en in met naar of uit van volgens vgl. zie zoals",
}
"""Words after which a label is part of the sentence, by language."""
_GOES_ON: Final = re.compile(r"(?:\s+|['’])(\w)")
_SENTENCE_ENDS: Final = ".!?…"


def is_word(call: nodes.Element, language: str) -> bool:
    """Whether the label of a citation is a word of its sentence, and stays readable beside the number.

    It is one at the beginning of a paragraph or a bracket, and behind the end of a sentence, where the
    sentence goes on with a small letter; and behind a word such as "see", "by" or "according to".
    """
    parent = call.parent
    at = parent.index(call)
    before = "".join(part.astext() for part in parent[:at]).rstrip()
    after = "".join(part.astext() for part in parent[at + 1 :])
    following = _GOES_ON.match(after)
    goes_on = following is not None and following[1].islower()
    if not before:
        return following is not None and (goes_on or parent.index(call) == 0)
    if before.endswith("("):
        return goes_on
    if before[-1] in _SENTENCE_ENDS and before.split()[-1].lower() not in _words(language):
        return goes_on
    return before.split()[-1].lstrip("([").lower() in _words(language)


def _words(language: str) -> frozenset[str]:
    return frozenset(_LEADS.get(language.lower().split("-")[0], _LEADS["en"]).split())
