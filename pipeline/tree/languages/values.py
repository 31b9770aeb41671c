"""Numbers and dates as a language writes them (CLDR, by Babel)."""

from __future__ import annotations

import datetime
import decimal
import re
from typing import Any, Final

MINUS: Final = "\u2212"
"""The sign before a negative number. CLDR has a hyphen in most languages, which is what keyboards have."""


_NUMBER: Final = re.compile("[#0,.]+")


def _locale(language: str) -> Any:
    from babel.core import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    if str(locale) == "en":
        locale = Locale("en", "GB")  # "24 November 2026", as in the title block
    return locale


def as_text(value: Any, language: str) -> str:
    """A value as a text of the language: 1234567.5 is "1,234,567.5" in English, "1 234 567,5" in French.

    Whole numbers of four digits stay together: most of them are years.
    """
    from babel.dates import format_date, format_time
    from babel.numbers import format_decimal

    locale = _locale(language)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        whole = float(value).is_integer()
        grouped = abs(value) >= 10_000 or not whole
        shown: str = format_decimal(
            int(value) if whole else decimal.Decimal(f"{value:.12g}"),
            format=None if grouped else "0",
            locale=locale,
            decimal_quantization=False,
        )
        return shown.replace("-", MINUS)
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time():
            return str(format_date(value.date(), "long", locale=locale))
        day = format_date(value.date(), "long", locale=locale)
        return f"{day}, {format_time(value.time(), 'short', locale=locale)}"
    if isinstance(value, datetime.date):
        return str(format_date(value, "long", locale=locale))
    if isinstance(value, datetime.time):
        return str(format_time(value, "short", locale=locale))
    return str(value).strip()


def number_text(value: float, language: str, decimals: int, *, grouped: bool) -> str:
    """A number with so many digits behind its decimal sign.

    :param grouped: whether its thousands stand apart.
    """
    from babel.numbers import format_decimal

    form = ("#,##0" if grouped else "0") + ("." + "0" * decimals if decimals else "")
    rounded = round(value, decimals) or 0.0  # of -0.0, no reader knows what it is
    return str(format_decimal(rounded, format=form, locale=_locale(language))).replace("-", MINUS)


def percent_text(number: str, language: str) -> str:
    """A number with its sign for per cent: "12%" in English, "12 %" in French, "%12" in Turkish.

    :param number: as `number_text` writes it.
    """
    pattern: str = _locale(language).percent_formats[None].pattern.split(";")[0]
    sign = MINUS if number.startswith(MINUS) else ""
    return sign + _NUMBER.sub(lambda _: number.removeprefix(MINUS), pattern, count=1)


def month_text(day: datetime.date, language: str, *, short: bool = False) -> str:
    """A month with its year: "November 2026", or "Nov 2026"."""
    from babel.dates import format_skeleton

    form = "yMMM" if short else "yMMMM"
    return str(format_skeleton(form, day, locale=_locale(language)))


def day_text(day: datetime.date, language: str) -> str:
    """A day of a month, without its year, in few letters: "24 Nov"."""
    from babel.dates import format_skeleton

    return str(format_skeleton("MMMd", day, locale=_locale(language)))


def decimal_sign(language: str) -> str:
    """What stands before the fraction of a number: "." in English, "," in French."""
    from babel.numbers import get_decimal_symbol

    return str(get_decimal_symbol(_locale(language)))
