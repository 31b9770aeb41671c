"""Marks that touch letters of scripts that write no space between words: emphasis, links, calls of notes.

docutils wants a space or a mark of punctuation around them, or lets them stand anywhere in any word
(``character_level_inline_markup``). Here such a letter counts as a mark of punctuation does, and no other.
"""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes
from docutils.parsers.rst import states
from docutils.utils import punctuation_chars

UNSPACED: Final = (
    "\u0e00-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Tibetan, Burmese, Khmer; Chinese and Japanese; Korean, whose endings touch words."""

_BEGINS: Final = rf"(?<![{UNSPACED}][^\W_])"
"""Where a name begins that could not have begun a letter earlier: behind each letter of these scripts it
may, and a line of 20,000 of them was followed to its end from each."""

_Parsed = tuple[str, list[nodes.Node], str, list[nodes.system_message]]


class UnspacedInliner(states.Inliner):
    """Finds marks beside such letters; a name with an underscore in it, or a bar, is none there."""

    def init_customizations(self, settings: Any) -> None:
        """As in docutils, whose patterns are made of its list of marks."""
        kept = punctuation_chars.delimiters
        punctuation_chars.delimiters = kept + UNSPACED
        try:
            super().init_customizations(settings)
        finally:
            punctuation_chars.delimiters = kept
        written = self.patterns.initial.pattern
        self.patterns.initial = re.compile(written.replace("(?P<refname>", f"{_BEGINS}(?P<refname>"))

    def reference_by_name(self, match: Any, lineno: int, *, anonymous: bool = False) -> _Parsed:
        """As in docutils; a letter may not follow the underscore."""
        text, end = match.string, match.end("whole")
        if text[end : end + 1].isalnum():
            return text[:end], [], text[end:], []
        found: _Parsed = self.reference(match, lineno, anonymous)
        return found

    def anonymous_by_name(self, match: Any, lineno: int) -> _Parsed:
        """The same, with two underscores."""
        return self.reference_by_name(match, lineno, anonymous=True)

    def substitution(self, match: Any, lineno: int) -> _Parsed:
        """As in docutils; a letter may not stand before the bar."""
        text, start, end = match.string, match.start("start"), match.end("start")
        if text[start - 1 : start].isalnum():
            return text[:end], [], text[end:], []
        found: _Parsed = self.substitution_reference(match, lineno)
        return found

    dispatch = {  # noqa: RUF012 - as docutils has it
        **states.Inliner.dispatch,
        "_": reference_by_name,
        "__": anonymous_by_name,
        "|": substitution,
    }
