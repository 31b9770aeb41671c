"""From a path to text: what can be wrong with a file before a word of it is parsed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.desk import SOURCE
from pipeline.errors import reason_of
from pipeline.files.confined import note_read
from pipeline.files.other_kinds import beside, no_article, no_manifest
from pipeline.findings import Finding, in_order, listed, nearest
from pipeline.read.input.bounds import MAX_BYTES
from pipeline.read.input.spaces import mend_spaces

_LINE_END: Final = re.compile(rb"\r{1,3}\n|\r|\n")
# docutils would begin a new line at the first three, and editors do not: its lines would not be theirs. The
# form feeds by which Emacs parts pages, and vertical tabs, are white space for docutils.
_SEPARATORS: Final = str.maketrans(dict.fromkeys("\x85\u2028\u2029\f\v", " "))
_KEPT: Final = re.compile("(?<=\\S)[\v\u2028](?=\\S)")
"""What Word and others put at the end of a line that is no paragraph, on the clipboard."""
_PAGE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!DOCTYPE html|<html[\s>]|<\?xml )", re.IGNORECASE)
_NONCHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
# Characters that XML 1.0 (section 2.2) or EPUB can't carry, C1 controls, and the noncharacters of Unicode.
# Tab, LF and CR are text.
CONTROL: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_NONCHARACTERS}]")
SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Embeddings and overrides of the direction: they can show a text in another order than it is read in, beyond
# the end of a line too, and Unicode advises isolates instead (UAX #9, section 2.4). Isolates are text while
# each is closed in its paragraph; so are the marks LRM, RLM and ALM.
DIRECTION: Final = re.compile("[\u202a-\u202e]")
_ISOLATES: Final = re.compile("[\u2066-\u2069]|\n[ \t]*(?=\n)")


def read_text(path: Path, shown: str) -> tuple[str, list[Finding], bytes]:
    """Read an article.

    A byte order mark, CR and CRLF line ends are accepted; form feeds, vertical tabs and the line separators
    of Unicode are read as spaces.

    :param path: the file.
    :param shown: how findings name it.
    :returns: the text with LF line ends; what was found, after an error the text may be incomplete; and the
        bytes of the file.
    """
    raw, fault = read_given(path, shown, MAX_BYTES, ending=".rst", kind="articles")
    fault = fault or _name_fault(path.name, shown)
    fault = fault or _place_fault(path, shown)
    if fault is not None:
        return "", [fault], raw
    if len(raw) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES >> 20} megabytes: divide the article"
        return "", [Finding("limit-size", shown, None, message)], raw
    if _PAGE.match(raw):
        message = "this is a page of HTML or XML: copy its text into the file"
        return "", [Finding("file-encoding", shown, 1, message)], raw
    return *decode(raw, shown), raw


def _place_fault(path: Path, shown: str) -> Finding | None:
    """What is wrong with the place of an article: a link in a source folder leads out of it."""
    folder = Path(os.path.realpath(path.parent))
    root = next((above for above in (folder, *folder.parents) if above.name == SOURCE), folder)
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
        message = "this is a link to a file outside the source folder: put the file itself there"
        return Finding("file-outside", shown, None, message)
    return None


def _name_fault(name: str, shown: str) -> Finding | None:
    """What is wrong with the name of an article: the editions are named after it."""
    if SURROGATE.search(name):
        return Finding("file-encoding", shown, None, "the name of the file is not UTF-8: rename the file")
    if re.search(f"{CONTROL.pattern}|[\t\n\r\u2028\u2029]", name):
        message = "the name of the file holds a control character: rename the file"
        return Finding("file-control", shown, None, message)
    if DIRECTION.search(name):
        message = "the name of the file holds a character that turns the direction of writing: rename it"
        return Finding("file-direction", shown, None, message)
    return None


def read_given(path: Path, shown: str, limit: int, *, ending: str, kind: str) -> tuple[bytes, Finding | None]:
    """Read a file that the command was given. `pipeline.files.confined.files_read` notes it.

    :param shown: how the finding names it.
    :param limit: what is longer is read no further than one byte beyond.
    :param ending: of such files; `kind`: what the ones beside it are called.
    :returns: the bytes; and why there are none.
    """
    try:
        if ending == ".rst" and path.suffix.lower() == ".toml" and path.is_file():
            message = f"this is a manifest, not an article: type despatch packet {path.stem}"
            return b"", Finding("file-kind", shown, None, message)
        other = no_article(path) if ending == ".rst" else no_manifest(path)
        if other and path.is_file():
            return b"", Finding("file-kind", shown, None, other)
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                message = f"this is a pipe or a device: name the {ending} file"
                return b"", Finding("file-missing", shown, None, message)
            data = file.read(limit + 1)
        note_read(path.absolute(), data)
        return data, None
    except IsADirectoryError:
        return b"", Finding("file-folder", shown, None, f"this is a folder: name the {ending} file in it")
    except FileNotFoundError:
        near = sorted(other.name for other in _beside(path, ending)) if path.parent.is_dir() else []
        hint = f": the {kind} there are {', '.join(near[:5])}" if near else ""
        stems = {Path(name).stem: name for name in near}
        meant = [stems[stem] for stem in nearest(path.stem, stems)]
        other = beside(path, ending)
        edition = {"ebook": "epub"}.get(path.stem.lower(), path.stem.lower())
        windows = re.match(r"([A-Za-z]):/(?P<rest>.*)", path.as_posix())
        if other:
            hint = f": {other}"
        elif ending == ".rst" and edition in ("pdf", "epub", "both"):
            hint = f": an edition is named with --to {edition}, or make {edition.replace('both', 'all')}"
        elif windows is not None:
            place = f"/mnt/{windows[1].lower()}/{windows['rest']}"
            hint = f": this is a path of Windows; in WSL it is {place}"
        elif meant:  # only the names themselves are compared: the ending makes any two look alike
            hint = f" (did you mean {listed(meant, 'or')}?)"
        elif len(path.parts) == 1 and not Path("source").is_dir() and Path.cwd().name != "source":
            hint = ": this folder has no folder source, so go to that of your desk first (cd NAME)"
        return b"", Finding("file-missing", shown, None, f"there is no such file{hint}")
    except OSError as error:
        message = f"the file can't be read: {reason_of(error)}"
        return b"", Finding("file-missing", shown, None, message)


def _beside(path: Path, ending: str) -> Iterator[Path]:
    """The files of one kind near a name: manifests stand in a folder beside the articles."""
    yield from path.parent.glob(f"*{ending}")
    if ending == ".toml":
        yield from (path.parent / "packets").glob(f"*{ending}")


def _open_at_once(name: str, flags: int) -> int:
    """Open a file; a pipe without a writer does not make this wait."""
    return os.open(name, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def decode(raw: bytes, shown: str) -> tuple[str, list[Finding]]:
    """The text of an article from its bytes, and what was found; parameters as for `read_text`."""
    office = office_file(raw)
    if office:
        return "", [Finding("file-encoding", shown, 1, office)]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw.count(0) * 3 > len(raw):
        return "", [Finding("file-encoding", shown, 1, "the file is UTF-16: save it as UTF-8")]
    findings: list[Finding] = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(raw, 0, error.start)) + 1
        message = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
        return "", [Finding("file-encoding", shown, line, message)]
    # Two programs, one after the other, may each have put a CR before the line ends: those are one each.
    text = re.sub(r"\r{1,3}\n|\r", "\n", text)
    kept = _KEPT.search(text)
    if kept is not None:
        line = text.count("\n", 0, kept.start()) + 1
        name = f"U+{ord(kept[0]):04X}"
        message = f"a line that ends with the sign {name} of a word processor is joined with the next one: "
        message += "begin a new line there; lines that are kept begin with | and a space"
        findings.append(Finding("markup-misread", shown, line, message))
    text = text.translate(_SEPARATORS)
    if not text.strip():
        return text, [
            Finding("file-empty", shown, 1, "the file holds no text: write a title and a date first")
        ]
    for match in CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"the character U+{ord(match[0]):04X} can't stand in an edition: take it out"
        findings.append(Finding("file-control", shown, line, message))
    for start in [match.start() for match in DIRECTION.finditer(text)] + _open_isolates(text):
        line = text.count("\n", 0, start) + 1
        message = f"{direction_fault(text[start])}; take it out, or mark the passage with .. lang::"
        findings.append(Finding("file-direction", shown, line, message))
        text = f"{text[:start]}\ufffd{text[start + 1 :]}"
    tab = text.find("\t")
    if tab >= 0:
        line = text.count("\n", 0, tab) + 1
        cure = "write a comma between two values" if _is_in_csv(text[:tab]) else "write spaces"
        message = f"a tab is read as a jump to the next column of eight: {cure}"
        findings.append(Finding("file-tab", shown, line, message))
    text, odd = mend_spaces(CONTROL.sub("\ufffd", text))
    findings += [Finding("file-space", shown, line, message) for line, message in odd]
    return text, in_order(findings)


_OFFICE: Final = {
    b"word/": "a Word document: save it as plain text (.rst), UTF-8",
    b"xl/": "an Excel workbook: save the sheet as CSV, UTF-8",
    b"ppt/": "a PowerPoint presentation: save what is needed as plain text",
    b"mimetypeapplication/vnd.oasis.opendocument.text": "a LibreOffice text: save it as plain text, UTF-8",
    b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet": (
        "a LibreOffice spreadsheet: save the sheet as CSV, UTF-8"
    ),
    b"mimetypeapplication/epub+zip": "an EPUB: its text is made from an article, not read as one",
}
_SIGNATURES: Final = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Word or Excel file: save it as plain text or CSV, UTF-8",
    b"%PDF-": "a PDF: copy its text into a file, or name it in a packet",
    b"{\\rtf": "a rich text file (RTF): save it as plain text, UTF-8",
    b"\x89PNG": "an image: show it with .. image::",
    b"\xff\xd8\xff": "an image: show it with .. image::",
    b"PK\x03\x04": "a ZIP archive: unpack it, and name a file of it",
}


def office_file(raw: bytes) -> str:
    """What a file is that is no text, and what to do with it; "" for a text."""
    if raw.startswith(b"PK\x03\x04"):
        found = next((said for part, said in _OFFICE.items() if part in raw), None)
        if found is not None:
            return f"this is {found}"
    return next((f"this is {said}" for sign, said in _SIGNATURES.items() if raw.startswith(sign)), "")


def direction_fault(character: str) -> str:
    """What is wrong with a character that turns the direction of writing."""
    what = "turns the direction of writing" if DIRECTION.match(character) else "is not closed, or not opened"
    return f"the character U+{ord(character):04X} {what}: a text can be shown otherwise than it is read"


def _open_isolates(text: str) -> list[int]:
    """Where in `text` isolates stand that their paragraph does not close, and closings without any."""
    result: list[int] = []
    opened: list[int] = []
    for match in _ISOLATES.finditer(text):
        if match[0] == "\u2069":
            if opened:
                opened.pop()
            else:
                result.append(match.start())
        elif match[0] in "\u2066\u2067\u2068":
            opened.append(match.start())
        else:
            result, opened = result + opened, []
    return result + opened


def _is_in_csv(above: str) -> bool:
    """Whether what follows a text stands in the rows of a table of values."""
    begun = above.rfind(".. csv-table::")
    return begun >= 0 and re.search(r"\n(?=[^\s])", above[begun:]) is None
