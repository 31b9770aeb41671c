"""The words of a marking beside the field: who reads them in a header takes the page to be marked so.

Where a page or a record would say another marking, it is an error: header, footer, watermark, classes, fields
by another name, rows of infoboxes that are called so. Where it may be a word of the text, a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from docutils import nodes

from pipeline.tree import markings
from pipeline.tree.metadata import FOREIGN, canonical, known_field, metadata_of
from pipeline.tree.nodes import infobox_row
from pipeline.tree.report import report

_TITLES: Final = ("title", "subtitle", "short_title", "organization", "publisher", "series", "version")
_RECORDS: Final = ("status", "rights", "certifier", "contact", "address", "description")
"""What a page, or the properties of a file, show of the record of an article."""
_PORTION: Final = re.compile(r"[(\[]([^()\[\]]{3,60})[)\]]\s")
"""What a paragraph is marked with that is marked on its own: (SECRET)."""
_NEAR: Final = 0.9
"""How like "marking" a name is that is mistyped: "parking" is less."""


def check_markings(document: nodes.document) -> None:
    """Report markings that are not the article's own, and fields that only look like ``:marking:``.

    They stand in headers, footers, watermarks, classes, metadata, fields in the text, titles, or as a line of
    their own at the beginning or end.
    """
    data = metadata_of(document)
    own = data.marking
    for part in document.findall(lambda node: isinstance(node, (nodes.header, nodes.footer))):
        lines = [child.astext() for child in part.children if isinstance(child, nodes.Element)]
        for line in lines:
            _compare(document, own, line, f"the {part.tagname} says", part)
    _compare(document, own, data.watermark, "the watermark says", document)
    for node in document.findall(nodes.Element):
        for name in node["classes"]:
            if markings.level(name) is not None:
                _compare(document, own, name, "a class is called", node)
    for name, _ in data.other:
        meant = next((word for word in ("marking", "classification") if markings.alike(name, word)), None)
        if meant is not None and canonical(name) != "marking":
            message = f'the field "{name}" looks like "{meant}" and is another: type it anew'
            report(document, "marking-differs", message, line=1)
    for name, text, node in _fields(document):
        unknown = isinstance(node.parent, nodes.docinfo) and markings.level(text) is not None
        if _is_marking(name) or unknown:
            _compare(document, own, text, f'the field "{name}" says', node)
    _check_words(document, own)


def _fields(document: nodes.document) -> Iterator[tuple[str, str, nodes.Element]]:
    """Fields that are not those of the article: of the record, the text, infoboxes, ``meta``."""
    for field in document.findall(nodes.field):
        if not (isinstance(field.parent, nodes.docinfo) and known_field(field[0].astext())):
            yield field[0].astext(), " ".join(field[1].astext().split()), field
    for row in document.findall(infobox_row):
        label = row[0].astext()
        if _is_marking(label):
            yield label, " ".join(" ".join(cell.astext() for cell in row[1:]).split()), row
    for meta in document.findall(nodes.meta):
        yield meta.get("name", ""), meta.get("content", ""), meta


def _is_marking(name: str) -> bool:
    folded = canonical(name)
    meant = (folded, FOREIGN.get(folded, ""), *get_close_matches(folded, ["marking"], cutoff=_NEAR))
    return "marking" in meant


_NAMES: Final = re.compile(r"\S*\w[_.]\w\S*")
"""Names of programs: ``SECRET_KEY`` says nothing of the article."""


def _check_words(document: nodes.document, own: str) -> None:
    """Titles with the words of a higher marking, and lines that are nothing but one."""
    data = metadata_of(document)
    said: list[tuple[str, str, nodes.Element]] = []
    for name in (*_TITLES, *_RECORDS):
        what = f"the {name}" if name in ("title", "subtitle") else f'the field "{name.replace("_", "-")}"'
        said += [(what, line, document) for line in str(getattr(data, name)).splitlines()]
    for kind, what in ((nodes.title, "a heading"), (nodes.rubric, "a heading"), (nodes.caption, "a caption")):
        said += [(what, title.astext(), title) for title in document.findall(kind)]
    for block, line in (*_outer_lines(document), *_portions(document)):
        said.append(("a paragraph", line, block))
    seen = set()
    for what, text, node in said:
        plain = text if markings.level(text) is not None else _NAMES.sub("", text)
        found = markings.said_above(plain, own)
        if found and text not in seen:
            seen.add(text)
            marked = f'the article is marked "{own}"' if own else "the article has no marking"
            message = f'{what} says "{found}", and {marked}: write :marking: {found}, if it is so'
            report(document, "marking-said", message, node)


def _outer_lines(document: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    """Lines at the beginning and the end of an article that are nothing but a marking."""
    kinds = (nodes.paragraph, nodes.section, nodes.line_block)
    body = [child for child in document if isinstance(child, kinds)]
    for block in (*body[:1], *body[-1:]):
        while isinstance(block, nodes.section) and len(block) > 1:
            block = block[-1]
        if isinstance(block, (nodes.paragraph, nodes.line_block)):
            lines = block.astext().splitlines()
            whole = [block.astext()] if isinstance(block, nodes.paragraph) else [*lines[:1], *lines[-1:]]
            yield from ((block, line) for line in whole if markings.level(line) is not None)


def _portions(document: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    """The markings with which paragraphs begin, between brackets; of words of everyday speech, capitals."""
    for block in document.findall(nodes.paragraph):
        found = _PORTION.match(block.astext())
        level = markings.level(found[1]) if found is not None else None
        if (
            found is not None
            and level is not None
            and (level >= markings.CAPITALS_FROM or found[1].isupper())
        ):
            yield block, found[0]


def _compare(document: nodes.document, own: str, text: str, what: str, node: nodes.Element) -> None:
    level = markings.level(own) if own else None
    for name, other in markings.named_in(text):
        if other != level and not markings.alike(own, text):
            marked = f'the article is marked "{own}"' if own else "the article has no marking"
            message = f'{what} "{name}", and {marked}: say it with :marking: alone'
            report(document, "marking-differs", message, node)
            return
