"""Hostile papers, drawn by lot: none gets anything through, and none ends in a traceback."""

from __future__ import annotations

import pytest

from tests.support.hostile_papers import hostile, tried


def test_the_same_seed_gives_the_same_file() -> None:
    assert hostile(3) == hostile(3) != hostile(4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_nothing_of_a_hostile_paper_gets_through(seed: int) -> None:
    word, more = tried(seed)
    assert word in {"refused", "with finding", "silent", "limit"}, more
