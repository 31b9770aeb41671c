"""Calls that have processes of their own, made in this one: forking costs as much as a small article."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from pipeline import limits

FORKING = limits.run
"""What gives each call a process of its own."""


def run(
    function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], allowed: limits.Limits, jobs: int = 1
) -> Generator[Any, None, None]:
    """Make calls as `pipeline.limits.run` does, in this process: those with other limits than usual keep
    theirs, and their processes."""
    if allowed != limits.Limits() or jobs > 1:
        yield from FORKING(function, calls, allowed, jobs)
        return
    for arguments in calls:
        yield function(*arguments)


@contextmanager
def one_process() -> Iterator[None]:
    """Make them here for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.limits.run", run)
        yield
