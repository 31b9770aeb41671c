"""Markup that docutils reads as words: it touches what stands beside it, or stands within other markup.

The markup of a line begins behind white space or an opening mark, and ends before white space or a closing
one (docutils, “Inline markup recognition rules”); within other markup of a line there is none. What breaks
these rules is text, without a word from docutils: looked for are references to notes, links and roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from docutils import nodes
from docutils.parsers.rst import roles
from docutils.parsers.rst.languages import en
from docutils.transforms import Transform
from docutils.transforms.references import Footnotes

from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.note_order import NOTES
from pipeline.tree.report import report
from pipeline.tree.state import state_of
from pipeline.tree.transforms.notes import names_of

_NAME: Final = r"[^\W_]+(?:[-._+:][^\W_]+)*"
# docutils keeps a backslash as NUL in the text, so that what an author has escaped is known.
_CALL: Final = rf"(?<!\x00)\[(?P<label>\*|\#|\#?{_NAME})\](?P<sign>_?)(?!\x00?_)"
_LINK: Final = r"(?<![\x00`])`(?![\s`])[^`\x00]*[^`\x00\s]`__?(?!\w)"
_MARKUP: Final = re.compile(f"{_CALL}|{_LINK}")
_ROLE: Final = re.compile(rf"(?<!\x00):({_NAME}):$")
# A link that is not read: its address is one by itself.
_OPENED: Final = re.compile(r"(?<![\x00`])`[^`\x00]*<$")
_CLOSED: Final = re.compile(r">`__?(?!\w)")
_STUCK: Final = "touches what stands before it: put a space before it, or a backslash and a space"
_VERBATIM: Final = (
    *(nodes.literal, nodes.math, nodes.raw, nodes.problematic, nodes.FixedTextElement, nodes.math_block),
    *(nodes.system_message, nodes.Invisible, fault, fault_block),
)
_Found = tuple[str, str, nodes.Node]
"""A code, a message and the place."""
_WITHIN: Final = {
    nodes.emphasis: "*emphasis*",
    nodes.strong: "**strong emphasis**",
    nodes.reference: "a link",
    nodes.title_reference: "the title of a work",
}


class FindStuckMarkup(Transform):
    """Report what is meant as markup and read as words; a draft shows a fault in its place."""

    default_priority = Footnotes.default_priority - 2

    def apply(self, **kwargs: Any) -> None:
        """Go through all text of the document, and mark the notes that are called by such text."""
        found: list[_Found] = []
        for before, title in list(_behind_text(self.document, nodes.title_reference)):
            found += _check_role(before, title)
        for before, link in list(_behind_text(self.document, nodes.reference)):
            found += _check_address(before, link)
        notes = [node for node in self.document.findall(nodes.Element) if isinstance(node, NOTES)]
        known = {name for note in notes for name in names_of(note)}
        stuck: set[str] = set()
        for text in list(_texts(self.document)):
            matches = [match for match in _MARKUP.finditer(str(text)) if _is_meant(match, known)]
            if matches:
                found += _replace(text, matches)
                stuck.update(_name(match) or match["label"] for match in matches if match["sign"])
        for code, said, place in found:  # when all are placed: lines are looked up in the whole paragraph
            report(self.document, code, said, place)
        for note in notes:
            called = note["names"] or (["#"] if note.get("auto") == 1 else [str(note.get("auto"))])
            if not stuck.isdisjoint(called):
                state_of(self.document).called_in_text.add(note)


def _behind_text(
    document: nodes.document, kind: type[nodes.TextElement]
) -> Iterator[tuple[nodes.Text, nodes.TextElement]]:
    """Each node of a kind that stands behind text, with that text."""
    for parent in document.findall(nodes.TextElement):
        if isinstance(parent, _VERBATIM):
            continue
        for before, node in pairwise(parent.children):
            if isinstance(node, kind) and isinstance(before, nodes.Text):
                yield before, node


def _check_role(before: nodes.Text, title: nodes.TextElement) -> Iterator[_Found]:
    """A role whose name is a part of the word before it: docutils takes the rest for a title."""
    match = _ROLE.search(str(before))
    if match is None or not title.rawsource.startswith("`") or not _is_role(match[1]):
        return
    written = f"{match[0]}{title.rawsource}"
    said = (
        f"{written} touches what stands before it, and the name of the role is read as words: "
        f"put a backslash and a space before it, as in \\ {written}"
    )
    mark = fault(written, written, title=said)
    title.replace_self(mark)
    rest = str(before)[: match.start()]
    mark.parent.replace(before, [nodes.Text(rest)] if rest else [])
    yield "markup-stuck", said, mark


def _check_address(before: nodes.Text, link: nodes.TextElement) -> Iterator[_Found]:
    """A link with its address, of which docutils has read the address alone."""
    parent = link.parent
    index = parent.index(link)
    behind = parent[index + 1] if index + 1 < len(parent) else None
    start, end = _OPENED.search(str(before)), _CLOSED.match(str(behind))
    if start is None or end is None or not isinstance(behind, nodes.Text):
        return
    written = f"{start[0]}{link.astext()}{end[0]}"
    said = f"the link {' '.join(written.split())} {_STUCK}"
    mark = fault(written, written, title=said)
    pieces = [nodes.Text(str(before)[: start.start()]), mark, nodes.Text(str(behind)[end.end() :])]
    parent[index - 1 : index + 2] = [piece for piece in pieces if piece.astext()]
    yield "markup-stuck", said, mark


def _replace(text: nodes.Text, matches: Iterable[re.Match[str]]) -> list[_Found]:
    """Put faults in the places of `matches`; the name of a note without the ``_`` is left, with a warning."""
    whole, at = str(text), 0
    pieces: list[nodes.Node] = []
    found: list[_Found] = []
    for match in matches:
        if match["label"] and not match["sign"]:
            code, said = "rst-warning", f'"{match[0]}" is read as words: write {match[0]}_ for the note'
            place: nodes.Node = nodes.Text(match[0])
        else:
            code, said = _said(text, match)
            place = fault(match[0], match[0], title=said)
        pieces += [nodes.Text(whole[at : match.start()]), place]
        found.append((code, said, place))
        at = match.end()
    pieces.append(nodes.Text(whole[at:]))
    text.parent.replace(text, [piece for piece in pieces if piece.astext()])
    return found


def _texts(node: nodes.Element) -> Iterator[nodes.Text]:
    for child in node:
        if isinstance(child, nodes.Text):
            yield child
        elif isinstance(child, nodes.Element) and not isinstance(child, _VERBATIM):
            yield from _texts(child)


def _name(match: re.Match[str]) -> str:
    """The name of the note that a match refers to; "" for one without a name."""
    return str(match["label"] or "").removeprefix("#").lower()


def _is_meant(match: re.Match[str], known: set[str]) -> bool:
    """Whether an author can only have meant markup: a name of a note, or what nothing else looks like."""
    label = match["label"]
    if not label or _name(match) in known:
        return True
    return bool(match["sign"]) and (label[0] in "*#" or label.isdigit())


def _is_role(name: str) -> bool:
    return name in en.roles or name in roles._roles or name in roles._role_registry


def _said(text: nodes.Text, match: re.Match[str]) -> tuple[str, str]:
    """The code and the message."""
    call = bool(match["label"])
    code, what = ("note-stuck", "note reference") if call else ("markup-stuck", "link")
    what = f"the {what} {' '.join(match[0].split())}"
    within = next((words for kind, words in _WITHIN.items() if isinstance(text.parent, kind)), "")
    if within:
        return code, f"{what} stands within {within}: write it behind"
    before = str(text)[: match.start()]
    if not before or before[-1].isspace() or before.endswith("\x00"):
        return code, f"{what} touches what stands behind it: put a space behind it"
    if call:
        return code, f"{what} touches what stands before it: put a space before it (no edition shows it)"
    return code, f"{what} {_STUCK}"
