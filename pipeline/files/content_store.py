"""A store of what has been made: it is taken from here while all that it was made from is the same.

One rule says when: an entry holds as long as its key is asked for, every file that was read in the making of
it is what it was then, and its own files are whole. The key is made of what is known beforehand (`key_of`):
the kind of the thing, the program (`program_digest`), the options, the bytes that are given. What turns out
in the making, such as the images that an article names, is kept with the entry as checksums of what was
*read*; of one key there may be several entries, for several states of those files.

The store is a folder. To delete it, or any entry in it, changes nothing but time. Processes may use it at the
same time: an entry appears whole, by a rename; of two that make the same one, the first stays. Whoever can
write the folder can change what is built, as in the sources; nothing in it is run or unpickled.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.files.confined import LISTED, files_read, names_below

LIMIT: Final = 2 << 30
"""Bytes of files that the store may hold."""
GRACE: Final = 3600.0
"""Seconds after its last use in which an entry is not taken out: another process may be reading it."""
ABSENT: Final = ""
"""Stands for the checksum of a file that was not there."""

_DIGITS: Final = 32
"""Hexadecimal digits of a key: half of SHA-256."""
_ENTRY: Final = "entry.json"
_CONTENT: Final = "content"
_TIDIED: Final = ".tidied"
"""The file that says when the store was last looked through."""
_METADATA: Final = (".dist-info", ".egg-info")
_NEW: Final = ".new-"
"""What the names of folders begin with that are being filled, or emptied."""
_LIBRARIES: Final = (
    ("pango-1.0", "0", "pango_version_string"),
    ("harfbuzz", "0", "hb_version_string"),
)
"""Libraries of the system by which text is set: name, version of the interface, function that names it."""


@dataclass(frozen=True)
class Made:
    """What the making of an entry gives besides its files.

    :param facts: what is known of it, as JSON has it.
    :param inputs: SHA-256 of each file that was read, by its path; `ABSENT` for one that was looked for.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry(Made):
    """What the store holds.

    :param folder: with the files, which nobody changes.
    """

    folder: Path = Path()


@dataclass(frozen=True)
class ContentStore:
    """A store.

    :param folder: it need not be there yet.
    :param limit: how many bytes of files `trim` leaves in it.
    """

    folder: Path
    limit: int = LIMIT

    def get(self, key: str) -> Entry | None:
        """The entry of a key, if there is one that holds; one that is damaged is taken out.

        :param key: of `key_of`.
        """
        now = cache(input_checksum)
        for place in self._places(key):
            record = _record(place)
            inputs = record.get("inputs", {})
            if record and any(now(name) != checksum for name, checksum in inputs.items()):
                continue
            if _is_whole(place, record):
                with contextlib.suppress(OSError):
                    os.utime(place)
                return Entry(record["facts"], inputs, place / _CONTENT)
            _discard(place)
        return None

    def put(self, key: str, make: Callable[[Path], Made]) -> Entry:
        """Make an entry and keep it, whole or not at all.

        :param key: of `key_of`.
        :param make: fills the folder that it is given. What it raises leaves no entry.
        :raises OSError: when the store can't be written.
        """
        with self.scratch() as work:
            content = work / _CONTENT
            content.mkdir()
            made = make(content)
            files = {
                path.relative_to(content).as_posix(): file_checksum(path)
                for path in sorted(content.rglob("*"))
                if path.is_file()
            }
            record = {"facts": dict(made.facts), "inputs": dict(sorted(made.inputs.items())), "files": files}
            data = json.dumps(record).encode()
            (work / _ENTRY).write_bytes(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
            inputs = json.dumps(record["inputs"]).encode()
            place = self.folder / f"{key}-{hashlib.sha256(inputs).hexdigest()[:16]}"
            try:
                work.rename(place)
            except OSError:
                if not _is_whole(place, _record(place)):  # else another process was quicker
                    _discard(place)
                    work.rename(place)
        record = json.loads(data)
        return Entry(record["facts"], record["inputs"], place / _CONTENT)

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for what is needed only meanwhile. If the process is killed, `trim` removes it.

        :raises OSError: when the store can't be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.folder))
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(descriptor, fcntl.LOCK_SH)
            yield path
        finally:
            os.close(descriptor)
            shutil.rmtree(path, ignore_errors=True)

    def trim(self, limit: int | None = None) -> None:
        """Take out what has not been used for the longest time, until the rest is within a limit.

        What was used within `GRACE` stays. Folders that killed processes have left are removed, too.

        :param limit: in bytes; by default that of the store.
        """
        now, found = time.time(), []
        for place in self._places():
            with contextlib.suppress(OSError):
                found.append((place.stat().st_mtime, _size(place), place))
        total = sum(size for _, size, _ in found)
        for used, size, place in sorted(found):
            if total <= (self.limit if limit is None else limit) or now - used < GRACE:
                break
            _discard(place)
            total -= size
        self._remove_leftovers(now)

    def tidy(self) -> None:
        """`trim`, where that has not been done for so long that there may be something to take out."""
        stamp = self.folder / _TIDIED
        with contextlib.suppress(OSError):
            if stamp.exists() and time.time() - stamp.stat().st_mtime < GRACE:
                return
            stamp.touch()
            self.trim()

    def size(self) -> tuple[int, int]:
        """How many entries there are, and the bytes of their files."""
        sizes = [_size(place) for place in self._places()]
        return len(sizes), sum(sizes)

    def clear(self) -> None:
        """Take everything out. A process that reads from the store at this moment reports an error."""
        for place in self._places():
            _discard(place)
        self._remove_leftovers(time.time())

    def _places(self, key: str = "") -> list[Path]:
        """The folders of the entries (of a key), the last used first."""
        found = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if not entry.name.startswith(".") and entry.name.startswith(f"{key}-" if key else ""):
                        found.append((-entry.stat(follow_symlinks=False).st_mtime, Path(entry.path)))
        return [place for _, place in sorted(found)]

    def _remove_leftovers(self, now: float) -> None:
        for path in self.folder.glob(f"{_NEW}*"):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if now - path.stat().st_mtime > GRACE:  # one that is new may not have its lock yet
                        shutil.rmtree(path, ignore_errors=True)
                finally:
                    os.close(descriptor)


def key_of(kind: str, *parts: object) -> str:
    """The key of a thing.

    :param kind: what it is, in a word of ASCII letters.
    :param parts: all that can change its bytes and is known beforehand: texts, numbers, bytes, ``None``.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = b"b" + part if isinstance(part, bytes) else b"j" + json.dumps(part).encode()
        digest.update(f"{len(data)} ".encode() + data)
    return f"{kind}-{digest.hexdigest()[:_DIGITS]}"


@cache
def program_digest() -> str:
    """What stands for the program: our own source, Python, the packages, the libraries that set text.

    The look is no part of it.
    """
    return hashlib.sha256("\n".join(program_parts()).encode()).hexdigest()


def program_parts() -> list[str]:
    """Python, the packages, the libraries that set text and our own source, each by name and version."""
    version = ".".join(map(str, sys.version_info[:2]))
    return [
        f"Python {version} on {sys.platform}",
        *sorted(_installed()),
        *(f"{library[0]} {_library_version(library)}" for library in _LIBRARIES),
        f"the source of Despatch ({tree_digest(Path(__file__).parents[1])[:12]})",
    ]


def _installed() -> set[str]:
    """The installed packages with their versions: the names of their folders of metadata, unopened."""
    found: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        with contextlib.suppress(OSError):  # an archive, a folder that is not there
            found |= {path.name for path in Path(folder).iterdir() if path.suffix in _METADATA}
    return found


def file_checksum(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits; `ABSENT` when it can't be read, or is a pipe or a device."""
    try:
        # A pipe without a writer does not make this wait, and a device has no end.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        pass
    return ABSENT


def input_checksum(name: str) -> str:
    """What stands for an input of an entry now.

    :param name: as `FilesRead` has it: the path of a file, or of a folder and an ending.
    """
    folder, listed, ending = name.partition(LISTED)
    if not listed:
        return file_checksum(Path(name))
    with files_read() as found:
        names_below(Path(folder), ending)
    return found.checksums[name]


def tree_digest(folder: Path) -> str:
    """SHA-256 of the names and the bytes of all files in a folder, what Python compiles left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {"", ".pyc"} and path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _library_version(library: tuple[str, str, str]) -> str:
    """The version of a library of the system; nothing where it is not found."""
    name, interface, function = library
    for file in (f"lib{name}.so.{interface}", f"lib{name}.{interface}.dylib"):
        with contextlib.suppress(OSError, AttributeError):
            version = getattr(ctypes.CDLL(file), function)
            version.restype = ctypes.c_char_p
            return (version() or b"").decode("utf-8", "replace")
    return ""


def _size(place: Path) -> int:
    """The bytes of the files in a folder."""
    size = 0
    for path in place.rglob("*"):
        with contextlib.suppress(OSError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def _record(place: Path) -> dict[str, Any]:
    """What an entry says of itself: its facts, what was read, its files; nothing when that is damaged."""
    with contextlib.suppress(OSError, ValueError):
        checksum, _, data = (place / _ENTRY).read_bytes().partition(b"\n")
        if hashlib.sha256(data).hexdigest().encode() == checksum:
            record: dict[str, Any] = json.loads(data)
            return record
    return {}


def _is_whole(place: Path, record: dict[str, Any]) -> bool:
    """Whether the files of an entry are what they were."""
    files = record.get("files", {})
    return bool(record) and all(file_checksum(place / _CONTENT / name) == files[name] for name in files)


def _discard(place: Path) -> None:
    """Remove an entry: its name first, so that nobody finds half of it."""
    with contextlib.suppress(OSError):
        gone = Path(tempfile.mkdtemp(prefix=_NEW, dir=place.parent))
        with contextlib.suppress(OSError):
            place.rename(gone / place.name)
        shutil.rmtree(gone, ignore_errors=True)
