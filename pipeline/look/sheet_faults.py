"""What is mistyped in a style sheet of a desk's: what no reader of CSS says in words of those who type it.

The text is read by its signs, without its remarks and strings: braces, quotation marks, semicolons, and names
that are almost those of our own sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from pipeline.findings import is_slip_of, nearest

_REMARK: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|url\([^)\"'\n]*\)")
_LINES: Final = [
    (
        re.compile(r"\s*</?(?:style|head|html|script)\b|\s*<!--|\s*-->"),
        "a style sheet has no tags: take this line out",
        True,
    ),
    (re.compile(r"\s*//|\s*#\s"), "a remark stands between /* and */", False),
    (
        re.compile(r"\s*\$[\w-]+\s*:|\s*@[a-z][\w-]*\s*:\s"),
        "a colour or a length with a name is written --name: value; below :root, and used as var(--name)",
        False,
    ),
    (re.compile(r".*[“”„‟‘’«»]"), "the quotation marks are curly ones: type straight ones", False),
]
_EQUALS: Final = re.compile(
    r"\s*(?P<name>[a-z-]{3,40})\s*=\s*(?P<value>[^=;{}\n]{1,60});?\s*\}?\s*$|.*\{\s*(?P<name2>[a-z-]{3,40})\s*=\s*(?P<value2>[^=;{}\n]{1,60})"
)
_OPEN_END: Final = re.compile(
    r"(?:^|[{;])\s*(?P<name>[a-z-]{3,40})\s*:\s*(?P<value>[^;{}:\n]*[^\s;{}:,\n])\s*\n\s*[a-z-]{3,40}\s*:",
    re.MULTILINE,
)
_SEMICOLON: Final = re.compile(
    r"(?:^|[{;])\s*(?P<name>[a-z]+(?:-[a-z]+)*);\s*(?P<value>[\w#.-]+)\s*[;}]", re.MULTILINE
)
_OWN: Final = re.compile(r"(--[\w-]+)\s*:")
_USED: Final = re.compile(r"var\(\s*(--[\w-]+)")
_CLASS: Final = re.compile(r"\.(-?[A-Za-z_][\w-]*)(?=[^{}]*\{)")


class SheetFault(NamedTuple):
    """Something mistyped: its line, from 1; what is said; whether what stands below it is lost."""

    line: int
    said: str
    lost: bool = False


def faults(text: str, ours: Iterable[str] = (), beside: str = "") -> list[SheetFault]:
    """What is mistyped in a style sheet, in the order of its lines.

    :param text: of the sheet.
    :param ours: the texts of Despatch's own sheets, whose names are proposed.
    :param beside: the other sheets of the desk, which may use what this one names.
    """
    opened = text.rfind("/*")
    if opened > text.rfind("*/") and not _inside_string(text, opened):
        line = text.count("\n", 0, opened) + 1
        return [SheetFault(line, "this remark is not closed: write */ where it ends", lost=True)]
    bare = _STRING.sub(_blank, _REMARK.sub(_blank, text))
    found = [*_braces(bare), *_lines(bare), *_declarations(bare), *_calculations(bare)]
    told = {one.line for one in found}
    found += [one for one in _names(bare, "\n".join(ours), beside) if one.line not in told]
    return sorted(found)


def _inside_string(text: str, at: int) -> bool:
    return any(match.start() < at < match.end() for match in _STRING.finditer(text))


def _blank(match: re.Match[str]) -> str:
    """As many lines and letters as what is left out."""
    return re.sub(r"[^\n]", " ", match[0]) if match[0].startswith("/*") else f'"{" " * (len(match[0]) - 2)}"'


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _braces(bare: str) -> Iterator[SheetFault]:
    open_ones: list[int] = []
    for match in re.finditer(r"[{}]", bare):
        if match[0] == "{":
            open_ones.append(match.start())
        elif open_ones:
            open_ones.pop()
        else:
            said = "this } closes nothing: take it out, or type the { that is missing above it"
            yield SheetFault(_line(bare, match.start()), said, lost=True)
            return
    if open_ones:
        said = "the { of this line is not closed: type } behind its last value"
        yield SheetFault(_line(bare, open_ones[0]), said, lost=True)


def _lines(bare: str) -> Iterator[SheetFault]:
    for number, line in enumerate(bare.split("\n"), start=1):
        for pattern, said, lost in _LINES:
            if pattern.match(line):
                yield SheetFault(number, said, lost)
                break
        match = _EQUALS.match(line)
        if match is not None:
            name, value = match["name"] or match["name2"], (match["value"] or match["value2"]).strip()
            yield SheetFault(number, f"a name and its value are parted by a colon: type {name}: {value};")


def _declarations(bare: str) -> Iterator[SheetFault]:
    for match in _OPEN_END.finditer(bare):
        written = f"{match['name']}: {match['value']}"
        yield SheetFault(_line(bare, match.start("name")), f"a semicolon is missing: type {written};")
    for match in _SEMICOLON.finditer(bare):
        said = f"a name and its value are parted by a colon: type {match['name']}: {match['value']};"
        yield SheetFault(_line(bare, match.start("name")), said)


def _calculations(bare: str) -> Iterator[SheetFault]:
    """Sums that can't be worked out (CSS Values and Units Level 3, section 8.1)."""
    for match in re.finditer(r"\bcalc\(", bare, re.IGNORECASE):
        import tinycss2

        (sum_, *_) = tinycss2.parse_component_value_list(bare[match.start() :], skip_comments=True)
        if not _is_sum(sum_.arguments):
            said = "calc() has values with + - * or / between them, and a space at both sides of it: "
            yield SheetFault(_line(bare, match.start()), f"{said}calc(100% - 2em)", lost=True)


def _is_sum(tokens: Iterable[Any]) -> bool:
    """Whether values and signs take turns, and a value stands at both ends."""
    parts = [token for token in tokens if token.type != "whitespace"]
    for at, part in enumerate(parts):
        if at % 2:
            right = part.type == "literal" and part.value in "+-*/"
        elif part.type == "() block" or (part.type == "function" and part.lower_name == "calc"):
            right = _is_sum(part.content if part.type == "() block" else part.arguments)
        else:
            right = part.type in ("number", "percentage", "dimension", "ident", "function")
        if not right:
            return False
    return len(parts) % 2 == 1


def _names(bare: str, ours: str, beside: str) -> Iterator[SheetFault]:
    """Custom properties and classes that nothing knows, and that are almost what our sheets have."""
    known = set(_OWN.findall(ours)) | set(_USED.findall(ours))
    used = known | set(_USED.findall(bare)) | set(_USED.findall(beside))
    for match in _OWN.finditer(bare):
        near = nearest(match[1], sorted(known), 1) if match[1] not in used else []
        if near:
            yield SheetFault(_line(bare, match.start()), f"nothing uses {match[1]} (did you mean {near[0]}?)")
    named = known | set(_OWN.findall(bare)) | set(_OWN.findall(beside))
    for match in _USED.finditer(bare):
        near = nearest(match[1], sorted(named), 1) if match[1] not in named else []
        if near:
            yield SheetFault(
                _line(bare, match.start()), f"nothing is called {match[1]} (did you mean {near[0]}?)"
            )
    classes = sorted(set(_CLASS.findall(ours)))
    for match in _CLASS.finditer(bare):
        meant = next((one for one in classes if _is_meant(match[1], one)), None)
        if meant is not None and match[1] not in classes:
            yield SheetFault(
                _line(bare, match.start()), f'no block has the class "{match[1]}" (did you mean "{meant}"?)'
            )


def _is_meant(name: str, known: str) -> bool:
    return len(known) >= 5 and name[:1] == known[:1] and is_slip_of(name, known)
