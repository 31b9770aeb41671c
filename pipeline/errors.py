"""What an exception tells: why a file can't be used, what a library says, whether memory is short."""

from __future__ import annotations

import errno
from typing import Final

_UNMAPPED: Final = (
    "failed to map segment",
    "cannot map zero-fill pages",
    "cannot allocate",
    "not enough memory",
)
"""What the dynamic linker says where there is no room for a library (glibc)."""


class ClusterError(Exception):
    """The workers of a Dask scheduler can't be used; the message is one line for the author."""


def reason_of(error: OSError) -> str:
    """Why a file can't be read or written, as part of a message."""
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return "a file stands where a folder should be"
    return error.strerror or str(error)


def summary_of(error: Exception, longest: int = 300) -> str:
    """What an exception of a library says, on one line, as part of a message.

    :param longest: how many characters of it are told.
    """
    return " ".join(f"{type(error).__name__}: {error}".split())[:longest]


def is_memory_error(error: Exception) -> bool:
    """Whether an exception says that there is no memory left: libraries in C may fail without a word then."""
    said = str(error)
    silent = isinstance(error, SystemError) and ("without exception set" in said or "without setting" in said)
    unmapped = isinstance(error, ImportError) and any(words in said for words in _UNMAPPED)
    refused = isinstance(error, OSError) and error.errno == errno.ENOMEM  # no file is at fault
    return silent or unmapped or refused or isinstance(error, MemoryError)
