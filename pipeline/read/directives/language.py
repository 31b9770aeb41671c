"""Passages in another language: the role ``:lang-nl:`…``` and the directive ``.. lang:: nl``.

Both set the class ``language-nl``, from which docutils' HTML writers make a ``lang`` attribute; a class of
that name that an author sets with ``.. class::`` or ``.. role::`` does the same.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, roles
from docutils.parsers.rst.states import Struct

from pipeline.tree.labels import LANGUAGE_TAG
from pipeline.tree.languages.language_names import is_known, tag_of

_ROLE: Final = re.compile(r"lang-([a-z]{2,3}(?:-[a-z0-9]{2,8})*)", re.IGNORECASE)
_FIELD: Final = re.compile(r"^:lang(?:uage)?:[ ]*(\S+)[ ]*$", re.MULTILINE | re.IGNORECASE)


def language_role(tag: str) -> Any:
    """The role function for a language tag."""

    def role(
        name: str, rawtext: str, text: str, lineno: int, inliner: Any, *_: Any, **__: Any
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        node = nodes.inline(rawtext, "", classes=[f"language-{tag.lower()}"])
        # Markup inside is parsed: a foreign name may be emphasised, or bear a note.
        memo = Struct(document=inliner.document, reporter=inliner.reporter, language=inliner.language)
        children, messages = inliner.parse(text, lineno, memo, node)
        node += children
        return [node], messages

    return role


def language_of(text: str) -> str:
    """The language tag that an article gives itself, from its source text; ``en`` where it gives none."""
    match = _FIELD.search(text)
    return match[1] if match is not None and LANGUAGE_TAG.fullmatch(match[1]) else "en"


def register_roles(text: str) -> None:
    """Register the language roles that `text` uses: docutils looks roles up by their whole names."""
    for match in sorted(set(_ROLE.findall(text))):
        if not is_known(match):
            continue  # it is told as a role that nobody knows
        roles.register_local_role(f"lang-{match.lower()}", language_role(match))


class Language(Directive):
    """``.. lang:: ar``: blocks in another language, written from right to left where it is."""

    required_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """A container with the language as its class."""
        tag = self.arguments[0].strip()
        if not LANGUAGE_TAG.fullmatch(tag) or not is_known(tag):
            meant = tag_of(tag)
            hint = f": write .. lang:: {meant}" if meant else ""
            raise self.error(
                f'The "lang" directive needs a language tag such as nl or sr-Latn, not "{tag}"{hint}'
            )
        self.assert_has_content()
        box = nodes.container(self.block_text, classes=[f"language-{tag.lower()}"])
        box.source, box.line = self.state_machine.get_source_and_line(self.lineno)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]
