"""What a directive does with what is not let in: a finding, and a fault that stands in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from docutils import nodes
from docutils.parsers.rst import Directive, states

from pipeline.findings import Finding
from pipeline.read.input.inclusions import Refused
from pipeline.read.input.reading import reading
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.report import report

_Directive = TypeVar("_Directive", bound=Directive)


def place_of(directive: Directive) -> tuple[Any, int]:
    """The file and the line of a directive."""
    source, line = directive.state_machine.get_source_and_line(directive.lineno)
    return source, line or 1


def refuse(directive: Directive, refused: Refused) -> list[nodes.Node]:
    """Report what is not let in; in a draft the fault stands in its place."""
    text, message = directive.block_text, refused.message
    node: nodes.Element
    if isinstance(directive.state, states.SubstitutionDef):
        node = fault(text, text, title=message)
    else:
        node = fault_block(text, nodes.literal_block(text, text), title=message)
    source, line = place_of(directive)
    for part in (node, *node.findall(nodes.literal_block)):
        part.source, part.line = source, line
    document = directive.state.document
    if refused.code == "limit-size" and reading(document).files.full > 1:
        pass  # the first one has said so
    elif refused.place is None:
        report(document, refused.code, message, node, line=line)
    else:
        reading(document).findings.append(Finding(refused.code, *refused.place, message))
    return [node]


def refusing(run: Callable[[_Directive], list[nodes.Node]]) -> Callable[[_Directive], list[nodes.Node]]:
    """Make what a directive's ``run`` raises as `Refused` a finding, and a fault in its place."""

    @wraps(run)
    def run_or_refuse(directive: _Directive) -> list[nodes.Node]:
        try:
            return run(directive)
        except Refused as refused:
            return refuse(directive, refused)

    return run_or_refuse
