"""The check sees when an entry of the list of sources is lost, or is none."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.damage import Book, change, dropped, retagged
from tests.support.quick import each_nth

TEXT = """Title
=====

:date: 2026-11-24
:language: en
:sources: refs.bib
:citation-style: apa

Two sources :cite:p:`malcolm{p. 3}, newman` are cited.
"""
BIB = b"""@book{malcolm, author={Malcolm, Noel}, title={Kosovo}, publisher={Macmillan}, date={1998}}
@article{newman, author={Newman, Edward}, title={NATO in Kosovo}, journaltitle={IA}, date={2024}}
"""


@pytest.fixture(scope="module")
def made(finished: Callable[..., Result]) -> Result:
    return finished(TEXT, {"refs.bib": BIB}, whole=True)


def codes(made: Result, folder: Path, pdf: bytes | None = None, epub: bytes | None = None) -> dict[str, bool]:
    article, _ = read(made.article)
    assert article is not None
    for output, data in zip(made.outputs, (pdf, epub), strict=True):
        (folder / f"article{output.path.suffix}").write_bytes(data or output.path.read_bytes())
    report = check(article, folder, validators=False)
    return {finding.code: finding.line is not None for finding in report.findings}


def test_both_editions_have_all_entries(made: Result, tmp_path: Path) -> None:
    assert codes(made, tmp_path) == {}
    with pikepdf.open(made.outputs[0].path) as pdf:
        assert (
            sum(one.get("/S") == "/BibEntry" for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
            == 2
        )


@pytest.mark.parametrize(
    ("do", "code"),
    each_nth(
        2,
        [
            (retagged("BibEntry", "Malcolm", "Span"), "check-source"),
            (dropped("BibEntry", "Newman"), "check-list"),
            (retagged("P", "Two", "BibEntry"), "check-source"),
        ],
    ),
)
def test_a_damaged_pdf(made: Result, tmp_path: Path, do: Callable[[pikepdf.Pdf], None], code: str) -> None:
    buffer = BytesIO()
    with pikepdf.open(made.outputs[0].path) as pdf:
        do(pdf)
        pdf.save(buffer)
    assert code in codes(made, tmp_path, pdf=buffer.getvalue())


@pytest.mark.parametrize(
    ("pattern", "new", "code"),
    each_nth(
        2,
        [
            (r", 1998, p\.", ", 1989, p.", "check-text"),
            (r", p\.[ \u00a0]3", "", "check-text"),
            (r' class="biblio-entry"', "", "check-source"),
            (r"<li[^>]*source-newman.*?</li>", "", "check-list"),
            (r"<p>Two sources", '<p class="biblio-entry">Two sources', "check-source"),
            (r'xhtml#source-newman"', 'xhtml#source-malcolm"', "check-link"),
        ],
    ),
)
def test_a_damaged_epub(made: Result, tmp_path: Path, pattern: str, new: str, code: str) -> None:
    book = Book.read(made.outputs[1].path.read_bytes())
    change(pattern, new)(book)
    assert code in codes(made, tmp_path, epub=book.write())


NOTES = """Title
=====

:date: 2026-11-24
:language: en
:sources: refs.bib
:citation-style: oscola

One :cite:p:`malcolm{p. 3}`. Own. [#]_ Two :cite:p:`newman`, and :cite:p:`malcolm{p. 4}`.

.. [#] An own note.
"""


@pytest.fixture(scope="module")
def noted(finished: Callable[..., Result]) -> Result:
    return finished(NOTES, {"refs.bib": BIB}, whole=True)


@pytest.mark.parametrize(
    ("pattern", "new", "code"),
    [
        ("", "", None),
        (r"\(n 1\)", "(n 2)", "check-note-text"),
        (r"\(Macmillan 1998\) 3", "(Macmillan 1998)", "check-note-text"),
    ],
)
def test_a_citation_in_a_note(
    noted: Result, tmp_path: Path, pattern: str, new: str, code: str | None
) -> None:
    """The number of an earlier note, and a place, are compared as all words of notes are."""
    book = Book.read(noted.outputs[1].path.read_bytes())
    if pattern:
        change(pattern, new)(book)
    assert set(codes(noted, tmp_path, epub=book.write())) == ({code} if code else set())
