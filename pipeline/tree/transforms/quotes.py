"""Quotation marks and dashes as printers set them, where the article asks for them.

docutils knows the marks of each language and which sign stands where: its `smartquotes` is used, and its own
transform is not, because that one turns the signs in addresses as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from docutils import nodes, utils
from docutils.transforms import Transform
from docutils.transforms.universal import SmartQuotes
from docutils.utils import smartquotes

from pipeline.tree.metadata import metadata_of, plain
from pipeline.tree.nodes import fault
from pipeline.tree.report import report
from pipeline.tree.state import state_of

_AS_WRITTEN: Final = (
    *(nodes.FixedTextElement, nodes.Special, nodes.literal, nodes.math, nodes.raw, nodes.problematic, fault),
    *(nodes.option_string, nodes.option_argument),
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
        around = text.parent
        address = isinstance(around, nodes.reference) and around.get("refuri", "").endswith(around.astext())
        literal = address or isinstance(around, _AS_WRITTEN) or isinstance(around.parent, _AS_WRITTEN)
        yield ("literal", str(text)) if literal else ("plain", _ESCAPED.sub(r"\\\1", str(text)))


def _set(texts: list[nodes.Text], language: str) -> None:
    """Set the marks in the texts of one block; without a language that docutils knows, none."""
    if not language:
        return
    for text, words in zip(texts, smartquotes.educate_tokens(_tokens(texts), "qDe", language), strict=True):
        if words != text:
            text.parent.replace(text, nodes.Text(words))
