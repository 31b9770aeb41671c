"""From docutils' messages to findings: which code each of them gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from docutils import nodes

from pipeline.findings import Finding

# The first pattern that matches gives the code. docutils' messages are prose, so that a test holds each of
# these against a source that causes it.
_CODES: Final = [
    (r"Inline .+ start-string\s+without end-string", "markup-unclosed"),
    (r"Inconsistent title style", "heading-level"),
    (r"(Title underline too short|Title overline too short|Possible title underline)", "heading-underline"),
    (r"Duplicate explicit target name", "target-duplicate"),
    (r"(Unknown target name|Anonymous hyperlink mismatch|Indirect hyperlink target)", "target-unknown"),
    (r"(Undefined substitution referenced|Circular substitution)", "substitution-undefined"),
    (r'((Error in|The|Error parsing content block for the) )?"[^"]+" directive\b', "directive-error"),
    (r"Content block expected for the", "directive-error"),
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
_IN_A_SUBSTITUTION: Final = "a note can't be called, and no place named,"
# What those messages say that authors cause most often, in the words of the manual.
_WORDS: Final = [
    (
        r"Title (?:under|over)line too short\.",
        "the line of signs is shorter than the heading: make it as long",
    ),
    (r"Unexpected indentation\.", "this line is indented below a paragraph: put an empty line before it"),
    (
        r"(.+) ends without a blank line; unexpected unindent\.",
        "an empty line is missing here, or this line is not indented enough ({0} ends above it)",
    ),
    (r'Unknown target name: "(.+)"\.', 'the link "{0}" leads nowhere: no heading or place has this name'),
    (
        r'Undefined substitution referenced: "(.+)"\.',
        'the word "{0}" between bars is not defined: write .. |{0}| replace:: and its text, or \\| for a bar',
    ),
    (
        r"Malformed table\.\s+Right border not aligned or missing\.",
        "this line of the table does not end where its first line ends, with + or |",
    ),
    (
        r"Malformed table\.\s+Bottom border missing or corrupt\.",
        "the table has no last line as its first one (+---+)",
    ),
    (
        r"Malformed table\.\s+Bottom border or header rule does not match top border\.",
        "this line of the table is not as long as its first one (===)",
    ),
    (
        r"Malformed table\.\s+No bottom table border found(?: or no blank line after table bottom)?\.",
        "the table has no last line as its first one (===), or no empty line behind it",
    ),
    (
        r"Malformed table\.\s+Text in column margin in table line (\d+)\.",
        "in line {0} of the table, text stands between two columns: make the first one wider, with its ===",
    ),
    (
        r"Malformed table\.\s+Column span (?:alignment problem|incomplete) in table line (\d+)\.",
        "in line {0} of the table, a line of --- does not end where a column ends",
    ),
    (
        r"Malformed table\.\s+Malformed table; parse incomplete\.",
        "the lines of the table do not make up cells: look for a + or | that stands beside the others",
    ),
    (r"Blank line required after table\.", "put an empty line behind the table"),
    (
        r"Mismatch: both interpreted text role (?:prefix|suffix) and reference suffix\.",
        "the name of a role and the sign of a link stand at the same words: take one of them out",
    ),
    (
        r"Multiple roles in interpreted text .+",
        "two names of roles stand at the same words: take one of them out",
    ),
    (
        r"Targets \(names and identifiers\) are not supported in a substitution definition\.",
        f"{_IN_A_SUBSTITUTION} in what stands for a word between bars: write it behind the bars, as in "
        "|word| [1]_",
    ),
    (r"malformed hyperlink target\.", "the name of a place ends with a colon, as in .. _name:"),
]
_PLAIN: Final = [(re.compile(pattern, re.DOTALL), words) for pattern, words in _WORDS]
_OPENED: Final = re.compile(r"Inline ([\w ]+?)(?: or phrase reference)? start-string\s+without end-string\.")
_BARS: Final = re.compile(r"“\.\. \|([^|]+)\|")
_CALLS: Final = re.compile(r"\[[^]\s]+\](?=_)")
_COMPILED: Final = [(re.compile(pattern, re.DOTALL), code) for pattern, code in _CODES]
_SHOWN_INFO: Final = re.compile(r"Possible title underline")
# As "note-empty" and "meta-empty".
_SAID_ELSEWHERE: Final = re.compile(
    r"(Footnote|Citation) content expected|Cannot extract empty bibliographic field"
)


def put_plainly(message: nodes.system_message) -> None:
    """Put a message of docutils in plain words, in place, where it is one of those that authors meet."""
    paragraph = message.next_node(nodes.paragraph)
    if paragraph is not None:
        said = _said(paragraph.astext())
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
    if (level < 2 and not _SHOWN_INFO.match(text)) or _SAID_ELSEWHERE.match(text):
        return None
    if code is None:
        code = next((code for pattern, code in _COMPILED if pattern.match(text)), None)
    if code is None:
        code = "rst-error" if level >= 3 else "rst-warning"
    literal = message.next_node(nodes.literal_block)
    where, number = str(message.get("source") or source), message.get("line")
    named = lines[number - 1].strip() if number and where == source and number <= len(lines) else ""
    shown = f"{text} {_excerpt(literal.astext(), named)}" if literal is not None else text
    return Finding(code, where, number, " ".join(shown.split()))


def without_consequences(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without those that only follow from another: of words for a substitution that were refused.

    The word between bars is then not defined, and the note that is called in its words is called nowhere.
    """
    kept = list(findings)
    for refused in [finding for finding in kept if finding.message.startswith(_IN_A_SUBSTITUTION)]:
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
    for pattern, words in _PLAIN:
        match = pattern.fullmatch(text)
        if match is not None:
            parts = [" ".join(part.split()) for part in match.groups()]
            return words.format(*(part if "{0} ends" not in words else part.lower() for part in parts))
    return text


def _first_paragraph(message: nodes.system_message) -> str:
    paragraph = message.next_node(nodes.paragraph)
    return paragraph.astext() if paragraph is not None else message.astext()


def _excerpt(text: str, named: str) -> str:
    """A line of a passage, in quotation marks: the one that the finding names, else the first with words."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" =-~^\"'`#*+")]
    first = named if named in lines else next(iter(lines), text.strip())
    return f"“{first[:60]}{'…' if len(first) > 60 else ''}”"
