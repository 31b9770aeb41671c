"""``despatch lsp``, asked by a real client in the protocol."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

from tests.support.paths import REPOSITORY

TEXT = """\
Visit to Malta
==============

:date: 2026-11-24
:language: en
:conten

The Minister 🇲🇹 arrives. [#plane]_ See :ref:`figures` and Trade_. [#plane]_

.. infobox:: Belgium–Malta
   :type: bilateral-relations

   :party1: Belgium
   :mis

.. _figures:

Trade
-----

Text [#  and :te

Fish
~~~~

.. list-table:: T
   :head

Notes
=====

.. [#plane] By plane, on
   *Monday*.

   From Brussels.
"""


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]
    scope="module", config=ClientServerConfig([sys.executable, "-m", "pipeline", "lsp"])
)
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """An editor that has just started."""
    capabilities = types.ClientCapabilities()
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, path: Path, text: str) -> str:
    """An article as an editor opens it; its file holds other words."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("what was written last\n", encoding="utf-8")
    uri = path.as_uri()
    item = types.TextDocumentItem(uri, "restructuredtext", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return uri


def place(text: str, words: str, nth: int = 0) -> types.Position:
    """The place behind some words, in units of UTF-16."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    at += len(words)
    line = text.count("\n", 0, at)
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return types.Position(line, len(before.encode("utf-16-le")) // 2)


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so, for half a minute at most."""
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the server has not answered")


async def names(client: LanguageClient, uri: str, where: types.Position) -> dict[str, str]:
    """What is proposed at a place, and what would be typed."""
    asked = types.CompletionParams(types.TextDocumentIdentifier(uri), where)
    found = await client.text_document_completion_async(asked)
    assert isinstance(found, types.CompletionList)
    return {one.label: one.text_edit.new_text for one in found.items if one.text_edit}


@pytest.mark.asyncio(loop_scope="module")
async def test_completion_proposes_what_may_stand_there(client: LanguageClient, tmp_path: Path) -> None:
    uri = opened(client, tmp_path / "source" / "visit.rst", TEXT)
    assert (await names(client, uri, place(TEXT, ":conten")))["contents"] == "contents: "
    rows = await names(client, uri, place(TEXT, "   :mis"))
    assert rows["mission1"] == "mission1: "
    assert (await names(client, uri, place(TEXT, "Text [#")))["#plane"] == "#plane]_"
    assert (await names(client, uri, place(TEXT, "and :te")))["term"] == "term:`"
    assert (await names(client, uri, place(TEXT, ":head")))["header-rows"] == "header-rows: "
    assert (await names(client, uri, place(TEXT, ":type: ")))["bilateral-relations"]
    assert "figures" in await names(client, uri, place(TEXT, ":ref:`"))
    changed = TEXT + "\n.. inf"
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(2, uri),
            [types.TextDocumentContentChangeWholeDocument(changed)],
        )
    )
    assert (await names(client, uri, place(changed, "\n.. inf", nth=1)))["infobox"] == "infobox:: "
    head = "Visit\n=====\n\n:line-numbers: "
    other = opened(client, tmp_path / "source" / "head.rst", head)
    assert set(await names(client, other, place(head, ":line-numbers: "))) == {"yes", "no"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_call_shows_its_note_and_leads_to_it_and_back(client: LanguageClient, tmp_path: Path) -> None:
    uri = opened(client, tmp_path / "source" / "visit.rst", TEXT)
    document = types.TextDocumentIdentifier(uri)
    call, note = place(TEXT, "[#pl"), place(TEXT, ".. [#pl")
    hover = await client.text_document_hover_async(types.HoverParams(document, call))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value == "By plane, on\n*Monday*.\n\nFrom Brussels."
    line = TEXT.split("\n").index(".. [#plane] By plane, on")
    there: Any = await client.text_document_definition_async(types.DefinitionParams(document, call))
    assert [one.range.start for one in there] == [types.Position(line, 4)]
    back: Any = await client.text_document_definition_async(types.DefinitionParams(document, note))
    # A flag is two characters, of two units of UTF-16 each.
    assert [(one.range.start.line, one.range.start.character) for one in back] == [
        (7, TEXT.split("\n")[7].index("#plane") + 2),
        (7, TEXT.split("\n")[7].rindex("#plane") + 2),
    ]
    asked = types.ReferenceParams(types.ReferenceContext(True), document, call)
    assert len(await client.text_document_references_async(asked) or ()) == 3
    label: Any = await client.text_document_definition_async(
        types.DefinitionParams(document, place(TEXT, ":ref:`fig"))
    )
    assert [one.range.start.line for one in label] == [TEXT.split("\n").index(".. _figures:")]
    shown = await client.text_document_hover_async(types.HoverParams(document, place(TEXT, ":ref:`fig")))
    assert shown is not None
    assert isinstance(shown.contents, types.MarkupContent)
    assert shown.contents.value == "Trade"


@pytest.mark.asyncio(loop_scope="module")
async def test_headings_are_told_as_a_tree(client: LanguageClient, tmp_path: Path) -> None:
    uri = opened(client, tmp_path / "source" / "visit.rst", TEXT)
    asked = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found: Any = await client.text_document_document_symbol_async(asked)
    assert [one.name for one in found] == ["Visit to Malta", "Notes"]
    assert [one.name for one in found[0].children] == ["Trade"]
    assert [one.name for one in found[0].children[0].children] == ["Fish"]


@pytest.mark.asyncio(loop_scope="module")
async def test_findings_are_those_of_the_text_in_the_editor(client: LanguageClient, tmp_path: Path) -> None:
    text = "A\n=\n\n:date: 2026-11-24\n:language: en\n\nText 🇲🇹. [#b]_\n\n.. [#a] One.\n"
    uri = opened(client, tmp_path / "source" / "visit.rst", text)
    await until(lambda: uri in client.diagnostics)
    found = client.diagnostics[uri]
    assert ("note-undefined", 6) in {(one.code, one.range.start.line) for one in found}
    assert {one.range.end.character for one in found if one.range.start.line == 6} == {16}
    change = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(6, 13), types.Position(6, 14)), text="a"
    )
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [change])
    )
    await until(lambda: not client.diagnostics[uri])
    assert (tmp_path / "source" / "visit.rst").read_text() == "what was written last\n"


MANIFEST = """\
title = "Visit"
date = 2026-11-24
markng = "Internal"

[[section]]
title = "One"

[[section.item]]
note = "Text."
"""


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("name", "text", "code", "line", "words"),
    [
        ("source/packets/visit.toml", MANIFEST, "packet-key-unknown", 2, 'did you mean "marking"?'),
        (
            "source/packets/visit.toml",
            MANIFEST.replace("2026-11-24", "24.11.2026"),
            "packet-syntax",
            1,
            "2026-11-24",
        ),
        ("styles/letterhead.toml", 'alt = "Lion"\nlgo = "mark.png"\n', "style-file", 1, "write logo ="),
        ("styles/labels.toml", "[en]\nnotes = “Notes”\n", "style-file", 1, 'straight ones, notes = "Notes"'),
        ("styles/labels.toml", '[fr]\nnots = "Notes"\n', "style-file", 1, "that Despatch does not use"),
        ("styles/label.toml", "x = 1\n", "style-unknown", 0, 'did you mean "labels"?'),
    ],
    ids=["manifest key", "manifest date", "letterhead", "curly", "label", "name"],
)
async def test_findings_of_manifests_and_looks(
    client: LanguageClient, tmp_path: Path, name: str, text: str, code: str, line: int, words: str
) -> None:
    (tmp_path / "source").mkdir()
    uri = opened(client, tmp_path / name, text)
    await until(lambda: uri in client.diagnostics)
    (found,) = client.diagnostics[uri]
    assert (found.code, found.range.start.line) == (code, line)
    assert words in found.message
    symbols = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    )
    assert not symbols


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_ends_the_server(client: LanguageClient, tmp_path: Path) -> None:
    """Texts that no one parses, places that are none, files that are no articles."""
    for number, text in enumerate(
        ("", "\n", "`" * 5000, "- " * 400 + "x", "\x00\udcff", ".. [#", ":a" * 999)
    ):
        uri = opened(
            client, tmp_path / "source" / f"odd{number}.rst", text.encode("utf-8", "replace").decode()
        )
        document = types.TextDocumentIdentifier(uri)
        for where in (types.Position(0, 0), types.Position(0, 9999), types.Position(99, 3)):
            await client.text_document_completion_async(types.CompletionParams(document, where))
            await client.text_document_hover_async(types.HoverParams(document, where))
            await client.text_document_definition_async(types.DefinitionParams(document, where))
        await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    other = types.TextDocumentIdentifier("untitled:Untitled-1")
    assert await client.text_document_hover_async(types.HoverParams(other, types.Position(0, 0))) is None


@pytest.mark.bench
@pytest.mark.asyncio(loop_scope="module")
async def test_answers_on_the_manual(client: LanguageClient, capsys: pytest.CaptureFixture[str]) -> None:
    """How long an editor waits, on the manual: the slowest of ten, warm; findings after their pause."""
    path = REPOSITORY / "source" / "manual.rst"
    text = path.read_text(encoding="utf-8")
    uri, document = path.as_uri(), types.TextDocumentIdentifier(path.as_uri())
    item = types.TextDocumentItem(uri, "restructuredtext", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await until(lambda: uri in client.diagnostics)
    where = place(text, ":ref:`")
    asked: list[tuple[str, Any, Any]] = [
        ("completion", client.text_document_completion_async, types.CompletionParams(document, where)),
        ("hover", client.text_document_hover_async, types.HoverParams(document, where)),
        ("definition", client.text_document_definition_async, types.DefinitionParams(document, where)),
        ("symbols", client.text_document_document_symbol_async, types.DocumentSymbolParams(document)),
    ]
    lines = []
    for name, ask, params in asked:
        took = []
        for number in range(10):
            change = types.TextDocumentContentChangePartial(
                range=types.Range(types.Position(20, 0), types.Position(20, 0)), text=" " if number else ""
            )
            client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    types.VersionedTextDocumentIdentifier(number + 2, uri), [change]
                )
            )
            start = time.perf_counter()
            await ask(params)
            took.append(time.perf_counter() - start)
        lines.append(f"{name}: {sorted(took)[5] * 1000:.0f} ms, slowest {max(took) * 1000:.0f} ms")
    client.diagnostics.clear()
    start = time.perf_counter()
    await until(lambda: uri in client.diagnostics)
    lines.append(f"findings, with the pause before them: {(time.perf_counter() - start) * 1000:.0f} ms")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
