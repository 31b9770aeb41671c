"""What a patch of the engine says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patch:
    """A change inside WeasyPrint.

    :param name: of the patch.
    :param apply: what makes the change; it is called once.
    :param replaces: the functions that are replaced, with their modules.
    :param fault: what is wrong without it.
    :param upstream: address of the issue where the fault, or its cause, is reported; empty: none known.
    :param tests: the tests in ``tests/write/engine/patches`` that fail without it, as ``module::function``.
    """

    name: str
    apply: Callable[[], None]
    replaces: tuple[str, ...]
    fault: str
    upstream: str
    tests: tuple[str, ...]
