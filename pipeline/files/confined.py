"""Files below a folder, and no others: what an address names, and the bytes of what was opened.

An article names files: images, texts to read in, tables. Whatever it names, nothing outside its source root
is opened, nor a device, a pipe or a folder. Readers and writers both go this way.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import posixpath
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import unquote, urlsplit

MAX_SIZE: Final = 64 * 1024 * 1024
"""The largest file that is read, in bytes, where no other limit is given."""

LISTED: Final = "\0"
"""Stands between a folder and an ending in what `FilesRead` calls a list of names: no path has it."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")


class OutsideError(ValueError):
    """A name that leads out of the root. Its text says how, and follows the name in a message."""


class TooLargeError(ValueError):
    """A file with more bytes than are let in."""


class FilesRead:
    """What was read from files while it was watched.

    :ivar checksums: SHA-256 of what was read, by the path that was asked for; empty for what could not be.
        Where names were listed, the folder, NUL and the ending stand for them.
    :ivar changed: the paths of which something else was read later.
    """

    def __init__(self) -> None:
        self.checksums: dict[str, str] = {}
        self.changed: list[str] = []

    def note(self, path: Path, data: bytes | None) -> None:
        """Note what was read; ``None`` when it could not be."""
        checksum = "" if data is None else hashlib.sha256(data).hexdigest()
        if self.checksums.setdefault(str(path), checksum) != checksum:
            self.changed.append(str(path))


_watching: list[FilesRead] = []


@contextlib.contextmanager
def files_read() -> Iterator[FilesRead]:
    """Watch which files this process reads for an article, and what stood in them."""
    found = FilesRead()
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)


def note_read(path: Path, data: bytes | None) -> None:
    """Tell those who watch that a file was read otherwise than by `read_below`; ``None``: it could not be."""
    for watcher in _watching:
        watcher.note(path, data)


def names_in(folder: Path) -> list[str]:
    """What stands in a folder, to find what a wrong name may mean; nothing where there is none."""
    return [one.name for one in folder.iterdir()] if folder.is_dir() else []


def names_below(folder: Path, ending: str) -> list[str]:
    """The files with an ending in a folder and below it: their paths from there. `files_read` notes them.

    :param folder: one that is not there has none.
    """
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob(f"*{ending}"))]
    for watcher in _watching:
        watcher.note(Path(f"{folder}{LISTED}{ending}"), "\n".join(names).encode("utf-8", "surrogateescape"))
    return names


def name_below(written: str, folder: str = "", *, quoted: bool = False) -> str:
    """The path below the root that an author means.

    :param written: as it stands in the article, with ``/`` between folders.
    :param folder: the folder of the file that it stands in, below the root; "" is the root itself.
    :param quoted: whether `written` is an address in which ``%20`` is a space (RFC 3986, section 2.1), as of
        an image; it is decoded once. Otherwise it is a path, taken letter by letter.
    :returns: a normalised path without ``..``.
    :raises OutsideError: for an address with a scheme or a host, an absolute path, a path with a backslash or
        NUL, and one that climbs out of the root.
    """
    if _SCHEME.match(written.strip()):
        raise OutsideError("is an address: put the file beside the article and name it")
    name = written
    if quoted:
        try:
            parts = urlsplit(written)
        except ValueError as error:
            raise OutsideError("is no path of a file") from error
        name = "" if parts.scheme else unquote(parts.path)  # the scheme has one letter, as C:
    if not name or "\x00" in name or "\\" in name or name.startswith("/"):
        raise OutsideError("must be named relative to the article, with / between folders")
    below = posixpath.normpath(posixpath.join(folder, name))
    if below == ".." or below.startswith(("../", "/")):
        raise OutsideError("lies outside the source folder")
    return below


def read_below(root: Path, name: str, limit: int = MAX_SIZE) -> bytes:
    """Read a file below a folder; a symbolic link is followed if it stays below, too. `files_read` notes it.

    :param root: the folder.
    :param name: path below it.
    :param limit: how many bytes the file may have.
    :raises OutsideError: when the file lies elsewhere, or is none: a folder, a device, a pipe.
    :raises TooLargeError: when it has more bytes than `limit`.
    :raises OSError: when it does not exist or can't be opened.
    """
    top = Path(os.path.realpath(root))
    try:
        data = _read_below(top, name, limit)
    except (OSError, ValueError):
        note_read(top / name, None)
        raise
    note_read(top / name, data)
    return data


def digest_below(root: Path, name: str) -> str:
    """SHA-256 of a file below a folder, of whatever size, in hexadecimal digits; as `read_below` otherwise.

    :raises OutsideError: as `read_below`.
    :raises OSError: as `read_below`.
    """
    with _opened(Path(os.path.realpath(root)), name) as file:
        state = hashlib.sha256()
        while piece := file.read(1 << 20):
            state.update(piece)
        return state.hexdigest()


def _read_below(top: Path, name: str, limit: int) -> bytes:
    with _opened(top, name) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(limit + 1) if size <= limit else b""
    if size > limit or len(data) > limit:
        raise TooLargeError(name)
    return data


@contextlib.contextmanager
def _opened(top: Path, name: str) -> Iterator[BinaryIO]:
    """A regular file below a folder, open; where it lies is asked of the file that was opened."""
    try:
        path = Path(os.path.realpath(top / name))
    except ValueError as error:  # NUL
        raise OutsideError("is no path of a file") from error
    if not path.is_relative_to(top):
        raise OutsideError("lies outside the source folder")
    # No link is followed at the last step, and a pipe without a writer does not make this wait.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OutsideError("is not a file that holds text or a picture")
        # What was opened, not what was looked at: a link may have been swapped in between.
        opened = Path(os.path.realpath(f"/proc/self/fd/{file.fileno()}"))
        if Path("/proc/self/fd").is_dir() and not opened.is_relative_to(top):
            raise OutsideError("lies outside the source folder")
        yield file
