"""The places of citations: which sources they name, and, in a style of notes, a note for each.

It stands behind docutils' pairing of notes and before they are numbered: the notes of citations are numbered
with all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.transforms.references import Footnotes

from pipeline.cite import csl
from pipeline.cite.engine import EngineError, program
from pipeline.cite.library import Library
from pipeline.findings import suggest
from pipeline.read.input.inclusions import Files, Refused
from pipeline.read.input.reading import Reading
from pipeline.tree.metadata import Metadata, metadata_of
from pipeline.tree.nodes import bibliography_place, citation_mark, fault
from pipeline.tree.note_order import NOTES
from pipeline.tree.parts import around
from pipeline.tree.report import line_of, report, source_of
from pipeline.tree.state import state_of

_STOPS: Final = re.compile("[.,;:!?…]+[\"'”’»)\\]]*|[”’»]+[.,;:!?…]*")
"""What the call of a note follows, where the citation stood before it."""
_BEFORE_STOPS: Final = ("fr",)
"""Languages in which the call of a note stands before the punctuation."""


@dataclass
class Request:
    """A citation that is to be set.

    :param sources: key, words before and words behind of each.
    :param body: the node that its words take the place of.
    :param author: the node in the text that the author's name takes the place of, where `body` is in a note.
    :param own: whether it is a note of its own.
    """

    kind: str
    sources: list[tuple[str, str, str]]
    body: nodes.Element
    author: nodes.Element | None = None
    own: bool = False


@dataclass
class Citations:
    """The citations of an article, for `pipeline.read.citations.fill`.

    :param place: where the list of sources goes, if the author said so.
    """

    library: Library
    style: csl.Style
    requests: list[Request] = field(default_factory=list)
    place: bibliography_place | None = None


class PlaceCitations(Transform):
    """Look citations up in the files of sources, and give each its place: in a note, or in the text."""

    default_priority = Footnotes.default_priority + 1
    refused = False
    """Whether a file of sources can't be read at all."""

    def apply(self, **kwargs: Any) -> None:
        """Report what can't be cited; leave the rest in the state of the document."""
        document = self.document
        state = state_of(document)
        for definition in list(document.findall(nodes.substitution_definition)):
            for mark in list(definition.findall(citation_mark)):
                mark.parent.remove(mark)  # what is shown is the copy of it where the text uses it
        marks = list(document.findall(citation_mark))
        places = list(document.findall(bibliography_place))
        metadata = metadata_of(document)
        if not marks and not places and not metadata.sources:
            return
        for mark in marks:
            if mark["wrong"]:
                report(document, "cite-markup", mark["wrong"], mark)
        there = self._engine(marks, places)
        library = self._library(state, metadata, places) if there else None
        style = self._style(metadata, marks or places) if there else None
        good = list(self._known(marks, library)) if library is not None else []
        right = {id(mark) for mark in good}
        for mark in marks:
            if style is None or library is None or id(mark) not in right:
                words = mark.rawsource or "?"
                mark.replace_self(fault(words, words, title="this citation can't be set"))
        for place in places[1:] if style is not None else places:
            if style is not None:
                message = "there is one list of sources in an article: take this second one out"
                report(document, "cite-markup", message, line=place.line)
            place.parent.remove(place)
        if style is None or library is None or not isinstance(state, Reading):
            return
        state.citations = Citations(library, style, place=places[0] if places else None)
        for mark in good:
            state.citations.requests.append(_placed(document, mark, style, metadata.language))

    # What there is ---------------------------------------------------------------------------------------

    def _engine(self, marks: list[citation_mark], places: list[bibliography_place]) -> bool:
        """Whether what sets citations is there; it is not missed where nothing is cited."""
        try:
            program()
        except EngineError as error:
            if marks or places:
                line = None if marks else places[0].line
                report(self.document, "cite-engine", str(error), marks[0] if marks else None, line=line)
            return False
        return True

    def _library(self, state: Any, metadata: Metadata, places: list[bibliography_place]) -> Library | None:
        line = (state.field_lines.get("sources") or [1])[0]
        named = [(name, line) for name in re.split(r"[,;\s]+", metadata.sources) if name]
        named += [(name, place.line or 1) for place in places for name in place["files"]]
        named = list(dict(reversed(named)).items())[::-1]
        if not named:
            first = next(iter(self.document.findall(citation_mark)), None) or places[0]
            message = (
                "sources are cited, and no file of them is named: write :sources: refs.bib below the title"
            )
            report(
                self.document,
                "cite-sources",
                message,
                first if isinstance(first, citation_mark) else None,
                line=None if isinstance(first, citation_mark) else first.line,
            )
            return None
        files = state.files if isinstance(state, Reading) else Files("")
        library = Library()
        for name, at in named:
            try:
                text, found = files.read(name, files.origin(self.document.get("source")))
                library.add(text, str(found))
            except Refused as error:
                self.refused = True
                place = error.place or (str(self.document.get("source")), at)
                found_at = report(self.document, error.code, error.message, line=place[1])
                if error.place:
                    state.findings.remove(found_at)
                    state.findings.append(type(found_at)(error.code, place[0], place[1], error.message))
            except EngineError as error:
                report(self.document, "cite-engine", str(error), line=at)
                return None
        state.findings += library.findings
        return library

    def _style(self, metadata: Metadata, cited: list[Any]) -> csl.Style | None:
        line = next(iter(state_of(self.document).field_lines.get("citation-style", ())), None)
        if not cited and not metadata.citation_style:
            return None
        try:
            return csl.load(metadata.citation_style or csl.DEFAULT)
        except csl.StyleError as error:
            report(self.document, "cite-style", str(error), line=line or 1)
        return None

    def _known(self, marks: list[citation_mark], library: Library) -> Iterator[citation_mark]:
        """The citations all of whose sources there are; what is wrong with these is told once."""
        told: set[str] = set()
        for mark in marks:
            unknown = [key for key, _, _ in mark["sources"] if key not in library.entries]
            for key in unknown:
                if not self.refused and not library.may_hold(key):
                    there = "no file of sources has one that is called"
                    message = f'{there} "{key}"{suggest(key, library.entries)}'
                    report(self.document, "cite-unknown", message, mark)
            if not unknown and mark["sources"]:
                yield mark
            for key in {key: 0 for key, _, _ in mark["sources"] if key in library.entries}:
                if key not in told:
                    state_of(self.document).findings.extend(library.entries[key].findings())
                told.add(key)


# Notes ----------------------------------------------------------------------------------------------------


def _placed(document: nodes.document, mark: citation_mark, style: csl.Style, language: str) -> Request:
    mark += nodes.Text("…")  # a note with nothing else in it is not empty
    request = Request(mark["kind"], mark["sources"], mark)
    if not style.notes or _in_note(mark):
        return request
    call = nodes.footnote_reference(mark.rawsource, "")
    note = nodes.footnote("", nodes.paragraph("", "", body := citation_mark(mark.rawsource, "…")))
    note.source, note.line = source_of(mark), line_of(mark) or 1
    note[0].source, note[0].line = note.source, note.line
    note["auto"] = 1
    document.set_id(note, suggested_prefix="source")
    document.set_id(call, suggested_prefix="citation")
    call["refid"] = note["ids"][0]
    call.resolved = 1
    document += note
    if mark["kind"] == "t":
        parent = mark.parent
        parent.insert(parent.index(mark) + 1, call)
        return Request(request.kind, request.sources, body, author=mark, own=True)
    mark.replace_self(call)
    _behind_stops(call, language)
    return Request(request.kind, request.sources, body, own=True)


def _in_note(node: nodes.Node) -> bool:
    return any(isinstance(one, NOTES) for one in around(node))


def _behind_stops(call: nodes.footnote_reference, language: str) -> None:
    """Close the gap before a call, and put it behind the punctuation that follows."""
    parent = call.parent
    at = parent.index(call)
    first = at  # of the calls that stand side by side
    while first and (
        isinstance(parent[first - 1], nodes.footnote_reference)
        or (
            isinstance(parent[first - 1], nodes.Text)
            and not str(parent[first - 1]).strip()
            and first > 1
            and isinstance(parent[first - 2], nodes.footnote_reference)
        )
    ):
        first -= 1
    before = parent[first - 1] if first else None
    text = str(before).rstrip(" \n") if isinstance(before, nodes.Text) else ""
    after = parent[at + 1] if at + 1 < len(parent) else None
    stops = _STOPS.match(str(after)) if isinstance(after, nodes.Text) else None
    moved = ""
    if stops is not None and language.split("-", maxsplit=1)[0].lower() not in _BEFORE_STOPS:
        assert isinstance(after, nodes.Text)
        moved = stops[0]
        rest = str(after)[len(moved) :]
        parent[at + 1 : at + 2] = [nodes.Text(rest)] if rest else []
    if isinstance(before, nodes.Text):
        parent[first - 1 : first] = [nodes.Text(text + moved)] if text + moved else []
    elif moved:
        parent.insert(first, nodes.Text(moved))
