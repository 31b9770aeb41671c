"""Numbers of sections: those of ``.. sectnum::``, or of the field ``:numbered: sections``."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.parts import SectNum

from pipeline.tree.labels import own_digits
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import note_list

UNNUMBERED = "unnumbered"
"""The class by which an author leaves a section or a caption without a number."""


class NumberSections(Transform):
    """As docutils' own, which has the options; but the numbers are known before references are resolved.

    A section of notes that print leaves out (``:notes: foot``) takes no number. Otherwise the sections of the
    print edition would be numbered 1, 2, 4.
    """

    default_priority = SectNum.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Put the number before the words of each heading."""
        document = self.document
        details = self.startnode.details
        self.startnode.parent.remove(self.startnode)
        for section, number in numbers_of(document, details).items():
            title = section[0]
            if not isinstance(title, nodes.title) or title.get("auto"):
                continue
            title.insert(0, nodes.generated("", f"{number}\u00a0\u00a0\u00a0", classes=["sectnum"]))
            title["auto"] = 1


def wanted(document: nodes.document) -> list[nodes.pending]:
    """The places at which the numbers of sections are asked for."""
    return [node for node in document.findall(nodes.pending) if node.transform is NumberSections]


def ask(document: nodes.document) -> None:
    """Have the sections numbered, as the directive would; unless it stands there, whose options count."""
    if not wanted(document):
        pending = nodes.pending(NumberSections, {})
        document.insert(0, pending)
        document.note_pending(pending)


def numbers_of(document: nodes.document, details: dict[str, Any]) -> dict[nodes.section, str]:
    """The number of each section, as its heading shows it.

    :param details: ``depth``, ``start``, ``prefix`` and ``suffix``, as the directive has them.
    """
    metadata = metadata_of(document)
    found: dict[nodes.section, str] = {}
    deepest = details.get("depth")

    def number(node: nodes.Element, above: tuple[str, ...]) -> None:
        count = int(details.get("start", 1)) if not above else 1
        for child in node:
            if not isinstance(child, nodes.section) or _is_left_out(child, metadata.notes):
                continue
            parts = (*above, str(count))
            count += 1
            text = f"{details.get('prefix', '')}{'.'.join(parts)}{details.get('suffix', '')}"
            found[child] = own_digits(text, metadata.language)
            if deepest is None or len(parts) < deepest:
                number(child, parts)

    number(document, ())
    return found


def _is_left_out(section: nodes.section, notes: str) -> bool:
    if UNNUMBERED in section["classes"]:
        return True
    lists = [child for child in section if isinstance(child, note_list)]
    other = (note_list, nodes.title, nodes.Invisible)
    alone = bool(lists) and all(isinstance(child, other) for child in section)
    return notes == "foot" and alone and not any("long" in note["classes"] for part in lists for note in part)
