"""What a style sheet of a desk's names: every address in it, and whether it may be followed.

Addresses lead to files in the folder of the look, and nowhere else. The sheet is read by tokens, as browsers
read it (CSS Syntax Level 3): no escape and no comment hides an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname
from typing import Any, Final

import tinycss2

from pipeline.files.confined import OutsideError, name_below
from pipeline.styles import Sheet

_UNSUPPORTED: Final = frozenset(
    ("src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "expression")
)
"""Functions that name files otherwise than by ``url()``."""


@dataclass(frozen=True)
class Address:
    """An address in a style sheet, or what else is wrong with it.

    :param line: of the sheet, from 1.
    :param name: the file below the folder of the look; empty with a fault.
    :param fault: what is wrong, as a sentence; empty when nothing is.
    """

    line: int
    name: str
    fault: str = ""


def addresses(sheet: Sheet) -> list[Address]:
    """All addresses of a sheet, and a fault for whatever no sheet of a desk's may hold."""
    found, tokens, importing = [], [], False
    for token in tinycss2.parse_component_value_list(sheet.text):
        if token.type == "at-keyword" and token.lower_value == "import":
            message = "@import is not followed: write what it brings into this file"
            found.append(Address(token.source_line, "", message))
            importing = True
        elif importing:
            importing = token != ";"
        else:
            tokens.append(token)
    return [*found, *_addresses(tokens, sheet)]


def readdressed(sheet: Sheet, address: Callable[[str], str]) -> str:
    """The text of a sheet with other addresses in it.

    :param address: gives the address of a file of the look, by its name below the folder.
    """
    tokens = tinycss2.parse_component_value_list(sheet.text)
    changed = False
    for token in _tokens(tokens):
        written = _written(token)
        if written is None or written.startswith("#"):
            continue
        new = address(name_below(written, dirname(sheet.name), quoted=True))
        if token.type == "function":
            token.arguments[:] = tinycss2.parse_component_value_list(f'"{new}"')
        else:
            token.representation = f'url("{new}")'
        changed = True
    return tinycss2.serialize(tokens) if changed else sheet.text


def without_faces(sheet: Sheet, barred: Iterable[str]) -> str:
    """The text of a sheet without the ``@font-face`` rules that name one of some files."""
    names = set(barred)
    if not names:
        return sheet.text
    rules = tinycss2.parse_stylesheet(sheet.text)
    kept = [rule for rule in rules if not (_is_face(rule) and names & _names(rule, sheet))]
    written = [rule for rule in kept if rule.type != "error"]
    return sheet.text if len(kept) == len(rules) else tinycss2.serialize(written)


def parted(sheet: Sheet) -> tuple[str, str]:
    """A sheet in two: the colours and faces, and the rest with its lines at their places.

    The first has the custom properties of the root and the ``@font-face`` rules: they belong before the rules
    of ours that use them, and before our colours for dark mode.
    """
    palette, rest = [], []
    for rule in tinycss2.parse_stylesheet(sheet.text):
        if rule.type == "error":
            continue  # no CSS, which the review of the look tells
        text = rule.serialize()
        properties = _properties(rule)
        if _is_face(rule):
            palette.append(text)
            text = "\n" * text.count("\n")
        elif properties:
            palette.append(f":root {{ {' '.join(f'{one.serialize()};' for one in properties)} }}")
            if len(properties) == len(_declarations(rule)):
                text = "\n" * text.count("\n")
        rest.append(text)
    return "\n".join(palette), "".join(rest)


def _properties(rule: Any) -> list[Any]:
    """The custom properties that a rule for the root sets."""
    root = rule.type == "qualified-rule" and tinycss2.serialize(rule.prelude).strip() in (":root", "html")
    return [one for one in _declarations(rule) if one.name.startswith("--")] if root else []


def _declarations(rule: Any) -> list[Any]:
    inside = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return [one for one in inside if one.type == "declaration"]


def faces_named(sheet: Sheet) -> set[str]:
    """The files, below the folder of the look, that the ``@font-face`` rules of a sheet name."""
    rules = tinycss2.parse_stylesheet(sheet.text)
    return {name for rule in rules if _is_face(rule) for name in _names(rule, sheet)}


def _is_face(rule: Any) -> bool:
    return rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content is not None


def _names(rule: Any, sheet: Sheet) -> set[str]:
    return {address.name for address in _addresses(rule.content, sheet) if address.name}


def _addresses(tokens: Iterable[Any], sheet: Sheet) -> Iterator[Address]:
    for token in _tokens(tokens):
        if token.type == "error":
            yield Address(token.source_line, "", f"this is not CSS: {token.message.lower()}")
        elif token.type == "function" and token.lower_name in _UNSUPPORTED:
            message = f"{token.lower_name}() is not understood by every reader: name the file with url()"
            yield Address(token.source_line, "", message)
        written = _written(token)
        if written is None or written.startswith("#"):
            continue
        try:
            yield Address(token.source_line, name_below(written, dirname(sheet.name), quoted=True))
        except OutsideError as error:
            what = str(error).replace("the source folder", "the folder of the look")
            what = what.replace("beside the article", "into the folder of the look")
            what = what.replace("relative to the article", "relative to the style sheet")
            yield Address(token.source_line, "", f'"{written[:60]}" {what}')


def _written(token: Any) -> str | None:
    """The address that a token is, if it is one."""
    if token.type == "url":
        return str(token.value).strip()
    if token.type == "function" and token.lower_name == "url":
        return next((str(part.value).strip() for part in token.arguments if part.type == "string"), "")
    return None


def _tokens(tokens: Iterable[Any]) -> Iterator[Any]:
    """All tokens, those in blocks and functions too; the depth is that of the parser, which bounds it."""
    waiting = list(tokens)[::-1]
    while waiting:
        token = waiting.pop()
        yield token
        inside = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inside, list):
            waiting += inside[::-1]
