"""Page starts: read from the laid out print edition, marked in the ebook, compared with the PDF."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.read.reader import read
from pipeline.styles import Sheet
from pipeline.tree.article import Article
from pipeline.write.engine.boxes import boxes_on
from pipeline.write.epub.edition import write_epub
from pipeline.write.epub.page_breaks import PageMarks
from pipeline.write.print.edition import lay_out
from pipeline.write.print.layout import layout
from pipeline.write.print.page_starts import PageStart, letters, page_starts
from pipeline.write.xhtml.attributes import MOVED

EPUB = "{http://www.idpf.org/2007/ops}"
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HEAD = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\n"


# Small layouts: what begins each page --------------------------------------------------------------------

SHEET = """
@page { size: 60mm 44mm; margin: 4mm; @footnote { margin-top: 2mm } @top-left { content: "Head" } }
html { font: 10pt/14pt "Source Serif Pro"; } p, ul, table { margin: 0 }
table { border-spacing: 0 } p { orphans: 1; widows: 1 }
body { margin: 0 } td, th { padding: 0; font-weight: 400; text-align: left } tr { break-inside: avoid }
.foot { float: footnote } .foot::footnote-call { content: none } .foot::footnote-marker { content: none }
.beside { float: right; width: 20mm } .new { break-before: page }
"""
LINES = " ".join(f"line{number:02}<br/>" for number in range(7))


def starts_of(body: str, sheet: str = "", root: Path | None = None) -> list[tuple[int, int]]:
    """Block and offset of each page start of a small page of 7 lines."""
    page = (
        f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body><article>{body}</article></body></html>'
    )
    found: list[Any] = []
    files = {"source/dot.png": (root / "dot.png").read_bytes()} if root else {}
    document = layout(
        page, [Sheet("test", SHEET), Sheet("test", sheet)], files, date(2026, 11, 24), "test.rst", found
    )
    starts = page_starts(document)
    assert found == []
    assert [start.page for start in starts] == list(range(1, len(document.pages) + 1))
    return [(start.block, start.offset) for start in starts]


def test_a_paragraph_that_goes_on_is_counted_without_spaces() -> None:
    assert starts_of(f'<p data-b="4">{LINES}one <em>two</em>   three</p>') == [(4, 0), (4, 7 * 6)]


def test_a_page_begins_with_the_outermost_block_that_begins() -> None:
    body = f'<section data-b="1"><p data-b="2">{LINES}</p></section>'
    more = (
        '<section data-b="3"><h2 data-b="4">A</h2><ul data-b="5"><li data-b="6"><p data-b="7">b</p></li></ul>'
    )
    assert starts_of(f"{body}{more}</section>") == [(1, 0), (3, 0)]


def test_a_list_that_goes_on_begins_with_its_item() -> None:
    items = "".join(f'<li data-b="{n}"><p data-b="{n + 1}">item{n}</p></li>' for n in range(2, 22, 2))
    assert starts_of(f'<ul data-b="1">{items}</ul>') == [(1, 0), (16, 0)]


def test_a_table_that_goes_on_begins_with_its_row_not_with_its_repeated_head() -> None:
    row = '<tr data-b="{}"><{} data-b="{}"><p data-b="{}">text</p></{}></tr>'
    rows = [row.format(n, *((tag := "td" if n > 3 else "th"), n + 1, n + 2), tag) for n in range(3, 36, 3)]
    table = f'<table data-b="1"><thead data-b="2">{rows[0]}</thead><tbody>{"".join(rows[1:])}</tbody></table>'
    assert starts_of(table) == [(1, 0), (24, 0)]


def test_a_hyphen_of_the_typesetter_is_not_counted_and_the_whole_word_is_meant() -> None:
    words = "international " * 40
    starts = starts_of(
        f'<p data-b="1">{words}</p>',
        'p { hyphens: auto; hyphenate-character: "-"; text-align: justify } @page { size: 34mm 44mm }',
    )
    assert len(starts) > 3
    assert {offset % len("international") for _, offset in starts} == {0}


def test_a_hyphen_of_the_author_is_counted() -> None:
    sheet = 'p { hyphenate-character: "-"; hyphens: auto } @page { size: 30mm 44mm }'
    starts = starts_of(f'<p data-b="1">{"aaaa-bbbb " * 30}</p>', sheet)
    assert len(starts) > 2
    assert {offset % len("aaaa-bbbb") for _, offset in starts} == {0}


def test_a_script_without_spaces_begins_where_the_line_does() -> None:
    starts = starts_of(f'<p data-b="1">{"日本国" * 100}</p>', 'html { font-family: "Noto Sans CJK JP" }')
    assert len(starts) > 2
    assert all(offset for _, offset in starts[1:])


def test_notes_at_the_foot_and_generated_content_are_no_text() -> None:
    body = f'<p data-b="1">a<span class="foot"><b>1</b> note <em>text</em></span>b {LINES}c</p>'
    assert starts_of(body, 'p::before { content: "generated " }') == [(1, 0), (1, 2 + 5 * 6)]


def test_what_stands_beside_the_text_begins_no_page() -> None:
    beside = '<table class="beside" data-b="3"><tr data-b="4"><td data-b="5">x<br/>y<br/>z</td></tr></table>'
    text = f'<p data-b="1">{LINES.replace("line06<br/>", "")}</p><div data-b="2">{beside}</div>'
    assert starts_of(f'{text}<p data-b="6">more text here<br/>and here</p><p data-b="7">end</p>')[1][0] >= 6


def test_an_image_begins_a_page_without_text(images: Path) -> None:
    figure = '<figure data-b="2"><img data-b="3" alt="" src="/source/dot.png"/><p data-b="4">x</p></figure>'
    assert starts_of(f'<p data-b="1">{LINES}</p>{figure}', root=images) == [(1, 0), (2, 0)]
    image = '<p data-b="2">a <img class="new" data-b="3" alt="" src="/source/dot.png"/> b</p>'
    sheet = ".new { display: block }"
    assert starts_of(f'<p data-b="1">{LINES.replace("line06<br/>", "")}</p>{image}', sheet, images)[1] == (
        3,
        0,
    )


def test_pages_of_notes_alone_begin_where_the_text_goes_on() -> None:
    note = " ".join(f"note{number}" for number in range(120))
    body = f'<p data-b="1">one<span class="foot">{note}</span></p>'
    starts = starts_of(f'{body}<p data-b="2" class="new">two</p>')
    assert starts[0] == (1, 0)
    assert starts[-1] == (2, 0)
    assert set(starts[1:]) == {(2, 0)}
    assert set(starts_of(body)[1:]) <= {(1, 3)}


def test_the_pages_that_a_note_is_cited_on_begin_no_page() -> None:
    note = f'<div data-b="1"><div><p data-b="2">{LINES}</p></div><p class="cited">p. <a>2</a></p></div>'
    assert starts_of(f'{note}<p data-b="3">two</p>') == [(1, 0), (3, 0)]


# Marks in the ebook --------------------------------------------------------------------------------------


def marked(xhtml: str, *starts: tuple[int, int], last: bool = False) -> str:
    """A file with its marks, each as its number: in brackets where it is inline, in braces as a block."""
    pages = [PageStart(page, *start) for page, start in enumerate(starts, start=1)]
    text = PageMarks(pages).place("a.xhtml", xhtml, last=last)
    assert "data-b" not in text
    atts = r'epub:type="pagebreak" role="doc-pagebreak" id="page_(\d+)" aria-label="\1"'
    return re.sub(f"<div {atts}></div>", r"{\1}", re.sub(f"<span {atts}></span>", r"[\1]", text))


ITEM = '<ul data-b="2"><li data-b="3"><p data-b="4">a</p></li></ul>'
CELL = '<table data-b="2"><tr data-b="3"><td data-b="4">a</td></tr></table>'
TERM = '<dl data-b="2"><dt data-b="3">a</dt><dd data-b="4">b</dd></dl>'
MATH = '<p data-b="2">a <math data-b="3"><mi>x</mi></math> b</p>'
TWO = '<p data-b="2">a</p><p data-b="9">b</p>'


@pytest.mark.parametrize(
    ("xhtml", "start", "expected"),
    [
        ('<p data-b="2">one two</p>', (2, 0), "{1}<p>one two</p>"),
        ('<p data-b="2">one two</p>', (2, 3), "<p>one [1]two</p>"),
        ('<p data-b="2">one <em>two</em></p>', (2, 3), "<p>one [1]<em>two</em></p>"),
        ('<p data-b="2">one <em>two three</em></p>', (2, 6), "<p>one <em>two [1]three</em></p>"),
        ('<p data-b="2">a &amp; b é c</p>', (2, 4), "<p>a &amp; b é [1]c</p>"),
        ('<p data-b="2">a&amp;b</p>', (2, 1), "<p>a[1]&amp;b</p>"),
        (ITEM, (2, 0), "{1}<ul><li><p>a</p></li></ul>"),
        (ITEM, (3, 0), "<ul><li>{1}<p>a</p></li></ul>"),
        (CELL, (2, 0), "{1}<table><tr><td>a</td></tr></table>"),
        (CELL, (3, 0), "<table><tr><td>[1]a</td></tr></table>"),
        (TERM, (4, 0), "<dl><dt>a</dt><dd>[1]b</dd></dl>"),
        (MATH, (3, 0), "<p>a [1]<math><mi>x</mi></math> b</p>"),
        (MATH, (2, 1), "<p>a <math><mi>x</mi></math> [1]b</p>"),
        (TWO, (5, 0), "<p>a</p>{1}<p>b</p>"),
        (TWO, (2, 8), "<p>a</p>{1}<p>b</p>"),
        ('<div data-b="2"><p>1</p><p data-b="3">a</p></div>', (2, 0), "{1}<div><p>1</p><p>a</p></div>"),
    ],
)
def test_a_mark_stands_at_its_word(xhtml: str, start: tuple[int, int], expected: str) -> None:
    assert marked(xhtml, start) == expected


def test_marks_stay_in_order_and_none_is_lost() -> None:
    xhtml = '<p data-b="2">one two</p><p data-b="3">three</p>'
    assert marked(xhtml, (2, 3), (2, 3), (3, 5), last=True) == "<p>one [1][2]two</p><p>three</p>{3}"
    marks = PageMarks([PageStart(1, 2, 3), PageStart(2, 3, 0)])
    assert "page_1" in marks.place("a.xhtml", '<p data-b="2">one two</p>')
    assert "page_2" in marks.place("b.xhtml", '<p data-b="3">three</p>')
    assert marks.placed == {1: "a.xhtml", 2: "b.xhtml"}


def test_text_without_marks_is_untouched_but_for_its_numbers() -> None:
    xhtml = '<p data-b="2">a &lt;b data-b=&quot;7&quot;&gt; \u2003 é</p>\n'
    assert PageMarks([]).place("a.xhtml", xhtml) == xhtml.replace(' data-b="2"', "")


# Whole articles ------------------------------------------------------------------------------------------

WORDS = ("administration", "negotiation", "of", "internationally", "treaty", "embassy", "understanding", "so")
_STEPS = [26**2, 26, 1]


def unique_words() -> Iterator[str]:
    """Words that are told apart by their last letters, so that each occurs once; hyphenation takes them."""
    for number in itertools.count():
        code = "".join(chr(97 + number // step % 26) for step in _STEPS)
        yield WORDS[number % len(WORDS)] + code


def block_of(kind: str, size: int, words: Iterator[str], notes: list[str]) -> str:
    """One block of rST of a kind, larger with its size."""

    def text(count: int) -> str:
        found = [next(words) for _ in range(count)]
        if count > 4:
            found[2], found[4] = f"*{found[2]}*", f"**{found[4]}**"
        return " ".join(found)

    if kind == "heading":
        title = text(3)
        return f"{title}\n{'=' * len(title)}\n\n{text(30 * size)}\n\n"
    if kind == "note":
        notes.append(f".. [#n{len(notes)}] {text(9 * size)}\n\n")
        return f"{text(12)} [#n{len(notes) - 1}]_ {text(9 * size)}\n\n"
    if kind == "list":
        return "".join(f"- {text(4 * size)}\n" for _ in range(3 * size)) + "\n"
    if kind == "table":
        rows = "".join(f"   * - {text(1)}\n     - {text(size)}\n" for _ in range(5 * size))
        return f".. list-table::\n   :header-rows: 1\n\n   * - headone\n     - headtwo\n{rows}\n"
    if kind == "code":
        return "::\n\n" + "".join(f"   {text(2)}\n" for _ in range(4 * size)) + "\n"
    if kind == "definition":
        return "".join(f"{next(words)}\n   {text(8 * size)}\n\n" for _ in range(2))
    if kind == "quote":
        return f"{text(9)}\n\n   {text(20 * size)}\n\n"
    return f"{text(35 * size)}\n\n"


KINDS = ("paragraph", "note", "list", "table", "code", "definition", "quote", "heading")
NOTES = st.sampled_from(("both", "foot", "end"))
BLOCKS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 4)), min_size=6, max_size=14)


def article_from(folder: Path, blocks: list[tuple[str, int]], where: str) -> Article:
    """An article made of random blocks; `where` its notes stand in print."""
    words, notes = unique_words(), list[str]()
    body = "".join(block_of(kind, size, words, notes) for kind, size in [("paragraph", 1), *blocks])
    path = folder / "article.rst"
    head = HEAD.replace("\n\n:date:", f"\n\n:notes: {where}\n:date:")
    path.write_text(head + body + "".join(notes), encoding="utf-8")
    article, findings = read(path)
    assert article is not None, findings
    return article


def marked_words(data: bytes) -> tuple[list[str], list[int]]:
    """The words of an EPUB's spine, and for each mark the place of the word that follows it."""
    words: list[str] = []
    places: list[int] = []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        chapters = sorted(name for name in names if re.search(r"(article|chapter-\d+)\.xhtml$", name))
        for name in ["EPUB/title.xhtml", *chapters]:
            text = ""
            for event, element in etree.iterwalk(
                etree.fromstring(archive.read(name)).find(".//{*}body"), events=("start", "end")
            ):
                if event == "start":
                    if element.get(f"{EPUB}type") == "pagebreak":
                        text += " \0 "
                    text += element.text or ""
                else:
                    text += element.tail or ""
            # The ebook says where long words in narrow cells may be parted.
            for token in re.findall(r"\0|[a-z]{3,}", text.replace("\u00ad", "")):
                if token == "\0":
                    places.append(len(words))
                elif not token.startswith("head"):
                    words.append(token)
    return words, places


def first_words(document: Any, data: bytes) -> list[str]:
    """The first word of the main flow of each page, as PDFium reads it: the leftmost of the highest line."""
    import pypdfium2

    found: list[tuple[float, str] | None] = []
    names: list[str] = []
    for page, laid in zip(pypdfium2.PdfDocument(data), document.pages, strict=True):
        top = (laid.height - laid._page_box.content_box_y()) * 0.75
        text = page.get_textpage()
        whole = text.get_text_range()
        words: list[tuple[float, float, str]] = []
        moved = [  # what was moved past text is read before it: the page begins with the text
            (laid.height - box.position_y - box.margin_height(), laid.height - box.position_y)
            for box in boxes_on(laid)
            if box.element is not None and MOVED in box.element.attrib and hasattr(box, "margin_height")
        ]
        for match in re.finditer(r"[a-z]{2,}", whole):
            left, _, _, upper = text.get_charbox(match.start(), loose=True)
            if any(low * 0.75 < upper < high * 0.75 for low, high in moved):
                continue
            if upper < top + 3 and not match.group().startswith("head"):
                words.append((upper, left, match.group()))
        highest = max((upper for upper, _, _ in words), default=0)
        found.append(min(((left, word) for upper, left, word in words if upper > highest - 6), default=None))
    following = ""
    for first in reversed(found):
        following = first[1] if first else following
        names.insert(0, following)
    return names


FEW = 2 if settings.get_current_profile_name() == "quick" else 5
"""How many articles are built."""


@pytest.mark.parametrize("paper", ["a4", pytest.param("letter", marks=pytest.mark.slow)])
@settings(max_examples=FEW, phases=[Phase.explicit, Phase.generate], suppress_health_check=SLOW)
@given(blocks=BLOCKS, where=NOTES)
def test_each_mark_stands_where_the_printed_page_begins(
    tmp_path: Path, paper: str, blocks: list[tuple[str, int]], where: str
) -> None:
    check_marks(tmp_path, paper, blocks, where)


@pytest.mark.fuzz
@pytest.mark.parametrize("paper", ["a4", "letter"])
@settings(max_examples=150, suppress_health_check=SLOW)
@given(blocks=BLOCKS, where=NOTES)
def test_each_mark_stands_where_the_printed_page_begins_at_length(
    tmp_path: Path, paper: str, blocks: list[tuple[str, int]], where: str
) -> None:
    check_marks(tmp_path, paper, blocks, where)


def check_marks(folder: Path, paper: str, blocks: list[tuple[str, int]], where: str) -> None:
    """Compare the marks of the ebook with the first words of the PDF's pages."""
    article = article_from(folder, blocks, where)
    document = lay_out([article], paper).document
    printed = first_words(document, document.write_pdf())
    words, places = marked_words(write_epub(article, pages=page_starts(document))[0])
    assert len(places) == len(printed)
    assert places == sorted(places)
    for page, (place, word) in enumerate(zip(places, printed, strict=True), start=1):
        assert words[place].endswith(word), f"page {page}: {words[place]} is marked, {word} is printed"
    assert letters(" a\u00adb \n") == "ab"
