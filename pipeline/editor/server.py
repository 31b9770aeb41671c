"""The server of the Language Server Protocol (3.17): ``despatch lsp``, on standard input and output.

A question is answered from the text alone, at once; findings follow when the author pauses. Whatever fails,
the answer is none: an editor never sees an exception.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from pipeline import __version__, desk
from pipeline.editor.completion import TRIGGERS, proposals
from pipeline.editor.findings import Findings
from pipeline.editor.text import Heading, Place, Text, at, folded
from pipeline.findings import Finding

PAUSE: Final = 0.2
"""Seconds without a change after which a text is read."""

_KINDS: Final = {
    "field": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.Value,
    "note": types.CompletionItemKind.Reference,
    "name": types.CompletionItemKind.Reference,
    "role": types.CompletionItemKind.Function,
    "directive": types.CompletionItemKind.Class,
    "option": types.CompletionItemKind.Property,
}
T = TypeVar("T")


class ArticleServer(LanguageServer):
    """What is known of the articles that are open in an editor."""

    def __init__(self) -> None:
        super().__init__("despatch", __version__, max_workers=2)
        self.texts: dict[str, tuple[str, Text]] = {}
        self.waiting: dict[str, asyncio.Task[None]] = {}
        self.turn = asyncio.Lock()
        self.findings = Findings()

    def text(self, uri: str) -> Text:
        """The text of an open article, searched."""
        source = self.workspace.get_text_document(uri).source
        known = self.texts.get(uri)
        if known is None or known[0] != source:
            known = self.texts[uri] = (source, Text.of(source))
        return known[1]

    def asked(self, params: Any) -> tuple[str, Text, int, int]:
        """What a question is about: the article, its text, and the line and column of the cursor, from 0.

        A column is counted in characters here; the protocol counts units of UTF-16.
        """
        uri, position = params.text_document.uri, params.position
        text = self.text(uri)
        place = self.workspace.position_codec.position_from_client_units(text.lines, position)
        return uri, text, int(position.line), int(place.character)

    def span(self, uri: str, line: int, start: int, end: int) -> types.Range:
        """A part of a line, from its columns in characters."""
        lines = self.text(uri).lines
        span = types.Range(types.Position(line, start), types.Position(line, end))
        return self.workspace.position_codec.range_to_client_units(lines, span)

    def location(self, uri: str, place: Place) -> types.Location:
        """A place as the protocol names it."""
        return types.Location(uri, self.span(uri, place.line, place.start, place.end))

    def read_soon(self, uri: str, pause: float = PAUSE) -> None:
        """Have a text read once nothing has changed for a while."""
        earlier = self.waiting.pop(uri, None)
        if earlier is not None:
            earlier.cancel()
        self.waiting[uri] = asyncio.ensure_future(self._read(uri, pause))

    async def _read(self, uri: str, pause: float) -> None:
        await asyncio.sleep(pause)
        path = to_fs_path(uri)
        if path is None or not path.endswith((".rst", ".toml")):
            return
        async with self.turn:
            document = self.workspace.get_text_document(uri)
            source, version = document.source, document.version
            try:
                found = await asyncio.to_thread(self.findings.of, Path(path), source)
            except Exception:
                return
        if self.workspace.get_text_document(uri).version == version:
            said = [self._diagnostic(uri, path, one) for one in found]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, said, version))

    def _diagnostic(self, uri: str, path: str, one: Finding) -> types.Diagnostic:
        own = one.source == path
        lines = self.text(uri).lines
        number = min((one.line or 1) - 1, max(len(lines) - 1, 0)) if own else 0
        words = lines[number] if number < len(lines) else ""
        start = len(words) - len(words.lstrip())
        return types.Diagnostic(
            range=self.span(uri, number, start, len(words)),
            message=one.message if own else f"{one.source}:{one.line or 1}: {one.message}",
            severity=types.DiagnosticSeverity.Error if one.is_error else types.DiagnosticSeverity.Warning,
            code=one.code,
            source="despatch",
        )


def make_server() -> ArticleServer:
    """The server with all that it answers."""
    server = ArticleServer()

    def quiet(answer: Callable[[Any], T]) -> Callable[[Any], T | None]:
        """Answer nothing where an answer can't be had; the desk is that of the article."""

        @functools.wraps(answer)
        def asked(params: Any) -> T | None:
            try:
                path = to_fs_path(params.text_document.uri)
                if (path or "").endswith(".toml"):
                    return None  # findings come of it, and nothing else
                with desk.at(desk.desk_of(Path(path or "."))):
                    return answer(params)
            except Exception:
                return None

        asked.__annotations__ = {}
        return asked

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _opened(params: types.DidOpenTextDocumentParams) -> None:
        server.read_soon(params.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _changed(params: types.DidChangeTextDocumentParams) -> None:
        server.read_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _saved(params: types.DidSaveTextDocumentParams) -> None:
        server.read_soon(params.text_document.uri, 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        earlier = server.waiting.pop(uri, None)
        if earlier is not None:
            earlier.cancel()
        server.texts.pop(uri, None)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    answers: list[tuple[str, Any, Callable[[ArticleServer, Any], Any]]] = [
        (types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(list(TRIGGERS)), _completion),
        (types.TEXT_DOCUMENT_HOVER, None, _hover),
        (types.TEXT_DOCUMENT_DEFINITION, None, _definition),
        (types.TEXT_DOCUMENT_REFERENCES, None, _references),
        (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, None, _symbols),
    ]
    for name, options, answer in answers:
        server.feature(name, options)(quiet(functools.partial(answer, server)))
    return server


def _completion(server: ArticleServer, params: types.CompletionParams) -> types.CompletionList:
    uri, text, line, column = server.asked(params)
    items = [
        types.CompletionItem(
            label=one.name,
            kind=_KINDS[one.kind],
            detail=one.detail or None,
            filter_text=one.name,
            text_edit=types.TextEdit(server.span(uri, line, one.start, column), one.text),
        )
        for one in proposals(text, line, column)
    ]
    return types.CompletionList(is_incomplete=False, items=items)


def _hover(server: ArticleServer, params: types.HoverParams) -> types.Hover | None:
    uri, text, line, column = server.asked(params)
    place: Place | None = at(text.calls, line, column)
    said = text.note_text(place.name) if place is not None else ""
    if place is None:
        place = at(text.references, line, column)
        label = text.labels.get(folded(place.name)) if place is not None else None
        said = text.below(label) if label is not None else ""
    if place is None or not said:
        return None
    content = types.MarkupContent(types.MarkupKind.PlainText, said)
    return types.Hover(content, server.span(uri, place.line, place.start, place.end))


def _definition(server: ArticleServer, params: types.DefinitionParams) -> list[types.Location]:
    """From a call to its note, from a note to its calls, from a reference to what it names."""
    uri, text, line, column = server.asked(params)
    call = at(text.calls, line, column)
    if call is not None:
        note = text.notes.get(call.name.lower())
        return [server.location(uri, note)] if note is not None else []
    note = at(list(text.notes.values()), line, column)
    if note is not None:
        return [server.location(uri, one) for one in text.calls if one.name.lower() == note.name.lower()]
    reference = at(text.references, line, column)
    label = text.labels.get(folded(reference.name)) if reference is not None else None
    return [server.location(uri, label)] if label is not None else []


def _references(server: ArticleServer, params: types.ReferenceParams) -> list[types.Location]:
    """Every call of a note, every reference to a name."""
    uri, text, line, column = server.asked(params)
    note = at([*text.calls, *text.notes.values()], line, column)
    if note is not None:
        found = [one for one in text.calls if one.name.lower() == note.name.lower()]
        own = text.notes.get(note.name.lower())
    else:
        name = at([*text.references, *text.labels.values()], line, column)
        if name is None:
            return []
        wanted = folded(name.name.strip("`"))
        found = [one for one in text.references if folded(one.name) == wanted]
        own = text.labels.get(wanted)
    if own is not None and params.context.include_declaration:
        found = [own, *found]
    return [server.location(uri, one) for one in found]


def _symbols(server: ArticleServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """The headings, one within another."""
    uri = params.text_document.uri
    text = server.text(uri)
    top: list[types.DocumentSymbol] = []
    open_: list[tuple[Heading, list[types.DocumentSymbol]]] = []
    for one in text.headings:
        while open_ and open_[-1][0].rank >= one.rank:
            open_.pop()
        inner: list[types.DocumentSymbol] = []
        last = len(text.lines[one.last]) if one.last < len(text.lines) else 0
        symbol = types.DocumentSymbol(
            name=one.words,
            kind=types.SymbolKind.String,
            range=types.Range(types.Position(one.line, 0), types.Position(one.last, last)),
            selection_range=server.span(uri, one.line, 0, len(text.lines[one.line])),
            children=inner,
        )
        (open_[-1][1] if open_ else top).append(symbol)
        open_.append((one, inner))
    return top


def serve() -> None:
    """Answer an editor on standard input and output until it ends."""
    server = make_server()
    try:
        server.start_io()
    finally:
        server.findings.end()
