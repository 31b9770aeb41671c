"""Descriptions of parts of programs (``.. py:function::``, ``.. option::``): a signature and what it does.

No program is read: what an author wrote about it is shown, its signature as a term of a definition list.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.parsers.rst.directives import misc

from pipeline.read.sphinx.roles import DOMAINS
from pipeline.tree.report import give_place

KINDS: Final = frozenset(
    (
        *("function", "method", "classmethod", "staticmethod", "attribute", "property", "data", "exception"),
        *("decorator", "decoratormethod", "describe", "object", "option", "cmdoption", "envvar", "confval"),
        *("autoclass", "autofunction", "automethod", "autoattribute", "autodata", "autoexception", "opcode"),
        *("automodule", "autoproperty", "autodecorator", "cfunction", "cmember", "cmacro", "ctype", "cvar"),
    )
)
"""Directives that describe something, without their domain."""
_SILENT: Final = frozenset(
    ("module", "currentmodule", "namespace", "namespace-push", "namespace-pop", "program", "alias")
)
_OPTION: Final = re.compile(r":[\w-]+:(\s|$)")


def is_silent(name: str) -> bool:
    """Whether a directive only says what follows is part of (``py:module``)."""
    domain, colon, rest = name.lower().rpartition(":")
    return rest in _SILENT and (not colon or domain.partition("+")[0] in DOMAINS)


def describes(name: str) -> bool:
    """Whether a directive describes a part of a program (``py:function``, ``option``)."""
    domain, colon, rest = name.lower().rpartition(":")
    return domain.partition("+")[0] in DOMAINS if colon else rest in KINDS


class Silent(Directive):
    """A directive that shows nothing but what it holds."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Show its content."""
        holder = nodes.Element()
        if self.content:
            self.state.nested_parse(self.content, self.content_offset, holder)
        return list(holder.children) or [nodes.comment()]


class Description(Directive):
    """Signatures, one a line, and below them what they do."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """A definition list of one item."""
        return describe(self)

    def says(self) -> bool:
        """Whether there is anything to show: what would be drawn from a program is not."""
        return bool(signatures(self)) and (bool(self.content) or not self.name.lower().startswith("auto"))


class Class(misc.Class):
    """``.. class::``: docutils' own, or a class of a program, told by the brackets or dots in its name."""

    def run(self) -> Any:
        """Set the class of what follows, or describe one."""
        return describe(self) if re.search(r"[.(]", self.arguments[0]) else super().run()


def signatures(directive: Directive) -> list[str]:
    """What a directive describes; the options below it are left out."""
    lines = directive.arguments[0].split("\n") if directive.arguments else []
    return [line.strip() for line in lines if not _OPTION.match(line.strip())]


def describe(directive: Directive) -> list[nodes.Node]:
    """A definition list of one item: signatures, and what they do."""
    kind = nodes.make_id(directive.name.rpartition(":")[2])
    item = nodes.definition_list_item(directive.block_text)
    for signature in signatures(directive):
        item += nodes.term(signature, "", nodes.literal(signature, signature.replace("\\", "")))
    definition = nodes.definition()
    if directive.content:
        directive.state.nested_parse(directive.content, directive.content_offset, definition)
    if all(isinstance(child, nodes.Invisible) for child in definition.children):
        definition += nodes.paragraph()
    item += definition
    listing = nodes.definition_list("", item, classes=["description", *([kind] if kind else [])])
    give_place([listing], *directive.state_machine.get_source_and_line(directive.lineno))
    return [listing]
