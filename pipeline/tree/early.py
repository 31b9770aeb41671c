"""The first transforms: what docutils would stumble over, put right before its own begin."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import Substitutions

from pipeline.findings import suggest
from pipeline.tree.nodes import fault
from pipeline.tree.report import report


class SetHeadingLines(Transform):
    """Give each heading its own line: docutils gives it that of its underline."""

    default_priority = Substitutions.default_priority - 2

    def apply(self, **kwargs: Any) -> None:
        """Correct the line of every section and of its title."""
        for section in self.document.findall(nodes.section):
            for node in (section, section[0]):
                if node.line:
                    node.line -= 1


class CheckSubstitutions(Transform):
    """Report a substitution that is defined by one that is not defined: docutils raises a KeyError."""

    default_priority = Substitutions.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Put a `fault` in the place of each such reference."""
        known = self.document.substitution_names
        for definition in self.document.findall(nodes.substitution_definition):
            for call in list(definition.findall(nodes.substitution_reference)):
                name = call["refname"]
                if name.lower() in known:
                    continue
                message = f'no substitution is called "{name}"{suggest(name.lower(), known)}'
                report(self.document, "substitution-undefined", message, call)
                call.replace_self(fault(call.rawsource, call.rawsource, title=message))
