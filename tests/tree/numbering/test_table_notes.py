"""Notes below their table: letters in both editions, linked both ways, and told where they can not be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from docutils import nodes

from pipeline.build import Result
from pipeline.check.tree.facts import expected
from pipeline.read.reader import parse_text
from pipeline.tree.article import Article
from pipeline.tree.nodes import TABLE_NOTE
from pipeline.tree.note_order import letter
from tests.support.articles import HEAD
from tests.support.readback import EpubFile, PdfFile
from tests.support.verdicts import complaints

BODY: Final = """Lead. [#lead]_

.. list-table:: Trade [#caption]_
   :header-rows: 1
   :notes: below
   :source: Eurostat [#source]_

   * - Year
     - Value [#v]_
   * - 2022
     - 3 [#v]_

.. table::
   :notes: below

   == =======
   1  2 [#w]_
   == =======

End. [#end]_

.. [#end] At the end.
.. [#w] Of two.
.. [#v] Of values. [#nested]_
.. [#lead] Of the lead.
.. [#source] Of the source.
.. [#caption] Of the caption.
.. [#nested] Nested.
"""


def article_of(document: nodes.document) -> Article:
    """An article with this tree."""
    return Article("article", document, Path(), Path("article.rst"), b"")


def test_letters_and_numbers() -> None:
    document, found = parse_text(HEAD + BODY)
    assert found == []
    notes = {note[0].astext(): note[1].astext() for note in document.findall(nodes.footnote)}
    lettered = [note for note in document.findall(nodes.footnote) if TABLE_NOTE in note["classes"]]
    words = [(note[0].astext(), note[1].astext()[:10], len(note["backrefs"])) for note in lettered]
    assert words[:2] == [("a", "Of the cap", 1), ("b", "Of values.", 2)]
    assert words[2:] == [("c", "Of the sou", 1), ("a", "Of two.", 1)]
    numbered = {label: text for label, text in notes.items() if label.isdigit()}
    assert numbered == {"1": "Of the lead.", "2": "Nested.", "3": "At the end."}
    for note in lettered:
        calls = [call for call in document.findall(nodes.footnote_reference) if call["refid"] in note["ids"]]
        assert [call["ids"][0] for call in calls] == note["backrefs"]
        assert {call.astext() for call in calls} == {note[0].astext()}


def test_a_note_that_is_called_elsewhere_keeps_its_number() -> None:
    text = HEAD + BODY.replace("End. [#end]_", "End. [#end]_ And [#v]_ again.")
    document, found = parse_text(text)
    (one,) = found
    assert one.code == "note-shared"
    assert one.line is not None
    assert "[#v]_" in text.splitlines()[one.line - 1]
    labels = {note[0].astext() for note in document.findall(nodes.footnote) if "v" in note["names"]}
    assert labels == {"2"}


def test_no_empty_section_of_notes_is_left() -> None:
    body = "Lead.\n\n.. table::\n   :notes: below\n\n   == =======\n   1  2 [#w]_\n   == =======\n\n"
    document, found = parse_text(f"{HEAD}{body}Notes\n-----\n\n.. [#w] Of two.\n")
    assert found == []
    assert list(document.findall(nodes.section)) == []


@pytest.mark.parametrize(("number", "text"), [(1, "a"), (26, "z"), (27, "aa"), (53, "ba")])
def test_the_letters_go_on(number: int, text: str) -> None:
    assert letter(number) == text


def test_both_editions_have_the_notes_below_the_table(
    print_edition: Callable[..., PdfFile], ebook_edition: Callable[..., EpubFile]
) -> None:
    book = ebook_edition(BODY)
    found = [one for _, one in book.find("//h:div[contains(@class, 'table-note ')]")]
    below = [" ".join("".join(one.itertext()).split()) for one in found]
    assert [words[:8] for words in below] == ["a Of the", "b Of val", "c Of the", "a Of two"]
    listed = [one for _, one in book.find("//h:section[contains(@class, 'notes')]//h:div[@class='note']")]
    assert len(listed) == 3
    words = "".join(print_edition(BODY).text.split())
    assert words.count("Ofvalues.") == 1


def test_source_and_notes_go_with_a_table_that_is_turned(print_edition: Callable[..., PdfFile]) -> None:
    words = ("Internationalization", "Incomprehensibilities", "Counterrevolutionaries", "Interdisciplinarity")
    cells = "\n".join(f"     - {word}" for word in (*words, *words))
    table = f".. list-table::\n   :notes: below\n   :source: Bank\n\n   * - One [#w]_\n{cells}\n"
    pages = print_edition(f"Lead.\n\n{table}\nEnd.\n\n.. [#w] Below.\n").pages
    first, turned, last = (page.text for page in pages)
    assert "Lead." in first
    assert all(word in turned for word in ("Incompre", "Source:", "Below."))
    assert "End." in last


def test_a_table_of_one_edition_keeps_its_notes() -> None:
    table = "   .. table::\n      :notes: below\n\n      == =======\n      1  2 [#w]_\n      == =======\n"
    document, found = parse_text(f"{HEAD}Text.\n\n.. only:: print\n\n{table}\n.. [#w] Below.\n")
    assert found == []
    editions = {edition: expected(article_of(document), edition) for edition in ("pdf", "epub")}
    assert {edition: [note.number for note in facts.notes] for edition, facts in editions.items()} == {
        "pdf": ["1a"],
        "epub": [],
    }


def test_notes_that_run_over_two_pages_are_where_the_page_list_says(
    finished: Callable[..., Result],
) -> None:
    rows = "".join(f"   * - {number}\n     - Value [#n{number}]_\n" for number in range(9))
    notes = "".join(f".. [#n{number}] {'Long words of a note. ' * 30}\n" for number in range(9))
    result = finished(f"{'Lead. ' * 100}\n\n.. list-table::\n   :notes: below\n\n{rows}\nThe end.\n\n{notes}")
    first, second, *_ = (page.text for page in PdfFile(result.outputs[0].path.read_bytes()).pages)
    assert "Long words of a note" in first
    assert "Long words of a note" in second[:60]
    assert complaints(result) == []
