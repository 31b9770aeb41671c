"""What the parser lets through and no edition can carry, found in the tree."""

from __future__ import annotations

import re
from typing import Final

from docutils import nodes

from pipeline.read.input.decoding import CONTROL, DIRECTION, SURROGATE, direction_fault
from pipeline.read.review.plain_math import said_of_formula
from pipeline.tree.mathml import MAX_DEPTH, TooDeepError, mathml
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.parts import shows
from pipeline.tree.report import report

_REFUSED: Final = re.compile(f"{CONTROL.pattern}|{SURROGATE.pattern}|{DIRECTION.pattern}")


def check_characters(document: nodes.document) -> None:
    """Report control characters and lone surrogates (``unicode::`` makes them); put U+FFFD in their place.

    The NUL that docutils keeps in a text for each backslash of the source goes too.
    """
    for text in list(document.findall(nodes.Text)):
        shown = text.astext()
        refused = _REFUSED.search(shown)
        if refused is not None:
            if DIRECTION.match(refused[0]):
                report(document, "file-direction", f"{direction_fault(refused[0])}; take it out", text)
            else:
                message = f"the character U+{ord(refused[0]):04X} can't stand in an edition: take it out"
                report(document, "file-control", message, text)
            shown = _REFUSED.sub("\ufffd", shown)
        if shown != str(text) and text.parent is not None:
            text.parent.replace(text, nodes.Text(shown))


def check_headings(document: nodes.document) -> None:
    """Report headings in which nothing is seen, as in one of a zero-width space: no reader could find it."""
    for title in list(document.findall(nodes.title)):
        if shows(title) or not isinstance(title.parent, nodes.section):
            continue
        message = "this heading has no letter that can be seen: write its text, or take the line below it out"
        report(document, "rst-error", message, title)
        title[:] = [fault("", "\u2026", title=message)]


class _OpenError(ValueError):
    """A formula whose braces are not closed: docutils makes one of its parts, or of nothing."""


def _check_braces(formula: str) -> None:
    """:raises _OpenError: where there are more braces of one kind than of the other."""
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", formula):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            raise _OpenError("a } has no {: take it out, or write \\}")
    if depth:
        raise _OpenError("a { has no }: write one more")


def check_math(document: nodes.document) -> None:
    """Report formulas that can't be turned into MathML."""
    formulas = [
        node for node in document.findall(nodes.Element) if isinstance(node, (nodes.math, nodes.math_block))
    ]
    for node in formulas:
        block = isinstance(node, nodes.math_block)
        try:
            _check_braces(node.astext())
            mathml(node.astext(), block)
        except Exception as error:  # docutils raises all kinds of things on odd formulas
            if isinstance(error, (TooDeepError, RecursionError)):
                code = "limit-nesting"
                message = (
                    f"the parts of the formula stand one in another more than {MAX_DEPTH} deep: divide it"
                )
            else:
                code = "rst-error"
                own = isinstance(error, _OpenError)
                detail = str(error) if own else said_of_formula(error, node.astext())
                message = f"the formula can't be read as LaTeX mathematics{detail and f': {detail}'}"
            report(document, code, message, node)
            text = nodes.literal_block("", node.astext()) if block else nodes.literal("", node.astext())
            mark: nodes.Element = (
                fault_block("", title=message) if block else fault(node.rawsource, title=message)
            )
            mark += text
            for part in (mark, text):
                part.source, part.line = node.source, node.line
            node.replace_self(mark)
