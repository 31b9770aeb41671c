"""Titles in another language than the article's say so, by its field ``langid`` or ``language``."""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes

from pipeline.tree.labels import direction_of

_MARKUP: Final = re.compile(r"</?[a-z][^<>]*>")
_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d\u00a0\u202f", "''\"\"  ")
_RIGHT: Final = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_FROM_RIGHT: Final = re.compile(f"{_RIGHT}+(?:[ \u200c\u200d'\u2019-]+{_RIGHT}+)*")
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


def isolated(words: list[nodes.Node], item: dict[str, Any], language: str) -> list[nodes.Node]:
    """The same where names and titles from right to left stand apart from what is around them.

    Each is read from right to left; the signs between them belong to a line from left to right. Without that,
    "(" and the year would change sides.

    :param item: the source, in CSL-JSON; parameters and result are those of `marked`.
    """
    if direction_of(language) == "rtl":
        return words
    tag = tag_of(item)
    around = nodes.Element("", *words)
    for text in list(around.findall(nodes.Text)):
        if any(name.startswith("language-") for name in text.parent.get("classes", ())):
            continue
        written = str(text)
        parts: list[nodes.Node] = []
        at = 0
        for run in _FROM_RIGHT.finditer(written):
            script = "he" if run[0] < "\u0600" else "ar"
            own = tag if tag and direction_of(tag) == "rtl" else script
            parts += [
                nodes.Text(written[at : run.start()]),
                nodes.inline("", run[0], classes=[f"language-{own}"]),
            ]
            at = run.end()
        if parts:
            text.parent.replace(text, [part for part in (*parts, nodes.Text(written[at:])) if part.astext()])
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
