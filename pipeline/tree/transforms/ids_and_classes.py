"""Ids and classes as every edition can carry them: one id for each place, and class names that are names."""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.misc import ClassAttribute

from pipeline.tree.nodes import EQUATION, NUMBER, fault
from pipeline.tree.report import report

LAST: Final = 990
"""Behind all transforms of docutils (the last has 920) and all of ours."""

_TAGGED: Final = re.compile(r"language-[a-z]{1,8}(-[a-z0-9]{1,8})*")
"""A language tag as RFC 3066 has it, which EPUB asks for."""

_OURS: Final = frozenset(
    (
        *("title-block", "dateline", "byline", "cover-page", "front", "title-page", "running", "marking"),
        *("watermark", "letterhead", "paragraph-number", "caption-number", "source-label", "to-left"),
        *("to-right", "to-center"),
        *(f"running-{part}" for part in ("date", "folio", "marking", "marking-foot", "opening", "title")),
        *("author-header", "author-footer", "beside-marking", "below-date", "page-count", "page-number"),
        *("paged", "worded", "main", "again", "note", "notes", "note-list", "note-number", "note-text"),
        *("noteref", "call", "foot", "foot-number", "long", "cited", "cited-page", "back-link", "infobox"),
        *("infobox-frame", "sidebar-frame", "fault", "fault-message", "block-image", "image-reference"),
        *("figure-whole", "formula", "whole", "row", "code-line", "breaks", "broken", "turned", "scroll"),
        *("lead-in", "line", "many", "option", "paren", "parens", "delimiter", "qualifier", "index-list"),
        *("index-locator", "index-point", "page-reference", "between-calls", "short", "not-first"),
        *("not-last", "numeric", "unmarked", "page-break", "pointer", "toc-backref", "url", EQUATION, NUMBER),
    )
)
"""Classes by which the pages are set, on elements that the author does not write."""
_OUTSIDE_CODE: Final = _OURS | {"ln"}


class KeepOneId(Transform):
    """Leave each element its first id, and lead what named another one there.

    A second id needs an empty element of its own in XHTML. Before a list or a heading that is a line of its
    own for the typesetter: it stays at the foot of a page when the heading moves to the next one, and every
    link and page number lands there. Inside a row of a table it is not allowed at all.
    """

    default_priority = LAST

    def apply(self, **kwargs: Any) -> None:
        """Shorten ``ids``, none for copies; correct ``refid`` and ``backrefs``."""
        first: dict[str, str] = {}
        for topic in self.document.findall(nodes.topic):
            if "contents" in topic["classes"]:  # it has copies of the faults in headings
                for copy in topic.findall(fault):
                    copy["ids"] = []
        for node in self.document.findall(nodes.Element):
            ids = node["ids"]
            first.update(dict.fromkeys(ids[1:], ids[0] if ids else ""))
            del ids[1:]
        if not first:
            return
        for node in self.document.findall(nodes.Element):
            if "refid" in node:
                node["refid"] = first.get(node["refid"], node["refid"])
            if node.get("backrefs"):
                node["backrefs"] = [first.get(name, name) for name in node["backrefs"]]


class KeepOwnClasses(Transform):
    """Give an author's class another name where the pages themselves need it: ``foot`` becomes ``own-foot``.

    What has the class of a running head is not set where it stands, and what looks like a note is counted.
    """

    default_priority = ClassAttribute.default_priority + 1

    def apply(self, **kwargs: Any) -> None:
        """Correct ``classes`` as the author gave them; ours come later."""
        for node in self.document.findall(nodes.Element):
            # A class is all by which docutils tells the numbers of lines of code from the code.
            ours = _OURS if isinstance(node.parent, nodes.literal_block) else _OUTSIDE_CODE
            if ours.intersection(node["classes"]):
                node["classes"] = [f"own-{name}" if name in ours else name for name in node["classes"]]


class NameClasses(Transform):
    """Make names of what is none: docutils takes any word as the language of code (``html+jinja``).

    A class ``language-…`` is written as the language of its element: what is no language tag can't stay.
    """

    default_priority = LAST

    def apply(self, **kwargs: Any) -> None:
        """Correct ``classes``."""
        for node in self.document.findall(nodes.Element):
            names = []
            for name in filter(None, map(nodes.make_id, node["classes"])):
                if not name.startswith("language-") or _TAGGED.fullmatch(name):
                    names.append(name)
                    continue
                message = f"the class {name} names no language: write a tag, as in language-nl"
                report(self.document, "meta-language", message, node)
            node["classes"] = names
