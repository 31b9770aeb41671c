"""Roles that authors know from Sphinx: references, the index, and words of a kind (keys, files, commands)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from docutils import nodes
from docutils.utils import unescape

from pipeline.read.input.reading import reading
from pipeline.tree.nodes import cross_reference, explained, index_mark
from pipeline.tree.transforms.index import ENTRY_KINDS, OLD_KINDS

Role = Callable[..., tuple[list[nodes.Node], list[nodes.system_message]]]

DOMAINS: Final = frozenset(
    (
        *("py", "c", "cpp", "js", "rst", "std", "math", "citation", "changeset", "external", "rb", "php"),
        *("go", "http"),
    )
)
"""The domains of Sphinx: a role or directive of theirs names parts of programs."""
OBJECTS: Final = (
    *("attr", "class", "const", "data", "deco", "exc", "func", "meth", "mod", "obj", "type"),
    *("cdata", "cfunc", "cmacro", "cmember", "ctype", "member", "macro", "struct", "enum"),
)
"""Roles for parts of programs, without their domain. They are shown as code: no program is read."""

_WORDED: Final = re.compile(r"^(.+?)\s*(?<!\x00)<([^<]*?)>$", re.DOTALL)
_EXPLAINED: Final = re.compile(r"^(.*?)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)$", re.DOTALL)
_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_MNEMONIC: Final = re.compile(r"&(?!&)(?=\S)")


def split(text: str) -> tuple[str, str, bool]:
    """Take ``words <target>`` apart.

    :param text: as docutils hands it to a role, its backslashes as NUL.
    :returns: the words, the target, and whether the author gave words.
    """
    match = _WORDED.match(text)
    if match is None:
        whole = " ".join(unescape(text).split())
        return whole, whole, False
    return " ".join(unescape(match[1]).split()), " ".join(unescape(match[2]).split()), True


def reference(kind: str) -> Role:
    """A role that refers to a name of the article, or to another article."""

    def role(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
        words, goal, explicit = split(text)
        if goal.startswith("!"):
            return [nodes.inline(raw, words.removeprefix("!"))], []
        return [cross_reference(raw, words, kind=kind, goal=goal, explicit=explicit)], []

    return role


def of_object(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """A part of a program: code, as Sphinx shows what it can't resolve (``~`` keeps the last name only)."""
    words, _goal, explicit = split(text)
    if not explicit:
        words = words.removeprefix("!")
        if words.startswith("~"):
            words = words[1:].rpartition(".")[2]
        words = words.removeprefix(".")
        if name.lower().rpartition(":")[2] in {"func", "meth"} and words and not words.endswith(")"):
            words += "()"
    return [nodes.literal(raw, words)], []


def marked(node_class: type[nodes.TextElement], *classes: str) -> Role:
    """A role that marks words."""

    def role(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
        return [node_class(raw, unescape(text), classes=list(classes))], []

    return role


def slotted(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """``:samp:`` and ``:file:``: code in which ``{…}`` is what the reader puts in."""
    node = nodes.literal(raw, "")
    plain, at = unescape(text), 0
    for slot in _SLOT.finditer(plain):
        before = plain[at : slot.start()]
        node += [*([nodes.Text(before)] if before else []), nodes.emphasis("", slot[1])]
        at = slot.end()
    if plain[at:]:
        node += nodes.Text(plain[at:])
    return [node], []


def menu(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """``:guilabel:`` and ``:menuselection:``: what stands on a screen, without the ``&`` of its keys."""
    words = _MNEMONIC.sub("", unescape(text).replace("-->", "\u2023")).replace("&&", "&")
    return [nodes.inline(raw, words, classes=["guilabel"])], []


def abbreviation(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """``:abbr:`KFOR (Kosovo Force)```: explained in brackets where it comes first."""
    plain = unescape(text)
    match = _EXPLAINED.match(plain)
    if match is None or not match[1]:
        return [nodes.abbreviation(raw, plain)], []
    short, long = match[1], " ".join(match[2].split())
    known = reading(inliner.document).abbreviations
    node = explained(raw, short, title=long)
    if (short, long) in known:
        return [node], []
    known.add((short, long))
    return [node, nodes.Text(f" ({long})")], []


def link(pattern: str, words: str) -> Role:
    """A role that links to a page by its number."""

    def role(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
        shown, goal, explicit = split(text)
        return [
            nodes.reference(raw, shown if explicit else f"{words}{goal}", refuri=pattern.format(goal))
        ], []

    return role


def index(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """``:index:`words``` or ``:index:`words <pair: one; two>```: words that stand in the index."""
    words, goal, explicit = split(text)
    if not explicit:
        words = words.removeprefix("!")
    return [index_mark(raw, words, entries=entries_of(goal, single=not explicit))], []


def entries_of(text: str, *, single: bool = False) -> list[tuple[str, str, bool]]:
    """The index entries of one line: (kind, text, whether it is the principal place).

    :param single: whether the whole line is one entry.
    """
    kind, colon, rest = text.partition(":")
    main = kind.strip().startswith("!")
    kind = kind.strip().removeprefix("!").strip().lower()
    if colon and kind in (*ENTRY_KINDS, *OLD_KINDS) and not single:
        rest = rest.strip()
        return [(kind, rest.removeprefix("!").strip(), main or rest.startswith("!"))]
    found = []
    for part in [text] if single else text.split(","):
        part = part.strip()
        if part:
            found.append(("single", part.removeprefix("!").strip(), part.startswith("!")))
    return found


ROLES: Final[dict[str, Role]] = {
    **{kind: reference(kind) for kind in ("ref", "numref", "page", "term", "any", "eq", "para")},
    **{"doc": reference("doc"), "index": index},
    **dict.fromkeys(OBJECTS, of_object),
    **{"kbd": marked(nodes.inline, "kbd"), "dfn": marked(nodes.inline, "dfn")},
    **dict.fromkeys(("file", "samp"), slotted),
    **dict.fromkeys(("guilabel", "menuselection"), menu),
    **dict.fromkeys(("command", "program", "makevar"), marked(nodes.strong)),
    **dict.fromkeys(("option", "envvar", "regexp", "token", "keyword", "mimetype"), marked(nodes.literal)),
    **dict.fromkeys(("mailheader", "newsgroup", "manpage"), marked(nodes.emphasis)),
    **{"abbr": abbreviation, "download": of_object},
    **{"cve": link("https://www.cve.org/CVERecord?id=CVE-{}", "CVE-")},
    **{"cwe": link("https://cwe.mitre.org/data/definitions/{}.html", "CWE-")},
}
"""Our roles by name; those of a domain (``py:func``) are found by `role_of`."""


def role_of(name: str) -> Role | None:
    """The role of a name with a domain: ``py:class``, ``external+python:py:func``."""
    domain, colon, rest = name.lower().partition(":")
    if colon and domain.partition("+")[0] in DOMAINS:
        last = rest.rpartition(":")[2]
        return ROLES.get(last, of_object) if domain.startswith(("std", "external")) else of_object
    return None
