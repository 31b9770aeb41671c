"""From docutils' messages to findings: which code each of them gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from docutils import nodes

from pipeline.findings import Finding, listed, nearest
from pipeline.read.review.plain_words import PLAIN, REFUSED_DEFINITION
from pipeline.tree.transforms.references import places_named

# The first pattern that matches gives the code. docutils' messages are prose, so that a test holds each of
# these against a source that causes it.
_CODES: Final = [
    (r"Inline .+ start-string\s+without end-string", "markup-unclosed"),
    (r"Inconsistent title style", "heading-level"),
    (r"(Title underline too short|Title overline too short|Possible title underline)", "heading-underline"),
    (r"Duplicate explicit target name", "target-duplicate"),
    (r"Duplicate target name, cannot be used as a unique reference", "target-unknown"),
    (r"(Unknown target name|Anonymous hyperlink mismatch|Indirect hyperlink target)", "target-unknown"),
    (r"(Undefined substitution referenced|Circular substitution)", "substitution-undefined"),
    (r'((Error in|The|Error parsing content block for the) )?"[^"]+" directive\b', "directive-error"),
    (r"Content block expected for the", "directive-error"),
    (r"row \d+ has \d+ cells?, the first has", "table-uneven"),
    (r"(row \d+ of the table|a list-table) holds ", "directive-error"),
    (r"(\d+ (header row|stub column)\(s\) specified|Insufficient data supplied)", "directive-error"),
    (r"Raw text: ", "raw-refused"),
    (r"(Mismatch: both|Multiple roles in) interpreted text", "rst-error"),
]
_SIGNS: Final = {
    "emphasis": "*",
    "strong": "**",
    "literal": "``",
    "interpreted text": "`",
    "substitution_reference": "|",
    "target": "_`",
}
_OPENED: Final = re.compile(r"Inline ([\w ]+?)(?: or phrase reference)? start-string\s+without end-string\.")
_BARS: Final = re.compile(r"“\.\. \|([^|]+)\|")
_CALLS: Final = re.compile(r"\[[^]\s]+\](?=_)")
_COMPILED: Final = [(re.compile(pattern, re.DOTALL), code) for pattern, code in _CODES]
_SHOWN_INFO: Final = re.compile(r"Possible title underline")
# As "note-empty" and "meta-empty".
_SAID_ELSEWHERE: Final = re.compile(
    r"(Footnote|Citation) content expected|Cannot extract empty bibliographic field"
)


def put_plainly(message: nodes.system_message, document: nodes.document | None = None) -> None:
    """Put a message of docutils in plain words, in place, where it is one of those that authors meet.

    :param document: what it is about; its names are proposed where a link leads nowhere.
    """
    paragraph = message.next_node(nodes.paragraph)
    if paragraph is not None:
        text = paragraph.astext()
        said = _level(text, message) or _said(text)
        unknown = _UNKNOWN.fullmatch(text)
        if unknown is not None and document is not None:
            said = _leads_nowhere(unknown[1], document)
        twice = _TWICE.fullmatch(text)
        if twice is not None and document is not None:
            said += _where(twice[1], document)
        # An indirect target is itself what is wrong, and not the place that its name stands in.
        message.despatch_own_line = text.startswith("Indirect hyperlink target")
        paragraph.children = []
        paragraph += nodes.Text(said)


def to_finding(
    message: nodes.system_message, source: str, code: str | None = None, lines: Sequence[str] = ()
) -> Finding | None:
    """The finding for one message of docutils, or ``None`` for what an author need not know.

    :param source: the file, where the message names none; `lines`: its text.
    :param code: that of the finding, where it is known already; else the words of the message tell it.
    """
    level, text = message["level"], _first_paragraph(message)
    if (code is None and level < 2 and not _SHOWN_INFO.match(text)) or _SAID_ELSEWHERE.match(text):
        return None
    if code is None:
        code = next((code for pattern, code in _COMPILED if pattern.match(text)), None)
    if code is None:
        code = "rst-error" if level >= 3 else "rst-warning"
    literal = message.next_node(nodes.literal_block)
    where, number = str(message.get("source") or source), message.get("line")
    named = lines[number - 1].strip() if number and where == source and number <= len(lines) else ""
    if named == "::" and code == "heading-underline":
        return None  # the mark of code, on a line of its own
    shown = f"{text} {_excerpt(literal.astext(), named)}" if literal is not None else text
    return Finding(code, where, number, " ".join(shown.split()))


_UNKNOWN: Final = re.compile(r'Unknown target name: "(.+)"\.', re.DOTALL)
_TWICE: Final = re.compile(
    r'Duplicate target name, cannot be used as a unique reference: "(.+)"\.', re.DOTALL
)
_SKIPPED: Final = re.compile(r"Inconsistent title style: skip from level (\d+) to (\d+)\.")
_IN_DIRECTIVE: Final = re.compile(r'Error in "[^"]+" directive:\s+(.*?)\.?', re.DOTALL)
_BLOCKS: Final = {
    "explicit markup": "the note, box or remark",
    "block quote": "the quotation",
    "bullet list": "the list",
    "enumerated list": "the list",
    "definition list": "the list of terms",
    "field list": "the list of fields",
    "option list": "the list of options",
    "literal block": "the code",
    "line block": "the lines",
    "substitution definition": "the definition",
    "doctest block": "the code",
}
"""What docutils calls its blocks, in words of authors."""
_SAME: Final = re.compile(r"(?:Raw text: )?(.*)", re.DOTALL)


_ADDRESS: Final = re.compile(r"(?:https?://|mailto:|\bwww\.)\S")


def _leads_nowhere(name: str, document: nodes.document) -> str:
    """A link to what is not there, with the names of what is."""
    name = " ".join(name.split())
    if re.search(r"<\S+>$", name):
        return f'"{name}" is read as a name: put an ordinary space before the < of the address'
    if _ADDRESS.search(name):
        return f'"{name}" is read as a name: a link is `words <https://…>`_'
    known = [one for one, there in document.nameids.items() if there]
    near = nearest(name, known) or [one for one in known if one.endswith(f" {name}")][:2]
    words = listed([f"`{one}`_" if re.search(r"\W", one) else f"{one}_" for one in near], "or")
    hint = f" (did you mean {words}?)" if near else ": no heading or place has this name"
    return f'the link "{name}" leads nowhere{hint}'


def _where(name: str, document: nodes.document) -> str:
    """The lines of the places that have the same name."""
    _, lines = places_named(document, name)
    return f" (lines {listed([str(line) for line in lines])})" if len(lines) > 1 else ""


def _level(text: str, message: nodes.system_message) -> str:
    """A heading that leaves out a level: with which sign it is to be underlined."""
    match = _SKIPPED.fullmatch(text)
    if match is None:
        return ""
    styles: list[str] = next(
        (
            part.astext().split(":", 1)[1].split()
            for part in message
            if part.astext().startswith("Established")
        ),
        [],
    )
    level = int(match[1])
    style = styles[level] if level < len(styles) else ""  # "=" below it; "=/=" above it as well
    where = "put {} above and below it" if "/" in style else "underline it with {}"
    cure = (
        f"{where.format(style[-1] * 4)}, as the level below the heading above it"
        if style
        else "use the next level"
    )
    return f"this heading leaves out a level: {cure}"


def without_consequences(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without those that only follow from another: of words for a substitution that were refused.

    The word between bars is then not defined, and the note that is called in its words is called nowhere.
    """
    kept = list(findings)
    for refused in [finding for finding in kept if finding.message.startswith(REFUSED_DEFINITION)]:
        word, calls = _BARS.search(refused.message), _CALLS.findall(refused.message)
        starts = [f'the word "{word[1]}" between bars is not defined'] if word is not None else []
        starts += [f"the note {call} is never called" for call in calls]
        kept = [finding for finding in kept if not finding.message.startswith(tuple(starts))]
    return kept


def _said(text: str) -> str:
    opened = _OPENED.fullmatch(text)
    if opened is not None and opened[1] in _SIGNS:
        sign = _SIGNS[opened[1]]
        return f"{sign} is opened and not closed: close it, or write \\{sign} if you mean the sign itself"
    for pattern, words in PLAIN:
        match = pattern.fullmatch(text)
        if match is not None:
            parts = [" ".join((part or "").split()) for part in match.groups()]
            return words.format(*(_BLOCKS.get(part.lower(), part) for part in parts))
    detail = _IN_DIRECTIVE.fullmatch(text)
    return detail[1] if detail is not None else text


def _first_paragraph(message: nodes.system_message) -> str:
    paragraph = message.next_node(nodes.paragraph)
    return paragraph.astext() if paragraph is not None else message.astext()


def _excerpt(text: str, named: str) -> str:
    """A line of a passage, in quotation marks: the one that the finding names, else the first with words."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" =-~^\"'`#*+")]
    first = named if named in lines else next(iter(lines), text.strip())
    return f"“{first[:60]}{'…' if len(first) > 60 else ''}”"
