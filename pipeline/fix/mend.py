"""Mends an article's source where it is certain what its author means (``despatch fix``).

Each kind of mending goes through the lines that its findings name. After each round the text is read again:
a mending that loses or adds a word, or that causes an error, is taken back. Everything else in the file stays
as it is, byte for byte: line ends, byte order mark, spaces at the ends of lines.
"""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from docutils import nodes
from docutils.utils import column_width

from pipeline.errors import reason_of
from pipeline.files.atomic import write_whole
from pipeline.findings import Finding, listed
from pipeline.fix import foreign, tables
from pipeline.fix.text import SIGNS, Mend, Text, before, heading, numbers, signs_of, to, twice
from pipeline.read.input.bounds import MAX_BYTES
from pipeline.read.input.decoding import read_given
from pipeline.read.input.spaces import mend_spaces
from pipeline.read.reader import read_as
from pipeline.read.slips.lines import WORD_DASHES
from pipeline.read.slips.words import UNDERLINED

ROUNDS: Final = 60
"""So many times a text is read again: one place of each kind is told in a paragraph."""
_BOM: Final = b"\xef\xbb\xbf"
_STYLES: Final = "=-~^"
_LINK: Final = re.compile(r"(?<![\w!\\])\[([^\]\n`<>]+)\]\(((?:https?://|mailto:)[^\s()<>]+)\)(?!\w)")
_HASHES: Final = re.compile(r"(#{1,4})[ \t]*([^\s#].*?)[ \t]*#*[ \t]*")
_WORD: Final = re.compile(r"[^\W_]+")
_MARK: Final = re.compile(r"\d{1,2}|[A-Za-z]")
"""The mark of an item, which is no word of the tree as soon as the list is one."""
_HEAD: Final = re.compile(r"^[ \t]*\.\. (?:code-block:: [\w+-]+|[\w-]+::|\[\S+\]|_[^:]+:)", re.MULTILINE)
"""The head of a directive, of a note or of a name: words only as long as it stands in a paragraph."""
_Reading = Callable[[str], tuple[nodes.document | None, list[Finding]]]
_ADDRESS: Final = re.compile(r"(?:https?://|mailto:)\S+")


@dataclass
class Mended:
    """What became of an article.

    :param path: of the file; `before` and `after`: its bytes.
    :param findings: why it can't be mended, or what is left to say of it.
    :param kinds: how many places of each kind were mended.
    """

    path: Path
    before: bytes = b""
    after: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    def summary(self, *, written: bool) -> str:
        """What was mended, in one line."""
        if not self.changed:
            return "nothing to mend"
        parts = listed([f"{count} {name}" if count > 1 else name for name, count in self.kinds.items()])
        return f"mended: {parts}" if written else f"can be mended: {parts} (--write writes it)"

    def diff(self) -> str:
        """What is changed, as `diff -u` shows it."""
        shown = str(self.path)
        old, new = (
            text.decode("utf-8", "replace").splitlines(keepends=True) for text in (self.before, self.after)
        )
        parts = difflib.unified_diff(old, new, fromfile=shown, tofile=f"{shown} (mended)")
        return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def fix(path: Path) -> Mended:
    """Mend an article; nothing is written.

    :param path: the ``.rst`` file.
    """
    shown = str(path)
    raw, fault = read_given(path, shown, MAX_BYTES, ending=".rst", kind="articles")
    if fault is not None:
        return Mended(path, findings=[fault])
    result = Mended(path, raw, raw)
    head = _BOM if raw.startswith(_BOM) else b""
    try:
        text = raw[len(head) :].decode("utf-8")
    except UnicodeDecodeError:
        result.findings = read_as(path, raw)[1]
        return result
    reading = lru_cache(maxsize=2)(lambda one: read_as(path, head + one.encode("utf-8"), draft=True))
    for name, mend in _KINDS.items():
        text, count = _mend_all(path, reading, text, mend)
        if count:
            result.kinds[name] = count
    result.after = head + text.encode("utf-8")
    result.findings = read_as(path, result.after)[1]
    return result


def _mend_all(path: Path, reading: _Reading, text: str, mend: Mend) -> tuple[str, int]:
    """Mend one kind until there is nothing more; each change that does harm is left out.

    :param reading: reads a text as the article's; it keeps the last ones, for most kinds change nothing.
    """
    count = 0
    refused: set[tuple[str, ...]] = set()
    for _ in range(ROUNDS):
        article, findings = reading(text)
        own = [one for one in findings if one.source == str(path)]
        state = Text.of(text)
        changes = list(mend(state, own))
        if not changes:
            break
        done = _apply(state, changes)
        if done != text and _is_harmless(path, article, findings, reading, done):
            text, count = done, count + len(changes)
            continue
        # One of them does harm: try them one by one.
        kept = False
        for number in range(len(changes)):
            state = Text.of(text)
            change = list(mend(state, own))[number]
            done = _apply(state, [change])
            mark = tuple(
                line for line in difflib.ndiff(text.split("\n"), done.split("\n")) if line[0] in "+-"
            )
            if done == text or mark in refused:
                continue
            if _is_harmless(path, article, findings, reading, done):
                text, count, kept = done, count + 1, True
                break
            refused.add(mark)
        if not kept:
            break
    return text, count


def _apply(state: Text, changes: list[Callable[[Text], object]]) -> str:
    for change in changes:
        change(state)
    return state.whole()


def _is_harmless(
    path: Path, before: nodes.document | None, said: list[Finding], reading: _Reading, text: str
) -> bool:
    """Whether a text has the same words as before, and no error that was not there."""
    after, findings = reading(text)
    if before is None or after is None:
        return False
    lost, found = (Counter(_words(one, path.stem)) for one in (before, after))
    heads = set(_WORD.findall(" ".join(_HEAD.findall(text)).casefold()))
    typed = set(_WORD.findall(html.unescape(text).casefold()))
    gained = [word for word in found - lost if word in typed]  # others are Despatch's own, as "Notes"
    if gained or any(word not in heads and not _MARK.fullmatch(word) for word in lost - found):
        return False
    old, new = (Counter(one.code for one in all_of if one.is_error) for all_of in (said, findings))
    return not new - old


def _words(document: nodes.document, stem: str) -> list[str]:
    """The words of a tree, addresses aside, and without the name of the file that stands in for a title."""
    text = " ".join(one.astext() for one in document.findall(nodes.Text) if _shows(one) and str(one) != stem)
    return _WORD.findall(_ADDRESS.sub(" ", html.unescape(text)).casefold())


def _shows(node: nodes.Node) -> bool:
    at = node.parent
    while at is not None:
        if isinstance(at, (nodes.docinfo, nodes.system_message)):
            return False
        if isinstance(at, nodes.field_list) and isinstance(at.parent, (nodes.document, nodes.section)):
            return False  # it may become the metadata
        at = at.parent
    return True


# The kinds -----------------------------------------------------------------------------------------------


def _tabs(text: Text, _: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """As docutils reads them: to the next column of eight."""
    for number, line in enumerate(text.lines):
        if "\t" in line:
            yield to(number, line.expandtabs(8))


def _spaces(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    if not any(one.code == "file-space" for one in findings):
        return
    mended = mend_spaces("\n".join(text.lines))[0].split("\n")
    for number, (line, good) in enumerate(zip(text.lines, mended, strict=True)):
        if line != good and good:
            yield to(number, good)


def _underlines(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    for number in numbers(findings, "heading-underline"):
        line = text.lines[number] if number < len(text.lines) else ""
        if not SIGNS.fullmatch(line):
            continue
        above = text.lines[number - 1].rstrip() if number else ""
        below = [one.rstrip() for one in text.lines[number + 1 : number + 3]]
        if above and not SIGNS.fullmatch(above):
            yield to(number, line[0] * max(column_width(above), 4))
        elif len(below) == 2 and below[1] == line.rstrip() and below[0]:
            width = column_width(below[0].lstrip()) + len(below[0]) - len(below[0].lstrip())
            yield to(number, line[0] * width)
            yield to(number + 2, line[0] * width)


def _dashes(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """An underline of Word's dashes becomes one of the sign that sections have."""
    styles = list(dict.fromkeys(signs_of(text)))
    for number in numbers(findings, "heading-unread"):
        below = text.lines[number + 1].strip() if number + 1 < len(text.lines) else ""
        heading = text.lines[number].rstrip()
        if not WORD_DASHES.fullmatch(below) or heading[:1].isspace() or text.lines[number + 1][:1].isspace():
            continue
        first = not any(line.strip() for line in text.lines[:number])
        sign = "=" if first else styles[1] if len(styles) > 1 else styles[0] if twice(text) else "-"
        yield to(number + 1, sign * max(column_width(heading), 4))


def _empty_lines(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    wanted = ("put an empty line before", "and an empty line before the heading")
    for number in reversed(
        numbers(findings, "heading-unread", "markup-misread", "table-unread", words=wanted)
    ):
        if 0 < number < len(text.lines) and text.lines[number - 1].strip():
            yield before(number)


def _emphasis(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    for one in findings:
        number = (one.line or 0) - 1
        if (
            one.code not in ("markup-foreign", "target-unknown")
            or "type is *" not in one.message
            or not 0 <= number < len(text.lines)
        ):
            continue
        line = text.lines[number]
        for match in UNDERLINED.finditer(line):
            sign = "*" * len(match["signs"])
            shown = one.message.startswith(f'"{match[0]}"') or match[0][:30] in one.message
            if shown and not line.count("``", 0, match.start()) % 2 and "*" not in match["words"]:
                yield to(number, f"{line[: match.start()]}{sign}{match['words']}{sign}{line[match.end() :]}")
                break


def _links(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    for number in numbers(findings, "markup-foreign", "link-scheme", words=("a link is `words <address>`_",)):
        line = text.lines[number] if number < len(text.lines) else ""
        good = _LINK.sub(lambda match: f"`{match[1]} <{match[2]}>`__", line)
        if good != line and "``" not in line:
            yield to(number, good)


def _headings(text: Text, findings: list[Finding]) -> Iterator[Callable[[Text], object]]:
    """Headings of Markdown, where the article has none of its own."""
    found = numbers(
        findings, "markup-foreign", "heading-unread", words=("a heading has a line of signs below it",)
    )
    places = [(number, match) for number in found if (match := _HASHES.fullmatch(text.lines[number]))]
    levels = sorted({len(match[1]) for _, match in places})
    if signs_of(text) or not places:
        return
    for number, match in reversed(places):
        sign = _STYLES[levels.index(len(match[1]))]
        yield heading(number, match[2], sign)


_KINDS: Final[dict[str, Mend]] = {
    "tabs": _tabs,
    "odd spaces": _spaces,
    **tables.KINDS,
    **foreign.KINDS,  # before underlines: a fence may look like one
    "missing empty lines": _empty_lines,
    "underlines of dashes": _dashes,
    "short underlines": _underlines,
    "Markdown headings": _headings,
    "Markdown emphasis": _emphasis,
    "Markdown links": _links,
}


def write(mended: Mended) -> Finding | None:
    """Write what was mended, whole or not at all; the file keeps its permissions.

    :returns: why it could not be written.
    """
    path = mended.path
    try:
        mode = path.stat().st_mode
        if path.read_bytes() != mended.before:
            message = "the file has changed while it was mended: nothing is written, try again"
            return Finding("file-write", str(path), None, message)
        write_whole(path.resolve(), mended.after)
        path.chmod(mode & 0o7777)
    except OSError as error:
        return Finding("file-write", str(path), None, f"the file can't be written: {reason_of(error)}")
    return None
