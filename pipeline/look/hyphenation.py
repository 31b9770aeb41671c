"""Where words may be divided: patterns for languages that Pyphen has none for.

Pyphen, which WeasyPrint hyphenates with, has patterns for 60 languages. ``styles/hyphens.toml`` has more,
made by the rules of each orthography. In a few languages the patterns of another hold.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from itertools import product
from string import digits
from typing import Any, Final

from pipeline import styles

FILE: Final = "hyphens.toml"
ANY: Final = "und"
"""The tag of the patterns for a word of any language that fits no line (BCP 47, "undetermined")."""

_LEAST: Final = 3
"""So many letters stay before the first hyphen, and behind the last (as ``styles/print.css`` has it)."""
_SAME: Final = {"bs": "hr", "cnr": "sr_Latn", "sh": "sr_Latn", "no": "nb", "ms": "id", "mo": "ro"}
"""Languages whose words are divided as those of another, of which Pyphen has patterns."""
_DOTTED: Final = ("tr", "az")
"""Languages that write İ, of which Python makes two letters when it makes it small."""

_SILENT: Final = re.compile(r"^[^1-9\n]*(?:\n|\Z)", re.MULTILINE)
"""A line of patterns that has no number but nought."""


def _character(number: re.Match[str]) -> str:
    return chr(int(number[1], 16))


class _File:
    """Patterns in the place of a file of Pyphen's: it is read when a text needs it.

    :param tables: of a language: patterns, and the letters that a capital in them stands for.
    """

    def __init__(self, tables: Sequence[Mapping[str, Any]]) -> None:
        self.tables = tables

    def open(self, _mode: str) -> BytesIO:
        """The first line, which names the encoding."""
        return BytesIO(b"UTF-8")

    def read_text(self, _encoding: str) -> str:
        """The encoding and the patterns."""
        return "\n".join(["UTF-8", *self._patterns()])

    def _patterns(self) -> Iterator[str]:
        for table in self.tables:
            for pattern in table["patterns"]:
                yield from map("".join, product(*(table.get(sign, sign) for sign in pattern)))


def _lines(text: str, ignored: tuple[str, ...], hexed: Callable[[str], str]) -> list[str]:
    """The patterns of a file, as they are written; none that says nothing.

    :param text: all of the file: its first line names the encoding.
    :param ignored: what lines begin with that are none.
    :param hexed: puts in letters for their numbers.
    """
    lines = [line for each in text.split("\n")[1:] if (line := each.strip()) and not line.startswith(ignored)]
    if "^^" in text:
        lines = [hexed(line) for line in lines]
    return _SILENT.sub("", "\n".join(lines)).split("\n")


def _letters(lines: list[str]) -> list[str]:
    """What of each pattern is to be found in a word."""
    if any("/" in line for line in lines):
        lines = [line.split("/", 1)[0] if "/" in line and "=" in line else line for line in lines]
    text = "\n".join(lines)
    for digit in digits:
        text = text.replace(digit, "")  # an expression takes longer
    return text.split("\n")


@cache
def dictionaries() -> Any:
    """The module ``pyphen``, with all patterns: those that it has and ours.

    It would read all patterns of a language before it divides the first word: 0.45 s for German. Here
    a pattern is read when a word has its letters.
    """
    import pyphen

    class Patterns(pyphen.HyphDict):
        """The patterns of a file."""

        def __init__(self, path: Any) -> None:
            self.path = path
            self.cache: dict[str, Any] = {}

        def __getattr__(self, name: str) -> Any:
            if name not in ("maxlen", "patterns"):
                raise AttributeError(name)
            with self.path.open("rb") as file:
                encoding = file.readline().decode()
            text = self.path.read_text("cp1251" if encoding.lower() == "microsoft-cp1251" else encoding)
            if any(sign.isdecimal() for sign in set(text) - set(digits)):  # Pyphen reads them, too
                super().__init__(self.path)
            else:
                lines = _lines(text, pyphen.ignored, lambda line: pyphen.parse_hex(_character, line))
                self.patterns: dict[str, Any] = dict(zip(_letters(lines), lines, strict=True))
                self.maxlen = max(map(len, self.patterns))
            return self.__dict__[name]

        def positions(self, word: str) -> Any:
            small = word.lower()
            if small not in self.cache:
                dotted, patterns = f".{small}.", self.patterns
                for start in range(len(dotted) - 1):
                    for end in range(start + 1, min(start + self.maxlen, len(dotted)) + 1):
                        letters = dotted[start:end]
                        if isinstance(line := patterns.get(letters), str):
                            patterns[letters] = self._read(line)
            return super().positions(word)

        def _read(self, line: str) -> tuple[int, tuple[int, ...]]:
            """A pattern as Pyphen has it: at which letter its numbers begin, and the numbers."""
            number: Callable[[str], int] = int
            if "/" in line and "=" in line:
                line, other = line.split("/", 1)
                number = pyphen.AlternativeParser(line, other)
            values = [number(digit or "0") for digit, _ in pyphen.parse(line)]
            told = [place for place, value in enumerate(values) if value]
            return told[0], tuple(values[told[0] : told[-1] + 1])

    class Dotted(Patterns):
        """Patterns for words with İ."""

        def positions(self, word: str) -> Any:
            return super().positions(word.replace("\u0130", "i"))

    own = tomllib.loads((styles.BUILT_IN / FILE).read_text(encoding="utf-8"))
    files = {tag: _File(tables) for tag, tables in own.items()}
    files |= {tag: pyphen.LANGUAGES[other] for tag, other in _SAME.items()}
    for tag, file in files.items():
        if tag not in pyphen.LANGUAGES:
            pyphen.LANGUAGES[tag] = file
            pyphen.LANGUAGES_LOWERCASE[tag.lower()] = tag
    for tag in _DOTTED:
        pyphen.hdcache.setdefault(pyphen.LANGUAGES[tag], Dotted(pyphen.LANGUAGES[tag]))
    for path in pyphen.LANGUAGES.values():
        pyphen.hdcache.setdefault(path, Patterns(path))
    return pyphen


@lru_cache(maxsize=32)
def patterns_for(language: str) -> Any:
    """Pyphen's patterns for a language tag (BCP 47), or ``None``."""
    pyphen = dictionaries()
    name = pyphen.language_fallback(language)
    return pyphen.Pyphen(lang=name, left=_LEAST, right=_LEAST) if name else None
