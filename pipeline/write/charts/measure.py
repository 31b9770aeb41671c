"""How wide words are, so that labels find room: in the sans of print, and somewhat wider in an ebook."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

SIZE: Final = 11.0
"""The size of the words of a chart, in units of its drawing."""
LINE: Final = 14.0
"""From one line of words to the next."""
_FILE: Final = "SourceSansPro-Regular.ttf"
_OTHER: Final = 0.6
"""How wide a letter is that the face lacks, in em; one of East Asia has an em."""


_ROOM: Final = 1.2
"""A reading system may take a wider face: that of DejaVu Sans and Verdana is so much wider, and more."""


@cache
def _advances() -> tuple[dict[int, str], Any, int]:
    from fontTools.ttLib import TTFont

    from pipeline.write.engine.fonts import files

    with TTFont(next(path for path in files() if path.name == _FILE), lazy=True) as font:
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


def pieces_of(text: str) -> list[tuple[str, str]]:
    """The parts of a text that stay whole, each behind what joins it to the one before: words, and the
    signs of East Asia, which a line may end behind.
    """
    found: list[tuple[str, str]] = []
    for word in text.split():
        glue = " " if found else ""
        for part in _PIECE.findall(word):
            found.append((glue, part))
            glue = ""
    return found


# A sign of East Asia, with an opening bracket before it, and small kana and closing signs behind it.
_EAST: Final = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f"
_HELD: Final = (
    "\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u30fb\u30fc\uff01\uff09\uff0c\uff1a\uff1f\uff05"
    "\u3063\u3083\u3085\u3087\u30c3\u30e3\u30e5\u30e7\u30a1\u30a3\u30a5\u30a7\u30a9"
)
_PIECE: Final = re.compile(rf"[\u3008\u300a\u300c\u300e\u3010\uff08]*[{_EAST}][{_HELD}]*|[^{_EAST}]+")


def lines_of(text: str, most: float, count: int) -> list[str]:
    """A text in up to so many lines, broken between words, or signs of East Asia; what has no room is cut."""
    found, pieces = [""], pieces_of(text)
    for number, (glue, piece) in enumerate(pieces):
        joined = f"{found[-1]}{glue if found[-1] else ''}{piece}"
        if width(joined) <= most or not found[-1]:
            found[-1] = joined
        elif len(found) < count:
            found.append(piece)
        else:
            found[-1] += "".join(f"{one}{other}" for one, other in pieces[number:])
            break
    return [shortened(line, most) for line in found]


def apart(ends: list[tuple[float, str]], top: float, bottom: float) -> list[tuple[float, str]]:
    """Names at the ends of lines, moved until none covers another."""
    found = sorted(ends)
    places = [y for y, _ in found]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + LINE - 1)
    limit = bottom
    for number in reversed(range(len(places))):
        places[number] = min(places[number], limit)
        limit = places[number] - LINE + 1
    return [(max(y, top), name) for y, (_, name) in zip(places, found, strict=True)]


def moved(ends: list[tuple[float, str]], top: float, bottom: float) -> float:
    """How far the name at the end of a line is moved at most."""
    return max(
        abs(new - old) for (new, _), (old, _) in zip(apart(ends, top, bottom), sorted(ends), strict=True)
    )


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
