"""How wide words are, so that labels find room: in the sans of print, and somewhat wider in an ebook."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

SIZE: Final = 11.0
"""The size of the words of a chart, in units of its drawing."""
_FILE: Final = "SourceSansPro-Regular.ttf"
_OTHER: Final = 0.6
"""How wide a letter is that the face lacks, in em; one of East Asia has an em."""


_ROOM: Final = 1.2
"""A reading system may take a wider face: that of DejaVu Sans and Verdana is so much wider, and more."""


@cache
def _advances() -> tuple[dict[int, str], Any, int]:
    from fontTools.ttLib import TTFont

    from pipeline.write.engine.fonts import files

    font = TTFont(next(path for path in files() if path.name == _FILE), lazy=True)
    return font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm


@lru_cache(maxsize=4096)
def width(text: str, size: float = SIZE) -> float:
    """The room that a text needs, in units of the drawing, in whatever face."""
    names, metrics, em = _advances()
    found = 0.0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        name = names.get(ord(letter))
        wide = unicodedata.east_asian_width(letter) in "WF"
        found += metrics[name][0] / em if name else 1.0 if wide else _OTHER
    return found * size * _ROOM


def shortened(text: str, most: float) -> str:
    """A text, cut where it is wider than `most`."""
    if width(text) <= most:
        return text
    while text and width(text + "\u2026") > most:
        text = text[:-1]
    return text.rstrip() + "\u2026"


def lines_of(text: str, most: float, count: int) -> list[str]:
    """A text in up to so many lines, broken between words; what has no room is cut."""
    found, words = [""], text.split()
    for number, word in enumerate(words):
        joined = f"{found[-1]} {word}".strip()
        if width(joined) <= most or not found[-1]:
            found[-1] = joined
        elif len(found) < count:
            found.append(word)
        else:
            found[-1] = " ".join((found[-1], *words[number:]))
            break
    return [shortened(line, most) for line in found]


def within(x: float, text: str, whole: float) -> float:
    """The middle of a text that is to stand around `x`, and not to leave a drawing as wide as `whole`."""
    half = width(text) / 2
    return max(half, min(x, whole - half))


def thinned(places: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The first and the last, or the first alone, where no more have room.

    :param places: of the middles of words, from the left, in units of the drawing, with the words.
    """
    first, last = places[0], places[-1]
    apart = last[0] - first[0] > (width(first[1]) + width(last[1])) / 2 + 8
    return [first, last] if apart and last is not first else [first]
