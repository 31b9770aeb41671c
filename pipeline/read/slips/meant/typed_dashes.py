"""Hyphens that stand for a dash, as LaTeX and mails have them: ``1990--2000``, ``fast---and``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.tree.metadata import known_field
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_RANGE: Final = re.compile(r"(?<![\w.-])\d[\d.,]*(?P<sign>---?)\d[\d.,]*(?![\w-])")
_SENTENCE: Final = re.compile(
    r"(?<=[^\W\d_]{2})(?P<sign>---)(?=[^\W\d_]{2})|(?<=[^\W\d_]{2} )(?P<apart>---?)(?= [^\W\d_]{2})"
)
_SHOWING: Final = (nodes.literal, nodes.literal_block, nodes.doctest_block)
_NOT_WORDS: Final = (nodes.FixedTextElement, nodes.Inline, nodes.raw, nodes.comment)


def find_dashes(document: nodes.document) -> Iterator[_Found]:
    """The first place, where hyphens are printed as they are typed; none in a text that shows code."""
    fields = [one for one in document.findall(nodes.field) if known_field(one[0].astext()) == "quotes"]
    code = any(not isinstance(one.parent, nodes.system_message) for one in document.findall(_is_code))
    if code or any("typographic" in one.astext() for one in fields):
        return
    for block in document.findall(nodes.TextElement):
        if isinstance(block, _NOT_WORDS) or isinstance(block.parent, nodes.system_message):
            continue
        words = "".join(str(one) if isinstance(one, nodes.Text) else "\ufffd" for one in block)
        if "--" not in words:
            continue
        match = _RANGE.search(words) or _SENTENCE.search(words)
        if match is None:
            continue
        around = words[max(0, match.start() - 12) : match.end() + 12]
        dash = "–" if _RANGE.search(match[0]) else "— or –"
        said = f"type {dash}, or write :quotes: typographic below the title for the whole article"
        shown = shortened(" ".join(around.split()))
        line = (line_of(block) or 1) + words.count("\n", 0, match.start())
        above = isinstance(block, nodes.title) and isinstance(block.parent, nodes.section)
        yield (
            block,
            line - above,
            "markup-foreign",
            f'the hyphens in "{shown}" are printed as they are: {said}',
        )
        return


def _is_code(node: nodes.Node) -> bool:
    return isinstance(node, _SHOWING)
