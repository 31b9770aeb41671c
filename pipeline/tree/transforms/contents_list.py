"""The list of contents of a long article, titles of such lists; lists of figures, tables, code and boxes."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.parts import Contents

from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import LIST_OF, infobox, infobox_title
from pipeline.tree.numbering.captions import CAPTION_NUMBER, KINDS, caption_of
from pipeline.tree.numbering.words import words_for
from pipeline.tree.report import report
from pipeline.tree.transforms.references import title_text

LONG_TEXT: Final = 15_000
"""An article with more characters than this, and `MANY_SECTIONS`, gets a contents list in print."""
MANY_SECTIONS: Final = 4
MAX_ENTRIES: Final = 40
"""With more sections and subsections than this, the contents list has the sections only."""


_WORDS: Final = {"figures": "figures", "tables": "tables", "code": "listings", "boxes": "boxes"}
"""By what is listed, the key of the title of the list (``styles/numbers.toml``)."""


class ListCaptions(Transform):
    """Make the list that ``.. list-of::`` asks for: an entry for each caption, with its number."""

    default_priority = Contents.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Replace the ``pending``; a list without entries is left out, and told."""
        document, kind, topic = self.document, self.startnode.details["kind"], self.startnode.parent
        entries = nodes.bullet_list()
        for node in list(document.findall(nodes.Element)):
            caption = _listed(node, kind)
            if caption is None:
                continue
            place = caption if isinstance(node, infobox) else node  # which may stand beside the text
            if isinstance(node, nodes.figure) and not node["ids"]:  # the option ``name`` names the image
                place = next((image for image in node.findall(nodes.image) if image["ids"]), node)
            if not place["ids"]:
                document.set_id(place, suggested_prefix=_ONE[kind])
            label = [
                child.deepcopy()
                for child in caption[:1]
                if isinstance(child, nodes.inline) and CAPTION_NUMBER in child["classes"]
            ]
            words = title_text(document, caption)
            link = nodes.reference("", "", *label, *words, refid=place["ids"][0])
            entries += nodes.list_item("", nodes.paragraph("", "", link))
        if not len(entries):
            what = "no box has a title" if kind == "boxes" else f"no {_ONE[kind]} has a caption"
            report(document, "rst-unsupported", f"{what}, so that the list of {kind} is left out", topic)
            topic.parent.remove(topic)
            return
        self.startnode.replace_self(entries)
        if not topic["ids"]:
            document.set_id(topic, suggested_prefix=f"{LIST_OF}-{kind}")
        if not isinstance(topic[0], nodes.title):
            found = words_for(metadata_of(document).language)
            text = found.table[_WORDS[kind]]
            title = nodes.title(text, "", found.node(text) if found.foreign else nodes.Text(text))
            title.source, title.line = topic.source, topic.line
            topic.insert(0, title)


_ONE: Final = {"figures": "figure", "tables": "table", "code": "listing", "boxes": "box"}


def _listed(node: nodes.Element, kind: str) -> nodes.Element | None:
    """The caption of what a list of this kind names, or ``None``."""
    if kind == "boxes":
        box = isinstance(node, (infobox, nodes.admonition, nodes.sidebar)) or (
            isinstance(node, nodes.topic) and not {"contents", "abstract", "dedication"} & {*node["classes"]}
        )
        first = node[0] if box and len(node) else None
        return first if isinstance(first, (nodes.title, infobox_title)) else None
    found = caption_of(node)
    return found[1] if found is not None and KINDS[found[0]] == kind else None


class NameContents(Transform):
    """Put the title of a contents list into the language of the article: docutils gives it in English."""

    default_priority = Contents.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Look for titles that no author has written: they have no source text."""
        language = metadata_of(self.document).language
        words = labels_for(language)["contents"]
        for topic in self.document.findall(nodes.topic):
            contents = "contents" in topic["classes"] and LIST_OF not in topic["classes"]
            title = topic[0] if contents and len(topic) else None
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
        present = any(
            "contents" in topic["classes"] and LIST_OF not in topic["classes"]
            for topic in document.findall(nodes.topic)
        )
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
