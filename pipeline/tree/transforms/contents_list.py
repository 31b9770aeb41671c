"""The list of contents of a long article, and the titles of such lists."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.parts import Contents

from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import infobox

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
        language = metadata_of(self.document).language
        words = labels_for(language)["contents"]
        for topic in self.document.findall(nodes.topic):
            title = topic[0] if "contents" in topic["classes"] and len(topic) else None
            if isinstance(title, nodes.title) and not title.rawsource:
                title[:] = [label_node(words, language)]


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
        topic = nodes.topic(
            "", nodes.title(title, "", label_node(title, wish.language)), classes=["contents", "auto"]
        )
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
