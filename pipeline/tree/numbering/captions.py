"""Numbers of captions: "Figure 3", "Table 2.1", in one sequence for both editions."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import InternalTargets

from pipeline.tree.labels import own_digits
from pipeline.tree.metadata import BY_CHAPTER, metadata_of
from pipeline.tree.nodes import CAPTIONED
from pipeline.tree.numbering.sections import UNNUMBERED, ask, numbers_of, wanted
from pipeline.tree.numbering.words import words_for
from pipeline.tree.report import report
from pipeline.tree.state import Number, state_of

CAPTION_NUMBER: Final = "caption-number"
"""The class of the label of a caption, which is the first thing in it."""
KINDS: Final = {"figure": "figures", "table": "tables", "code": "code", "section": "sections"}
"""What can be numbered, and the word for it in the field ``numbered``."""


def caption_of(node: nodes.Node | None) -> tuple[str, nodes.Element] | None:
    """The kind of a thing with a caption, and the caption; ``None`` for what has none."""
    if isinstance(node, nodes.figure):
        found = next((child for child in node if isinstance(child, nodes.caption)), None)
        return None if found is None else ("figure", found)
    if isinstance(node, nodes.table) and len(node) and isinstance(node[0], nodes.title):
        return ("table", node[0])
    if isinstance(node, nodes.container) and CAPTIONED in node["classes"]:
        return ("code", node[0])
    return None


def owner_of(node: nodes.Node | None) -> nodes.Node | None:
    """What a place names, where it is a part of a thing with a caption: its image, its caption."""
    parent = node.parent if node is not None else None
    inside = isinstance(node, nodes.image) and isinstance(parent, nodes.figure)
    found = caption_of(parent)
    return parent if inside or (found is not None and found[1] is node) else node


class NumberCaptions(Transform):
    """Give numbers to captions and say which numbers sections get, before references are resolved."""

    default_priority = InternalTargets.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Put a label before the words of each caption that is numbered; name sources."""
        document = self.document
        wishes, language = metadata_of(document).numbered, metadata_of(document).language
        self.words = words_for(language)
        known = state_of(document).numbers
        if "sections" in wishes:
            ask(document)
        sections: dict[nodes.section, str] = {}
        for place in wanted(document)[:1]:
            sections = numbers_of(document, place.details)
        for section, text in sections.items():
            number = text.rstrip(". ")
            known[section] = Number(number, self.words.label("section", number))
        by_chapter = BY_CHAPTER in wishes
        if by_chapter and not sections:
            lines = state_of(document).field_lines.get("numbered", [1])
            message = (
                f'the field "numbered" has "{BY_CHAPTER}", and the sections bear no numbers: '
                f"write :numbered: sections, {', '.join(wishes)}"
            )
            report(document, "meta-value", message, line=lines[0])
        for line in state_of(document).source_lines:
            source = self.words.table["source"]
            if not line.astext().casefold().startswith(source.strip(" \u00a0:：").casefold()):
                line.insert(0, self.words.node(source.replace(" :", "\u00a0:"), "source-label"))
        counts: dict[tuple[str, str], int] = {}
        for node in document.findall(nodes.Element):
            found = caption_of(node)
            if found is None or KINDS[found[0]] not in wishes or UNNUMBERED in node["classes"]:
                continue
            chapter = _chapter_of(node, known) if by_chapter else ""
            counts[found[0], chapter] = count = counts.get((found[0], chapter), 0) + 1
            text = own_digits(str(count), language)
            number = f"{chapter}.{text}" if chapter else text
            known[node] = Number(number, self.words.label(found[0], number))
            self._label(found[1], known[node].label)

    def _label(self, caption: nodes.Element, label: str) -> None:
        """Put the label first, with what parts it from the words."""
        behind = self.words.table["behind"]
        if label.endswith("."):  # the label of Lithuanian figures
            behind = behind.removeprefix(".")
        caption.insert(0, self.words.node(label + behind, CAPTION_NUMBER))


def _chapter_of(node: nodes.Element, numbers: dict[nodes.Element, Number]) -> str:
    """The number of the chapter, a section of the highest level, that a thing stands in."""
    at: nodes.Element = node
    while isinstance(at.parent, nodes.Element) and not isinstance(at.parent, nodes.document):
        at = at.parent
    return numbers[at].text if at in numbers and isinstance(at, nodes.section) else ""
