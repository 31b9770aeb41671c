"""Words between backquotes that are set in italics, and were to be a link or the words of a role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes
from docutils.parsers.rst import roles

from pipeline.findings import shortened
from pipeline.tree.report import line_of

_Found = tuple[nodes.Element, int, str, str]
_PARTED: Final = re.compile(
    r"(?<![\w\x00:]):(?P<name>[a-z]+)(?:[ _]|: ?|- | -)(?P<rest>[a-zA-Z][\w-]{0,11}):?\s?$"
)


def find_in_italics(document: nodes.document) -> Iterator[_Found]:
    """Links to headings and names without an underscore, and roles whose names are parted.

    Where the article shows code, one word between backquotes may be the name of a program.
    """
    found = list(document.findall(nodes.title_reference))
    code = (nodes.literal, nodes.literal_block, nodes.doctest_block)
    bare = bool(found) and any(isinstance(one, code) for one in document.findall(nodes.Element))
    for node in found:
        if not node.rawsource.startswith("`"):
            continue
        line = line_of(node) or line_of(node.parent) or 1
        words = shortened(" ".join(node.astext().split()))
        index = node.parent.index(node)
        before = node.parent[index - 1] if index else None
        match = _PARTED.search(str(before)) if isinstance(before, nodes.Text) else None
        name = f"{match['name']}-{match['rest']}" if match else ""
        if match is not None and (
            match["name"] == "lang" or name in roles._roles or name in roles._role_registry
        ):
            cure = f"the name of a role has no spaces, :{name.lower()}:`{words}`"
            said = f'"{match[0].strip()}" is read as text: {cure}'
            yield node, line, "markup-misread", said
        elif nodes.fully_normalize_name(node.astext()) in document.nameids and not _inside_heading(node):
            if bare and re.fullmatch(r"\S+", node.astext()):
                continue
            cure = f"a link to that heading or name ends with an underscore, `{words}`_"
            said = f'"`{words}`" is set in italics: {cure}'
            yield node, line, "markup-misread", said


def _inside_heading(node: nodes.Element) -> bool:
    return isinstance(node.parent, (nodes.title, nodes.subtitle))
