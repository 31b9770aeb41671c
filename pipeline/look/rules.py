"""Style sheets as lists of rules, for what is written anew from them: mirrored, or for old engines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import tinycss2

SIDES: Final = {"left": "right", "right": "left"}
_FOUR: Final = frozenset(("margin", "padding", "border-width", "border-style", "border-color", "inset"))
_CORNERS: Final = "border-radius"
_SIDED_VALUES: Final = frozenset(("text-align", "float", "clear", "background-position", "background"))


@dataclass(frozen=True)
class Declaration:
    """A property and its value, as text."""

    name: str
    value: str
    important: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.value}{' !important' if self.important else ''};"


@dataclass(frozen=True)
class Rule:
    """A rule, or an at-rule that is kept as it is.

    :param selectors: one by one; of an at-rule, nothing.
    :param query: the media query that it stands under; empty: it always counts.
    :param text: of an at-rule, all of it.
    :param line: of the sheet, from 1.
    """

    selectors: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    query: str = ""
    text: str = ""
    line: int = 0

    def __str__(self) -> str:
        if self.text:
            return self.text
        inside = " ".join(map(str, self.declarations))
        return f"{', '.join(self.selectors)} {{ {inside} }}"

    def only(self, families: Iterable[str]) -> Rule:
        """The rule with no more than its declarations of some families (`family`)."""
        wanted = set(families)
        return replace(
            self, declarations=tuple(one for one in self.declarations if family(one.name) in wanted)
        )


def rules_of(text: str, query: str = "") -> list[Rule]:
    """The rules of a sheet, in order; those under a media query one by one, with that query.

    :param query: that the text stands under. One within another is one that asks for both.
    """
    found = []
    for rule in tinycss2.parse_rule_list(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            selectors = selectors_of(rule.prelude)
            found.append(Rule(selectors, declarations_of(rule.content), query, line=rule.source_line))
        elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            asked = tinycss2.serialize(rule.prelude).strip()
            both = f"{query} and {asked}" if query else asked
            found += rules_of(tinycss2.serialize(rule.content), both)
        elif rule.type == "at-rule":
            found.append(Rule(query=query, text=rule.serialize().strip(), line=rule.source_line))
    return found


def selectors_of(prelude: list[Any]) -> tuple[str, ...]:
    """The selectors of a list, as text."""
    return tuple(tinycss2.serialize(part).strip() for part in split(prelude, ","))


def split(tokens: Iterable[Any], sign: str) -> list[list[Any]]:
    """Tokens, parted at a sign."""
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def declarations_of(content: list[Any]) -> tuple[Declaration, ...]:
    """The declarations of a block; rules nested in it are left out."""
    inside = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return tuple(
        Declaration(one.lower_name if not one.name.startswith("--") else one.name, _value(one), one.important)
        for one in inside
        if one.type == "declaration"
    )


def _value(declaration: Any) -> str:
    return str(tinycss2.serialize(declaration.value)).strip()


def family(name: str) -> str:
    """What a property belongs with: those that one shorthand sets."""
    for start in ("margin", "padding", "border", "background", "outline", "text-decoration", "inset"):
        if name == start or name.startswith(f"{start}-"):
            return start
    return "inset" if name in SIDES else name


SIDED: Final = frozenset(("margin", "padding", "border", "inset", "text-align", "float", "clear"))
"""The families in which left and right tell."""


def physical(declaration: Declaration, *, rtl: bool) -> list[Declaration]:
    """A declaration by left and right instead of start and end, for a text of one direction."""
    name, value = declaration.name, declaration.value
    ends = ("right", "left") if rtl else ("left", "right")
    for logical, side in (("inline-start", ends[0]), ("inline-end", ends[1])):
        if name.endswith(f"-{logical}") or f"-{logical}-" in name:
            new = name.replace(logical, side).removeprefix("inset-")
            return [replace(declaration, name=new)]
        if name in ("float", "clear") and value == logical:
            return [replace(declaration, value=side)]
    for axis, sides in (("inline", ends), ("block", ("top", "bottom"))):
        if name in (f"margin-{axis}", f"padding-{axis}", f"inset-{axis}"):
            parts = value.split() if "(" not in value else [value]
            start, end = parts[0], parts[-1]
            where = name.removesuffix(axis).removeprefix("inset-")
            return [
                replace(declaration, name=f"{where}{side}", value=one)
                for side, one in zip(sides, (start, end), strict=True)
            ]
    for logical, side in (("block-start", "top"), ("block-end", "bottom")):
        if name.endswith(f"-{logical}"):
            return [replace(declaration, name=name.replace(logical, side).removeprefix("inset-"))]
    if name == "text-align" and value in ("start", "end"):
        return [replace(declaration, value=ends[value == "end"])]
    return [declaration]


def mirrored(declaration: Declaration) -> Declaration:
    """A declaration for the other direction: left is right."""
    name, value = declaration.name, declaration.value
    if name in _FOUR or name == _CORNERS:
        tokens = tinycss2.parse_component_value_list(value)
        parts = [token for token in tokens if token.type not in ("whitespace", "comment")]
        if len(parts) == 4:
            order = (1, 0, 3, 2) if name == _CORNERS else (0, 3, 2, 1)
            value = " ".join(tinycss2.serialize([parts[place]]) for place in order)
        return replace(declaration, value=value)
    words = name.split("-")
    if SIDES.keys() & set(words):
        name = "-".join(SIDES.get(word, word) for word in words)
    if name in _SIDED_VALUES:
        value = " ".join(SIDES.get(word, word) for word in value.split(" "))
    return replace(declaration, name=name, value=value)


def reset(declarations: Iterable[Declaration]) -> list[Declaration]:
    """What takes back, at the sides, what the rules for the other direction have set there."""
    found, there = [], set[str]()
    for one in declarations:
        there.add(one.name)
        words = one.name.split("-")
        side = next((word for word in words if word in SIDES), "")
        other = "-".join(SIDES.get(word, word) for word in words)
        if side and family(one.name) in SIDED and other not in there:
            if len(words) > 1 and words[0] in there:
                continue
            parts = {"inset": "auto", "border": "0" if len(words) == 2 or words[-1] == "width" else ""}
            value = parts.get(family(one.name), "0")
            if value:
                found.append(Declaration(other, value))
    names = {one.name for one in declarations}
    return [one for one in found if one.name not in names]
