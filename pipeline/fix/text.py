"""The lines of a text that is mended, and changes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from docutils.utils import column_width

from pipeline.findings import Finding

SIGNS: Final = re.compile(r"([!-/:-@\[-`{-~])\1+\s*")
"""A line of one sign."""


@dataclass
class Text:
    """The lines of a text, and the line end of each."""

    lines: list[str]
    ends: list[str]

    @classmethod
    def of(cls, text: str) -> Text:
        """Part a text at its line ends."""
        pieces = re.split(r"(\r{1,3}\n|\r|\n)", text)
        return cls(pieces[::2], [*pieces[1::2], ""])

    def whole(self) -> str:
        """The text with its line ends."""
        return "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))

    def insert(self, index: int, line: str) -> None:
        """Put a line before another one, with the line end of that above or below."""
        end = self.ends[index - 1] if index else self.ends[index]
        self.lines.insert(index, line)
        self.ends.insert(index, end or self.ends[0] or "\n")


Mend = Callable[[Text, list[Finding]], Iterator[Callable[[Text], object]]]
"""From a text and what is said of it to the changes of one round, the last place first."""


def numbers(findings: list[Finding], *codes: str, words: tuple[str, ...] = ("",)) -> list[int]:
    """The lines, from 0, of findings of some codes whose message has one of some words."""
    return sorted(
        {
            one.line - 1
            for one in findings
            if one.code in codes and one.line and any(part in one.message for part in words)
        }
    )


def signs_of(text: Text) -> list[str]:
    """The signs of the underlines of headings, in order."""
    lines = [line.rstrip() for line in text.lines]
    return [
        line[0]
        for above, line in pairwise(lines)
        if SIGNS.fullmatch(line)
        and line[0] in "=-~^#*+\"'`:."
        and re.match(r"[^\W_]", above)
        and len(line) >= column_width(above) > 0
    ]


def twice(text: Text) -> bool:
    """Whether all headings have the same sign."""
    styles = signs_of(text)
    return len(styles) > 1 and len(set(styles)) == 1


def to(number: int, line: str) -> Callable[[Text], object]:
    """Put a line in the place of another; numbers are from 0."""

    def change(text: Text) -> None:
        text.lines[number] = line

    return change


def before(number: int) -> Callable[[Text], object]:
    """Put an empty line before another."""
    return lambda text: text.insert(number, "")


def heading(number: int, words: str, sign: str) -> Callable[[Text], object]:
    """Make a line a heading, with a line of a sign below it."""

    def change(text: Text) -> None:
        text.lines[number] = words
        text.insert(number + 1, sign * max(column_width(words), 4))

    return change
