"""Tables of patterns: what is mistyped, as a regular expression, its code, and what is said of it.

Each part of `slips` has a table of its own; here is how all of them are gone through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

ITEMS: Final = "the items of a list begin with a hyphen (-) and a space, below an empty line"
"""What is said of lines that are to be a list."""


class Sign(NamedTuple):
    """Something mistyped: how it looks, the code of the finding, and what the finding says behind it."""

    pattern: re.Pattern[str]
    code: str
    said: str


def signs(rows: Iterable[tuple[str, str]], code: str = "markup-foreign", flags: int = 0) -> list[Sign]:
    """A table, from its rows.

    :param rows: patterns, and what is said of each.
    :param code: that of all of them; `flags`: those of `re`.
    """
    return [Sign(re.compile(pattern, flags), code, said) for pattern, said in rows]


def searched(table: Iterable[Sign], text: str) -> Iterator[tuple[re.Match[str], Sign]]:
    """What of a table stands anywhere in a text: the first place of each."""
    for sign in table:
        match = sign.pattern.search(text)
        if match is not None:
            yield match, sign


def begun(table: Iterable[Sign], text: str) -> tuple[re.Match[str], Sign] | None:
    """What of a table a text begins with: the first that fits."""
    matches = ((sign.pattern.match(text), sign) for sign in table)
    return next(((match, sign) for match, sign in matches if match is not None), None)
