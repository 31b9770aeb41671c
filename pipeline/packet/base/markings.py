"""The order of markings (``styles/markings.toml``): which is known, which is higher."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline import styles
from pipeline.findings import suggest


def level(marking: str) -> int | None:
    """The level of a marking, from 0; ``None`` for one that is not in the list."""
    for number, entry in enumerate(styles.data("markings")["level"]):
        if _plain(marking) in map(_plain, entry["names"]):
            return number
    return None


def known() -> list[str]:
    """All markings of the list, the lowest first."""
    return [name for entry in styles.data("markings")["level"] for name in entry["names"]]


def highest(markings: Iterable[str]) -> str:
    """The highest of some markings, the first of those of one level; empty when there is none."""
    return max((marking for marking in markings if marking), key=lambda name: level(name) or 0, default="")


def unknown(marking: str) -> str:
    """What to say of a marking that is not in the list."""
    hint = suggest(marking, known())
    return f'the marking "{marking}" is not in styles/markings.toml{hint}, so that nobody knows its level'


def _plain(marking: str) -> str:
    return " ".join(marking.replace("\u2013", "-").casefold().split())
