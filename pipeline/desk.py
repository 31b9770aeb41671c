"""A desk: a folder with ``source/`` in it, and what belongs to the desk beside it: ``styles/``, ``build/``.

Which desk the work at hand belongs to is known in a process as the current one (`at`). Where nobody has said,
there is none: then the built-in look holds, and what is kept goes to the folder that the system has for it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOURCE: Final = "source"
STYLES: Final = "styles"


@dataclass(frozen=True)
class Desk:
    """Where the work at hand belongs.

    :param root: the folder that holds ``source/``; ``None`` for an article outside any.
    :param styles: the folder with the desk's own look; ``None`` where there is none. Both are absolute, and
        no symbolic link leads to them.
    """

    root: Path | None = None
    styles: Path | None = None


_NONE: Final = Desk()
_current: ContextVar[Desk] = ContextVar("desk", default=_NONE)


def source_root(path: Path) -> Path:
    """The source root of an article: the nearest folder above it named ``source``, else its own folder."""
    folder = path.resolve().parent
    return next((parent for parent in (folder, *folder.parents) if parent.name == SOURCE), folder)


def desk_of(path: Path, styles: Path | None = None) -> Desk:
    """The desk of an article or a manifest, or of a file that was made at one.

    :param path: below ``source/``, or below a folder that has one beside it (``build/``).
    :param styles: the folder with the look to take instead of the desk's own.
    """
    root = source_root(path).parent if source_root(path).name == SOURCE else None
    if root is None and path.suffix.lower() == ".pdf":
        root = next((above for above in path.resolve().parents if (above / SOURCE).is_dir()), None)
    if styles is not None:
        return Desk(root, Path(os.path.realpath(styles)))
    if root is None:
        return _NONE
    own = Path(os.path.realpath(root / STYLES))
    return Desk(root, own if own.is_dir() and own.is_relative_to(root) else None)


def current() -> Desk:
    """The desk that the work at hand belongs to."""
    return _current.get()


@contextlib.contextmanager
def at(desk: Desk) -> Iterator[None]:
    """Let a desk be the current one."""
    token = _current.set(desk)
    try:
        yield
    finally:
        _current.reset(token)


def shown(path: Path) -> str:
    """The name of a file of the desk in a finding: from the current folder where that is above it."""
    with contextlib.suppress(ValueError, OSError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
