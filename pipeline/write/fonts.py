"""The fonts of the print edition: ours, all of them, and no others.

A PDF has to be the same on every machine, so no font of the machine may get into it. WeasyPrint finds fonts
through fontconfig, and fontconfig does what its one configuration file says: :func:`configure` writes a file
that lists font files of installed Python packages, and nothing else. :func:`uncovered` finds the characters
that none of them can draw, before a reader finds an empty box.

Three families carry the text, and a style sheet names one of the stacks below; they are the only families that
it has to name. What they lack (other scripts, mathematics, symbols, emoji) comes from :data:`FALLBACK` by itself,
in that order, whatever the style sheet says.

========  ===================  =================================================================
constant  first family         styles
========  ===================  =================================================================
SERIF     Source Serif Pro     400, 600, 700, each upright and italic; real small capitals upright
SANS      Source Sans Pro      300, and 400, 600, 700, each upright and italic; likewise
MONO      IBM Plex Mono        400 and 700, each upright and italic; 600 upright
========  ===================  =================================================================

The format of the file: https://www.freedesktop.org/software/fontconfig/fontconfig-user.html
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

__all__ = ["FALLBACK", "MONO", "SANS", "SERIF", "configure", "files", "uncovered"]

#: What a style sheet writes as ``font-family`` for running text, for headings and tables, and for code.
SERIF: Final = '"Source Serif Pro", serif'
SANS: Final = '"Source Sans Pro", sans-serif'
MONO: Final = '"IBM Plex Mono", monospace'

#: The families asked for a character that the families of the style sheet lack, in this order.
FALLBACK: Final = (
    "Source Serif Pro", "Source Serif 4", "STIX Two Math", "Source Sans Pro", "Source Sans 3", "Noto Sans",
    "Noto Sans Arabic", "Noto Sans Armenian", "Noto Sans Bengali", "Noto Sans Devanagari", "Noto Sans Ethiopic",
    "Noto Sans Georgian", "Noto Sans Gujarati", "Noto Sans Gurmukhi", "Noto Sans Hebrew", "Noto Sans Kannada",
    "Noto Sans Khmer", "Noto Sans Lao", "Noto Sans Malayalam", "Noto Sans Myanmar", "Noto Sans Oriya",
    "Noto Sans Sinhala", "Noto Sans Tamil", "Noto Sans Telugu", "Noto Sans Thai", "Noto Sans Symbols",
    "Noto Sans CJK JP", "DejaVu Sans", "IBM Plex Mono", "Noto Emoji",
)  # fmt: skip

_GENERIC: Final = {
    "serif": "Source Serif Pro",
    "sans-serif": "Source Sans Pro",
    "monospace": "IBM Plex Mono",
    "emoji": "Noto Emoji",  # Pango asks for this name where a character has an emoji presentation
}

# The static "Pro" italics have neither Cyrillic nor Greek; their variable successors do.
_SUCCESSORS: Final = {"Source Serif 4": "Source Serif Pro", "Source Sans 3": "Source Sans Pro"}


@dataclass(frozen=True, slots=True)
class _Package:
    """Font files of one distribution: ``upright`` is read for coverage, ``styles`` draw no character more."""

    distribution: str
    folder: str
    upright: tuple[str, ...]
    styles: tuple[str, ...] = ()


# TrueType rather than the OpenType/CFF files of the same packages: their subsets are half the size.
_PACKAGES: Final = (
    _Package(
        "font-source-serif-pro", "files", ("SourceSerifPro-Regular.ttf",),
        tuple(f"SourceSerifPro-{style}.ttf" for style in ("It", "Semibold", "SemiboldIt", "Bold", "BoldIt")),
    ),
    _Package(
        "font-source-sans-pro", "files", ("SourceSansPro-Regular.ttf",),
        tuple(f"SourceSansPro-{style}.ttf" for style in ("Light", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt")),
    ),
    _Package(
        "fontpkg-ibm-plex-mono", "files", ("IBMPlexMono-Regular.ttf",),
        tuple(f"IBMPlexMono-{style}.ttf" for style in ("Italic", "SemiBold", "Bold", "BoldItalic")),
    ),
    _Package("fontpkg-source-serif-4", "files", ("SourceSerif4[opsz,wght].ttf",), ("SourceSerif4-Italic[opsz,wght].ttf",)),
    _Package("fontpkg-source-sans-3", "files", ("SourceSans3[wght].ttf",), ("SourceSans3-Italic[wght].ttf",)),
    _Package(
        "manimgx-fonts", "",
        tuple(f"{family.replace(' ', '')}[wght].ttf" for family in FALLBACK if family.startswith("Noto") and "CJK" not in family),
        ("NotoSans-Italic[wght].ttf",),
    ),
    _Package("ziamath", "fonts", ("STIXTwoMath-Regular.ttf",)),
    _Package("ziafont", "fonts", ("DejaVuSans.ttf",)),
    _Package("noto-cjk-sans-jp-regular", "", ("NotoSansCJKjp-Regular.otf",)),
)  # fmt: skip
