"""Number formats of spreadsheets (ECMA-376-1, 18.8.30) as far as articles show them: decimals, groups, per
cent, a currency, months without days.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Final

from pipeline.tree.languages.values import as_text, month_text, number_text, percent_text

BUILT_IN: Final = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 17: "mmm-yy"},
    **dict.fromkeys((37, 38), "#,##0"),
    **dict.fromkeys((39, 40), "#,##0.00"),
}
"""The formats that have a number and no code in the file (18.8.30); the others are dates or as typed."""

_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<symbol>[^\]-]*)[^\]]*\]|\[[^\]]*\]|(?P<core>[#0?.,]+)'
    r"|(?P<other>.)",
    re.DOTALL,
)
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*', re.DOTALL)
_BESIDE: Final = frozenset("$€£¥+-() \u00a0")


@dataclass(frozen=True)
class Form:
    """How a number is shown.

    :param least: digits behind the decimal sign at least; `most`: at most.
    :param grouped: whether thousands stand apart.
    :param before: words before the number; `after`: words behind it.
    """

    least: int
    most: int
    grouped: bool = False
    percent: bool = False
    before: str = ""
    after: str = ""

    def text(self, value: float, language: str) -> str:
        """A number in this form, as a language writes it."""
        value = value * 100 if self.percent else value
        digits = next(
            (count for count in range(self.least, self.most) if abs(value - round(value, count)) < 1e-9),
            self.most,
        )
        shown = number_text(abs(value), language, digits, grouped=self.grouped)
        if self.percent:
            shown = percent_text(shown, language)
        sign = "\u2212" if round(value, digits) < 0 else ""
        return f"{sign}{self.before}{shown}{self.after}"


def form_of(code: str) -> Form | None:
    """The form of a format's code; ``None`` where it is one of dates, of text, or another than these."""
    section = _SECTION.match(code)
    core, percent, sides = "", False, ["", ""]
    for token in _TOKEN.finditer(section[0] if section is not None else ""):
        kind = token.lastgroup
        if kind == "core":
            if core:
                return None
            core = token["core"]
        elif kind == "other" and token["other"] == "%":
            percent = True
        elif kind == "other" and token["other"] not in _BESIDE:
            return None  # a date, a fraction, a power, or a word such as General
        elif kind is not None and token[kind] not in ("(", ")", "-", "+"):
            sides[bool(core)] += token[kind].replace(" ", "\u00a0")
    whole, _, behind = core.partition(".")
    if not core or "," in behind or whole.endswith(","):
        return None
    before, after = sides
    return Form(
        behind.count("0"),
        len(behind),
        grouped="," in whole,
        percent=percent,
        before=before if before.strip("\u00a0") else "",
        after=after.rstrip("\u00a0") if after.strip("\u00a0") else "",
    )


def without_day(code: str) -> bool:
    """Whether a format shows the month and the year of a date, and no day."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code.lower())
    return "y" in bare and "m" in bare and not set(bare) & set("dhs")


def shown(value: Any, code: str, language: str) -> str:
    """A cell as the language writes it, in the form of its sheet.

    :param value: as the workbook has it; `code`: of its format, or "".
    """
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, (datetime.date, datetime.datetime)) and code and without_day(code):
        return month_text(value, language)
    form = form_of(code) if code and isinstance(value, (int, float)) and not isinstance(value, bool) else None
    return form.text(value, language) if form is not None else as_text(value, language)
