"""The words of citations and of the list of sources, set by the engine with the numbers of our notes.

It stands behind the numbering of notes: "(n 3)" and "ibid" are true in both editions, also where notes of the
author's own stand between.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from docutils import nodes
from docutils.transforms import Transform

from pipeline.cite import engine
from pipeline.cite.library import Library
from pipeline.cite.locators import as_read, rejoined
from pipeline.cite.review import UNDATED, author_of
from pipeline.read.citations.foreign import isolated, marked
from pipeline.read.citations.place import Citations, Request
from pipeline.read.citations.words import (
    split_note,
    to_nodes,
    with_small_letter,
    with_small_number,
    with_stop,
    without_stop,
)
from pipeline.read.input.reading import Reading
from pipeline.tree.labels import label_node, labels_for
from pipeline.tree.metadata import metadata_of
from pipeline.tree.nodes import BIBLIOGRAPHY, BIBLIOGRAPHY_ENTRY, citation_mark, fault
from pipeline.tree.note_order import first_calls
from pipeline.tree.parts import around
from pipeline.tree.report import give_place, report
from pipeline.tree.state import state_of
from pipeline.tree.transforms.notes import NumberNotes

_MODES: Final = {"t": "AuthorInText", "year": "SuppressAuthor"}


class SetCitations(Transform):
    """Put words in the place of citations, and list the sources."""

    default_priority = NumberNotes.default_priority

    def apply(self, **kwargs: Any) -> None:
        """Call the engine once, for all that the article cites."""
        state = state_of(self.document)
        found: Citations | None = state.citations if isinstance(state, Reading) else None
        if found is None or not (found.requests or found.place):
            return
        language = metadata_of(self.document).language
        order = [(request, number) for request, number in self._in_order(found)]
        everything = found.place is not None and found.place["everything"]
        listed = found.style.lists and (found.place is not None or found.style.needs_list)
        try:
            words, entries = engine.process(
                [_cluster(request, number, found.style.language(language)) for request, number in order],
                _items(found.library, None if everything else order),
                found.style.data,
                found.style.language(language),
                everything=everything,
                linked=listed and not found.style.notes,
            )
        except engine.EngineError as error:
            report(self.document, "cite-engine", str(error), line=1)
            for request in found.requests:
                for node in (request.body, request.author):
                    if node is not None:
                        node.replace_self(fault(node.rawsource, node.rawsource, title=str(error)))
            if found.place is not None:
                found.place.parent.remove(found.place)
            return
        ids = self._list(found, entries, language) if listed else {}
        if found.place is not None and not ids:
            if not found.style.lists:
                message = (
                    f'the citation style "{found.style.name}" has no list of sources: take this line out'
                )
                report(self.document, "cite-style", message, line=found.place.line)
            found.place.parent.remove(found.place)
        for (request, _), inlines in zip(order, words, strict=True):
            item = found.library.entries[request.sources[0][0]].item
            author = author_of(item, language)
            if not any(
                part.astext().strip(" .,;") for half in split_note(inlines) for part in to_nodes(half)
            ):
                kind = item.get("type") or "misc"
                message = (
                    f'the citation style "{found.style.name}" has no words for the source "{item["id"]}", of '
                    f'the kind "{kind}": its author and its title stand there'
                )
                report(self.document, "cite-entry", message, request.body)
                title = str(item.get("title", "")) or item["id"]
                inlines = _plain(title if author == title else f"{author}, {title}")
            _put(request, inlines, ids, author, _Marks(found.library, language), notes=found.style.notes)

    def _in_order(self, found: Citations) -> Iterator[tuple[Request, int]]:
        """The citations as readers come to them, a note's where it is first called; each with its number."""
        by_mark = {id(request.body): request for request in found.requests}
        notes = first_calls(self.document, uncited=self.document.findall(nodes.footnote))
        numbers = {id(note): number for number, (note, _) in enumerate(notes, start=1)}
        marks: dict[int, list[citation_mark]] = {}
        for mark in self.document.findall(citation_mark):
            number = next((numbers[id(one)] for one in around(mark) if id(one) in numbers), 0)
            marks.setdefault(number, []).append(mark)
        if found.style.notes:
            for number in sorted(marks):
                yield from ((by_mark[id(mark)], number) for mark in marks[number] if id(mark) in by_mark)
            return
        taken: set[int] = set()
        in_text = {id(mark) for mark in marks.get(0, ())}
        by_id = {name: numbers[id(note)] for note, _ in notes for name in note["ids"]}
        for node in self.document.findall(nodes.Element):
            if isinstance(node, nodes.footnote_reference):
                number = by_id.get(node.get("refid", ""), 0)
                if number and number not in taken:
                    taken.add(number)
                    yield from (
                        (by_mark[id(mark)], number) for mark in marks.get(number, ()) if id(mark) in by_mark
                    )
            elif id(node) in by_mark and id(node) in in_text:
                yield by_mark[id(node)], 0
        for number in sorted(set(marks) - taken - {0}):
            yield from ((by_mark[id(mark)], number) for mark in marks[number] if id(mark) in by_mark)

    def _list(self, found: Citations, entries: list[Any], language: str) -> dict[str, str]:
        """List the sources where the author wants them, else at the end; give the ids of the entries."""
        place = found.place
        if not entries:
            return {}
        listing = nodes.bullet_list("", classes=[BIBLIOGRAPHY])
        listing.source = place.source if place is not None else self.document.get("source")
        listing.line = (place.line if place is not None else None) or 1
        ids = {}
        for key, paragraphs in entries:
            item_of = found.library.entries[key].item if key in found.library.entries else {}
            words = (
                isolated(marked(to_nodes(one), item_of, language), item_of, language) for one in paragraphs
            )
            blocks = (nodes.paragraph("", "", *one, classes=[BIBLIOGRAPHY_ENTRY]) for one in words)
            item = nodes.list_item("", *blocks)
            if not item.astext().strip():
                continue  # what a style does not list: letters, in APA's
            give_place([item], listing.source, listing.line)
            self._name(item, key)
            ids[key] = item["ids"][0]
            listing += item
        if not len(listing):
            return {}
        if place is not None:
            place.replace_self(listing)
        else:
            title = labels_for(language)["sources"]
            section = nodes.section("", nodes.title(title, "", label_node(title, language)), listing)
            section.source, section.line = listing.source, listing.line
            section[0].source, section[0].line = listing.source, listing.line
            self.document.set_id(section, suggested_prefix=nodes.make_id(title) or "sources")
            self.document += section
        return ids

    def _name(self, item: nodes.list_item, key: str) -> None:
        name = f"source-{nodes.make_id(key)}"
        if nodes.make_id(key) and name not in self.document.ids:
            item["ids"] = [name]
            self.document.ids[name] = item
        else:
            self.document.set_id(item, suggested_prefix="source")


def _cluster(request: Request, number: int, language: str) -> dict[str, Any]:
    modes = [_MODES.get(request.kind, "NormalCitation"), *["NormalCitation"] * (len(request.sources) - 1)]
    return engine.cite(
        [
            engine.citation(key, before, as_read(after, language), note=number, mode=mode)
            for (key, before, after), mode in zip(request.sources, modes, strict=True)
        ]
    )


def _items(library: Library, order: list[tuple[Request, int]] | None) -> list[dict[str, Any]]:
    cited = None if order is None else {key for request, _ in order for key, _, _ in request.sources}
    return [
        {name: value for name, value in entry.item.items() if name != UNDATED}
        for key, entry in library.entries.items()
        if cited is None or key in cited
    ]


def _plain(words: str) -> list[dict[str, Any]]:
    return [{"t": "Str", "c": words}]


class _Marks(NamedTuple):
    """What marks the foreign titles of a citation."""

    library: Library
    language: str

    def on(self, words: list[nodes.Node], request: Request) -> list[nodes.Node]:
        """The words of a citation with these marks."""
        around = nodes.Element("", *words)
        for text in list(around.findall(nodes.Text)):
            written = str(text)
            for _, _, place in request.sources:
                written = rejoined(written, place)
            if written != str(text):
                text.parent.replace(text, nodes.Text(written))
        words = list(around.children)
        for key, _, _ in request.sources:
            words = marked(words, self.library.entries[key].item, self.language)
        for key, _, _ in request.sources:
            words = isolated(words, self.library.entries[key].item, self.language)
        return words


def _put(
    request: Request,
    inlines: list[dict[str, Any]],
    ids: dict[str, str],
    author: str,
    marks: _Marks,
    *,
    notes: bool,
) -> None:
    """Put what the engine says in the place of a citation.

    :param author: of its first source.
    :param notes: whether the style is one of notes.
    """
    if not notes:
        words = marks.on(to_nodes(inlines, ids), request)
        if request.kind == "t" and words and not any(sign.isalpha() for sign in words[0].astext()[:3]):
            words.insert(0, nodes.Text(f"{author} "))  # a style of numbers: the engine names no author
        request.body.replace_self(words)
        return
    text, note = split_note(inlines)
    if request.author is not None:
        request.author.replace_self(to_nodes(text, ids) or [nodes.Text(author)])
        below = with_small_number(to_nodes(note, ids)) or with_stop(to_nodes(text, ids))
        request.body.replace_self(marks.on(below, request))
        return
    words = to_nodes(note or text, ids)
    if request.own:
        request.body.replace_self(marks.on(words, request))
        return
    parent, at = request.body.parent, request.body.parent.index(request.body)
    before = "".join(part.astext() for part in parent[:at]).rstrip()
    after = "".join(part.astext() for part in parent[at + 1 :]).strip()
    if before and before[-1] not in ".!?:":
        words = with_small_letter(words)
    if request.kind == "t" and note and text:
        words = without_stop(with_small_number(words))
        shown = "".join(word.astext() for word in words)
        if not (shown.startswith("(") and shown.endswith(")")):  # "(n 3)" has its brackets
            words = [nodes.Text("("), *words, nodes.Text(")")]
        words = [*to_nodes(text, ids), nodes.Text(" "), *words]
    elif after:
        words = without_stop(words)
    request.body.replace_self(marks.on(words, request))
