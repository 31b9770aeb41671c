"""The order in which a line of both directions is seen (Unicode Standard Annex 9), by Pango.

The typesetter orders lines by it, and the check compares what it finds in a finished file: Pango is there in
any case, and knows more of Unicode than most.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

LEFT_TO_RIGHT: Final = "\u2066"
RIGHT_TO_LEFT: Final = "\u2067"
END: Final = "\u2069"
"""What isolates a passage of the one direction or the other from its line, and its end."""

RIGHT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""The letters that run from right to left, for a class in a pattern."""

_LIBRARIES: Final = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0", "pango-1.0-0")
_GLIB: Final = ("libglib-2.0.so.0", "libglib-2.0.dylib", "libglib-2.0-0", "glib-2.0-0")


def visual_order(levels: Sequence[int]) -> list[int]:
    """The numbers of things in a line, from left to right (Unicode Standard Annex 9, rule L2).

    :param levels: of the things, in the order in which they are read.
    """
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            if levels[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end
    return order


@cache
def embedding_levels() -> Callable[[str, int], list[int]]:
    """Pango's function for the levels of a text.

    :returns: a function of a text and its base level, 0 or 1, that gives the level of each character.
    :raises OSError: when there is no Pango.
    """
    pango, glib = _loaded(_LIBRARIES, "pango-1.0"), _loaded(_GLIB, "glib-2.0")
    find = pango.pango_log2vis_get_embedding_levels
    find.restype = ctypes.POINTER(ctypes.c_ubyte)
    find.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]
    glib.g_free.argtypes = [ctypes.c_void_p]
    glib.g_free.restype = None

    def levels(text: str, base: int) -> list[int]:
        data = text.encode("utf-8", "replace")
        found = find(data, len(data), ctypes.byref(ctypes.c_int(base)))
        try:
            return found[: len(text)]
        finally:
            glib.g_free(found)

    return levels


def _loaded(names: Sequence[str], name: str) -> ctypes.CDLL:
    for one in names:
        try:
            return ctypes.CDLL(one)
        except OSError:
            continue
    return ctypes.CDLL(ctypes.util.find_library(name) or names[0])
