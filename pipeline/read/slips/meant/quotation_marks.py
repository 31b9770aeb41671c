"""Quotation marks that are opened and not closed, or closed with those of another pair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import shortened
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element, int, str, str]
_PAIRS: Final = {"«": "»", "„": "“”\"'’", "「": "」", "『": "』", "《": "》", "¿": "?"}
"""What opens in any language, and what closes it; “ opens in one language and closes in another."""
_SHOWN: Final = {"„": "“"}
_NOT_WORDS: Final = (nodes.literal, nodes.math, nodes.raw, nodes.problematic)


def find_unclosed(document: nodes.document) -> Iterator[_Found]:
    """The first in each paragraph. A quotation of several paragraphs opens each of them, and closes the last.

    :param document: as it is parsed.
    """
    for node in document.findall(nodes.paragraph):
        if isinstance(node.parent, (nodes.system_message, nodes.block_quote)):
            continue
        words = "".join(
            re.sub(r"[^\n]", "\ufffd", one.astext()) if isinstance(one, _NOT_WORDS) else one.astext()
            for one in node
        )
        for opening, closing in _PAIRS.items():
            at = _open(words, opening, closing)
            if at is None or not words[:at].strip() or _goes_on(node, opening, closing):
                continue
            shown = shortened(" ".join(words[at : at + 60].split()))
            close = _SHOWN.get(opening, closing[0])
            what = (
                "a question that begins with ¿ ends with ?"
                if opening == "¿"
                else f"type {close} where it ends"
            )
            said = f'"{shown}" begins with {opening}, and nothing closes it: {what}'
            yield node, (line_of(node) or 1) + words.count("\n", 0, at), "markup-misread", said
            break


def _open(words: str, opening: str, closing: str) -> int | None:
    """Where the last opening mark stands that nothing closes behind it; ``None`` where all are closed."""
    at = words.rfind(opening)
    if at < 0 or (not words[at + 1 : at + 2].strip() and opening != "«"):
        return None
    german = opening == "«" and "»" in words[:at]
    return None if german or any(sign in words[at:] for sign in closing) else at


def _goes_on(node: nodes.Element, opening: str, closing: str) -> bool:
    """Whether the next block of words closes what is opened here."""
    behind = node.next_node(descend=False, siblings=True, ascend=True)
    words = behind.astext() if behind is not None else ""
    closed = min((words.find(sign) for sign in closing if sign in words), default=-1)
    opened = words.find(opening)
    return (closed >= 0 and not 0 <= opened < closed) or opened == 0
