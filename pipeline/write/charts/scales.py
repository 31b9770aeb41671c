"""The marks of a scale: round numbers, years, months, days."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from typing import Final

from pipeline.tree.languages.values import as_text, day_text, month_text
from pipeline.write.charts.plot import Plot

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_MONTHS: Final = (1, 3, 6)


def step_of(span: float, count: int) -> float:
    """The round step with which a span has about so many parts."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * 0.9999999)


def decimals_of(step: float) -> int:
    """How many digits a number of such steps has behind its decimal sign."""
    return next((count for count in range(12) if abs(step * 10**count - round(step * 10**count)) < 1e-6), 12)


def marks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers from one at or below `low` to one at or above `high`, about `count` steps apart."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    step = step_of(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def within(low: float, high: float, count: int) -> list[float]:
    """Round numbers between two others; of years, whole ones."""
    if high <= low:
        return [low]
    step = step_of(high - low, count)
    if float(low).is_integer() and float(high).is_integer():
        step = max(1.0, float(round(step + 0.5)) if step % 1 else step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def calendars(first: datetime.date, last: datetime.date) -> Iterator[tuple[str, list[datetime.date]]]:
    """Sets of days between two others that a scale can mark, from the finest to the coarsest.

    :returns: ``day``, ``month`` or ``year``, for how they are written; and the days.
    """
    count = (last - first).days
    for step in (1, 2, 7, 14):
        if count // step <= 12:
            yield "day", [first + datetime.timedelta(number) for number in range(0, count + 1, step)]
    months = (last.year - first.year) * 12 + last.month - first.month
    for step in _MONTHS:
        if months // step <= 14:
            starts = [_month(first, number) for number in range(months + 1)]
            found = [day for day in starts if (day.month - 1) % step == 0 and first <= day <= last]
            if len(found) > 1:
                yield "month", found
    for step in (1, 2, 5, 10, 20, 50, 100):
        years = [year for year in range(first.year, last.year + 1) if year % step == 0]
        found = [day for year in years if first <= (day := datetime.date(year, 1, 1)) <= last]
        if len(found) > 1 or step == 100:
            yield "year", found


def sets_below(
    plot: Plot, place: Callable[[int], float], at: Callable[[float], float]
) -> Iterator[list[tuple[float, str]]]:
    """What may stand below a chart, from the most words to the least: each with where it stands.

    :param place: where a label of the plot stands, by its number; `at`: where a number or a day does.
    """
    every = [(place(number), label) for number, label in enumerate(plot.labels)]
    yield every
    if plot.kind == "line" and plot.form == "number":
        low, high = min(plot.places), max(plot.places)
        for count in (10, 8, 6, 5, 4, 3, 2):
            yield [(at(one), as_text(one, plot.language)) for one in within(low, high, count)]
    elif plot.kind == "line" and plot.form:
        first, last = (datetime.date.fromordinal(int(end(plot.places))) for end in (min, max))
        for form, days in calendars(first, last):
            yield [(at(day.toordinal()), _named(day, form, plot.language)) for day in days]
    else:
        for step in range(2, max(3, len(every))):
            yield every[::step]


def _named(day: datetime.date, form: str, language: str) -> str:
    if form == "year":
        return str(day.year)
    return month_text(day, language, short=True) if form == "month" else day_text(day, language)


def _month(first: datetime.date, number: int) -> datetime.date:
    count = first.month - 1 + number
    return datetime.date(first.year + count // 12, count % 12 + 1, 1)
