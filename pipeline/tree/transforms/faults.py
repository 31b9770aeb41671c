"""Faults in their places: what docutils left of problems, and what a writer must not see."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import DanglingReferences

from pipeline.findings import Finding
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.parts import ids_in, prune, prune_empty
from pipeline.tree.report import line_of, report, source_of
from pipeline.tree.state import state_of


class PlaceFaults(Transform):
    """Put `fault` and `fault_block` where docutils left problems; drop what a writer must not see."""

    default_priority = DanglingReferences.default_priority + 60

    def apply(self, **kwargs: Any) -> None:
        """Replace ``problematic`` and ``system_message``; remove definitions that have done their work."""
        inside = list(self.document.findall(nodes.system_message))
        every = (*inside, *self.document.parse_messages, *self.document.transform_messages)
        messages = {name: node for node in every for name in node["ids"]}
        placed: set[str] = set()
        for node in list(self.document.findall(nodes.problematic)):
            name = node.get("refid", "")
            message = messages.get(name)
            text = _text_of(message)
            # docutils gives the first line of a paragraph.
            own = getattr(message, "despatch_own_line", False)
            if message is not None and name not in placed and not own:
                message["line"] = line_of(node) or message.get("line")
                message["source"] = source_of(node) or message.get("source")
            placed.add(name)
            if isinstance(node.parent, nodes.figure):
                self._unlink(node.parent, text)
            else:
                node.replace_self(fault(node.rawsource, node.astext(), title=text))
        for node in list(self.document.findall(nodes.system_message)):
            self._place(node)
        for node in list(self.document.findall(_is_done)):
            prune(node)
        prune_empty(self.document)
        _drop_misplaced(self.document)
        for quote in self.document.findall(nodes.block_quote):
            if quote.children and isinstance(quote[0], nodes.attribution):  # a header took what it held
                quote.insert(0, nodes.paragraph())
        _check_inner(self.document)
        for node in self.document.findall(nodes.Element):
            if "alt" not in node.valid_attributes:  # what docutils leaves of a definition that it refuses
                node.attributes.pop("alt", None)

    def _unlink(self, figure: nodes.figure, message: str) -> None:
        """Show the image of a figure without its link, and what is wrong with that behind the figure."""
        figure[0] = state_of(self.document).linked_images[figure]
        block = fault_block(title=message)
        block.source, block.line = figure.source, figure.line
        figure.parent.insert(figure.parent.index(figure) + 1, block)

    def _place(self, node: nodes.system_message) -> None:
        literal = node.next_node(nodes.literal_block)
        if node["level"] < 3 or node["backrefs"] or not isinstance(node.parent, nodes.Element):
            prune(node)
            return
        block = fault_block(node.rawsource, title=_text_of(node))
        if literal is not None:
            block += literal.deepcopy()
        block.source, block.line = node.get("source"), node.get("line")
        node.replace_self(block)


def show_unplaced(document: nodes.document, findings: Iterable[Finding]) -> None:
    """Put the errors that no fault in the tree tells of (no date, a field unknown) at the head of a draft."""
    shown = [
        node["title"]
        for node in document.findall(nodes.Element)
        if isinstance(node, (fault, fault_block)) and node.get("title")
    ]
    errors = [finding for finding in findings if finding.is_error]
    rest = [error for error in errors if not any(title in error.message for title in shown)]
    head = (nodes.Titular, nodes.decoration, nodes.meta, nodes.docinfo)
    index = document.first_child_not_matching_class(head)
    for error in reversed(rest):
        other = "" if error.source == document.get("source") else f"{PurePath(error.source).name}, "
        place = f" ({other}line {error.line})" if error.line else ""
        block = fault_block("", title=f"{error.message}{place}")
        block.source, block.line = error.source, error.line or 1
        document.insert(len(document) if index is None else index, block)


def _text_of(message: nodes.system_message | None) -> str:
    """What a message of docutils says, without the path and the level that `astext()` puts before it."""
    first = message.next_node(nodes.paragraph) if message is not None else None
    return " ".join(first.astext().split()) if first is not None else ""


def _is_done(node: nodes.Node) -> bool:
    """Remarks, definitions and targets elsewhere: what they say is where it is used by now."""
    if isinstance(node, nodes.target):
        points = any(name in node for name in ("refuri", "refid", "refname"))
        return points and not node.children
    return isinstance(node, (nodes.substitution_definition, nodes.comment))


def _check_inner(document: nodes.document) -> None:
    """Report links to a target within a metadata field, which no edition shows, or a footer, on each page."""
    ids = set(ids_in(document))
    for decoration in document.findall(nodes.decoration):
        ids.difference_update(ids_in(decoration))
    for link in list(document.findall(nodes.reference)):
        if link.get("refid", "") in ids or "refid" not in link:
            continue
        message = (
            f'the target "{link["refid"]}" stands where no link can lead: in a metadata field or a footer'
        )
        report(document, "target-unknown", message, link)
        link.replace_self(fault(link.rawsource, link.astext(), title=message))


def _drop_misplaced(document: nodes.document) -> None:
    """Remove rules that stand first, last or beside another; one that goes may leave another one last."""
    found = True
    while found:
        found = False
        for node in reversed(list(document.findall(nodes.transition))):
            if _is_misplaced(node):
                node.parent.remove(node)
                found = True


def _is_misplaced(node: nodes.transition) -> bool:
    """Whether a rule stands first, last or beside another: docutils warns of those, or a note has moved."""
    try:
        node.validate_position()
    except nodes.ValidationError:
        return True
    return False
