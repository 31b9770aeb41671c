"""The look and its data: what is built in, and before it what the desk has of its own.

What is built in lies in the project's ``styles/`` and, in an installed package, in ``_styles``. The folder of
the current desk is laid over it: of two files of one name both count, and where both say something the desk's
wins. Its style sheets follow all of ours; its data files (TOML) are taken in key by key, a list as a whole.
What is wrong with a file of the desk's is found when an article is read (`pipeline.read.review.look`); here
such a file counts as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import string
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Final

from pipeline import desk
from pipeline.files.confined import read_below

_HERE: Final = Path(__file__).resolve().parent
BUILT_IN: Final = _HERE / "_styles" if (_HERE / "_styles").is_dir() else _HERE.parent / "styles"
"""The folder with the CSS of both editions, the infobox types, the paper sizes and the labels."""

SHEETS: Final = ("theme", "text", "print", "ebook", "cover", "packet", "packet-print")
"""The style sheets that are read; those in ``paper/`` come to them."""

DATA: Final = ("labels", "boxes", "letters", "markings", "numbers", "citations", "letterhead")
"""The data files that are read; those in ``infobox/`` come to them."""

MAX_SIZE: Final = 4 * 1024 * 1024
"""The largest style sheet or data file, in bytes."""


@dataclass(frozen=True)
class Sheet:
    """A style sheet.

    :param name: its path below the folder, without the ending: addresses in it count from there.
    :param own: whether it is the desk's.
    """

    name: str
    text: str
    own: bool = False


class StyleError(ValueError):
    """A file of the desk's look can't be used; the message says why, as the end of a sentence."""


def folders() -> tuple[Path, ...]:
    """The folders of the look, the desk's first where it has one."""
    own = own_folder()
    return (own, BUILT_IN) if own is not None else (BUILT_IN,)


def own_folder() -> Path | None:
    """The folder of the current desk's own look; ``None`` also where that is the built-in one."""
    own = desk.current().styles
    return None if own is None or own == BUILT_IN else own


def sheets(*names: str) -> list[Sheet]:
    """The style sheets of these names, in the order in which they count: all of ours, then the desk's.

    :param names: paths below the folder, without the ending.
    :raises OSError: when neither has one of them.
    """
    ours, theirs = [], []
    for name in names:
        text, own = _built_in_text(f"{name}.css"), own_sheet(name)
        if text is None and not any((folder / f"{name}.css").exists() for folder in folders()):
            raise FileNotFoundError(f"{name}.css")
        ours += [Sheet(name, text)] if text is not None else []
        theirs += [own] if own is not None else []
    return [*ours, *theirs]


def own_sheet(name: str) -> Sheet | None:
    """The desk's style sheet of a name; ``None`` where it has none, or one that can't be used."""
    try:
        text = own_text(f"{name}.css")
    except StyleError:
        return None
    return None if text is None or text == _built_in_text(f"{name}.css") else Sheet(name, text, own=True)


def own_text(name: str) -> str | None:
    """The text of a file of the desk's own look; ``None`` where it has none of that name.

    :param name: the path below the folder.
    :raises StyleError: when it can't be read, lies elsewhere, is too large or no UTF-8.
    """
    own = own_folder()
    if own is None or not os.path.lexists(own / name):
        return None
    try:
        return read_below(own, name, MAX_SIZE).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise StyleError("is not UTF-8: save it as UTF-8") from error
    except ValueError as error:  # outside, too large
        what = str(error) if str(error) != name else f"has more than {MAX_SIZE >> 20} megabytes"
        raise StyleError(what.replace("the source folder", "the folder of the look")) from error
    except OSError as error:
        raise StyleError(f"can't be read: {error.strerror}") from error


def data(name: str) -> dict[str, Any]:
    """The content of the data file `name` (a path below the folder, without the ending).

    :raises OSError: when there is no such file.
    :raises ValueError: when there is one of the desk's alone, and it is not right.
    """
    built_in = _built_in_data(name)
    own = own_folder()
    if own is None:
        if built_in is None:
            raise FileNotFoundError(f"{name}.toml")
        return built_in
    path = own / f"{name}.toml"
    try:
        status = path.lstat()
    except OSError:
        if built_in is None:
            raise
        return built_in
    return _merged_data(name, desk.current(), (status.st_mtime_ns, status.st_size, status.st_ino))


@lru_cache(maxsize=64)
def _merged_data(name: str, _: desk.Desk, __: tuple[int, ...]) -> dict[str, Any]:
    """What is built in under the desk's own, read anew when that has changed."""
    built_in = _built_in_data(name)
    try:
        own = own_data(name)
    except ValueError:
        if built_in is None:
            raise
        return built_in
    return merged(built_in or {}, own or {})


def own_data(name: str) -> dict[str, Any] | None:
    """The content of the desk's data file `name`; ``None`` where it has none.

    :raises StyleError: when the file can't be used.
    :raises tomllib.TOMLDecodeError: when it is not TOML.
    """
    text = own_text(f"{name}.toml")
    return None if text is None else read_data(name, text)


def read_data(name: str, text: str) -> dict[str, Any]:
    """The content of a data file from its text.

    :param name: what the file is called, without its ending: it says what may stand there.
    :raises StyleError: when something else stands there.
    :raises tomllib.TOMLDecodeError: when it is not TOML.
    """
    try:
        table = tomllib.loads(text)
    except RecursionError as error:
        raise StyleError("has values that are nested too deeply") from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # Python reads no integer of more than 4,300 digits
        raise StyleError("has a number that is too long") from error
    if name in ("labels", "boxes", "letters", "numbers"):  # language tags: capitals make no difference
        table = {tag.lower(): value for tag, value in table.items()}
    fault = _CHECKS[name](table) if name in _CHECKS else None
    if fault is not None:
        raise StyleError(fault)
    return table


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Two tables in one: what `above` has wins, key by key and in the tables in them; a list is one value."""
    both = dict(below)
    for key, value in above.items():
        old = below.get(key)
        both[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def names(folder: str, ending: str) -> list[str]:
    """The names of the files with this `ending` in a subfolder of the look, sorted."""
    return sorted({name for root in folders() for name in _stems(root, folder, ending)})


def papers() -> list[str]:
    """The paper sizes there are: one style sheet each in ``paper/``."""
    return names("paper", ".css")


def paper_named(written: str) -> str | None:
    """The paper size that is meant, whatever the capitals; ``None`` when there is none of that name."""
    return next((name for name in papers() if name.casefold() == written.casefold()), None)


def digest() -> str:
    """What stands for the whole look, the desk's own and the built-in one: SHA-256, in hexadecimal digits."""
    found = hashlib.sha256()
    for number, root in enumerate(folders()):
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            with contextlib.suppress(OSError, ValueError):  # a folder, or what is not read for a build either
                content = hashlib.sha256(read_below(root, name)).digest()
                found.update(f"{number} {name}\n".encode(errors="replace") + content)
    return found.hexdigest()


def _stems(root: Path, folder: str, ending: str) -> list[str]:
    return [path.stem for path in (root / folder).glob(f"*{ending}") if path.is_file()]


@cache
def _built_in_text(name: str) -> str | None:
    path = BUILT_IN / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


@cache
def _built_in_data(name: str) -> dict[str, Any] | None:
    text = _built_in_text(f"{name}.toml")
    return None if text is None else tomllib.loads(text)


# The forms of the data files -----------------------------------------------------------------------------


def _words_fault(file: str, table: dict[str, Any]) -> str | None:
    """What is wrong with words by language: as in `file`, their keys and places are those of English."""
    english: dict[str, str] = (_built_in_data(file) or {})["en"]
    for tag, words in table.items():
        if isinstance(words, dict) and not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", tag):
            return f"has [{tag}], which is the tag of no language: write its tag, such as [en] or [fr]"
        if not isinstance(words, dict):
            return f'"{tag}" is no table: write [{tag}] above the words of the language'
        for key, word in words.items():
            if key not in english:
                from pipeline.findings import suggest

                return f'[{tag}] has a word "{key}" that Despatch does not use{suggest(key, english)}'
            if not isinstance(word, str):
                return f'[{tag}] needs a text between quotation marks for "{key}"'
            try:
                strange = _places(word) - _places(english[key])
            except ValueError:
                return f'[{tag}] has a brace in "{key}" that is not closed'
            if strange:
                return f'[{tag}] has {{{min(strange)}}} in "{key}", which stands for nothing there'
    return None


def _places(text: str) -> set[str]:
    """What stands between braces in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _letters_fault(table: dict[str, Any]) -> str | None:
    for tag, rows in table.items():
        good = isinstance(rows, list) and all(isinstance(row, str) and len(row.split()) > 1 for row in rows)
        if not good:
            return f'"{tag}" is no list of rows of letters, such as ["z å ä ö"]'
    return None


def _markings_fault(table: dict[str, Any]) -> str | None:
    other = next((key for key in table if key != "level"), None)
    if other is not None:
        return f'has "{other}", which is no level: write [[level]] for each, with names = ["…"] below it'
    levels = table.get("level", [{"names": ["x"]}])
    good = isinstance(levels, list) and levels and all(_is_level(entry) for entry in levels)
    return None if good else 'needs a [[level]] for each level, with names = ["…"] in it'


def _is_level(entry: Any) -> bool:
    found = entry.get("names") if isinstance(entry, dict) else None
    return isinstance(found, list) and bool(found) and all(isinstance(n, str) and n.strip() for n in found)


def _citations_fault(table: dict[str, Any]) -> str | None:
    for name, row in table.items():
        if not isinstance(row, dict) or not isinstance(row.get("file"), str):
            return f'"{name}" names no file of a citation style: write [{name}] and file = "…" below it'
    return None


def _letterhead_fault(table: dict[str, Any]) -> str | None:
    """What is wrong with a letterhead: two texts, and nothing else."""
    for key, value in table.items():
        if key not in ("logo", "alt") or not isinstance(value, str):
            return f'"{key}" can\'t stand there: write logo = "…" and alt = "…"'
    return None


_CHECKS: Final[dict[str, Callable[[dict[str, Any]], str | None]]] = {
    "labels": partial(_words_fault, "labels"),
    "boxes": partial(_words_fault, "boxes"),
    "numbers": partial(_words_fault, "numbers"),
    "letters": _letters_fault,
    "markings": _markings_fault,
    "citations": _citations_fault,
    "letterhead": _letterhead_fault,
}
