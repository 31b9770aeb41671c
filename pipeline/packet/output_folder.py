"""The folder of a finished packet: it changes as a whole, from one good packet to the next, or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.files.atomic import umask

SUMS: Final = "SHA256SUMS"
"""The list of the files of a packet, with their checksums."""

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


class BusyError(RuntimeError):
    """Another process is making the same packet."""


@contextlib.contextmanager
def staged(folder: Path, *, held: bool = False) -> Iterator[Path]:
    """Give an empty folder to fill; when all went well, it takes the place of `folder`.

    What lies in `folder` and belongs to no packet (it is not in its list of checksums) stays there.

    :param held: whether the caller has the lock of the folder already.
    :raises BusyError: when another process fills `folder`.
    Files that stay keep who may read them, and a symbolic link keeps leading where it does.

    :raises OSError: when a file can't be written; the packet that was there is whole.
    """
    folder = real(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "there is a file of this name", str(folder))
    with contextlib.nullcontext() if held else locked(folder):
        _recover(folder)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-new-", dir=folder.parent))
        try:
            yield stage
            _keep_strangers(folder, stage)
            _keep_permissions(folder, stage)
            _exchange(stage, folder)
        finally:
            # The new one after a failure, the old one after success.
            shutil.rmtree(stage, ignore_errors=True)


def real(folder: Path) -> Path:
    """The folder that a name stands for: where it is a symbolic link, the one that it leads to."""
    return Path(os.path.realpath(folder)) if folder.is_symlink() else folder


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let no other process work at the packet in a folder.

    :raises BusyError: when another one does; its text names the folder, and the process where it is known.
    """
    folder = real(folder)
    path = folder.with_name(f".{folder.name}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"{folder}{_who(descriptor)}") from error
        except OSError as error:  # a file system without locks
            if error.errno not in {errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK}:
                raise
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _who(descriptor: int) -> str:
    """The process that holds a lock, as the end of a sentence; empty where it has not said."""
    with contextlib.suppress(OSError):
        number = os.pread(descriptor, 20, 0).strip()
        if number.isdigit():
            return f" (process {number.decode()})"
    return ""


def _keep_permissions(folder: Path, stage: Path) -> None:
    """Let no new file be read by more people than the old one of its name."""
    old = stat.S_IMODE(folder.stat().st_mode) if folder.is_dir() else 0o777 & ~umask()
    for path in stage.rglob("*"):
        was = folder / path.relative_to(stage)
        if not path.is_symlink() and not was.is_symlink() and was.exists():
            with contextlib.suppress(OSError):
                path.chmod(stat.S_IMODE(was.stat().st_mode))
    stage.chmod(old)


def _recover(folder: Path) -> None:
    """Clear up after a process that was killed: what it began goes, what it had moved away comes back."""
    for old in sorted(folder.parent.glob(f".{folder.name}-old-*")):
        if not folder.exists():
            old.rename(folder)
        else:
            shutil.rmtree(old, ignore_errors=True)
    for new in folder.parent.glob(f".{folder.name}-new-*"):
        shutil.rmtree(new, ignore_errors=True)


def listed(folder: Path) -> set[str]:
    """The names of the files in a packet's list of checksums; none where there is no list."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {SUMS, *(line[66:] for line in lines if len(line) > 66)}


def packet_files(folder: Path, name: str) -> list[Path]:
    """The files of the packet that is in a folder: one, or its volumes; where there is none, the one to be.

    What others have put there under such a name is none of them.
    """
    plain, found, own = folder / f"{name}.pdf", list[Path](), listed(folder)
    while not plain.is_file() and (one := folder / f"{name}-{len(found) + 1}.pdf").is_file():
        if own and one.name not in own:
            break
        found.append(one)
    return found or [plain]


def foreign(folder: Path, stage: Path) -> list[Path]:
    """The files in a folder that a new packet would take the place of, and that are not of a packet.

    Where there is no list of checksums, what Despatch has made is known by what it says of itself.

    :param folder: with the packet that was there; `stage`: with the new one.
    """
    own, found = listed(folder), list[Path]()
    for path in sorted(stage.rglob("*")):
        name = path.relative_to(stage)
        there = folder / name
        if path.is_dir() or name.as_posix() in own or not (there.exists() or there.is_symlink()):
            continue
        if name.as_posix() != SUMS and not _is_made_here(there):
            found.append(there)
    return found


def _is_made_here(path: Path) -> bool:
    """Whether Despatch has made a file: the metadata of a PDF name it, an EPUB names its print edition."""
    try:
        if path.suffix == ".epub":
            with zipfile.ZipFile(path) as archive:
                return b"pageBreakSource" in archive.read("EPUB/content.opf")
        return path.is_file() and b"Despatch" in path.read_bytes()
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        return False


def _keep_strangers(folder: Path, stage: Path) -> None:
    """Take along what others have put into the folder."""
    own = listed(folder)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder)
        target = stage / name
        if path.is_dir() and not path.is_symlink():
            continue
        if name.as_posix() not in own and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink() or path.is_file():
                shutil.copy2(path, target, follow_symlinks=False)
            else:  # a pipe, a socket, a device: nothing of it can be copied
                os.link(path, target, follow_symlinks=False)


def _exchange(stage: Path, folder: Path) -> None:
    """Let two folders change places, in one step where the system can."""
    if not folder.exists():
        stage.rename(folder)
        return
    if _swapped(stage, folder):
        return
    old = folder.with_name(stage.name.replace("-new-", "-old-"))
    folder.rename(old)
    try:
        stage.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    old.rename(stage)


def _swapped(one: Path, other: Path) -> bool:
    """Whether Linux has let two names change places (renameat2 with RENAME_EXCHANGE)."""
    function = getattr(ctypes.CDLL(None), "renameat2", None)
    if function is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return function(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0
