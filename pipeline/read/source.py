"""From a path to text: what can be wrong with a file before a word of it is parsed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from pipeline.findings import Finding, in_order

_LINE_END: Final = re.compile(rb"\r\n?|\n")
# docutils would begin a new line at each of these, and editors do not: its lines would not be theirs.
_SEPARATORS: Final = str.maketrans(dict.fromkeys("\x85\u2028\u2029", " "))
# Characters that XML 1.0 (section 2.2) or EPUB can't carry, and C1 controls; tab, LF and CR are text.
CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def read_text(path: Path, shown: str) -> tuple[str, list[Finding]]:
    """Read an article.

    A byte order mark, CR and CRLF line ends are accepted; the line separators of Unicode are read as spaces.

    :param path: the file.
    :param shown: how findings name it.
    :returns: the text with LF line ends, and what was found; after an error the text may be incomplete.
    """
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        return "", [Finding("file-folder", shown, None, "this is a folder: name the .rst file in it")]
    except FileNotFoundError:
        near = sorted(other.name for other in path.parent.glob("*.rst")) if path.parent.is_dir() else []
        hint = f": the articles there are {', '.join(near[:5])}" if near else ""
        return "", [Finding("file-missing", shown, None, f"there is no such file{hint}")]
    except OSError as error:
        return "", [
            Finding("file-missing", shown, None, f"the file can't be read: {error.strerror or error}")
        ]
    return decode(raw, shown)


def decode(raw: bytes, shown: str) -> tuple[str, list[Finding]]:
    """The text of an article from its bytes; parameters and result as for `read_text`."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw.count(0) * 3 > len(raw):
        return "", [Finding("file-encoding", shown, 1, "the file is UTF-16: save it as UTF-8")]
    findings: list[Finding] = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(raw, 0, error.start)) + 1
        message = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
        return "", [Finding("file-encoding", shown, line, message)]
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SEPARATORS)
    if not text.strip():
        return text, [
            Finding("file-empty", shown, 1, "the file holds no text: write a title and a date first")
        ]
    for match in CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"the character U+{ord(match[0]):04X} can't stand in an edition: take it out"
        findings.append(Finding("file-control", shown, line, message))
    tab = text.find("\t")
    if tab >= 0:
        line = text.count("\n", 0, tab) + 1
        message = "a tab is read as a jump to the next column of eight: write spaces"
        findings.append(Finding("file-tab", shown, line, message))
    return CONTROL.sub("\ufffd", text), in_order(findings)
