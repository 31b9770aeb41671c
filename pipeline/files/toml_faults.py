"""What is wrong with a TOML file, in plain words: ``tomllib`` says what it expected."""

from __future__ import annotations

import re
import tomllib
from typing import Final

_PLACE: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_CURLY: Final = "“”„‟«»‘’‚‹›"
_PAIR: Final = re.compile(r"(?P<key>[\w.-]+|\"[^\"]*\")\s*=\s*(?P<value>.*)")
_ODD: Final = re.compile("[\u00a0\u2000-\u200b\u202f\u3000\ufeff]")
_YES: Final = {
    **dict.fromkeys(("yes", "on", "true", "y", "ja", "oui"), "true"),
    **dict.fromkeys(("no", "off", "false", "n", "nein", "nee", "non"), "false"),
}


def explain(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line of a fault, from 1, and what to write instead.

    :param error: what ``tomllib`` says.
    :param text: of the file.
    """
    place = _PLACE.search(str(error))
    rows = text.split("\n")
    line = int(place[1]) if place is not None and place[1] else text.rstrip().count("\n") + 1
    what = _PLACE.sub("", str(error)).strip()
    line = _opened(what, rows, line)
    row = rows[line - 1].strip(" \t\r") if line <= len(rows) else ""
    return line, _over_lines(rows, line) or _in_row(row, what) or _said(what)


def _over_lines(rows: list[str], line: int) -> str:
    """A text between two quotation marks that stand on two lines, or ""."""
    match = _PAIR.fullmatch(rows[line - 1].strip()) if line <= len(rows) else None
    if match is None or not re.fullmatch(r'"[^"]+', match["value"].strip()):
        return ""
    below = rows[line : line + 8]
    end = next((row.rstrip() for row in below if '"' in row or "=" in row or row.startswith("[")), "")
    if not re.fullmatch(r'[^"=\[]*[^"=\[\s]"', end):
        return ""
    return (
        f'a text of several lines stands between three quotation marks: {match["key"]} = """, the lines, """'
    )


def line_named(said: str, text: str) -> int:
    """The line of the first key, table or value that a message names.

    :param said: the message, with names between quotation marks or brackets.
    :param text: the file.
    :returns: a line from 1; 1 where the file has none of the names.
    """
    names = [*re.findall(r'"([^"]+)"', said), *re.findall(r"\[+([^\]]+)\]", said)]
    first = re.match(r"(\w+) is (?:a number|true or false)", said)
    rows = text.split("\n")
    for word in map(re.escape, [*([first[1]] if first else ()), *names]):
        for pattern in (rf'\s*"?{word}"?\s*=', rf'\s*\[+"?{word}"?\]', rf'.*=\s*"{word}"'):
            found = [at for at, row in enumerate(rows, 1) if re.match(pattern, row, re.IGNORECASE)]
            if found:
                return found[-1] if said.startswith("two ") else found[0]
    return 1


def _opened(what: str, rows: list[str], line: int) -> int:
    """The line on which a value begins that is not closed: the end of the file is where that shows."""
    if (
        not what.startswith(("Unterminated", "Unclosed", "Expected \"'''\"", 'Expected \'"""\''))
        and "array" not in what
    ):
        return line
    for number in range(min(line, len(rows)), 0, -1):
        match = _PAIR.match(rows[number - 1].strip())
        if match is not None and (match["value"].startswith(("[", '"""', "'''", "{")) or number == line):
            return number
    return line


def _in_row(row: str, what: str) -> str:
    """What is mistyped in a line, or ""."""
    if _ODD.search(row.split("=", maxsplit=1)[0]):
        return "a no-break space stands in this line: type it anew, with an ordinary one"
    match = _PAIR.fullmatch(row)
    if match is None:
        return _no_pair(row, what)
    key, value = match["key"], match["value"].strip()
    if value and value[0] in _CURLY:
        inner = value.strip(_CURLY + '"')
        several = len(value) > 2 and set(value[:3]) <= set(_CURLY)
        cure = f'three straight ones, {key} = """' if several else f'straight ones, {key} = "{inner[:40]}"'
        return f"the quotation marks are curly ones: type {cure}"
    if "\\" in value and ("escape" in what.lower() or "\\" in what or "hex" in what.lower()):
        path = re.sub(r"\\+", "/", value)
        return f"a backslash is no part of a name in TOML: write / in the names of files, {key} = {path[:60]}"
    word = value.strip("\"'").lower().rstrip(",")
    if word in _YES and value[0] not in "\"'":
        return f"write {key} = {_YES[word]}, in small letters and without quotation marks"
    if value.startswith(('"""', "'''")):
        return ""
    if value.count('"') % 2 and value.startswith('"') and not value.startswith('"""'):
        curly = " (the one at its end is a curly one)" if value[-1] in _CURLY else ""
        return (
            f'the quotation mark is not closed{curly}: write {key} = "{value.strip(_CURLY + chr(34))[:40]}"'
        )
    if value.startswith("'") and value.count("'") % 2:
        inner = value.strip("'")[:40]
        return f"the text between ' and ' is not closed, or holds a ' itself: write {key} = \"{inner}\""
    if re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", value) or "date" in what.lower():
        return f"a date is written as year, month and day, without quotation marks: {key} = 2026-11-24"
    if key == "date" and value and value[0] not in "\"'":
        return "a date is written as year, month and day, without quotation marks: date = 2026-11-24"
    if word in ("null", "none", "nil"):
        return f"leave {key} out where it has no value"
    return _no_value(key, value, what)


def _no_value(key: str, value: str, what: str) -> str:
    """What is wrong with a value that is none of TOML's, or ""."""
    if value.startswith("="):
        return f"one = is enough: write {key} = {value.lstrip('= ')[:40]}"
    if not value:
        return f'a value is missing: write {key} = "…"'
    if re.fullmatch(r'(?:"[^"]*"|[\w.-]+)\s*[,;]', value):
        return f"take out the {value[-1]} at the end of the line"
    if re.match(r'"[^"]*"\s*\S', value):
        return 'one text between quotation marks, and nothing behind it: a " within is written \\"'
    if re.match(r"[^\W\d]", value):
        return f'write texts between quotation marks, {key} = "{value[:40]}"'
    if "overwrite" in what or "mutate" in what:
        return f"{key} is given twice: take one of them out"
    if value.startswith("["):
        return "a list stands between [ and ], with a comma behind each of its parts: one is missing"
    return ""


def _no_pair(row: str, what: str) -> str:
    if re.match(r"[-*•] ", row):
        return (
            "a manifest has no lists of this kind: each item is begun by [[section.item]], "
            'and article = "x.rst" stands below it'
        )
    if row == "---":
        return "this is a line of YAML: take it out, and write each line as key = value"
    if row.startswith(("//", ";", "--", "/*", "%")):
        return "a remark begins with #"
    behind = re.match(r"(\[\[?[\w.-]+\]\]?)\s*([^\s#].*)", row)
    if behind is not None:
        value = behind[2].strip(_CURLY + '"')
        return f'nothing stands behind {behind[1]}: write title = "{value[:40]}" on the line below it'
    if row.startswith("["):
        inner = row.strip("[] ")
        if "twice" in what or "declare" in what or "overwrite" in what:
            return f"[{inner}] is given twice: write [[{inner}]] where there may be several"
        return f"the brackets around {inner} are not alike: write [[{inner}]]"
    colon = re.fullmatch(r"([\w.-]+)\s*[:：]\s*(.*)", row)
    if colon is not None:
        value = colon[2].strip().strip(_CURLY + '"')
        return f'a key and its value are parted by =: write {colon[1]} = "{value[:40]}"'
    spaced = re.fullmatch(r"([^\W\d]\w*(?:\s+[\w-]+)+)\s*=\s*(.*)", row)
    if spaced is not None:
        return f"a key has no spaces: write {'-'.join(spaced[1].split())} = {spaced[2][:40]}"
    curly = re.match(rf"[{_CURLY}]", row)
    if curly is not None:
        return "the quotation marks are curly ones: type straight ones"
    bare = re.fullmatch(r"([\w-]+)\s+(\S.*)", row)
    if bare is not None:
        return f"a key and its value are parted by =: write {bare[1]} = {bare[2].lstrip('–—−-＝:：= ')[:40]}"
    return ""


_WORDS: Final = [
    (
        r"Cannot overwrite a value|Cannot mutate immutable namespace.*|Cannot declare .*",
        "this is given twice: take one of them out",
    ),
    (r"Expected '=' after a key.*", 'each line is key = "value"'),
    (
        r"Expected newline or end of document.*",
        "a value ends its line: nothing but a remark (#) may follow it",
    ),
    (r"Unterminated string|Expected .*", "a quotation mark is not closed"),
    (
        r"Illegal character .*",
        "a quotation mark is not closed, or the line holds a character that can't be seen",
    ),
    (
        r"Found invalid character .*|Invalid character .*",
        "a character that can't be seen stands here: type the line anew",
    ),
    (r"Unclosed (array|inline table)", "a bracket is not closed: look for [ without ], { without }"),
    (
        r"Invalid (initial character for a key part|statement)",
        'each line is key = "value", or a remark that begins with #',
    ),
    (r"Invalid value", 'a text stands between quotation marks, as in title = "Visit"'),
    (r"Invalid date or datetime", "there is no such day: a date is written 2026-11-24"),
    (
        r"Unescaped '\\' in a string|Invalid hex value|Escaped character is not .*",
        "a backslash begins a sign of its own in TOML: write / in the names of files",
    ),
    (r"Duplicate inline table key .*", "a key is given twice between { and }: take one of them out"),
    (r".*", 'this line is not key = "value", nor [[section]], nor a remark that begins with #'),
]


def _said(what: str) -> str:
    return next(words for pattern, words in _WORDS if re.fullmatch(pattern, what, re.DOTALL))
