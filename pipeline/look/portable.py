"""The ebook's style sheets, written for old engines: plain values, plain selectors, left and right.

Adobe's engine, which draws EPUBs on Kobo's readers and in many apps, leaves out a whole sheet, or refuses the
book, for one function that it does not know; a fallback placed first is no help (`old_engines` has
the sources). So our sheets may say ``var()``, ``:is()`` or ``calc()``, and what is packed has what they
amount to. What counts only under a media query, dark mode above all, is in sheets of its own: an engine that
stumbles on one has the others still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import tinycss2

from pipeline.look.directions import turned
from pipeline.look.old_engines import declaration_fault, selector_fault
from pipeline.look.rules import Declaration, Rule, family, rules_of, split

DARK: Final = "(prefers-color-scheme: dark)"
_DEEP: Final = 20
"""A custom property may name another; no chain of ours is longer."""
_COLOURS: Final = frozenset(("color", "background", "border", "outline", "text-decoration", "fill", "stroke"))
_ROOT: Final = frozenset((":root", "html"))


@dataclass(frozen=True)
class Packed:
    """A style sheet of an ebook.

    :param name: of the file.
    :param media: the query under which it counts; empty: always.
    """

    name: str
    media: str
    text: str


@dataclass(frozen=True)
class Unportable:
    """What can't be said so that old engines take it, and is left out of the ebook.

    :param line: of the sheet, from 1.
    :param what: the rule or the declaration, shortened.
    """

    line: int
    what: str
    fault: str


@lru_cache(maxsize=16)
def packed(texts: tuple[str, ...], *, rtl: bool = False, mixed: bool = False) -> tuple[Packed, ...]:
    """Style sheets, in the order in which they count, as the sheets of an ebook.

    :param texts: of the sheets.
    :param rtl: whether the book runs from right to left.
    :param mixed: whether it holds passages that run the other way.
    :returns: what always counts, as ``style.css``; then one sheet for each media query.
    """
    rules = [rule for text in texts for rule in rules_of(text)]
    light, dark = _properties(rules)
    plain = turned(
        [_expanded(rule) for rule in rules if rule.text or rule.declarations], rtl=rtl, mixed=mixed
    )
    ignored: list[Unportable] = []
    main = _computed((rule for rule in plain if not rule.query), light, ignored)
    counters = [rule for rule in main if rule.text.startswith("@counter-style")]
    named = {_prelude(rule) for rule in counters}
    listed = [rule for rule in main if any(one.value in named for one in rule.declarations)]
    found = [
        Packed("style.css", "", _sheet(rule for rule in main if rule not in counters and rule not in listed))
    ]
    if counters:
        # Under a query that always holds: MuPDF passes over it, and would set bullets for these.
        found.append(Packed("counters.css", "", _under("all", [*counters, *listed])))
    queries = dict.fromkeys(rule.query for rule in plain if rule.query and rule.query != DARK)
    for number, query in enumerate(queries, start=1):
        under = _computed(_with_later(plain, query), light, ignored, apart=True)
        found.append(Packed(f"media-{number}.css", query, _under(query, under)))
    shades = _computed(_dark(plain, light, dark), dark, ignored)
    if shades:
        found.append(Packed("dark.css", DARK, _under(DARK, shades)))
    return tuple(found)


def unportable(text: str, known: Sequence[str] = ()) -> list[Unportable]:
    """What of a style sheet an ebook goes without.

    :param known: the other sheets of the look, with the custom properties that this one may name.
    """
    light, _ = _properties(rule for one in (*known, text) for rule in rules_of(one))
    found: list[Unportable] = []
    _computed(turned([_expanded(rule) for rule in rules_of(text)], rtl=False, mixed=False), light, found)
    return found


def _sheet(rules: Iterable[Rule]) -> str:
    return "".join(f"{rule}\n" for rule in rules)


def _under(query: str, rules: Iterable[Rule]) -> str:
    """Rules under a query that stands in the sheet, too: not every engine reads that of the link."""
    return f"@media {query} {{\n{_sheet(rules)}}}\n"


# Custom properties ---------------------------------------------------------------------------------------


def _properties(rules: Iterable[Rule]) -> tuple[dict[str, str], dict[str, str]]:
    """The custom properties of the root, by light and in dark mode."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for rule in rules:
        if _ROOT & set(rule.selectors):
            for one in rule.declarations:
                if one.name.startswith("--") and rule.query in ("", DARK):
                    (dark if rule.query else light)[one.name] = one.value
    return light, light | dark


@lru_cache(maxsize=16)
def root_values(texts: tuple[str, ...]) -> dict[str, str]:
    """The custom properties of the root by light, with those put in that they name.

    :param texts: of style sheets, in the order in which they count.
    """
    light, _ = _properties(rule for text in texts for rule in rules_of(text))
    found: dict[str, str] = {}
    for name, value in light.items():
        try:
            tokens = _filled(tinycss2.parse_component_value_list(value), light)
        except KeyError:
            continue
        found[name] = tinycss2.serialize(tokens).strip()
    return found


def _filled(tokens: list[Any], values: dict[str, str], depth: int = 0) -> list[Any]:
    """Tokens with ``var()`` put in.

    :raises KeyError: for a property that nothing sets.
    """
    found = []
    for token in tokens:
        if token.type == "function" and token.lower_name == "var":
            name, *fallback = split(token.arguments, ",")
            key = tinycss2.serialize(name).strip()
            if key in values and depth < _DEEP:
                value = tinycss2.parse_component_value_list(values[key])
            elif fallback:
                value = fallback[0]
            else:
                raise KeyError(key)
            found += _filled(value, values, depth + 1)
            continue
        for part in ("arguments", "content"):
            inside = getattr(token, part, None)
            if isinstance(inside, list):
                setattr(token, part, _filled(inside, values, depth))
        found.append(token)
    return found


# Media queries -------------------------------------------------------------------------------------------


def _with_later(rules: Sequence[Rule], query: str) -> Iterable[Rule]:
    """The rules under a query, and what of the rules behind the first of them says the same things.

    In a sheet of their own they come last; in the sources, what follows them wins.
    """
    begun = False
    families = {family(one.name) for rule in rules if rule.query == query for one in rule.declarations}
    for rule in rules:
        if rule.query == query:
            begun = True
            yield replace(rule, query="")
        elif begun and not rule.query and not rule.text:
            yield rule.only(families)


def _dark(rules: Sequence[Rule], light: dict[str, str], dark: dict[str, str]) -> Iterable[Rule]:
    """What dark mode makes otherwise: its own rules, and every rule of colours, in order."""
    if light == dark and not any(rule.query == DARK for rule in rules):
        return
    for rule in rules:
        if rule.query == DARK:
            yield replace(rule, query="")
        elif not rule.query and not rule.text:
            yield rule.only(_COLOURS)


# Selectors -----------------------------------------------------------------------------------------------


def _expanded(rule: Rule) -> Rule:
    """A rule with ``:is()`` and ``:where()`` written out, and one ``:not()`` for each of a list."""
    found: list[str] = []
    for selector in rule.selectors:
        parted = "(" in selector
        found += _variants(tinycss2.parse_component_value_list(selector)) if parted else [selector]
    return replace(rule, selectors=tuple(dict.fromkeys(one.strip() for one in found)))


def _variants(tokens: list[Any]) -> list[str]:
    found = [""]
    for place, token in enumerate(tokens):
        options = [token.serialize()]
        if token.type == "function" and token.lower_name in ("is", "where", "not"):
            inside = [one for part in split(token.arguments, ",") for one in _variants(part)]
            inside = [one.strip() for one in inside]
            if token.lower_name == "not":
                options = [":".join(f"not({one})" for one in inside)]
            else:
                found = [one.removesuffix(":") for one in found]
                before = tokens[place - 2] if place > 1 else None
                joined = before is not None and (before.type == "ident" or before == "*")
                # An element's name has to come first in its compound.
                options = inside if not joined else [one for one in inside if not one[:1].isalpha()]
        found = [start + option for start in found for option in options]
    return found


# Values --------------------------------------------------------------------------------------------------


def _computed(
    rules: Iterable[Rule], values: dict[str, str], left_out: list[Unportable], *, apart: bool = False
) -> list[Rule]:
    """Rules with plain values; what has none is noted and left out.

    :param apart: whether they stand in a sheet of their own, under a query.
    """
    found = []
    for rule in rules:
        if rule.text:
            if rule.text.startswith(("@font-face", "@counter-style")):
                found.append(rule)
            elif not rule.text.startswith(("@charset", "@page", "@import")):
                left_out.append(Unportable(rule.line, rule.text[:40], "is not known to all reading systems"))
            continue
        selectors = []
        for one in rule.selectors:
            fault = selector_fault(one)
            if fault:
                left_out.append(Unportable(rule.line, one, fault))
            else:
                selectors.append(one)
        declarations = []
        for declaration in rule.declarations:
            if declaration.name.startswith("--"):
                continue
            new = _plain(declaration, values)
            fault = declaration_fault(new, apart=apart or bool(rule.query))
            if fault:
                left_out.append(Unportable(rule.line, str(declaration), fault))
            else:
                declarations.append(new)
        if selectors and declarations:
            found.append(replace(rule, selectors=tuple(selectors), declarations=tuple(declarations)))
    return found


def _plain(declaration: Declaration, values: dict[str, str]) -> Declaration:
    if "(" not in declaration.value:
        return declaration
    tokens = tinycss2.parse_component_value_list(declaration.value)
    try:
        tokens = _filled(tokens, values)
    except KeyError:
        return declaration
    text = tinycss2.serialize([_reckoned(token) for token in tokens]).strip()
    return replace(declaration, value=text)


def _reckoned(token: Any) -> Any:
    """``min()``, ``max()``, ``clamp()`` of lengths of one unit as the length that they are."""
    kinds: dict[str, Callable[[list[float]], float]] = {
        "min": min,
        "max": max,
        "clamp": lambda found: max(found[0], min(found[1:])),
        "calc": lambda found: found[0],
    }
    if token.type != "function" or token.lower_name not in kinds:
        return token
    parts = [
        [_reckoned(one) for one in part if one.type not in ("whitespace", "comment")]
        for part in split(token.arguments, ",")
    ]
    single = [
        part[0] for part in parts if len(part) == 1 and part[0].type in ("dimension", "percentage", "number")
    ]
    units = {getattr(one, "lower_unit", one.type) for one in single}
    if len(single) != len(parts) or len(units) != 1:
        return token
    value = kinds[token.lower_name]([one.value for one in single])
    unit = next(iter(units)).replace("percentage", "%").replace("number", "")
    return tinycss2.parse_component_value_list(f"{value:g}{unit}")[0]


def _prelude(rule: Rule) -> str:
    return rule.text.partition("{")[0].removeprefix("@counter-style").strip()
