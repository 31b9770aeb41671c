"""How a node is taken out of a tree that must stay valid."""

from __future__ import annotations

from docutils import nodes


def prune(node: nodes.Element) -> None:
    """Remove `node`, and what held nothing else and may not be empty.

    Where that is needed itself (the definition of a term), an empty paragraph takes the place of `node`.
    """
    parent = node.parent
    index, fitted = parent.index(node), _fits(parent)
    parent.remove(node)
    if (
        isinstance(parent, (nodes.document, nodes.section))
        or _fits(parent)
        or (parent.children and not fitted)
    ):
        return
    if not parent.children:
        prune(parent)
        return
    parent.insert(index, nodes.paragraph())
    if not _fits(parent):
        parent[index] = node
        node += nodes.paragraph()


def _fits(node: nodes.Element) -> bool:
    """Whether the children of `node` are those that its content model asks for."""
    try:
        return not node.validate_content()
    except nodes.ValidationError:
        return False
