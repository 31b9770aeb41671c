"""Quotation marks and dashes as printers set them, where an article asks; spaces as languages have them.

docutils knows the marks of each language and which sign stands where: its `smartquotes` is used, and its own
transform is not, because that one turns the signs in addresses as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, Final

from docutils import nodes, utils
from docutils.transforms import Transform
from docutils.transforms.universal import SmartQuotes
from docutils.utils import smartquotes

from pipeline.tree.languages.number_spaces import kept_together
from pipeline.tree.metadata import metadata_of, plain
from pipeline.tree.nodes import fault
from pipeline.tree.parts import around
from pipeline.tree.report import report
from pipeline.tree.state import state_of

_AS_WRITTEN: Final = (
    *(nodes.FixedTextElement, nodes.Special, nodes.literal, nodes.math, nodes.raw, nodes.problematic, fault),
    *(nodes.option_string, nodes.option_argument, nodes.Invisible),
)
_CODES: Final = ("identifier", "contact", "address")
"""Fields that are no words."""
_ESCAPED: Final = re.compile("(?<=\x00)([-\\\\'\".`])")


class SetQuotes(Transform):
    """Set the marks of an article whose field ``quotes`` says ``typographic``.

    Quotation marks and apostrophes, en dashes for ``--``, em dashes for ``---``, and ``...``. A backslash
    before a mark keeps it.
    """

    default_priority = SmartQuotes.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Replace the texts, one block after another: what stands before a mark decides on it."""
        document = self.document
        record = metadata_of(document)
        if record.quotes != "typographic":
            return
        language = _known(record.language)
        if not language:
            message = f'the quotation marks of "{record.language}" are not known, so that they stay as typed'
            report(document, "meta-language", message, line=state_of(document).field_lines["quotes"][0])
        title = next(child for child in document if isinstance(child, nodes.title))
        of_heading = document["title"] == plain(title)
        for block in list(document.findall(nodes.TextElement)):
            if not isinstance(block.parent, nodes.TextElement) and not _is_code(block):
                _set(list(block.findall(nodes.Text)), _known(block.get_language_code(record.language)))
        recorded = title if of_heading else nodes.paragraph("", document["title"])
        if not of_heading:
            _set([recorded[0]], language)
        document["title"] = plain(recorded)


def _known(language: str) -> str:
    """The tag by which docutils knows the marks of a language, or an empty text."""
    tags: list[str] = utils.normalize_language_tag(language)
    return next((tag for tag in tags if tag in smartquotes.smartchars.quotes), "")


def _is_code(block: nodes.TextElement) -> bool:
    """Whether the words of a block are no prose: code, a message of docutils, a field for machines."""
    if isinstance(block, _AS_WRITTEN) or isinstance(block.parent, nodes.system_message):
        return True
    field = block.parent and block.parent.parent
    return (
        isinstance(field, nodes.field)
        and isinstance(field.parent, nodes.docinfo)
        and field[0].astext() in _CODES
    )


def _tokens(texts: list[nodes.Text]) -> Iterator[tuple[str, str]]:
    """The texts as docutils wants them: a mark that must stay has a backslash, not a NUL, before it."""
    for text in texts:
        holder = text.parent
        address = isinstance(holder, nodes.reference) and holder.get("refuri", "").endswith(holder.astext())
        literal = address or isinstance(holder, _AS_WRITTEN) or isinstance(holder.parent, _AS_WRITTEN)
        yield ("literal", str(text)) if literal else ("plain", _ESCAPED.sub(r"\\\1", str(text)))


def _set(texts: list[nodes.Text], language: str) -> None:
    """Set the marks in the texts of one block; without a language that docutils knows, none."""
    if not language:
        return
    for text, words in zip(texts, smartquotes.educate_tokens(_tokens(texts), "qDe", language), strict=True):
        if words != text:
            text.parent.replace(text, nodes.Text(words))


# Spaces ----------------------------------------------------------------------------------------------

_WIDE: Final = (
    "\u2e80-\u303f\u3040-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)
_SHARED: Final = "\u2014\u2018\u2019\u201c\u201d\u2026"
_JOINED: Final = re.compile(f"(?<=[{_WIDE}{_SHARED}])[ \t]*\n[ \t]*(?=[{_WIDE}{_SHARED}])")
"""A line feed between two letters that no space stands between (CSS Text 3, section 4.1.3)."""
_LETTER: Final = re.compile(f"[{_WIDE}]")

_FRENCH: Final = (
    (re.compile("(?<=[«‹])[ \n]+"), "\u00a0"),
    (re.compile("[ \n]+(?=[»›:])"), "\u00a0"),
    (re.compile("[ \n]+(?=[;!?])"), "\u202f"),
)
"""Spaces that stay with the mark beside them (Lexique des règles typographiques, "Ponctuation")."""


class SetSpaces(Transform):
    """Take out line feeds between letters of scripts without spaces; keep French marks with their words, and
    numbers whole."""

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
                if _is_as_written(text, block):
                    continue
                code: str = text.parent.get_language_code(language)
                words = _french(str(text)) if code.lower().split("-")[0] == "fr" else str(text)
                _put(text, words if _is_code(block) else kept_together(words, code))


def _is_as_written(text: nodes.Text, block: nodes.Element) -> bool:
    return any(
        isinstance(one, _AS_WRITTEN) or (isinstance(one, nodes.reference) and _is_address(one))
        for one in takewhile(lambda one: one is not block, around(text))
    )


def _is_address(link: nodes.reference) -> bool:
    return bool(link.get("refuri", "").endswith(link.astext()))


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
        _put(text, kept)


def _put(text: nodes.Text, words: str) -> None:
    if words != text:
        text.parent.replace(text, nodes.Text(words))
