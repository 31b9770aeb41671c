"""The last transforms: a contents list for long articles, faults in their places, a line for every block."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.parts import Contents
from docutils.transforms.references import DanglingReferences
from docutils.transforms.writer_aux import Admonitions

from pipeline.findings import Finding
from pipeline.tree.labels import labels_for
from pipeline.tree.nodes import fault, fault_block, infobox
from pipeline.tree.prune import prune, prune_empty
from pipeline.tree.report import line_of, report, source_of
from pipeline.tree.transforms.ids_and_classes import ids_in
from pipeline.tree.transforms.metadata import metadata_of

LONG_TEXT: Final = 15_000
"""An article with more characters than this, and `MANY_SECTIONS`, gets a contents list in print."""
MANY_SECTIONS: Final = 4
MAX_ENTRIES: Final = 40
"""With more sections and subsections than this, the contents list has the sections only."""


class NameContents(Transform):
    """Put the title of a contents list into the language of the article: docutils gives it in English."""

    default_priority = Contents.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Look for titles that no author has written: they have no source text."""
        words = labels_for(metadata_of(self.document).language)["contents"]
        for topic in self.document.findall(nodes.topic):
            title = topic[0] if "contents" in topic["classes"] and len(topic) else None
            if isinstance(title, nodes.title) and not title.rawsource:
                title[:] = [nodes.Text(words)]


class AddContents(Transform):
    """Give a long article a contents list, unless it has one or does not want one (``:contents: no``).

    The list is marked with the class ``auto``: an ebook has its own navigation and leaves it out.
    """

    default_priority = Contents.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Insert the list before the lead, but behind an infobox that stands first."""
        document, wish = self.document, metadata_of(self.document)
        sections = [child for child in document if isinstance(child, nodes.section)]
        long = len(document.astext()) > LONG_TEXT and len(sections) >= MANY_SECTIONS
        present = any("contents" in topic["classes"] for topic in document.findall(nodes.topic))
        if present or not sections or wish.contents == "no" or not (long or wish.contents == "yes"):
            return
        title = labels_for(wish.language)["contents"]
        topic = nodes.topic("", nodes.title(title, title), classes=["contents", "auto"])
        second = sum(isinstance(child, nodes.section) for section in sections for child in section)
        depth = 2 if len(sections) + second <= MAX_ENTRIES else 1
        pending = nodes.pending(Contents, {"depth": depth})
        topic += pending
        topic.source, topic.line = document.get("source"), sections[0].line or 1
        head = (nodes.title, nodes.subtitle, nodes.decoration, nodes.meta, nodes.docinfo, nodes.Invisible)
        after = (*head, infobox)
        index = document.first_child_not_matching_class(after)
        document.insert(len(document) if index is None else index, topic)
        document.set_id(topic, suggested_prefix="contents")
        document.note_pending(pending, Contents.default_priority)


class PlaceFaults(Transform):
    """Put `fault` and `fault_block` where docutils left problems; drop what a writer must not see."""

    default_priority = DanglingReferences.default_priority + 60

    def apply(self, **kwargs: Any) -> None:
        """Replace ``problematic`` and ``system_message``; remove definitions that have done their work."""
        messages = {name: node for node in self._all_messages() for name in node["ids"]}
        placed: set[str] = set()
        for node in list(self.document.findall(nodes.problematic)):
            name = node.get("refid", "")
            message = messages.get(name)
            text = _text_of(message)
            # docutils gives the first line of a paragraph. An indirect target is itself what is wrong.
            if (
                message is not None
                and name not in placed
                and not text.startswith("Indirect hyperlink target")
            ):
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

    @staticmethod
    def _unlink(figure: nodes.figure, message: str) -> None:
        """Show the image of a figure without its link, and what is wrong with that behind the figure."""
        figure[0] = figure.despatch_image
        block = fault_block(title=message)
        block.source, block.line = figure.source, figure.line
        figure.parent.insert(figure.parent.index(figure) + 1, block)

    def _all_messages(self) -> list[nodes.system_message]:
        inside = list(self.document.findall(nodes.system_message))
        return [*inside, *self.document.parse_messages, *self.document.transform_messages]

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


class SetLines(Transform):
    """Give every block its file and line, from its first child that has one, or from what precedes it."""

    default_priority = Admonitions.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Fill ``source`` and ``line`` of all elements but inline ones."""
        file, last = self.document.get("source"), 1
        for node in self.document.findall(nodes.Element):
            if isinstance(node, nodes.Inline) and not isinstance(node, nodes.image):
                continue
            if not node.line:  # a line is one of a file: both come from one place
                below = next((child for child in node.findall(nodes.Element) if child.line), None)
                if below is not None:
                    node.source, node.line = below.source or source_of(node), below.line
                elif line := line_of(node):
                    node.source, node.line = source_of(node), line
                else:
                    node.source, node.line = file, last
            node.source = node.source or source_of(node) or file
            file, last = node.source, node.line
