"""Parts of a tree: what they hold and show, and how one is taken out of a tree that must stay valid."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from docutils import nodes


def around(node: nodes.Node) -> Iterator[nodes.Element]:
    """What a node stands in, from its parent to the top of the tree."""
    while node.parent is not None:
        node = node.parent
        yield node


def ids_in(node: nodes.Element) -> list[str]:
    """The ids of `node` and of all that is in it, in the order of the text."""
    return [name for part in node.findall(nodes.Element) for name in part["ids"]]


def legible(text: str) -> bool:
    """Whether a reader sees anything of `text`: a letter or a sign."""
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in text)


def shows(node: nodes.Element) -> bool:
    """Whether a reader sees anything of `node`: a letter, a sign or an image."""
    return legible(node.astext()) or node.next_node(nodes.image) is not None


def has_content(node: nodes.Element) -> bool:
    """Whether a note or a value says or shows anything, apart from notes that are written inside it."""
    mute = (nodes.label, nodes.Invisible, nodes.footnote, nodes.citation)
    return any(_shows(child) for child in node if not isinstance(child, mute))


def _shows(node: nodes.Node) -> bool:
    if isinstance(node, nodes.system_message):
        return bool(node["level"] >= 3)  # the place of an error
    shown = (nodes.image, nodes.footnote_reference)
    return bool(node.astext().strip()) or any(isinstance(child, shown) for child in node.findall())


def before_of(node: nodes.Element) -> nodes.Node | None:
    """What stands before a node beside it, messages of docutils apart; ``None`` for nothing."""
    index = node.parent.index(node)
    while index and isinstance(node.parent[index - 1], nodes.system_message):
        index -= 1
    return node.parent[index - 1] if index else None


def prune(node: nodes.Element) -> None:
    """Remove `node`, and what held nothing else and may not be empty.

    Where that is needed itself (the definition of a term), an empty paragraph takes the place of `node`.
    """
    parent = node.parent
    lined = isinstance(parent, nodes.TextElement) and len(parent) > 1
    if lined or isinstance(parent, (nodes.document, nodes.section)):
        parent.remove(node)
        return
    index, fitted = parent.index(node), _fits(parent)
    parent.remove(node)
    if _fits(parent) or (parent.children and not fitted):
        return
    if not parent.children:
        prune(parent)
        return
    parent.insert(index, nodes.paragraph())
    if not _fits(parent):
        parent[index] = node
        node += nodes.paragraph()


def prune_empty(document: nodes.document) -> None:
    """Remove what holds nothing and may not be empty: where all was a ``class``, docutils leaves that."""
    for node in list(document.findall(nodes.Element)):
        if not node.children and node.parent is not None and not _fits(node):
            prune(node)


def _fits(node: nodes.Element) -> bool:
    """Whether the children of `node` are those that its content model asks for."""
    try:
        return not node.validate_content()
    except nodes.ValidationError:
        return False
