"""From what the engine says to nodes: pandoc's inline elements (pandoc-types 1.23), never raw HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from docutils import nodes

from pipeline.cite.tidy import NO_RANGE

Inline = dict[str, Any]

_MARKED: Final[dict[str, Callable[[], nodes.Element]]] = {
    "Emph": nodes.emphasis,
    "Strong": nodes.strong,
    "Superscript": nodes.superscript,
    "Subscript": nodes.subscript,
    "SmallCaps": lambda: nodes.inline(classes=["small-caps"]),
    "Underline": lambda: nodes.inline(classes=["underline"]),
}
_QUOTES: Final = {"SingleQuote": "‘’", "DoubleQuote": "“”"}
_NUMBER: Final = re.compile(r"^\(N (?=\d)")
_SCHEMES: Final = ("http://", "https://", "mailto:", "ftp://")


def to_nodes(inlines: Sequence[Inline], ids: dict[str, str] | None = None) -> list[nodes.Node]:
    """Nodes of the tree for inline elements.

    :param ids: of the entries in the list of sources, by their keys: what links to others becomes words.
    """
    return _whole_addresses(_joined(_nodes(inlines, ids or {})))


def split_note(inlines: Sequence[Inline]) -> tuple[list[Inline], list[Inline]]:
    """What stands in the text, and what stands in the note of it."""
    text: list[Inline] = []
    note: list[Inline] = []
    for one in inlines:
        if one["t"] == "Note":
            note += _blocks(one["c"])
        elif one["t"] == "Cite":
            inside, below = split_note(one["c"][1])
            text += inside
            note += below
        else:
            text.append(one)
    return text, note


def _blocks(blocks: Iterable[dict[str, Any]]) -> list[Inline]:
    found: list[Inline] = []
    for block in blocks:
        if block["t"] in ("Para", "Plain"):
            found += [*([{"t": "Space"}] if found else []), *block["c"]]
        elif block["t"] == "Div":
            found += _blocks(block["c"][1])
    return found


def _nodes(inlines: Sequence[Inline], ids: dict[str, str]) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for one in inlines:
        found += _node(one["t"], one.get("c"), ids)
    return found


def _node(kind: str, content: Any, ids: dict[str, str]) -> list[nodes.Node]:
    if kind == "Str":
        return [nodes.Text(content.replace(NO_RANGE, "-"))]
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return [nodes.Text(" ")]
    if kind in _MARKED:
        inside = to_nodes(content, ids)
        if not inside:
            return []
        node = _MARKED[kind]()
        node += inside
        return [node]
    if kind == "Quoted":
        marks = _QUOTES[content[0]["t"]]
        return [nodes.Text(marks[0]), *_nodes(content[1], ids), nodes.Text(marks[1])]
    if kind in ("Span", "Cite"):
        inside = _nodes(content[1], ids)
        apart = kind == "Span" and "csl-left-margin" in content[0][1]
        return [*inside, nodes.Text(" ")] if apart else inside
    if kind == "Strikeout":
        return _nodes(content, ids)
    if kind == "Code":
        return [nodes.literal("", content[1])]
    if kind == "Math":
        return [nodes.math("", content[1])]
    if kind == "Link":
        return _link(content[1], content[2][0], ids)
    if kind == "Image":
        return _nodes(content[1], ids)
    if kind == "Note":
        return [nodes.Text(" ("), *_nodes(_blocks(content), ids), nodes.Text(")")]
    return [nodes.Text(content[1])] if kind == "RawInline" else []


def _link(words: Sequence[Inline], goal: str, ids: dict[str, str]) -> list[nodes.Node]:
    inside = to_nodes(words, ids)
    if goal.startswith("#"):
        name = ids.get(goal.removeprefix("#ref-"))
        link = nodes.reference("", "", refid=name) if name else None
    else:
        link = nodes.reference("", "", refuri=goal) if goal.startswith(_SCHEMES) else None
    if link is None or not inside:
        return inside
    link += inside
    return [link]


def _joined(parts: Iterable[nodes.Node]) -> list[nodes.Node]:
    """The same with neighbouring texts as one, and one space where there were several."""
    found: list[nodes.Node] = []
    for part in parts:
        if isinstance(part, nodes.Text) and found and isinstance(found[-1], nodes.Text):
            before = str(found[-1])
            text = str(part).lstrip(" ") if before.endswith(" ") else str(part)
            found[-1] = nodes.Text(before + text)
        else:
            found.append(part)
    return found


_DOI: Final = "https://doi.org/"


def _whole_addresses(parts: list[nodes.Node]) -> list[nodes.Node]:
    """The same with "https://doi.org/" in the link behind it: the engine links only the number."""
    for at, link in enumerate(parts[1:], start=1):
        before = parts[at - 1]
        if not isinstance(link, nodes.reference) or not isinstance(before, nodes.Text):
            continue
        if str(before).endswith(_DOI) and link.get("refuri") == _DOI + link.astext():
            parts[at - 1] = nodes.Text(str(before).removesuffix(_DOI))
            link.insert(0, nodes.Text(_DOI))
    return [part for part in parts if not isinstance(part, nodes.Text) or str(part)]


def without_stop(parts: list[nodes.Node]) -> list[nodes.Node]:
    """The same without the full stop at its end: the sentence goes on behind it."""
    last = parts[-1] if parts else None
    if isinstance(last, nodes.Text) and str(last).endswith("."):
        rest = str(last)[:-1]
        return [*parts[:-1], nodes.Text(rest)] if rest else parts[:-1]
    return parts


def with_stop(parts: list[nodes.Node]) -> list[nodes.Node]:
    """The same with a full stop at its end, where no sign ends it."""
    shown = "".join(part.astext() for part in parts).rstrip("\"'”’»)")
    return parts if not shown or shown[-1] in ".!?…" else [*parts, nodes.Text(".")]


def with_small_letter(parts: list[nodes.Node]) -> list[nodes.Node]:
    """The same where it does not begin a sentence: "ibid", not "Ibid"."""
    first = parts[0] if parts else None
    if not isinstance(first, nodes.Text):
        return parts
    text = str(first)
    return [nodes.Text(f"ibid{text[4:]}" if text.startswith("Ibid") else text), *parts[1:]]


def with_small_number(parts: list[nodes.Node]) -> list[nodes.Node]:
    """The same with "(n 3)" for "(N 3)", which the engine writes where the author stands in the text."""
    first = parts[0] if parts else None
    return (
        [nodes.Text(_NUMBER.sub("(n ", str(first))), *parts[1:]] if isinstance(first, nodes.Text) else parts
    )
