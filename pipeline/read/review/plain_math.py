"""What docutils says of formulas that it can't read, in plain words."""

from __future__ import annotations

import re
from typing import Final

from docutils.utils.math import MathError

MATH: Final = [
    (r"Group without closing bracket!", "a {{ has no }}: write one more"),
    (r"Could not extract optional argument from .*", "a [ has no ]: write one more"),
    (r'Unsupported character: "\$"!', "no $ stands around it here: take them out"),
    (r'Unsupported character: "(.*)"!', '"{}" is no sign of a formula: write \\text{{{}}}'),
    (r"No insertion point for .*", "{{ and }} are not as many: count them"),
    (
        r"Last node missing children\. .*",
        "something is missing at its end, such as the second {{…}} of \\frac",
    ),
    (r'Unsupported "(.+)" delimiter "(.*)"!', '"{}" takes a bracket behind it, and no "{}"'),
    (r'"\\not" cannot negate: "(.*)"!', '"\\not" can\'t stand before "{}"'),
    (r'Declaration "(.+)" must be first command in a group!', '"{}" stands first between {{ and }}'),
    (r'Unknown LaTeX command "(.+)"\.', 'no command is called "{}"'),
    (r'Environment "(.+)" not supported!', 'no environment is called "{}" here: write \\begin{{aligned}}'),
]
"""What its parser says (``utils/math/latex2mathml.py``), and what an author has to do."""
_COMPILED: Final = [(re.compile(pattern, re.DOTALL), said) for pattern, said in MATH]


def said_of_formula(error: Exception, formula: str) -> str:
    """What is wrong with a formula, as the end of a sentence; "" where nobody knows.

    :param error: what its parser has raised: of `MathError` the words are known, other kinds are accidents.
    :param formula: as it was written.
    """
    text = " ".join(str(error).split()) if isinstance(error, MathError) else ""
    for pattern, said in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            return said.format(*match.groups(), *match.groups())
    bare = re.sub(r"\\.", "", formula)
    return "{ and } are not as many: count them" if bare.count("{") != bare.count("}") else ""
