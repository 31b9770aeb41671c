"""Numbers of formulas: one that has a label bears its number, so that a reader on paper finds it."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import InternalTargets

EQUATION: Final = "equation"
"""The class of a container that holds the number of a formula and the formula."""
NUMBER: Final = "equation-number"
"""The class of the paragraph that is the number."""


def labelled(document: nodes.document) -> list[nodes.math_block]:
    """The formulas that an author gave a label, collected while the text is parsed."""
    found: list[nodes.math_block] = document.settings.setdefault("despatch_formulas", [])
    return found


class NumberFormulas(Transform):
    """Number the labelled formulas in the order of the text, whatever edition shows them."""

    default_priority = InternalTargets.default_priority  # before `ResolveReferences`, which shows the numbers

    def apply(self, **kwargs: Any) -> None:
        """Put each into a container, behind its number."""
        ours = {id(formula) for formula in labelled(self.document)}
        formulas = [node for node in self.document.findall(nodes.math_block) if id(node) in ours]
        for number, formula in enumerate(formulas, start=1):
            words = nodes.paragraph("", f"({number})", classes=[NUMBER])
            whole = nodes.container(formula.rawsource, classes=[EQUATION])
            formula.parent.replace(formula, whole)
            whole += [words, formula]
            for part in (whole, words):
                part.source, part.line = formula.source, formula.line


def number_of(formula: nodes.Element) -> nodes.paragraph | None:
    """The number of a formula, or ``None`` where it has none."""
    around = formula.parent
    if not isinstance(formula, nodes.math_block) or EQUATION not in around["classes"]:
        return None
    number: nodes.paragraph = around[0]
    return number
