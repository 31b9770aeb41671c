"""Directives for what is numbered: ``sectnum``, docutils' own in both editions alike; ``list-of``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives import parts

from pipeline.tree.nodes import LIST_OF
from pipeline.tree.numbering.sections import NumberSections
from pipeline.tree.report import report
from pipeline.tree.transforms.contents_list import ListCaptions

LISTED: Final = ("figures", "tables", "code", "boxes")
"""What ``list-of`` can list."""
_TOO: Final = {"images": "figures", "listings": "code", "infoboxes": "boxes"}


class SectionNumbers(parts.Sectnum):
    """``.. sectnum::``. Options and their meaning are docutils'."""

    def run(self) -> list[nodes.Node]:
        """Leave the numbers to `NumberSections`."""
        pending = nodes.pending(NumberSections, dict(self.options))
        self.state_machine.document.note_pending(pending)
        return [pending]


def _kind(argument: str) -> str:
    """What is to be listed.

    :raises ValueError: for anything else.
    """
    word = argument.strip().lower()
    word = _TOO.get(word, word)
    return directives.choice(word if word in LISTED or f"{word}s" not in LISTED else f"{word}s", LISTED)


class ListOf(Directive):
    """``.. list-of:: figures``: their captions, each a link, with the number of its page in print."""

    required_arguments: ClassVar[int] = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "title": directives.unchanged_required,
        "class": directives.class_option,
        "name": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """A topic with a place for the list, which is made when all captions have their numbers."""
        try:
            kind = _kind(self.arguments[0])
        except ValueError:
            _, line = self.state_machine.get_source_and_line(self.lineno)
            message = f'"list-of" can\'t list "{self.arguments[0][:40]}": write one of {", ".join(LISTED)}'
            report(self.state.document, "directive-error", message, line=line)
            return []
        classes = ["contents", LIST_OF, f"{LIST_OF}-{kind}", *self.options.get("class", [])]
        topic = nodes.topic(self.block_text, classes=classes)
        topic.source, topic.line = self.state_machine.get_source_and_line(self.lineno)
        written = self.options.get("title", "")
        if written:
            title = nodes.title(written, "", *self.state.inline_text(written, self.lineno)[0])
            title.source, title.line = topic.source, topic.line
            topic += title
        pending = nodes.pending(ListCaptions, {"kind": kind})
        topic += pending
        self.add_name(topic)
        self.state_machine.document.note_pending(pending)
        return [topic]
