"""Roles and links whose signs are not those of reStructuredText: docutils reads their words as text.

A role is its name between two colons, then its words between two backquotes, with nothing in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docutils import nodes
from docutils.parsers.rst import roles
from docutils.parsers.rst.languages import en

from pipeline.findings import shortened
from pipeline.tree.report import line_of

_Found = tuple[int, str, str]
_NAME: Final = r"(?P<name>[A-Za-z][A-Za-z-]{1,20})"
_TITLE: Final = "\x01"
_LITERAL: Final = "\x02"
_OTHER: Final = "\x03"
"""What stands in the text of a block for words between backquotes, for code, and for other markup."""
_OPENING: Final = "„‚«»‹›「『《〈“”‘’\"'´′"
_TITLED: Final = f"(?:{_TITLE}|`[^`\\s][^`\\n]{{0,200}}`(?!`))"
"""The words of a role, or what docutils reads as text there because it touches a letter."""
_FORMS: Final = [
    (rf"(?<![\w:\x00])::?{_NAME}{_TITLED}", "its name stands between two colons"),
    (rf"(?<![\w:\x00{{]){_NAME}:{_TITLED}", "its name stands between two colons"),
    (rf"(?<![\w:\x00])::{_NAME}:{_TITLED}", "one colon stands before its name, one behind it"),
    (rf"(?<![\w:\x00]):{_NAME}::{_TITLED}", "one colon stands before its name, one behind it"),
    (rf"(?<![\w:\x00]):{_NAME}[;：；]{_TITLED}", "its name stands between two colons"),
    (rf"(?<![\w:\x00])[;：；]{_NAME}[:：；]{_TITLED}", "its name stands between two colons"),
    (rf"(?<![\w:\x00]):(?: {_NAME}|(?P<spaced>[A-Za-z-]{{2,20}}) ):[ ]?{_TITLED}", "no space stands in it"),
    (rf"(?<![\w:\x00]):{_NAME}:{_LITERAL}", "its words stand between single backquotes"),
    (rf"(?<![\w\x00])\{{{_NAME}\}}{_TITLED}", "its name stands between two colons"),
    (
        rf"(?<![\w:\x00]):{_NAME}:(?=[{{(\[<][^\s{{}}()\[\]<>][^\n{{}}()\[\]<>]{{0,80}}[}})\]>])[{{(\[<]",
        "",
    ),
    (rf"(?<![\w:\x00]):{_NAME}:[{_OPENING}](?=\S)", ""),
]
_BETWEEN: Final = "the words of a role stand between ` and `, as in :{}:`words`"
_COMPILED: Final = [(re.compile(pattern), said) for pattern, said in _FORMS]
_OURS: Final = frozenset(
    re.findall(
        r"[\w:]+",
        "ref page para term eq numref doc tab index cite sub sup subscript superscript math abbr kbd",
    )
)
"""Roles that articles have, and whose names are no words before a title."""
_UNKNOWN: Final = re.compile(rf"(?<=[.,;!?)”»])(?<!\x00):{_NAME}:{_TITLED}")
_MEANT: Final = frozenset(("footnote", "note", "fn", "cite", "bold", "italic", "link"))
"""Roles that there are not, and that authors type."""


def find_roles(block: nodes.Element) -> Iterator[_Found]:
    """Roles in the words of a block, of which docutils reads the name as text.

    :param block: a paragraph or the like, as docutils has parsed it.
    """
    whole = _signed(block)
    if ":" not in whole and "{" not in whole and "：" not in whole:
        return
    first = line_of(block) or 1
    for pattern, said in _COMPILED:
        loose = not said or pattern.pattern.endswith(_LITERAL) or "::" in pattern.pattern
        known = _is_role if loose else _is_meant
        match = next((one for one in pattern.finditer(whole) if known(_name(one))), None)
        if match is None:
            continue
        name = _name(match).lower()
        line = first + whole.count("\n", 0, match.start())
        cure = f"a role is written :{name}:`words`, {said}" if said else _BETWEEN.format(name)
        code = "markup-misread" if said else "markup-foreign"
        yield line, code, f'"{_shown(match[0])}" is read as text: {cure}'
        return
    match = next((one for one in _UNKNOWN.finditer(whole) if one["name"].lower() in _MEANT), None)
    if match is not None:
        said = "write [#name]_ for a note" if "note" in match["name"].lower() or match["name"] == "fn" else ""
        said = said or "no role has this name, and none touches the word before it"
        line = first + whole.count("\n", 0, match.start())
        yield line, "markup-misread", f'"{_shown(match[0])}" is read as text: {said}'


def _name(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return str(groups.get("name") or groups.get("spaced") or "")


def _is_role(name: str) -> bool:
    """Whether a role has this name."""
    name = name.lower()
    return name in roles._roles or name in en.roles or name.startswith("lang-")


def _is_meant(name: str) -> bool:
    """Whether a name is that of a role and no word beside: "type:`x`" is none."""
    name = name.lower()
    return name in _OURS or name.startswith("lang-")


def _signed(block: nodes.Element) -> str:
    """The words of a block; what is marked stands as one sign each, with the ends of its lines."""
    parts = []
    for child in block:
        if isinstance(child, nodes.Text):
            parts.append(str(child).translate(_NO_SIGNS))
            continue
        written = child.rawsource if isinstance(child, nodes.Element) else ""
        kind = _OTHER
        if isinstance(child, nodes.title_reference) and written.startswith("`"):
            kind = _TITLE
        elif isinstance(child, nodes.literal) and written.startswith("``"):
            kind = _LITERAL
        parts.append(kind + "\n" * written.count("\n"))
    return "".join(parts)


_NO_SIGNS: Final = {1: None, 2: None, 3: None}


def _shown(text: str) -> str:
    text = text.replace(_TITLE, "`…`").replace(_LITERAL, "``…``").replace("\x00", "\\")
    return shortened(" ".join(text.split()))
