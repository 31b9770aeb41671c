"""What old engines take of CSS, as a list with its sources, and as a check of a style sheet.

Adobe's engine draws EPUBs on Kobo's readers and in many apps; Kindle's formats are made from the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import tinycss2

from pipeline.look.rules import Declaration, split

_FUNCTIONS: Final = frozenset(("calc", "min", "max", "clamp", "env", "var"))
_UNITS: Final = frozenset(
    ("vh", "vw", "vmin", "vmax", "vi", "vb", "svh", "lvh", "dvh", "svw", "lvw", "dvw", "rem")
)
_BOXES: Final = frozenset(("flex", "inline-flex", "grid", "inline-grid", "contents"))
_PROPERTIES: Final = re.compile(
    r"(flex|grid|place|justify|align|animation|transition|inset|scroll|container|mask|filter|backdrop-filter)(-|$)"
    r"|(order|gap|row-gap|transform|rotate|scale|translate|object-fit|object-position|aspect-ratio|all)$"
)
_PSEUDO: Final = frozenset(
    (
        *("link", "visited", "hover", "active", "focus", "root", "empty", "lang", "target", "not"),
        *("first-child", "last-child", "only-child", "nth-child", "nth-last-child"),
        *("first-of-type", "last-of-type", "only-of-type", "nth-of-type", "nth-last-of-type"),
        *("before", "after", "first-line", "first-letter", "selection", "marker"),
    )
)
_POSITIONS: Final = frozenset(("absolute", "fixed", "sticky"))
"""In a sheet under a query, "sticky" is let in: what does not know it has the other sheets still."""
PORTABLE: Final = (
    (
        "no calc(), min(), max(), clamp(), var(), env()",
        "Adobe RMSDK (Kobo, Digital Editions) leaves out the whole sheet or calls the book corrupt",
        "https://github.com/dvschultz/99problems/issues/53",
    ),
    (
        "no min() in any value",
        "Kobo's reader refuses the book",
        "https://andreklein.net/your-epub-is-fine-kobo-disagrees-blame-adobe/",
    ),
    (
        "media queries in a sheet of their own, never in that of the text",
        "Adobe Digital Editions and Nook leave out a sheet that holds one; a second sheet is left out alone",
        "https://github.com/gutenbergtools/ebookmaker/issues/212",
    ),
    (
        "no media query within another, no rule within a rule",
        "CSS 2.1, section 4.1.5 knows neither; EPUB 2 engines are built to it",
        "https://www.w3.org/TR/CSS21/syndata.html#at-rules",
    ),
    (
        "no :is(), :where(), :has(), and no list within :not()",
        "Selectors 4 is younger than these engines; the rule, or the sheet, is left out",
        "https://github.com/dmang-dev/kobofix",
    ),
    (
        "no vh, vw, vmin, vmax, rem",
        "RMSDK has no viewport, in margins they may leave a blank screen; it takes rem for em",
        "https://github.com/dmang-dev/kobofix",
    ),
    (
        "no flexible boxes and no grid",
        "RMSDK and Kindle's KF8 stack what is in them",
        "https://github.com/dmang-dev/kobofix",
    ),
    (
        "no transform, animation, transition, object-fit, aspect-ratio",
        "RMSDK leaves them out or stretches the image",
        "https://github.com/dmang-dev/kobofix",
    ),
    (
        "no position other than static and relative",
        "EPUB 2.0.1 leaves it out (OPS 2.0.1, section 3.3); Kindle's enhanced typesetting does too",
        "https://idpf.org/epub/20/spec/OPS_2.0.1_draft.htm#Section3.3",
    ),
    (
        "left and right, never start and end",
        "logical properties are of CSS Logical 1 (2018)",
        "https://www.w3.org/TR/css-logical-1/",
    ),
    (
        "no custom properties, @import, @supports, @layer, @container",
        "later than CSS 2.1, or not followed in books",
        "https://www.w3.org/TR/CSS21/",
    ),
)
"""What the packed sheets keep to: the rule, what happens otherwise, and where that is said."""


@lru_cache(maxsize=32)
def faults(text: str) -> tuple[str, ...]:
    """What in a packed sheet is not on the list (`PORTABLE`); a query may stand around all of a sheet.

    Most books have the same sheets.
    """
    rules = tinycss2.parse_rule_list(text, skip_comments=True, skip_whitespace=True)
    found = []
    apart = len(rules) == 1 and rules[0].type == "at-rule" and rules[0].lower_at_keyword == "media"
    if apart:
        rules = tinycss2.parse_rule_list(rules[0].content, skip_comments=True, skip_whitespace=True)
    for rule in rules:
        if rule.type == "error":
            found.append(f"no rule: {rule.message}")
        elif rule.type == "at-rule":
            if rule.lower_at_keyword not in ("font-face", "counter-style"):
                found.append(f"@{rule.lower_at_keyword}")
        else:
            found += _rule_faults(rule, apart=apart)
    return tuple(found)


def _rule_faults(rule: Any, *, apart: bool) -> Iterable[str]:
    for selector in split(rule.prelude, ","):
        text = tinycss2.serialize(selector).strip()
        if fault := selector_fault(text):
            yield f"{text}: {fault}"
    for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if one.type != "declaration":
            yield f"{tinycss2.serialize(rule.prelude).strip()}: a rule in a rule"
            continue
        value = tinycss2.serialize(one.value).strip()
        if fault := declaration_fault(Declaration(one.name, value), apart=apart):
            yield f"{one.name}: {value}: {fault}"


@lru_cache(maxsize=2048)
def selector_fault(selector: str) -> str:
    """Why old engines do not take a selector; empty when they do."""
    tokens = tinycss2.parse_component_value_list(selector)
    for place, token in enumerate(tokens):
        if token == "&":
            return "is a rule in a rule"
        if place and tokens[place - 1] == ":":
            name = getattr(token, "lower_name", None) or getattr(token, "lower_value", "")
            if token.type in ("function", "ident") and name not in _PSEUDO:
                return f":{name} is not known to all reading systems"
            if token.type == "function" and name == "not" and len(split(token.arguments, ",")) > 1:
                return "a list in :not() is not known to all reading systems"
    return ""


def declaration_fault(declaration: Declaration, *, apart: bool = False) -> str:
    """Why old engines do not take a declaration, or the sheet with it; empty when they do."""
    name, value = declaration.name, declaration.value
    if name.startswith("--"):
        return "custom properties are not known to all reading systems"
    if _PROPERTIES.match(name) or re.search(r"-(inline|block)(-|$)", name):
        return "the property is not known to all reading systems"
    if name == "display" and value in _BOXES:
        return "such boxes are not known to all reading systems"
    if name == "position" and value in _POSITIONS and not (apart and value == "sticky"):
        return "reading systems do not take what is placed outside the text"
    if (name in ("float", "clear") and value.startswith("inline-")) or (
        name == "text-align" and value in ("start", "end")
    ):
        return "start and end are not known to all reading systems"
    return _fault_of_value(value)


@lru_cache(maxsize=2048)
def _fault_of_value(value: str) -> str:
    return _value_fault(tinycss2.parse_component_value_list(value))


def _value_fault(tokens: Iterable[Any]) -> str:
    for token in tokens:
        if token.type == "function":
            if token.lower_name in _FUNCTIONS:
                return f"{token.lower_name}() makes old reading systems drop the sheet"
            if fault := _value_fault(token.arguments):
                return fault
        elif token.type == "dimension" and token.lower_unit in _UNITS:
            return f"the unit {token.lower_unit} is not known to all reading systems"
    return ""
