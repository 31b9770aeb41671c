"""The order of markings (``styles/markings.toml``): which is known, which is higher, however it is typed.

A marking is compared by what a reader sees: letters that look alike are one letter (Unicode Technical
Standard 39, section 4, with its table), and capitals, marks above letters, signs, spaces and what is not seen
make no difference. A marking that is none of the list after that has no level: nobody may take it for a low
one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from pipeline import styles
from pipeline.findings import suggest

CAPITALS_FROM: Final = 3
"""Names of lower levels are words of everyday speech (Internal, Limited): in a line of words they are taken
for a marking only where they stand in capitals."""

_LETTER: Final = re.compile(
    r"(?:LATIN|CIRCLED|SQUARED|INDICATOR)\b.* (?:LETTER|SYMBOL)\b.* ([A-Z])(?: WITH .*)?$"
)
"""What Unicode calls letters that are made of Latin ones: small capitals, turned ones, those of signs."""
_ALIKE: Final = str.maketrans("013457@$i", "oleastasl")
"""Figures and signs that stand for letters; ``i``, ``l`` and ``1`` are one."""
_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_BETWEEN: Final = re.compile(r"[^\w' ]|_|\s{2,}|\n")
_QUOTES: Final = re.compile('["“”„‟«»]')
_ALL: Final = 1000
"""More levels than there are."""
_STEPS: Final = 3
"""How often a letter is looked up at most, until it is one of ours."""
_ALMOST: Final = 0.85
"""How like a marking of the list one is that is mistyped."""


def level(marking: str) -> int | None:
    """The level of a marking, from 0; ``None`` for one that is not in the list."""
    found = _known(marking)
    return found[0] if found is not None else None


def listed(marking: str) -> str:
    """A marking as the list writes it; one that is not in the list, as it is typed."""
    found = _known(marking)
    return found[1] if found is not None else marking


def known() -> list[str]:
    """All markings of the list, the lowest first."""
    return [name for _, name in _names()]


def highest(markings: Iterable[str]) -> str:
    """The highest of some markings, the first of those of one level; empty when there is none.

    One that is not in the list is higher than all others.
    """
    top, found = -1, ""
    for marking in markings:
        own = level(marking) if marking else -1
        height = len(styles.data("markings")["level"]) if own is None else own
        if height > top:
            top, found = height, marking
    return found


def above(content: str, declared: str) -> bool:
    """Whether something is marked higher than what is said of it.

    :param content: its own marking; empty for none.
    :param declared: what a packet, or an item, says; none is the lowest level.
    """
    if not content:
        return False
    own, said = level(content), level(declared) if declared else 0
    return own is None or said is None or own > said


def alike(one: str, other: str) -> bool:
    """Whether two texts look the same to a reader."""
    return _squeezed(_latin(one)) == _squeezed(_latin(other))


def unknown(marking: str) -> str:
    """What to say of a marking that is not in the list."""
    within = [f'"{name}"' for name in dict.fromkeys(name for name, _ in named_in(marking, strict=False))]
    if within:
        verb = "stands" if len(within) == 1 else "stand"
        hint = f": {' and '.join(within)} {verb} in it, among other words; write one marking of the list"
    else:
        hint = suggest(marking, known()) or ", so that nobody knows its level"
    return f'the marking "{marking}" is not in styles/markings.toml{hint}'


def mistyped(marking: str) -> str:
    """The marking of the list that one is almost: "Restriced"; empty where it is one, or is none at all."""
    if not marking or level(marking) is not None:
        return ""
    names = {name.casefold(): name for name in known()}
    near = get_close_matches(marking.casefold(), names, 1, _ALMOST)
    same = bool(near) and len(near[0].split()) == len(marking.split())
    return names[near[0]] if same else ""


def said_above(text: str, own: str) -> str:
    """The highest marking that a title, or another text of words, says of itself; empty where it says none.

    Any word of it may be one of everyday speech: it counts in capitals, or alone between signs ("(Secret)").
    Quotation marks are no such signs: a word in them is talked about.

    :param own: what is said elsewhere, as it should be; no higher one counts as none.
    """
    least = (level(own) or 0) if own else 0
    found = max(named_in(_QUOTES.sub("'", text), everyday=_ALL), key=lambda entry: entry[1], default=("", 0))
    return found[0] if found[1] > least else ""


def named_in(text: str, *, strict: bool = True, everyday: int = CAPITALS_FROM) -> Iterator[tuple[str, int]]:
    """The markings whose words stand in a line, each with its level.

    :param strict: take words of everyday speech for a marking only where nothing else stands beside them
        between two signs, or in capitals.
    :param everyday: the level below which they are such words.
    """
    whole = _known(text)
    if whole is not None:
        yield whole[1], whole[0]
        return
    words = [word for word in re.split(r"[^\w]+|_", _latin(text)) if word]
    parts = {_squeezed(part) for part in _BETWEEN.split(_latin(text))}
    taken: set[int] = set()
    for number, name in sorted(_names(), key=lambda entry: -len(entry[1])):
        seen = _squeezed(_latin(name))
        for start in range(len(words)):
            for end in range(start + 1, min(start + 9, len(words)) + 1):
                run = words[start:end]
                if _squeezed("".join(run)) != seen or taken & set(range(start, end)):
                    continue
                loud = number >= everyday or all(word.isupper() for word in run)
                if not strict or loud or seen in parts:
                    taken |= set(range(start, end))
                    yield name, number


def _known(marking: str) -> tuple[int, str] | None:
    seen = _squeezed(_latin(marking))
    return next((entry for entry in _names() if _squeezed(_latin(entry[1])) == seen), None) if seen else None


def _names() -> list[tuple[int, str]]:
    return [
        (number, name)
        for number, entry in enumerate(styles.data("markings")["level"])
        for name in entry["names"]
    ]


@lru_cache(maxsize=1000)
def _squeezed(text: str) -> str:
    """The letters of a text, each with those that look like it as one."""
    found = "".join(letter for letter in text.casefold().translate(_ALIKE) if letter.isalnum())
    for pair, letter in _PAIRS:
        found = found.replace(pair, letter)
    return found


@lru_cache(maxsize=1000)
def _latin(text: str) -> str:
    """A text with Latin letters for all that look like them, without marks on them and what is not seen."""
    if text.isascii():
        return text
    return "".join(map(_letter, text))


@lru_cache(maxsize=10_000)
def _letter(character: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    if plain.isascii() and (plain or character.isascii()):
        return plain
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf", "Cc") or character in "\u115f\u1160\u3164\uffa0\u2800":
        return ""  # a mark, or what shows nothing
    if kind.startswith(("P", "Z")):
        return " " if kind.startswith("Z") else character
    for form in dict.fromkeys((character, character.upper(), character.lower())):
        found = _looked_up(form)
        if found:
            return found.upper() if character.isupper() else found.lower()
    named = _LETTER.search(unicodedata.name(character, ""))
    if named is not None:
        return named[1] if character.isupper() else named[1].lower()
    return plain if plain == character else "".join(map(_letter, plain))


def _looked_up(character: str) -> str:
    """The Latin letters that a character looks like by Unicode's table; empty for none."""
    from confusable_homoglyphs.confusables import confusables_data

    waiting, seen = [character], {character}
    for _ in range(_STEPS):
        near: list[str] = []
        for one in waiting:
            for entry in confusables_data.get(one, ()):
                found = "".join(
                    letter
                    for letter in unicodedata.normalize("NFKD", entry["c"])
                    if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
                )
                if found.isascii() and found.strip():
                    return str(found)
                if found not in seen:
                    seen.add(found)
                    near.append(found)
        waiting = near
    return ""
