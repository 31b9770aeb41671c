"""Spaces that look like any other and are none to reStructuredText: they come with text that was copied.

Only the ordinary space (U+0020) indents a line or parts a mark (``-``, ``1.``, ``:date:``, ``..``) from what
follows it. No-break spaces, those of printers and those without width are read as ordinary ones in these
places, and a warning names each place.
"""

from __future__ import annotations

import re
from typing import Final

_WIDTHLESS: Final = "\u180e\u200b\u2060\ufeff"
_ODD: Final = f"\u00a0\u1680\u2000-\u200a\u202f\u205f{_WIDTHLESS}"
_ANY: Final = re.compile(f"[{_ODD}\u3000]")
# A paragraph in Chinese or Japanese begins with U+3000, as printers set it: there it is no indentation.
_INDENTATION: Final = re.compile(f"[ \t]*[{_ODD}][ \t{_ODD}]*")
_MARK: Final = re.compile(
    r"""[ \t]*(?:
        [-+*•‣⁃|]                                    # an item of a list, a line that is kept
      | \d{1,2}[.)] | \#\. | \((?:\d{1,2}|[A-Za-z])\) | [a-z]\)
      | \.\.(?:[ ](?:\[[^\]\s]+\]|_[^:\s]+:|\|[^|]+\||[\w-]+::))?
      | :[^\s:`][^:`]{0,40}:                          # a field
    )""",
    re.VERBOSE,
)
# "1. Januar" and "2) …" go on a paragraph; initials ("M. Dupont") bear such a space by right.
_NUMBER: Final = re.compile(r"[ \t]*\(?(?:\d|#|[A-Za-z]\))")
_BEHIND: Final = re.compile(f"[ \t]*[{_ODD}\u3000][ \t{_ODD}\u3000]*")


def mend_spaces(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Read odd spaces as ordinary ones where only those have a meaning.

    :param text: with LF line ends.
    :returns: the text, whose lines are as many; and the line, from 1, with what is wrong, for each place
        (once for lines that follow one another).
    """
    if not _ANY.search(text):
        return text, []
    lines = text.split("\n")
    found: list[tuple[int, str]] = []
    last = -1
    for number, line in enumerate(lines):
        if not _ANY.search(line):
            continue
        above = lines[number - 1] if number else ""
        mended, odd = mend_line(line, begins=not above.strip() or _MARK.match(above) is not None)
        lines[number] = mended
        if odd:
            if number != last + 1 or not found:
                found.append((number + 1, _said(odd)))
            last = number
    return "\n".join(lines), found


def mend_line(line: str, *, begins: bool = True) -> tuple[str, str]:
    """One line with ordinary spaces before its words and behind its marks; and the first odd one, or "".

    :param begins: whether a numbered item may begin with this line.
    """
    start = _INDENTATION.match(line)
    if start is not None and start.end() == len(line):
        return "", ""  # nothing but spaces: an empty line
    odd = ""
    at = 0
    if start is not None:
        odd = _first(start[0])
        line, at = _plain(line, start.start(), start.end(), least=0)
    while mark := _MARK.match(line, at):
        gap = _BEHIND.match(line, mark.end())
        if not begins and _NUMBER.match(line):
            break
        if gap is None:
            if not line.startswith(" ", mark.end()):
                break
            at = mark.end() + 1
            continue
        odd = odd or _first(gap[0])
        line, at = _plain(line, gap.start(), gap.end(), least=1)
    return line, odd


def _plain(line: str, start: int, end: int, *, least: int) -> tuple[str, int]:
    """The line with ordinary spaces from `start` to `end`, `least` of them at least; and where they end."""
    width = sum(1 for sign in line[start:end] if sign not in _WIDTHLESS)
    spaces = " " * max(width, least)
    return f"{line[:start]}{spaces}{line[end:]}", start + len(spaces)


def _first(text: str) -> str:
    return next(sign for sign in text if _ANY.match(sign))


def _said(sign: str) -> str:
    what = "a no-break space" if sign == "\u00a0" else f"the space U+{ord(sign):04X}"
    return f"{what} stands where only an ordinary one has a meaning, and is read as one: type spaces there"
