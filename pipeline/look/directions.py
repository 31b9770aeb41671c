"""The style sheets are written for a text from left to right; one from right to left has them mirrored.

Every rule counts in every language, and none is written twice: margins, paddings, borders, floats, alignment,
and the boxes in the margins of a page change sides. In a text that holds passages of the other direction, the
rules that tell left from right come again for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import tinycss2

from pipeline.look.rules import SIDED, SIDES, Rule, declarations_of, mirrored, physical, reset, rules_of
from pipeline.styles import Sheet

_PSEUDO_ELEMENT: Final = re.compile(r"(?=::|:(?:before|after|first-line|first-letter)\b)|$")
_WHOLE: Final = re.compile(r"^(html|body|:root)\b|\[dir\b")
"""Selectors of what is no part of a passage, and those that ask for the direction themselves."""


def turned(rules: Sequence[Rule], *, rtl: bool, mixed: bool) -> list[Rule]:
    """Rules for a text of one direction, by left and right alone.

    :param rtl: whether the text runs from right to left.
    :param mixed: whether it holds passages that run the other way.
    """
    found = [_turned(rule, rtl=rtl, flip=rtl) for rule in rules]
    if mixed:
        here, there = ("rtl", "ltr") if rtl else ("ltr", "rtl")
        found += _passages(rules, f'[dir="{there}"]', "", rtl=not rtl)
        found += _passages(rules, f'[dir="{here}"]', f'[dir="{there}"] ', rtl=rtl)
    return found


def _turned(rule: Rule, *, rtl: bool, flip: bool) -> Rule:
    if rule.text:
        return replace(rule, text=_page(rule.text)) if flip and rule.text.startswith("@page") else rule
    flip = flip and not any("[dir" in selector for selector in rule.selectors)
    found = []
    for one in rule.declarations:
        # Start and end know by themselves which side they are; left and right are as in the other direction.
        logical = physical(one, rtl=rtl)
        found += [mirrored(one)] if flip and logical == [one] else logical
    return replace(rule, declarations=tuple(found))


def _passages(rules: Sequence[Rule], here: str, within: str, *, rtl: bool) -> Iterator[Rule]:
    """The rules that tell left from right, for passages."""
    for rule in rules:
        part = _turned(rule.only(SIDED), rtl=rtl, flip=rtl) if not rule.text else rule
        selectors = [one for one in rule.selectors if not _WHOLE.search(one)]
        if not part.declarations or not selectors:
            continue
        inside = [f"{within}{here} {one}" for one in selectors]
        itself = [within + _PSEUDO_ELEMENT.sub(lambda _: here, one, count=1) for one in selectors]
        declarations = (*reset(part.declarations), *part.declarations)
        yield replace(part, selectors=(*inside, *itself), declarations=declarations)


def _page(text: str) -> str:
    """An ``@page`` rule with its margins and the boxes in them mirrored."""
    rule = tinycss2.parse_one_rule(text)
    parts = []
    for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if one.type == "at-rule":
            words = one.lower_at_keyword.split("-")
            name = "-".join(SIDES.get(word, word) for word in words)
            inside = " ".join(str(mirrored(found)) for found in declarations_of(one.content))
            parts.append(f"@{name} {{ {inside} }}")
        elif one.type == "declaration":
            parts += [str(mirrored(found)) for found in declarations_of([*_tokens(one)])]
    prelude = " ".join(_PAGES.get(word, word) for word in tinycss2.serialize(rule.prelude).split())
    return f"@page {prelude} {{ {' '.join(parts)} }}"


_PAGES: Final = {":left": ":right", ":right": ":left"}


def _tokens(declaration: Any) -> list[Any]:
    return list(tinycss2.parse_component_value_list(f"{declaration.serialize()};"))


@lru_cache(maxsize=64)
def turned_text(text: str, *, rtl: bool, mixed: bool) -> str:
    """A style sheet for a text of one direction; that of a text from left to right, unmixed, is as it was."""
    if not rtl and not mixed:
        return text
    found = turned(rules_of(text), rtl=rtl, mixed=mixed)
    return "\n".join(f"@media {rule.query} {{ {rule} }}" if rule.query else str(rule) for rule in found)


def faced(sheets: Sequence[Sheet], page: str) -> list[Sheet]:
    """Style sheets for a page: for the direction of its text, and of the passages in it.

    :param page: a whole XHTML page, whose root says how its text runs.
    """
    root = page[page.find("<html") :].partition(">")[0]
    rtl = ' dir="rtl"' in root
    mixed = f' dir="{"ltr" if rtl else "rtl"}"' in page
    return [replace(sheet, text=turned_text(sheet.text, rtl=rtl, mixed=mixed)) for sheet in sheets]
