"""A desk's own fonts: the files in ``fonts/`` below the folder of its look, and what may be done with them.

A face that a style sheet names by a family gets its ``@font-face`` rule by itself; a desk may write its own.
Whether a face may travel in a document stands in it: ``OS/2.fsType`` (OpenType 1.9.1, "OS/2", fsType).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pipeline import styles
from pipeline.files.confined import read_below
from pipeline.look import style_sheets
from pipeline.styles import Sheet

FOLDER: Final = "fonts"
ENDINGS: Final = (".ttf", ".otf", ".woff", ".woff2")

_RESTRICTED: Final = 0x0002
_ALLOWING: Final = 0x000C
"""Preview and print, editable: both let a document carry the font."""
_WHOLE: Final = 0x0100
_BITMAPS: Final = 0x0200


@dataclass(frozen=True)
class Face:
    """A font file.

    :param name: its path below the folder of the look.
    :param family: of the font.
    :param weight: 1 to 1000; ``None`` for a font with an axis of weights.
    :param fault: why it is no font that can be used; empty when it is one.
    :param licence: why it may not be embedded; empty when it may.
    """

    name: str
    family: str = ""
    weight: int | None = 400
    italic: bool = False
    fault: str = ""
    licence: str = ""
    characters: frozenset[int] = frozenset()


def faces() -> list[Face]:
    """All fonts of the current desk, in the order of their names."""
    own = styles.own_folder()
    if own is None or not (own / FOLDER).is_dir():
        return []
    found = []
    for path in sorted((own / FOLDER).rglob("*")):
        if path.suffix.lower() in ENDINGS:
            status = path.lstat()
            found.append(_face(own, path.relative_to(own).as_posix(), status.st_mtime_ns, status.st_size))
    return found


def barred() -> list[str]:
    """The names of the font files that no edition gets."""
    return [face.name for face in faces() if face.fault or face.licence]


def uncovered_by_own(codes: set[int]) -> set[int]:
    """Of some characters, those that no font of the desk's has."""
    for face in _usable() if codes else ():
        codes = codes - face.characters
    return codes


def face_rules(sheets: Sequence[Sheet]) -> str:
    """A ``@font-face`` rule for each face whose family the sheets name and that they have no rule for."""
    named = {name for sheet in sheets for name in style_sheets.faces_named(sheet)}
    words = "\n".join(sheet.text for sheet in sheets).casefold()
    return "\n".join(
        _rule(face) for face in _usable() if face.name not in named and face.family.casefold() in words
    )


def _usable() -> list[Face]:
    return [face for face in faces() if not (face.fault or face.licence)]


def _rule(face: Face) -> str:
    family = face.family.replace("\\", "\\\\").replace('"', '\\"')
    weight = f" font-weight: {face.weight};" if face.weight is not None else ""
    style = " font-style: italic;" if face.italic else ""
    return f'@font-face {{ font-family: "{family}"; src: url("{quote(face.name)}");{weight}{style} }}'


@lru_cache(maxsize=256)
def _face(folder: Path, name: str, _changed: int, _size: int) -> Face:
    from fontTools.ttLib import TTFont

    try:
        with TTFont(BytesIO(read_below(folder, name)), lazy=True) as font:
            return _described(font, name)
    except ValueError as error:
        return Face(name, fault=str(error).replace("the source folder", "the folder of the look"))
    except Exception as error:  # fontTools raises all kinds of things on what is no font
        return Face(name, fault=f"is no font that can be read ({type(error).__name__})")


def _described(font: Any, name: str) -> Face:
    table, names = font["OS/2"], font["name"]
    family = names.getDebugName(16) or names.getDebugName(1) or ""
    if not family.strip():
        return Face(name, fault="has no name of a family")
    axes = {axis.axisTag for axis in font["fvar"].axes} if "fvar" in font else set()
    codes = frozenset(code for code in font.getBestCmap() or {} if not 0xE000 <= code <= 0xF8FF)
    italic = bool(table.fsSelection & 1) or bool(font["head"].macStyle & 2)
    weight = None if "wght" in axes else max(1, min(1000, int(table.usWeightClass)))
    return Face(name, family.strip(), weight, italic, "", licence_fault(table.fsType, table.version), codes)


def licence_fault(bits: int, version: int) -> str:
    """Why a font may not be embedded in part in a document; empty when it may.

    :param bits: ``OS/2.fsType``.
    :param version: of the table: up to 2, several levels may be set, and the least restrictive one counts.
    """
    if bits & _RESTRICTED and not (version < 3 and bits & _ALLOWING):
        return "its licence forbids that a document carries it"
    if bits & _WHOLE:
        return "its licence forbids that a part of it is embedded, and a PDF carries no more than it uses"
    if bits & _BITMAPS:
        return "its licence lets only its bitmaps be embedded, and it is drawn by its outlines"
    return ""
