"""What the options of a command mean, where several commands have them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipeline import desk, styles
from pipeline.limits import Limits


def limits_of(options: argparse.Namespace) -> Limits:
    """Time and memory, as the options give them."""
    return Limits(options.time_limit, options.memory_limit)


def check_paper(paths: Sequence[Path], options: argparse.Namespace) -> None:
    """End, as with any wrong use, where a desk lacks the paper that is asked for, and say which there are."""
    for path in paths if options.paper is not None else ():
        with desk.at(desk.desk_of(path, options.styles)):
            if styles.paper_named(options.paper) is None:
                there = ", ".join(styles.papers())
                options.fail(f'argument --paper: there is no paper "{options.paper}": write one of {there}')


def same_name(paths: Sequence[Path]) -> str | None:
    """A name that two of the files have, whose editions would be one file."""
    seen: set[str] = set()
    for path in paths:
        if path.stem in seen:
            return path.stem
        seen.add(path.stem)
    return None
