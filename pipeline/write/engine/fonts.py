"""The fonts of the print edition: ours, all of them, and no others.

A PDF has to be the same on every machine, so no font of the machine may get into it. WeasyPrint finds fonts
through fontconfig, and fontconfig does what its one configuration file says: :func:`configure` writes a file
that lists font files of installed Python packages, and nothing else. :func:`uncovered` finds the characters
that none of them can draw, before a reader finds an empty box.

A style sheet names one of three stacks, literally:

========  ==============================================  ===================================================
constant  ``font-family``                                 weights of the first family
========  ==============================================  ===================================================
SERIF     ``"Source Serif Pro", serif``                   400, 600, 700, each upright and italic
SANS      ``"Source Sans Pro", "Noto Sans", sans-serif``  300 upright; 400, 600, 700, each upright and italic
MONO      ``"IBM Plex Mono", monospace``                  400, 700, each upright and italic
========  ==============================================  ===================================================

What they lack (other scripts, mathematics, symbols, emoji) comes from :data:`FALLBACK` by itself, in that
order, whatever the style sheet says. Figures are lining and of one width unless ``font-variant-numeric``
asks for others; small capitals are drawn ones in upright serif and sans, shrunk capitals elsewhere. The root
element of a page needs a ``lang``: without one the locale has a say in how text is shaped.

The format of the file: https://www.freedesktop.org/software/fontconfig/fontconfig-user.html
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache as remembered
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

from pipeline.look.fonts import uncovered_by_own

__all__ = ["FALLBACK", "MONO", "SANS", "SERIF", "configure", "files", "found", "uncovered"]

SERIF: Final = '"Source Serif Pro", serif'
SANS: Final = '"Source Sans Pro", "Noto Sans", sans-serif'
MONO: Final = '"IBM Plex Mono", monospace'
"""What a style sheet writes as ``font-family``: running text; headings, tables and the infobox; code."""

_SCRIPTS: Final = (
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew",
    "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai",
)  # fmt: skip

FALLBACK: Final = (
    *("Source Serif Pro", "Noto Serif", "STIX Two Math", "Source Sans Pro", "Noto Sans"),
    *(f"Noto Sans {script}" for script in _SCRIPTS),
    *("Noto Sans Symbols", "Noto Sans CJK JP", "DejaVu Sans", "IBM Plex Mono", "Noto Emoji"),
)
"""The families asked, in this order, for a character that those of the style sheet lack."""

# Pango asks for "emoji" by that name where a character has an emoji presentation.
_GENERIC: Final = {
    "serif": "Source Serif Pro",
    "sans-serif": "Source Sans Pro",
    "monospace": "IBM Plex Mono",
    "emoji": "Noto Emoji",
}

# The face of mathematics has one letter of Japanese (U+306E), which is to be in the face of its word.
_NOT_FROM: Final = (("STIX Two Math", 0x306E),)

# The italics of Source Serif Pro lack Vietnamese, Maltese, Greek and Cyrillic letters. Within one family the
# upright would fill in, in the middle of an italic word; in a family of their own the next italic does.
_ITALICS: Final = "Source Serif Cursive"
_ITALICS_THEN: Final = ("Source Serif 4", "Noto Serif")


@dataclass(frozen=True, slots=True)
class _Package:
    """Font files of one Python package: ``upright`` is read for coverage, ``styles`` draw nothing more."""

    module: str
    folder: str
    upright: tuple[str, ...]
    styles: tuple[str, ...] = ()

    @property
    def distribution(self) -> str:
        return self.module.replace("_", "-")


def _styles(family: str, *styles: str) -> tuple[str, ...]:
    return tuple(f"{family}-{style}.ttf" for style in styles)


# In the order in which coverage reads them: what most articles need comes first.
# TrueType, not the OpenType/CFF files that some of the packages have too: their subsets are half the size.
_PACKAGES: Final = (
    _Package(
        "font_source_serif_pro", "files", ("SourceSerifPro-Regular.ttf",),
        _styles("SourceSerifPro", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt"),
    ),
    _Package(
        "font_source_sans_pro", "files", ("SourceSansPro-Regular.ttf",),
        _styles("SourceSansPro", "Light", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt"),
    ),
    _Package(
        "fontpkg_ibm_plex_mono", "files", ("IBMPlexMono-Regular.ttf",),
        _styles("IBMPlexMono", "Italic", "Bold", "BoldItalic"),
    ),
    _Package("fontpkg_source_serif_4", "files", (), ("SourceSerif4-Italic[opsz,wght].ttf",)),
    _Package(
        "fontpkg_noto_serif", "files", ("NotoSerif[wdth,wght].ttf",), ("NotoSerif-Italic[wdth,wght].ttf",)
    ),
    _Package("ziamath", "fonts", ("STIXTwoMath-Regular.ttf",)),
    _Package("ziafont", "fonts", ("DejaVuSans.ttf",)),
    _Package(
        "manimgx_fonts", "",
        (
            *("NotoSans[wght].ttf", "NotoEmoji[wght].ttf", "NotoSansSymbols[wght].ttf"),
            *(f"NotoSans{script}[wght].ttf" for script in _SCRIPTS),
        ),
        ("NotoSans-Italic[wght].ttf",),
    ),
    _Package("noto_cjk_sans_jp_regular", "", ("NotoSansCJKjp-Regular.otf",)),
    _Package("noto_cjk_sans_jp_bold", "", (), ("NotoSansCJKjp-Bold.otf",)),
)  # fmt: skip

# Drawn as nothing where no font has them, beside the format characters, which are told by their category
# (Unicode 17, DerivedCoreProperties.txt, Default_Ignorable_Code_Point).
_IGNORABLE: Final = (
    range(0x034F, 0x0350), range(0x115F, 0x1161), range(0x17B4, 0x17B6), range(0x180B, 0x1810),
    range(0x2060, 0x2070), range(0x3164, 0x3165), range(0xFE00, 0xFE10), range(0xFFA0, 0xFFA1),
    range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000),
)  # fmt: skip

# Format characters that do show: Prepended_Concatenation_Mark (Unicode 17, PropList.txt).
_SHOWN: Final = frozenset(
    map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
)

# fontconfig's own numbers for hintnone and for no subpixels.
_RASTER: Final = {
    "hinting": False, "autohint": False, "hintstyle": 0, "antialias": True, "rgba": 5, "embeddedbitmap": False
}  # fmt: skip

_WRITTEN: set[str] = set()  # the configurations that this process has written

_FOUND: Final[dict[tuple[int, str | None], Any]] = {}


def configure(cache: Path) -> None:
    """Make fontconfig, and so WeasyPrint, know our fonts and no others, in this process and its children.

    Call it before WeasyPrint is imported. Calling it again is cheap and changes nothing; with another folder,
    renders from then on use that one. Two processes may share a folder. The environment variables
    ``FONTCONFIG_FILE`` and ``PANGO_LANGUAGE`` are set, and ``FONTCONFIG_SYSROOT`` is removed.

    :param cache: folder for the configuration and fontconfig's own cache (450 kB); made if it is missing.
    :raises RuntimeError: WeasyPrint was imported before the first call, or a font package is not installed.
    :raises OSError: the folder cannot be written.
    """
    folder = cache.resolve()
    # A name made from what it stands for: installations that share a folder never see each other's files.
    digest = hashlib.sha256(_configuration(Path()).encode()).hexdigest()[:16]
    target = folder / f"fonts-{digest}.conf"
    text = _configuration(folder / f"fonts-{digest}")

    started = "weasyprint.text.fonts" in sys.modules
    if started and not _WRITTEN and os.environ.get("FONTCONFIG_FILE") != str(target):
        raise RuntimeError("fonts.configure() must be called before weasyprint is imported")

    folder.mkdir(parents=True, exist_ok=True)
    _write(target, text.encode())
    _WRITTEN.add(str(target))
    os.environ["FONTCONFIG_FILE"] = str(target)
    os.environ.pop("FONTCONFIG_SYSROOT", None)  # would be put before every path of ours
    os.environ["PANGO_LANGUAGE"] = "en"  # otherwise LANGUAGE has a say in the choice of glyphs


def found(*, own: bool) -> Any:
    """WeasyPrint's ``FontConfiguration``: found once in a process, as that takes as long as setting a page.

    A process that was forked finds its own: Pango asks fontconfig in a thread, which does not come along.

    :param own: whether style sheets may bring fonts of their own: these are in no other document, and so the
        configuration is its own.
    """
    from weasyprint.text.fonts import FontConfiguration

    if own:
        return FontConfiguration()
    # What a process has inherited stays, too: Pango's thread can't be ended where it does not run.
    key = os.getpid(), os.environ.get("FONTCONFIG_FILE")
    if key not in _FOUND:
        _FOUND[key] = FontConfiguration()
    kept = _FOUND[key]
    kept.strut_layouts.clear()  # heights of lines are those of one document
    return kept


@remembered
def files() -> tuple[Path, ...]:
    """Return every font file that a render may use, each an absolute path, without importing its package.

    :raises RuntimeError: a font package is not installed, or a file of it is missing.
    """
    return tuple(path for package in _PACKAGES for path in _paths(package, package.upright + package.styles))


def uncovered(text: str) -> dict[str, int]:
    """Find the characters that no font of ours can draw.

    Spaces, controls, format characters and everything else that has no shape of its own (joiners, variation
    selectors, soft hyphens, tags) are never reported, nor are lone surrogates, which aren't characters. Those
    for private use always are: what a font has there is not what the author meant.
    Fonts are read one after the other until nothing is left to find, so plain Latin text opens one.

    :param text: any text, of any length.
    :returns: each such character with the index of its first occurrence in ``text``, in order of the indices.
    :raises RuntimeError: a font package is not installed, or a file of it is missing.
    """
    wanted = {ord(character) for character in set(text) if _has_shape(character)}
    for package in _PACKAGES:
        for name in package.upright:
            if not wanted:
                return {}
            (path,) = _paths(package, (name,))
            wanted -= _characters(path)
    wanted = uncovered_by_own(wanted)
    return dict(sorted(((chr(code), text.index(chr(code))) for code in wanted), key=lambda found: found[1]))


def _has_shape(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cf":
        return character in _SHOWN
    if category in {"Cc", "Cs", "Zs", "Zl", "Zp"}:
        return False
    return not any(ord(character) in ignorable for ignorable in _IGNORABLE)


@remembered
def _characters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        cmap = font.getBestCmap() or {}
    return frozenset(code for code in cmap if not 0xE000 <= code <= 0xF8FF and code < 0xF0000)  # not private


def _paths(package: _Package, names: tuple[str, ...]) -> tuple[Path, ...]:
    spec = importlib.util.find_spec(package.module)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the font package {package.distribution} is not installed")
    folder = Path(spec.submodule_search_locations[0]).resolve() / package.folder
    paths = tuple(folder / name for name in names)
    for path in paths:
        if not path.is_file():
            raise RuntimeError(f"the font package {package.distribution} has no file {path.name}")
    return paths


def _configuration(cachedir: Path) -> str:
    """Return fontconfig's configuration. It includes no other: nothing of the machine's own is read."""
    paths = [str(path) for path in files()]
    folders = dict.fromkeys(str(path.parent) for path in files())
    italic = (("family", "eq", "Source Serif Pro"), ("slant", "more_eq", 100))
    return "\n".join(
        [
            '<?xml version="1.0"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            *(f"<dir>{escape(folder)}</dir>" for folder in folders),
            f"<cachedir>{escape(str(cachedir))}</cachedir>",
            # A font that is accepted stays, whatever is rejected.
            # With its slash: fontconfig 2.15 and newer look for a pattern without one in the current folder.
            "<selectfont><rejectfont><glob>/*</glob></rejectfont>",
            *(f"<acceptfont><glob>{escape(path)}</glob></acceptfont>" for path in paths),
            "</selectfont>",
            _rule("scan", italic, "family", "assign_replace", _ITALICS),
            *(_without(family, code) for family, code in _NOT_FROM),
            *(
                _rule("pattern", (("family", "eq", name),), "family", "assign", to)
                for name, to in _GENERIC.items()
            ),
            _rule("pattern", italic, "family", "assign", _ITALICS, *_ITALICS_THEN),
            _rule("pattern", (), "family", "append_last", *FALLBACK),
            # The locale must not choose a font or the name by which a PDF calls it, and a machine's screen
            # must not shape the letters.
            *(_rule("pattern", (), key, "assign", "en") for key in ("lang", "namelang")),
            *(_rule("font", (), key, "assign", value) for key, value in _RASTER.items()),
            "</fontconfig>",
            "",
        ]
    )


def _rule(
    target: str, tests: Iterable[tuple[str, str, str | int]], key: str, mode: str, *values: str | int
) -> str:
    conditions = "".join(
        f'<test name="{name}" compare="{compare}">{_value(value)}</test>' for name, compare, value in tests
    )
    edit = f'<edit name="{key}" mode="{mode}" binding="same">{"".join(map(_value, values))}</edit>'
    return f'<match target="{target}">{conditions}{edit}</match>'


def _without(family: str, code: int) -> str:
    """A rule by which a family lacks a character that it has."""
    less = f"<minus><name>charset</name><charset><int>0x{code:x}</int></charset></minus>"
    test = f'<test name="family" compare="eq">{_value(family)}</test>'
    return f'<match target="scan">{test}<edit name="charset" mode="assign">{less}</edit></match>'


def _value(value: str | int) -> str:
    if isinstance(value, bool):
        return f"<bool>{str(value).lower()}</bool>"
    return f"<int>{value}</int>" if isinstance(value, int) else f"<string>{escape(value)}</string>"


def _write(target: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all; leave one alone that is as it should be."""
    if target.is_file() and target.read_bytes() == content:
        return
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
