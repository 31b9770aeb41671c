"""Pages begin where the author asks for it, and what is to be whole is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.articles import Parsed
from tests.support.readback import EpubFile, PdfFile

HALF = "".join(f"Line {n} of the text.\n\n" for n in range(22))

Print = Callable[..., PdfFile]


def page_with(pdf: PdfFile, words: str) -> int:
    """The page (from 1) on which some words stand; they stand on one."""
    (page,) = (number for number, page in enumerate(pdf.pages, 1) if words in " ".join(page.text.split()))
    return page


def test_a_page_begins_at_a_page_break(print_edition: Print, ebook_edition: Callable[..., EpubFile]) -> None:
    text = "Before.\n\n.. pagebreak::\n\nBehind.\n\n.. pagebreak::\n\nChapter\n=======\n\nIts text.\n"
    pdf = print_edition(text)
    assert [page_with(pdf, word) for word in ("Before.", "Behind.", "Chapter", "Its text.")] == [1, 2, 3, 3]
    assert len(pdf.pages) == 3
    pages = ebook_edition(text).pages.values()
    assert not any(element.get("class") == "page-break" for page in pages for element in page.iter())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("One.\n\n- A\n\n  .. pagebreak::\n\n- B\n", 5, "inside a list"),
        (".. list-table::\n\n   * - A\n\n       .. pagebreak::\n\n       B\n", 5, "inside a table"),
        (".. note::\n\n   A\n\n   .. pagebreak::\n\n   B\n", 5, "inside a box"),
        ("A [1]_.\n\n.. [1] A note.\n\n   .. pagebreak::\n\n   On.\n", 5, "inside a note"),
        ("One.\n\n.. pagebreak::\n\n.. Remark\n", 3, "nothing follows"),
        ("One.\n\n.. pagebreak::\n\n.. pagebreak::\n\nTwo.\n", 3, "another page break follows"),
        ("One.\n\nHead\n====\n\n.. pagebreak::\n\nTwo.\n", 6, "above it, not below"),
    ],
)
def test_a_page_break_that_is_none_is_told(
    parse: Callable[[str], Parsed], text: str, line: int, words: str
) -> None:
    from pipeline.read.reader import parse_text
    from tests.support.articles import HEAD

    _, found = parse(text)
    assert found == [("rst-unsupported", line)]
    (finding,) = parse_text(HEAD + text)[1]
    assert words in finding.message


KEPT = {
    "container": ".. container:: keep\n\n" + "".join(f"   Part {n} of it.\n\n" for n in range(12)),
    "list": ".. class:: keep\n\n" + "".join(f"- Part {n} of it.\n\n" for n in range(16)),
    "table": ".. list-table::\n   :class: keep\n\n" + "".join(f"   * - Part {n} of it.\n" for n in range(12)),
    "paragraph": ".. class:: keep\n\nPart 0 of it. " + "And more of these words. " * 60 + "Part 1 of it.\n",
}


@pytest.mark.parametrize("kind", KEPT)
def test_a_kept_block_is_on_one_page(print_edition: Print, kind: str) -> None:
    pdf = print_edition(f"{HALF}{KEPT[kind]}\n\nThe end.\n")
    pages = [page.text.count("Part ") for page in pdf.pages]
    assert pages[0] == 0
    assert pages[1] == KEPT[kind].count("Part ")


def test_a_kept_block_that_no_page_has_room_for_begins_where_it_stands(print_edition: Print) -> None:
    block = ".. container:: keep\n\n" + "".join(f"   Part {n} of it.\n\n" for n in range(60))
    pdf = print_edition(f"First.\n\n{block}")
    assert "Part 0 " in pdf.pages[0].text
    assert sum(page.text.count("Part ") for page in pdf.pages) == 60
