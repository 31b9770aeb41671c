"""Where in an article something stands: what a finding is about, and which lines are code."""

from __future__ import annotations

import re
from typing import Final

from pipeline.findings import Finding

MOST: Final = 40
"""So many findings of a kind are looked into: with more, it is no slip that is behind them."""


def first_of(
    found: list[Finding], code: str, pattern: re.Pattern[str]
) -> list[tuple[Finding, re.Match[str]]]:
    """The first findings of a kind, and what a pattern finds in their messages.

    :param code: that of the kind.
    """
    pairs = ((one, pattern.match(one.message)) for one in found if one.code == code)
    return [(one, match) for one, match in pairs if match is not None][:MOST]


_CODE_BELOW: Final = re.compile(r"\.\. (?:\|[^|]+\| )?(?P<name>[\w-]+)::")
_CODE: Final = frozenset(
    ("code", "code-block", "sourcecode", "raw", "math", "highlight", "parsed-literal", "doctest", "prompt")
)


def code_lines(lines: list[str]) -> frozenset[int]:
    """The numbers, from 1, of the lines that are indented below ``::`` or below a directive for code."""
    found: set[int] = set()
    margin: int | None = None
    for number, line in enumerate(lines, 1):
        words = line.strip()
        indent = len(line) - len(line.lstrip())
        if margin is not None and (not words or indent > margin):
            found.add(number)
            continue
        match = _CODE_BELOW.match(words)
        begins = match["name"] in _CODE if match else words.endswith("::") and not words.startswith("..")
        margin = indent if begins or words.startswith(">>> ") else None
    return frozenset(found)
