"""Who is quoted, below a quotation: a hyphen makes a list of the name, a short dash a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes

from pipeline.findings import quoted
from pipeline.tree.parts import before_of
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element | None, int, str, str]
_NAME: Final = re.compile(
    r"[^\W\d_a-z][\w.'’-]*(?: (?:[^\W\d_a-z][\w.'’-]*|van|von|de|der|den|of|la|le|du|al|bin)){0,4}"
    r"(?<!\.)(?:,[^.;:]{2,60})?"
)
_INDENTED: Final = ", indented as the quotation is"
_DASHED: Final = re.compile(r"(?P<dash>--|---|[—–―~-])\s?(?P<name>\S.*)")
_HELD: Final = re.compile(r"\((?P<name>[^()]+ [^()]+)\)\.?")


def find_names(document: nodes.document) -> Iterator[_Found]:
    """Names below quotations that are none to docutils: each with how it is written."""
    for node in document.findall(nodes.block_quote):
        last = next((one for one in reversed(node) if not isinstance(one, nodes.Invisible)), None)
        begun = isinstance(node[0], nodes.paragraph) and last is not node[0]
        name = _listed(last) if begun else ""
        if name and isinstance(last, nodes.Element):
            yield node, line_of(last) or 1, "markup-misread", _said(f"- {name}", name, "a list")
        elif begun and isinstance(last, nodes.paragraph) and (name := _dashed(last, "–―~") or _held(last)):
            yield node, line_of(last) or 1, "markup-misread", _said(last.rawsource.strip(), name, "text")
    for listed in document.findall(nodes.bullet_list):
        name = _listed(listed)
        if name and isinstance(before_of(listed), nodes.block_quote):
            yield (
                listed,
                line_of(listed) or 1,
                "markup-misread",
                _said(f"- {name}", name, "a list") + _INDENTED,
            )
    for paragraph in document.findall(nodes.paragraph):
        name = _dashed(paragraph, "—–―-~") or _held(paragraph)
        if not name or isinstance(paragraph.parent, nodes.block_quote):
            continue
        if isinstance(before_of(paragraph), nodes.block_quote):
            said = _said(paragraph.rawsource.strip(), name, "text") + _INDENTED
            yield paragraph, line_of(paragraph) or 1, "markup-misread", said


def _said(written: str, name: str, what: str) -> str:
    shown = quoted(name)
    return (
        f'"{quoted(written)}" is read as {what}: the name below a quotation begins with --, as in -- {shown}'
    )


def _listed(node: nodes.Node | None) -> str:
    """The name in a list of one item in one line."""
    if not isinstance(node, nodes.bullet_list) or node.get("bullet") != "-" or len(node) != 1:
        return ""
    words = str(node[0].astext())
    return words if len(node[0]) == 1 and _NAME.fullmatch(words) else ""


def _dashed(node: nodes.paragraph, dashes: str) -> str:
    """The name in a paragraph that is a dash and a name."""
    match = _DASHED.fullmatch(node.rawsource.strip())
    found = match is not None and match["dash"][0] in dashes and _NAME.fullmatch(match["name"])
    return match["name"] if match is not None and found else ""


def _held(node: nodes.paragraph) -> str:
    """The name of two words or more in a paragraph that is nothing but brackets around it."""
    match = _HELD.fullmatch(node.rawsource.strip())
    return match["name"] if match is not None and _NAME.fullmatch(match["name"]) else ""
