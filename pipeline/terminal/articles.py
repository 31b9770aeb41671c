"""Which file is meant by what was typed: ``x``, ``x.rst`` and ``build/x.pdf`` are ``source/x.rst``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SOURCE: Final = Path("source")
"""Where articles are looked for too, seen from the folder in which the command is given."""
ARTICLE: Final = (".rst",)
MANIFEST: Final = (".toml",)


def find(written: Path, endings: tuple[str, ...] = ARTICLE) -> Path:
    """The file that is meant.

    :param written: what was typed.
    :param endings: what the file may end in, the likeliest first.
    :returns: the file that is there. Where none is, the place in which it would be looked for last: a finding
        names the files beside it.
    """
    output = written.suffix.lower() in (".pdf", ".epub") and endings[0] in (*ARTICLE, *MANIFEST)
    if (written.is_file() and not output) or (
        written.is_dir() and (written.parts[:-1] or not SOURCE.is_dir())
    ):
        return written
    candidates = [one for one in _candidates(written, endings) if not (output and one == written)]
    if output:  # the article goes before another edition of it
        candidates.sort(key=lambda one: one.suffix.lower() in (".pdf", ".epub"))
    there = next((one for one in candidates if one.is_file()), None) or _alike(candidates)
    if there is None and "\\" in str(written):
        return find(Path(str(written).replace("\\", "/")), endings)
    if there is not None or written.exists():
        return there or written
    if (mounted := _mounted(written)) is not None:
        return mounted
    if (below := _below(written, endings)) is not None:
        return below
    bare = len(written.parts) == 1 and SOURCE.is_dir()
    return (SOURCE / _ended(written, endings[0])) if bare else written


def find_all(written: Sequence[Path], endings: tuple[str, ...] = ARTICLE) -> list[Path]:
    """The files that are meant, each once; `make` parts the words of a name with spaces.

    :param written: what was typed; other parameters as for `find`.
    """
    found: list[Path] = []
    start = 0
    while start < len(written):
        one, end = find(written[start], endings), start + 1
        for stop in range(len(written), start + 1, -1) if not one.is_file() else ():
            joined = find(Path(" ".join(map(str, written[start:stop]))), endings)
            if joined.is_file():
                one, end = joined, stop
                break
        words = [Path(word) for word in str(written[start]).split()]
        several = (
            find_all(words, endings) if not one.is_file() and end == start + 1 and len(words) > 1 else []
        )
        found += several if several and all(part.is_file() for part in several) else [one]
        start = end
    return list(dict.fromkeys(found))


def _mounted(written: Path) -> Path | None:
    """The file that a path of Windows means where its drives are mounted: ``C:/x`` is ``/mnt/c/x`` in WSL."""
    parts = str(written).split(":/", 1)
    place = Path(f"/mnt/{parts[0].lower()}/{parts[1]}") if len(parts) == 2 and len(parts[0]) == 1 else None
    return place if place is not None and place.is_file() else None


def _below(written: Path, endings: tuple[str, ...]) -> Path | None:
    """The only file of this name in a folder below that of the articles."""
    if len(written.parts) != 1 or not SOURCE.is_dir() or not written.name.strip("."):
        return None
    names = {_ended(written, ending).name for ending in endings}
    there = (one for one in SOURCE.glob("*/*") if one.name in names and one.is_file())
    found = [*itertools.islice(there, 2)]
    return found[0] if len(found) == 1 else None


def _alike(candidates: Sequence[Path]) -> Path | None:
    """The only file with one of these names in other capitals: ``NOTE.RST`` for ``note``."""
    alike = {
        there
        for one in candidates
        if one.parent.is_dir()
        for there in one.parent.iterdir()
        if there.name.lower() == one.name.lower() and there.is_file()
    }
    return next(iter(alike)) if len(alike) == 1 else None


def _candidates(written: Path, endings: tuple[str, ...]) -> list[Path]:
    names = [written, *(_ended(written, ending) for ending in endings)]
    if written.is_absolute():
        return names
    found = [*names, *(SOURCE / name for name in names)]
    bare = [_ended(written, ending).name for ending in endings]
    if written.suffix.lower() in (".pdf", ".epub"):
        found += [SOURCE / name for name in bare]
    return found + [SOURCE / "packets" / name for name in bare if MANIFEST[0] in endings]


def _ended(path: Path, ending: str) -> Path:
    """A path with an ending, in the place of that of a finished file."""
    if path.suffix.lower() in (ending, ".pdf", ".epub", ".txt"):
        return path.with_suffix(ending)
    return path.with_name(f"{path.name.rstrip('.')}{ending}") if path.name.strip(".") else path


def find_packet(written: Path) -> Path:
    """The packet that is meant: a folder that holds one of its own name, or the name of one in ``build``."""
    stem = written.stem if written.suffix.lower() == ".pdf" else written.name
    places = (written, Path("build") / written, Path("build") / stem)
    candidates = (one for place in places for one in (place / f"{stem}.pdf", place.with_name(f"{stem}.pdf")))
    return written if written.is_file() else next((one for one in candidates if one.is_file()), written)
