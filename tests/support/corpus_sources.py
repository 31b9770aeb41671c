"""Where the corpus comes from: source distributions with version and digest, fetched and never run.

``data/corpus.lock`` has a line for each: ``docutils==0.23 --hash=sha256:…``. Which index is asked, pip's
configuration decides (``PIP_INDEX_URL``, or ``index-url`` in its file), as for everything else.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.paths import DATA

LOCK: Final = DATA / "corpus.lock"

PER_PROJECT: Final = 10
"""So many documents of one project are tried; of docutils, all."""
_WHOLE: Final = frozenset({"docutils"})
_SHORTEST, _LONGEST = 600, 1_500_000
"""In bytes: shorter ones are stubs; a longer one would be a book of more than a thousand pages."""
_FILE_LIMIT: Final = 20_000_000
_TEXTS: Final = {".rst", ".txt"}
COPIED: Final = ".rst"
"""What is put behind the name of a text file, so that it is read as an article."""
_ALONGSIDE: Final = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".csv", ".inc", ".py", ".tex", ".html", ".xml"}
"""What documents show or include."""
DOCUMENTS: Final = frozenset(_TEXTS | _ALONGSIDE)

_HEADING: Final = re.compile(r"^(?=\S)(?P<text>.+)\n(?P<line>[=\-~^*+#\"'`]{4,})\s*$", re.MULTILINE)
_MARKUP: Final = re.compile(r"^\.\. [\w-]+::|`_|``\S|^\.\. _|^:\w+:|^\.\. \[|\*\*\S", re.MULTILINE)
_FIRST: Final = ("readme", "changes", "changelog", "history", "news", "release")


@dataclass(frozen=True)
class Sdist:
    """A source distribution: name, version and the SHA-256 of the file."""

    name: str
    version: str
    sha256: str

    def line(self) -> str:
        """As it stands in the lock file."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


def locked(path: Path | None = None) -> list[Sdist]:
    """What ``data/corpus.lock`` lists, or another file of its form.

    :raises ValueError: for a line that is neither of the form above, nor empty, nor a comment.
    """
    found = []
    for line in (path or LOCK).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(\S+)==(\S+) --hash=sha256:([0-9a-f]{64})", line.strip())
        if match is None:
            raise ValueError(f"{LOCK.name}: not a name, a version and a hash: {line}")
        found.append(Sdist(*match.groups()))
    return found


# Fetching ------------------------------------------------------------------------------------------------


def _index() -> str:
    """The address of the package index that pip is configured for, or the library's own default."""
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return os.environ.get("PIP_INDEX_URL") or said or str(PYPI_SIMPLE_ENDPOINT)


def fetch(
    wanted: Iterable[Sdist], folder: Path, kept: AbstractSet[str] = DOCUMENTS
) -> Iterator[tuple[Sdist, Path]]:
    """Fetch what is not there yet, check each file's digest, unpack its texts and pictures.

    :param kept: the endings of the files that are unpacked.

    Nothing of a distribution is run: no ``setup.py``, no build.

    :returns: each with the folder of its files; one that can't be had is left out, with a line on stderr.
    """
    from pypi_simple import PyPISimple

    folder.mkdir(parents=True, exist_ok=True)
    with PyPISimple(_index()) as client:
        for sdist in wanted:
            target = folder / f"{sdist.name}-{sdist.version}-{sdist.sha256[:8]}"
            if not target.is_dir():
                archive = folder / f"{target.name}.archive"
                try:
                    page = client.get_project_page(sdist.name)
                    package = next(p for p in page.packages if p.digests.get("sha256") == sdist.sha256)
                    client.download_package(package, archive, timeout=120)
                    _unpack(archive, sdist.sha256, target, kept)
                except Exception as error:  # a registry or an archive can fail in any way: go on
                    print(
                        f"corpus: {sdist.name} can't be had: {type(error).__name__}: {error}", file=sys.stderr
                    )
                    continue
                finally:
                    archive.unlink(missing_ok=True)
            yield sdist, target


def lock(names: Iterable[str]) -> Iterator[Sdist]:
    """The newest source distribution of each project."""
    from pypi_simple import PyPISimple

    with PyPISimple(_index()) as client:
        for name in names:
            sdists = {
                version: package
                for package in client.get_project_page(name).packages
                if package.package_type == "sdist"
                and not package.is_yanked
                and (version := _stable(package.version))
            }
            if not sdists:
                print(f"corpus: {name} has no source distribution", file=sys.stderr)
                continue
            newest = sdists[max(sdists)]
            assert newest.version is not None  # else `_stable` had left it out
            yield Sdist(name, newest.version, newest.digests["sha256"])


def _stable(text: str | None) -> Any:
    """A version that is one (old ones may not be) and no pre-release, or ``None``."""
    from packaging.version import InvalidVersion, Version

    try:
        version = Version(text or "")
    except InvalidVersion:
        return None
    return None if version.is_prerelease else version


def _unpack(archive: Path, sha256: str, target: Path, kept: AbstractSet[str] = DOCUMENTS) -> None:
    data = archive.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the file is not the one that is locked")
    part = target.with_name(f"{target.name}.part")
    part.mkdir(exist_ok=True)
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for item in opened.infolist():
                if _is_wanted(item.filename, item.file_size, kept):
                    opened.extract(item, part)
    else:
        with tarfile.open(archive) as opened:
            for member in opened:
                if member.isfile() and _is_wanted(member.name, member.size, kept):
                    _take_out(opened, member, part)
    part.rename(target)


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write a file of an archive below a folder. Python 3.11.2, of Debian 12, has no ``filter="data"``."""
    target = Path(os.path.normpath(folder / member.name))
    content = archive.extractfile(member)
    if content is None or not target.is_relative_to(folder):
        raise ValueError(f"{member.name} would be written elsewhere")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.read())


def _is_wanted(name: str, size: int, kept: AbstractSet[str]) -> bool:
    return Path(name).suffix.lower() in kept and size <= _FILE_LIMIT


# Choosing ------------------------------------------------------------------------------------------------


def documents(sdist: Sdist, folder: Path, limit: int = PER_PROJECT) -> list[Path]:
    """The documents of a distribution that are tried.

    First those at the top (README, changes), then the others, spread evenly over their sizes; the same for
    the same distribution.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file() and _is_document(path))
    if sdist.name in _WHOLE:
        return found
    top = [path for path in found if path.stem.lower().startswith(_FIRST)]
    top = sorted(top, key=lambda path: (len(path.parts), path))[: max(2, limit // 3)]
    rest = sorted((path for path in found if path not in top), key=lambda path: (path.stat().st_size, path))
    count = min(len(rest), limit - len(top))
    chosen = [rest[number * (len(rest) - 1) // max(1, count - 1)] for number in range(count)]
    return [*top, *dict.fromkeys(chosen)]


def _is_document(path: Path) -> bool:
    """Whether a file is reStructuredText: by its ending, or by a heading and some markup in its text."""
    if path.name.lower().endswith(f".txt{COPIED}"):
        return False
    if path.suffix.lower() not in _TEXTS or not _SHORTEST <= path.stat().st_size <= _LONGEST:
        return False
    if path.suffix.lower() == ".rst":
        return True
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    headings = [match for match in _HEADING.finditer(text) if len(match["line"]) >= len(match["text"])]
    return len(headings) >= 2 and len(_MARKUP.findall(text)) >= 3
