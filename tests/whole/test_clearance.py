"""What a text for clearance bears: a watermark, numbered paragraphs; and what a look sets in its margins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.desk import Desk, at
from pipeline.read.reader import parse_text
from tests.support.articles import HEAD
from tests.support.command import despatch
from tests.support.quick import each_nth
from tests.support.readback import EpubFile, PdfFile

Finished = Callable[..., Result]

TEXT: Final = f"""Title
=====

:date: 2026-11-24
:language: en
:watermark: DRAFT
:numbered: paragraphs

Lead. See paragraph :para:`aid`, or :para:`the one on aid <aid>`. [#a]_

Aid
===

- An item.

.. _aid:

*Malta* gives aid.

   A quotation.

{"Words that fill the page. " * 400}

.. [#a] A note.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both editions."""
    folder = tmp_path_factory.mktemp("clearance")
    (folder / "source").mkdir()
    (folder / "source" / "article.rst").write_text(TEXT, encoding="utf-8")
    done = despatch("build", "source/article.rst", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.mark.slow
def test_the_watermark_is_behind_the_text_of_each_page(folder: Path) -> None:
    with pikepdf.open(folder / "build" / "article.pdf") as pdf:
        assert len(pdf.pages) > 1
        for page in pdf.pages:
            shown = [
                (str(one.operator), [str(value) for value in one.operands])
                for one in pikepdf.parse_content_stream(page)
            ]
            begins = [number for number, (operator, _) in enumerate(shown) if operator in ("BDC", "BMC")]
            texts = [number for number, (operator, _) in enumerate(shown) if operator in ("TJ", "Tj")]
            first = max(number for number in begins if number < texts[0])
            assert shown[first][1][0] == "/Artifact"  # what is painted first is covered by all else
    pdf_file = PdfFile((folder / "build" / "article.pdf").read_bytes())
    for sheet in pdf_file.pages:
        assert {"D", "R", "A", "F", "T"} <= {char.text for char in sheet.chars if char.size > 60}


def test_the_ebook_has_the_watermark_in_words(folder: Path) -> None:
    book = EpubFile((folder / "build" / "article.epub").read_bytes())
    found = book.find("//h:p[@class='watermark']")
    assert [element.text for _, element in found] == ["DRAFT"]


def test_both_editions_have_the_numbers_and_the_references(folder: Path) -> None:
    pdf = PdfFile((folder / "build" / "article.pdf").read_bytes())
    book = EpubFile((folder / "build" / "article.epub").read_bytes())
    for text in (pdf.text, book.text):
        words = " ".join(text.split())
        assert "1. Lead. See paragraph 2, or the one on aid." in words
        assert "2. Malta gives aid." in words
        assert "3. Words that fill the page." in words
        assert "An item." in words
        assert ". An item." not in words


def test_the_check_finds_the_same_in_both(folder: Path) -> None:
    done = despatch("check", "source/article.rst", "--no-validators", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_the_field_no_paragraph_has_a_number() -> None:
    document, found = parse_text(f"{HEAD}One.\n\n.. _two:\n\nTwo. See :para:`two`.\n")
    assert "1." not in document.astext()
    (one,) = found
    assert (one.code, one.line) == ("target-unknown", HEAD.count("\n") + 5)
    assert ":numbered: paragraphs" in one.message


@pytest.mark.parametrize("written", ["yes", "paragraphs", "Paragraphs"])
def test_yes_numbers_the_paragraphs(written: str) -> None:
    document, found = parse_text(HEAD.rstrip("\n") + f"\n:numbered: {written}\n\nOne.\n")
    assert found == []
    assert "1. One." in document.astext()


MARGINS: Final = (
    *("top-left-corner", "top-left", "top-center", "top-right", "top-right-corner"),
    *("left-top", "left-middle", "left-bottom", "right-top", "right-middle", "right-bottom"),
    *("bottom-left-corner", "bottom-left", "bottom-center", "bottom-right", "bottom-right-corner"),
)


@pytest.mark.parametrize("page", each_nth(2, ["@page", "@page :first"]))
def test_a_look_may_use_each_margin_of_the_page(desk: Path, tmp_path: Path, page: str) -> None:
    rules = " ".join(
        f'@{name} {{ content: "m{number}"; font-size: 6pt; color: #000 }}'
        for number, name in enumerate(MARGINS)
    )
    (desk / "print.css").write_text(f"{page} {{ {rules} }}\n", encoding="utf-8")
    source = tmp_path / "source" / "article.rst"
    source.parent.mkdir()
    source.write_text(HEAD + "Text.\n", encoding="utf-8")
    from pipeline.article_store import build
    from pipeline.build import Order

    with at(Desk(tmp_path, desk)):
        (result,) = build([source], Order(folder=tmp_path / "out"))
    assert result.findings == []
    (sheet,) = PdfFile((tmp_path / "out" / "article.pdf").read_bytes()).pages
    shown = set("".join(char.text for char in sheet.chars).replace("m", " m").split())
    set_by_ours = {"m1"} if page == "@page" else set()  # our own rule for the first page counts more
    assert {f"m{number}" for number in range(len(MARGINS))} - shown <= set_by_ours


NUMBERED: Final = f"""Title
=====

:date: 2026-11-24
:language: en
:notes: foot

.. contents::

.. sectnum::

Summary
-------

Text. [#a]_ :index:`Kosovo`

Background
----------

{"Words that fill the page, one after the other. " * 700}

Options
-------

{"More of them. " * 50}

.. [#a] A note.
"""


@pytest.mark.slow
def test_sections_have_one_numbering_where_print_leaves_the_notes_out(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "article.rst").write_text(NUMBERED, encoding="utf-8")
    assert despatch("build", "source/article.rst", folder=tmp_path).returncode == 0
    pdf = PdfFile((tmp_path / "build" / "article.pdf").read_bytes())
    printed = [" ".join(title.split()) for _, title, _ in pdf.outline]
    assert printed[-4:] == ["1 Summary", "2 Background", "3 Options", "4 Index"]
    book = EpubFile((tmp_path / "build" / "article.epub").read_bytes())
    headings = [" ".join("".join(element.itertext()).split()) for _, element in book.find("//h:h2")]
    assert headings[-5:] == ["1 Summary", "2 Background", "3 Options", "Notes", "4 Index"]
    # The entry "Notes" of the contents list is the ebook's alone: it moved what was compared with each page.
    done = despatch("check", "source/article.rst", "--no-validators", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
