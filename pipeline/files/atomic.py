"""A file appears whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_PREFIX: Final = ".despatch-"
_SUFFIX: Final = ".part"


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`: beside it first, then renamed, so that the old file or the new one is there.

    :raises OSError: when the disk is full or the folder can't be written; what stood at `path` stays. It
        names `path` or its folder.
    """
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written to `path`, as `write_whole` does it; it gets there when all went well.

    :raises OSError: as `write_whole`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent)
        handle, name = _temporary(path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path.parent)) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), _permissions(path))
            # While it is open it is locked: others would take it for a leftover.
            temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def _permissions(path: Path) -> int:
    """Who may read and write a file: those who could, or, where there is none, those of any new file."""
    with contextlib.suppress(OSError):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            return stat.S_IMODE(status.st_mode)
    return 0o666 & ~umask()


def remove_leftovers(folder: Path) -> None:
    """Remove the half files that killed processes have left: those that no process holds a lock on."""
    for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(descriptor)


def _temporary(folder: Path) -> tuple[int, str]:
    """A new file in `folder`, locked as long as its descriptor is open."""
    while True:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder)
        with contextlib.suppress(OSError):  # a file system without locks: nothing is removed there either
            fcntl.flock(handle, fcntl.LOCK_EX)
        # Another process may have taken it for a leftover before it was locked.
        if os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)


def umask() -> int:
    """The permissions that new files and folders of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def folder_locked(folder: Path) -> Iterator[None]:
    """Let no other process write to a folder that waits for its turn as well; nothing is put into it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
