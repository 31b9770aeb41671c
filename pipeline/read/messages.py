"""From docutils' messages to findings: which code each of them gets."""

from __future__ import annotations

import re
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
    (r"Duplicate target name, cannot be used as a unique reference", "target-unknown"),
    (r"(Unknown target name|Anonymous hyperlink mismatch|Indirect hyperlink target)", "target-unknown"),
    (r"(Undefined substitution referenced|Circular substitution)", "substitution-undefined"),
    (r'((Error in|The|Error parsing content block for the) )?"[^"]+" directive\b', "directive-error"),
    (r"Content block expected for the", "directive-error"),
    (r"Raw text: ", "raw-refused"),
]
_COMPILED: Final = [(re.compile(pattern, re.DOTALL), code) for pattern, code in _CODES]
_SHOWN_INFO: Final = re.compile(r"Possible title underline")
# As "note-empty" and "meta-empty".
_SAID_ELSEWHERE: Final = re.compile(
    r"(Footnote|Citation) content expected|Cannot extract empty bibliographic field"
)


def to_finding(message: nodes.system_message, source: str) -> Finding | None:
    """The finding for one message of docutils, or ``None`` for what an author need not know.

    :param source: the file, where the message names none.
    """
    level, text = message["level"], _first_paragraph(message)
    if (level < 2 and not _SHOWN_INFO.match(text)) or _SAID_ELSEWHERE.match(text):
        return None
    code = next((code for pattern, code in _COMPILED if pattern.match(text)), None)
    if code is None:
        code = "rst-error" if level >= 3 else "rst-warning"
    literal = message.next_node(nodes.literal_block)
    shown = f"{text} {_excerpt(literal.astext())}" if literal is not None else text
    return Finding(code, str(message.get("source") or source), message.get("line"), " ".join(shown.split()))


def _first_paragraph(message: nodes.system_message) -> str:
    paragraph = message.next_node(nodes.paragraph)
    return paragraph.astext() if paragraph is not None else message.astext()


def _excerpt(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip(" =-~^\"'`#*+")), text.strip())
    return f"“{first[:60]}{'…' if len(first) > 60 else ''}”"
