"""What packets are made of can be made in this process: forking costs as much as binding a small packet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import pytest

from pipeline import limits


@pytest.fixture
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls run here that have a process of their own elsewhere (tests/test_limits.py).

    Those with other limits than usual keep theirs.
    """
    forking = limits.run

    def run(
        function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], allowed: limits.Limits, jobs: int = 1
    ) -> Generator[Any, None, None]:
        if allowed != limits.Limits():
            yield from forking(function, calls, allowed, jobs)
            return
        for arguments in calls:
            yield function(*arguments)

    monkeypatch.setattr("pipeline.limits.run", run)
