"""No note stands twice on one page; what only the list has room for is pointed to from the foot."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.quick import each_nth
from tests.support.readback import PdfFile, folded

TEXT = """Begin [#a]_, and code [#code]_.

.. pagebreak::

Again [#a]_, here [#c]_, and more code [#more]_.

References
==========

.. [#a] Of the first page.
.. [#code] See this:

   .. code:: python

      x = 1

.. [#c] Of the second page.
.. [#more] And this:

   .. code:: python

      y = 2
"""

Print = Callable[..., PdfFile]


def test_a_note_whose_entry_is_on_the_page_is_not_at_its_foot(print_edition: Print) -> None:
    first, second = print_edition(TEXT).pages
    assert folded(first.notes[1]) == "Of the first page."
    assert second.text.count("Of the second page.") == 1
    assert not second.calls[1].target or second.calls[1].target.page == 2


@pytest.mark.parametrize(
    "block",
    ["A heading\n=========\n\nWords [#a]_ of it.\n", "Word " * 70 + "call [#a]_ here.\n"],
    ids=("a block", "a line in a block"),
)
def test_a_call_stays_with_its_entry_where_the_page_before_had_room_without_its_note(
    print_edition: Print, block: str
) -> None:
    before, note = "Filler.\n\n" * 22, "Long note. " * 34
    pdf = print_edition(f"{before}{block}\nNotes\n=====\n\n.. [#a] {note}\n")
    first, second = pdf.pages
    assert (first.calls, first.notes, second.notes) == ([], {}, {})
    assert second.text.count("Long note.") == 34
    assert second.calls[0].target
    assert second.calls[0].target.page == 2


def test_the_foot_says_where_a_note_is_that_has_no_room_there(print_edition: Print) -> None:
    pdf = print_edition(TEXT)
    assert folded(pdf.pages[0].notes[2]) == "see page 2"
    (link,) = (link for link in pdf.pages[0].links if "see" in link.text)
    assert link.target is not None
    assert link.target.page == 2
    assert "see page" not in pdf.pages[1].text


@pytest.mark.parametrize(
    ("language", "words"),
    each_nth(4, [("de", "siehe Seite 2"), ("fr", "voir page 2"), ("fi", "ks. sivu 2"), ("cy", "see page 2")]),
)
def test_the_foot_speaks_the_language_of_the_article(print_edition: Print, language: str, words: str) -> None:
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n"
    assert folded(print_edition(head + TEXT, whole=True).pages[0].notes[2]) == words


@pytest.mark.parametrize(("field", "listed"), [("", False), (":notes: both\n", True)])
def test_without_a_section_for_them_notes_are_at_the_foot_alone(
    print_edition: Print, field: str, listed: bool
) -> None:
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n{field}\n"
    pdf = print_edition(f"{head}One [#a]_.\n\n.. pagebreak::\n\nTwo.\n\n.. [#a] A note.\n", whole=True)
    assert pdf.pages[0].notes == {1: "A note."}
    assert ("Notes" in [title for _, title, _ in pdf.outline]) == listed


@pytest.mark.parametrize(
    ("damage", "code"),
    [("", ""), ("lost", "check-note-missing"), ("led astray", "check-link")],
    ids=("nothing", "a pointer is lost", "a pointer leads elsewhere"),
)
def test_the_check_knows_pointers(
    finished: Callable[..., Result], tmp_path: Path, damage: str, code: str
) -> None:
    made = finished(TEXT)
    for output in made.outputs:
        shutil.copy(output.path, tmp_path)
    with pikepdf.open(tmp_path / "article.pdf", allow_overwriting_input=True) as pdf:
        tree = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
        if damage == "lost":
            note = tree["foot_code"]
            note.P.K = pikepdf.Array([kid for kid in note.P.K if kid != note])
        elif damage == "led astray":
            named = [link for link in pdf.pages[0].Annots if "code" in str(link.get("/Dest", ""))]
            lowest = min(named, key=lambda link: float(link.Rect[1]))
            lowest.Dest = pikepdf.String("foot_a")
        pdf.save()
    article, _ = read(made.article)
    assert article is not None
    found = {finding.code for finding in check(article, tmp_path, validators=False).findings}
    assert code in found if code else not found
