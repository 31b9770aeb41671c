"""How a directive or a transform says what it found: one function, and the line it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary, ref

from docutils import nodes

from pipeline.findings import Finding
from pipeline.tree.parts import around
from pipeline.tree.state import state_of

_places: WeakKeyDictionary[nodes.Element, dict[int, tuple[ref[nodes.Node], int]]] = WeakKeyDictionary()
"""Where the nodes below a block begin in its source text, by their identity."""


def report(
    document: nodes.document, code: str, message: str, node: nodes.Node | None = None, line: int | None = None
) -> Finding:
    """Add a finding about `document`.

    :param code: a key of `pipeline.findings.CODES`.
    :param message: what is wrong and what to write instead.
    :param node: where; its line is looked up unless `line` is given.
    :param line: line in the source, from 1.
    """
    source = document.get("source") or document.current_source or "<text>"
    if node is not None:
        source = source_of(node) or source
        line = line if line is not None else line_of(node)
    finding = Finding(code, str(source), line, " ".join(message.split()))
    state_of(document).findings.append(finding)
    return finding


def source_of(node: nodes.Node) -> str | None:
    """The file that `node` came from: its own, or its nearest ancestor's."""
    return next((str(one.source) for one in (node, *around(node)) if one.source), None)


def give_place(found: Iterable[nodes.Node], source: str | None, line: int | None) -> None:
    """Give nodes, and the blocks in them, a file and a line where they have none of their own."""
    for node in found:
        for part in node.findall(nodes.Element):
            if not part.line and not isinstance(part, nodes.Inline):
                part.source, part.line = source, line


def line_of(node: nodes.Node) -> int | None:
    """The source line on which `node` begins, from 1, or ``None``.

    Inline nodes have no line in docutils: the line is found by looking for their source text inside that of
    the block that holds them.
    """
    raw = str(node) if isinstance(node, nodes.Text) else getattr(node, "rawsource", "")
    inside = node.findall(nodes.Element) if isinstance(node, nodes.Element) else iter(())
    own = next((child.line for child in inside if child.line), None)
    if own:
        return int(own)
    block = next((one for one in around(node) if one.line), None)
    if block is None:
        return None
    return int(block.line) + (_lines_before(node, block) if raw else 0)


def _lines_before(node: nodes.Node, block: nodes.Element) -> int:
    """The number of line ends in the source text of `block` before that of `node`.

    All places in a block are found in one go and kept: a paragraph may have thousands of faults.
    """
    places = _places.get(block, {})
    if id(node) not in places or places[id(node)][0]() is not node:
        places = _places[block] = {}
        _find_places(block, block.rawsource, 0, places)
    return int(block.rawsource.count("\n", 0, places[id(node)][1]))


def _find_places(
    parent: nodes.Element, text: str, at: int, places: dict[int, tuple[ref[nodes.Node], int]]
) -> None:
    """Note where in `text` each node below `parent` begins, by identity.

    The source text of what stands before a node is passed over first, so that its own may occur in it.
    """
    for child in parent.children:
        # docutils keeps the backslash of what is escaped as NUL
        piece = str(child).replace("\x00", "\\") if isinstance(child, nodes.Text) else child.rawsource
        found = text.find(piece, at)
        at = max(at, found)
        places[id(child)] = (ref(child), at)
        if isinstance(child, nodes.Element):
            _find_places(child, text, at, places)
        if found >= 0:
            at += len(piece)
