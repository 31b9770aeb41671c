"""Which of many cases are quick tests; `make test-all` runs the others, too."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

import pytest


def slow_but(quick: Container[Any], values: Iterable[Any]) -> list[Any]:
    """Values as parameters of a test; those that are not among the `quick` ones are slow.

    :param values: tuples for several parameters.
    """
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            marks=() if value in quick else pytest.mark.slow,
        )
        for value in values
    ]


def each_nth(step: int, values: Iterable[Any]) -> list[Any]:
    """Values as parameters of a test; quick is the first, and each that stands `step` farther on.

    :param values: tuples for several parameters.
    """
    values = list(values)
    return slow_but(values[::step], values)


def first_of_each(kind: Callable[[Any], object], values: Sequence[Any]) -> list[Any]:
    """Values as parameters of a test; quick is the first of each kind.

    :param kind: of which a value is.
    """
    firsts: dict[object, int] = {}
    for number, value in enumerate(values):
        firsts.setdefault(kind(value), number)
    quick = set(firsts.values())
    return [
        pytest.param(value, marks=() if number in quick else pytest.mark.slow)
        for number, value in enumerate(values)
    ]
