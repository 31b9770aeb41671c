"""Spaces as languages have them: none between Chinese or Japanese letters; French ones that end no line."""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.universal import SmartQuotes

from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import fault

_AS_WRITTEN: Final = (
    *(nodes.FixedTextElement, nodes.Special, nodes.literal, nodes.math, nodes.raw, nodes.problematic, fault),
    *(nodes.option_string, nodes.option_argument, nodes.Invisible),
)
_WIDE: Final = (
    "\u2e80-\u303f\u3040-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)
_MARKS: Final = "\u2014\u2018\u2019\u201c\u201d\u2026"
_JOINED: Final = re.compile(f"(?<=[{_WIDE}{_MARKS}])[ \t]*\n[ \t]*(?=[{_WIDE}{_MARKS}])")
"""A line feed between two letters that no space stands between (CSS Text 3, section 4.1.3)."""
_LETTER: Final = re.compile(f"[{_WIDE}]")

_FRENCH: Final = (
    (re.compile("(?<=[«‹])[ \n]+"), "\u00a0"),
    (re.compile("[ \n]+(?=[»›:])"), "\u00a0"),
    (re.compile("[ \n]+(?=[;!?])"), "\u202f"),
)
"""Spaces that stay with the mark beside them (Lexique des règles typographiques, "Ponctuation")."""


class SetSpaces(Transform):
    """Take out line feeds between letters of scripts without spaces; keep French marks with their words."""

    default_priority = SmartQuotes.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Look at the texts of one block after another: a line may end where an element does."""
        language = metadata_of(self.document).language
        for block in list(self.document.findall(nodes.TextElement)):
            if isinstance(block.parent, nodes.TextElement) or isinstance(block, _AS_WRITTEN):
                continue
            texts = [text for text in block.findall(nodes.Text) if not _is_as_written(text, block)]
            _join(texts)
            for text in list(block.findall(nodes.Text)):
                if not _is_as_written(text, block) and _is_french(text, language):
                    _replace(text, _french(str(text)))


def _is_as_written(text: nodes.Text, block: nodes.Element) -> bool:
    node = text.parent
    while node is not block:
        if isinstance(node, _AS_WRITTEN) or (isinstance(node, nodes.reference) and _is_address(node)):
            return True
        node = node.parent
    return False


def _is_address(link: nodes.reference) -> bool:
    return bool(link.get("refuri", "").endswith(link.astext()))


def _is_french(text: nodes.Text, language: str) -> bool:
    code: str = text.parent.get_language_code(language)
    return code.lower().split("-")[0] == "fr"


def _french(words: str) -> str:
    for pattern, space in _FRENCH:
        words = pattern.sub(space, words)
    return words


def _join(texts: list[nodes.Text]) -> None:
    """Join the lines of one block, across its elements too."""
    whole = "".join(map(str, texts))
    if "\n" not in whole or not _LETTER.search(whole):
        return
    drop = {place for match in _JOINED.finditer(whole) for place in range(*match.span())}
    start = 0
    for text in texts:
        length = len(text)
        kept = "".join(sign for place, sign in enumerate(str(text), start) if place not in drop)
        start += length
        _replace(text, kept)


def _replace(text: nodes.Text, words: str) -> None:
    if words != text:
        text.parent.replace(text, nodes.Text(words))
