"""Numbers that no line's end parts: groups of digits, a number and its unit, what counts and its number.

The space in them becomes one that no line breaks at (Unicode Line Breaking, class GL). It is as wide, so that
what is read, copied and compared stays the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_THIN: Final = "\u2009"
_KEPT: Final = str.maketrans({" ": "\u00a0", "\n": "\u00a0", _THIN: "\u202f"})
_GAP: Final = f"[ \n{_THIN}]"
"""A space, a thin one, or the end of a line of the source."""

_GROUPS: Final = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:[ {_THIN}]\d{{3}})+(?!\d)")
"""ISO 80000-1, 7.3.1: digits in groups of three."""
_UNITS: Final = (
    *("%", "‰", "°C", "°F", "°", "€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "RUB", "mm"),
    *("cm", "dm", "m", "km", "ha", "mm²", "cm²", "m²", "km²", "m³", "l", "hl", "mg", "g", "kg", "t", "Mt"),
    *("s", "min", "h", "W", "kW", "MW", "GW", "TW", "Wh", "kWh", "MWh", "GWh", "TWh", "V", "kV", "Hz", "J"),
    *("GJ", "kB", "MB", "GB", "TB", "pp", "bn", "mn", "million", "billion", "trillion"),
)
_MARKS: Final = ("§", "§§", "№", "p.", "pp.", "no.", "nos.", "nr.", "art.", "fig.", "vol.", "para.", "ch.")
_MARKS_BEFORE_MONEY: Final = ("€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF")
_OWN_UNITS: Final = {
    "de": ("Mio.", "Mrd.", "Millionen", "Milliarden", "Prozent", "Uhr"),
    "fr": ("millions", "milliard", "milliards", "Md"),
    "nl": ("miljoen", "miljard", "procent", "uur"),
    "es": ("millones",),
    "it": ("milioni", "miliardi", "miliardo"),
    "pt": ("milhões", "mil"),
    "sq": ("milionë", "miliardë"),
}
_OWN_MARKS: Final = {
    "de": ("S.", "Nr.", "Abs.", "Abb.", "Bd.", "Kap.", "Ziff.", "Rn."),
    "fr": ("n°", "nº", "art.", "al.", "chap."),
    "nl": ("blz.", "nr.", "lid", "hfst."),
    "es": ("n.º", "núm.", "pág.", "págs."),
    "it": ("n.", "pag.", "pagg."),
    "pt": ("n.º", "pág.", "págs."),
    "sq": ("nr.", "f.", "fq.", "neni"),
}


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    code = language.lower().split("-")[0]
    units = _any((*_UNITS, *_OWN_UNITS.get(code, ())))
    marks = _any((*_MARKS, *(mark.capitalize() for mark in _MARKS), *_OWN_MARKS.get(code, ())))
    money = _any(_MARKS_BEFORE_MONEY)
    return (
        re.compile(rf"(?<=\d){_GAP}(?=(?:{units})(?!\w))"),
        re.compile(rf"(?<![\w.])(?:{marks}|{money}){_GAP}(?=\d)"),
    )


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def kept_together(text: str, language: str) -> str:
    """A text with spaces that no line breaks at inside its numbers.

    :param language: the tag of the text.
    """
    if not any(sign.isdigit() for sign in text):
        return text
    for pattern in (_GROUPS, *_patterns(language)):
        text = pattern.sub(lambda match: match[0].translate(_KEPT), text)
    return text
