"""Titles in another language than the article's say so, by its field ``langid`` or ``language``."""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes

_MARKUP: Final = re.compile(r"</?[a-z][^<>]*>")
_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d\u00a0\u202f", "''\"\"  ")
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-.*)?")


def marked(words: list[nodes.Node], item: dict[str, Any], language: str) -> list[nodes.Node]:
    """The words of a citation or an entry, its title marked where it is foreign.

    :param item: the source, in CSL-JSON.
    :param language: language tag of the article.
    """
    tag = tag_of(item)
    if not tag or tag.split("-", maxsplit=1)[0] == language.lower().split("-", maxsplit=1)[0]:
        return words
    titles = {_plain(_MARKUP.sub("", str(item.get(name, "")))) for name in ("title", "title-short")}
    around = nodes.Element("", *words)
    for text in list(around.findall(nodes.Text)):
        for title in sorted(filter(None, titles), key=lambda one: (-len(one), one)):
            at = _plain(str(text)).find(title)
            if at >= 0:
                _mark(text, at, at + len(title), tag)
                break
    return list(around.children)


def tag_of(item: dict[str, Any]) -> str:
    """The language of a source, with its script: "sr-latn"; "" where it does not say."""
    match = _TAG.fullmatch(str(item.get("language", "")).strip())
    return "-".join(part for part in match.groups() if part).lower() if match is not None else ""


def _plain(text: str) -> str:
    """A text of the same length, without the differences that styles make: of capitals and of signs."""
    lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return lower.translate(_QUOTES)


def _mark(text: nodes.Text, start: int, end: int, tag: str) -> None:
    whole = str(text)
    inside = nodes.inline("", whole[start:end], classes=[f"language-{tag}"])
    parts = (nodes.Text(whole[:start]), inside, nodes.Text(whole[end:]))
    text.parent.replace(text, [part for part in parts if part.astext()])
