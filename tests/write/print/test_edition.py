"""The finished print edition read back: pages, what runs on them, notes, links, line and page ends, fonts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.check.validators import validate_pdf
from tests.support.articles import Editions, Read
from tests.support.content_stream import instructions
from tests.support.readback import SOFT, Link, PdfFile, PdfPage, folded, line_text, stands_in

Build = Callable[..., PdfFile]

WORDS = ("the", "old", "road", "leads", "over", "a", "hill", "and", "down", "to", "a", "small", "town")


def filler(words: int, start: int = 0) -> str:
    """That many short words, which no line end divides."""
    return " ".join(WORDS[(start + index) % len(WORDS)] for index in range(words)).capitalize() + "."


def article(fields: str, text: str) -> str:
    return f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n{fields}\n\n{text}"


# The page ------------------------------------------------------------------------------------------------

A4, LETTER = (595, 842), (612, 792)


@pytest.mark.parametrize(
    ("fields", "paper", "size"),
    [
        pytest.param("", None, A4, id="by default"),
        pytest.param(":paper: letter", None, LETTER, id="the article's own"),
        pytest.param("", "letter", LETTER, id="the command's"),
        pytest.param(":paper: letter", "a4", A4, id="the command's before the article's"),
    ],
)
def test_paper_sizes(print_edition: Build, fields: str, paper: str | None, size: tuple[int, int]) -> None:
    pdf = print_edition(article(fields, "Text."), whole=True, paper=paper)
    assert {(round(page.width), round(page.height)) for page in pdf.pages} == {size}


def test_text_keeps_away_from_the_edges_of_both_papers(print_edition: Build) -> None:
    for paper in ("a4", "letter"):
        for page in print_edition(filler(600), paper=paper).pages:
            assert min(char.x for char in page.chars) > 40
            assert max(char.right for char in page.chars) < page.width - 40
            assert min(char.y for char in page.chars) > 28


def test_the_short_title_runs_at_the_head_from_page_two(kitchen: Editions) -> None:
    heads = [page.head for page in kitchen.pdf.pages]
    assert len(heads) >= 3
    assert "Everything" not in heads[0]
    assert all(head.startswith("Everything ") for head in heads[1:])


def test_the_title_runs_at_the_head_where_there_is_no_short_one(print_edition: Build) -> None:
    pages = print_edition(filler(900)).pages
    assert [page.head for page in pages] == ["", *["Title"] * (len(pages) - 1)]
    assert len(pages) > 1


def test_pages_are_counted_at_their_feet(kitchen: Editions) -> None:
    pages = kitchen.pdf.pages
    for page in pages:
        assert page.foot.endswith(f"page {page.number} of {len(pages)}")


def test_date_version_and_status_stand_at_the_foot_of_every_page(kitchen: Editions) -> None:
    for page in kitchen.pdf.pages:
        assert page.foot.startswith("9 March 2026 · Version 1.2 · final")


def test_the_marking_stands_in_capitals_at_head_and_foot_of_every_page(kitchen: Editions) -> None:
    for page in kitchen.pdf.pages:
        assert page.head.endswith("RESTRICTED")
        assert "RESTRICTED" in page.foot


def test_what_runs_on_the_page_is_in_the_articles_language(print_edition: Build) -> None:
    text = "Titel\n=====\n\n:date: 2026-03-09\n:version: 2\n:language: de\n\nText.\n"
    assert print_edition(text, whole=True).pages[0].foot == "9. März 2026 · Fassung 2 Seite 1 von 1"


def test_the_title_block_has_all_that_is_known(kitchen: Editions) -> None:
    text = kitchen.pdf.pages[0].text
    block = (
        "Everything at once[1] in one What an article may be made of Anna Përkohshme, Bob & Carol "
        "Ministry of Tests 9 March 2026 · Version 1.2 · final"
    )
    assert stands_in(block, text)


def test_the_infobox_stands_beside_the_first_words(kitchen: Editions) -> None:
    lead = next(line for line in kitchen.pdf.pages[0].lines if line_text(line).startswith("The lead"))
    box = [char for char in kitchen.pdf.pages[0].inner if abs(char.y - lead[0].y) < 60 and char.x > 350]
    assert box
    assert max(char.right for char in box) < kitchen.pdf.pages[0].width - 40


# Notes ---------------------------------------------------------------------------------------------------

NOTES = f"""
One note, [#a]_ and another, [#b]_ and the first one again. [#a]_

{filler(700)}

Far away the first once more, [#a]_ and a third. [#c]_ And again. [#a]_

.. [#a] First note.
.. [#b] Second note.
.. [#c] Third note.
"""


def test_notes_stand_at_the_foot_of_the_page_of_their_first_call(print_edition: Build) -> None:
    first, second = print_edition(article(":notes: foot", NOTES), whole=True).pages
    assert first.notes == {1: "First note.", 2: "Second note."}
    assert second.notes == {3: "Third note."}
    assert [call.text for call in first.calls] == ["1", "2", "1"]
    assert [call.text for call in second.calls] == ["1", "3", "1"]


def first_pages(pdf: PdfFile) -> dict[int, int]:
    """The page of the first call of each note."""
    return {number: page.number for number, (page, _) in first_calls(pdf).items()}


def pages_of_notes(pdf: PdfFile) -> list[tuple[int, int]]:
    """Each note at the foot of a page, with that page."""
    return [(number, page.number) for page in pdf.pages for number in page.notes]


def dense(count: int) -> str:
    """Paragraphs and notes of many lengths, so that pages end in all kinds of places."""
    text = ""
    for number in range(1, count + 1):
        text += f"{filler(25 + number * 37 % 60, number)} [#a{number}]_ "
        text += f"{filler(number * 23 % 50 + 4)} [#b{number}]_ {filler(number % 9 + 2)}\n\n"
    for number in range(1, count + 1):
        text += f".. [#a{number}] A{number} {filler(number * 13 % 40 + 1)}\n"
        text += f".. [#b{number}] B{number} {filler(number * 7 % 20 + 1)}\n"
    return text


@pytest.mark.parametrize("count", [10, pytest.param(30, marks=pytest.mark.slow)])
def test_no_note_of_many_is_lost_or_on_another_page_than_its_call(print_edition: Build, count: int) -> None:
    pdf = print_edition(article(":notes: foot", dense(count)), whole=True)
    assert len(pdf.pages) >= count // 5
    assert sorted(pages_of_notes(pdf)) == sorted(first_pages(pdf).items())
    assert len(pdf.notes) == 2 * count
    ends = [pdf.notes[number].split()[0] for number in (1, 2, 2 * count - 1, 2 * count)]
    assert ends == ["A1", "B1", f"A{count}", f"B{count}"]


def test_notes_of_all_places_stand_on_the_page_of_their_first_call(kitchen: Editions) -> None:
    assert sorted(pages_of_notes(kitchen.pdf)) == sorted(first_pages(kitchen.pdf).items())


def test_notes_stand_below_the_text_of_their_page(print_edition: Build) -> None:
    for page in print_edition(article(":notes: foot", NOTES), whole=True).pages:
        lowest = min(char.y for line in page.lines for char in line)
        assert lowest > page.foot_top


def test_the_list_names_each_page_on_which_a_note_is_called_once(print_edition: Build) -> None:
    listed = print_edition(article(":notes: both", NOTES), whole=True).listed("Notes")
    assert {number: folded(text) for number, text in listed.items()} == {
        1: "First note. pp. 1, 2",
        2: "Second note. p. 1",
        3: "Third note. p. 2",
    }


@pytest.mark.parametrize(
    ("choice", "foot", "listed"),
    [
        ("foot", [1, 2, 3], False),
        ("end", [], True),
        ("both", [1, 2], True),  # the third is called on the page of the list
        (None, [1, 2, 3], False),
    ],
)
def test_where_notes_stand(print_edition: Build, choice: str | None, foot: list[int], listed: bool) -> None:
    pdf = print_edition(article(f":notes: {choice}" if choice else "", NOTES), whole=True)
    assert sorted(pdf.notes) == foot
    titles = [title for _, title, _ in pdf.outline]
    assert ("Notes" in titles) == listed
    assert (sorted(pdf.listed("Notes")) if listed else []) == ([1, 2, 3] if listed else [])


def test_a_call_leads_to_its_note_and_the_notes_number_back_to_the_first_call(kitchen: Editions) -> None:
    calls = first_calls(kitchen.pdf)
    assert sorted(kitchen.pdf.notes) == list(range(1, 16))
    for page in kitchen.pdf.pages:
        for number in page.notes:
            label = label_of(page, number)
            origin, call = calls[number]
            assert call.target is not None
            assert call.target.page == page.number
            assert abs(call.target.y - label.rect[3]) < 4
            assert label.target is not None
            assert label.target.page == origin.number
            assert abs(label.target.y - call.rect[3]) < 12


def test_every_later_call_leads_to_the_same_note(kitchen: Editions) -> None:
    targets = [call.target for page in kitchen.pdf.pages for call in page.calls if call.text == "4"]
    assert len(targets) == 4
    assert len(set(targets)) == 1


def test_calls_are_large_enough_to_be_hit(kitchen: Editions) -> None:
    for page in kitchen.pdf.pages:
        for call in page.calls:
            left, low, right, high = call.rect
            assert high - low > 5
            assert right - left > 3


def test_each_page_in_the_list_leads_to_the_call(print_edition: Build) -> None:
    pdf = print_edition(article(":notes: both", NOTES), whole=True)
    last = pdf.pages[-1]
    low, high = last.foot_top, pdf.place_of("Notes").y
    links = [link for link in last.links if low < link.rect[3] < high and link not in last.calls]
    found = [(link.text.strip(", "), link.target and link.target.page) for link in links]
    assert found == [("1", 1), ("2", 2), ("1", 1), ("2", 2)]


def first_calls(pdf: PdfFile) -> dict[int, tuple[PdfPage, Link]]:
    found: dict[int, tuple[PdfPage, Link]] = {}
    for page in pdf.pages:
        for call in page.calls:
            found.setdefault(int(call.text), (page, call))
    return found


def label_of(page: PdfPage, number: int) -> Link:
    calls = page.calls
    return next(link for link in page.links if link.text == str(number) and link not in calls)


def test_a_note_of_several_paragraphs_and_a_list_is_whole_at_the_foot(kitchen: Editions) -> None:
    expected = (
        "The first paragraph.",
        "The second paragraph, with a link:",
        "a point in a note",
        "and another",
    )
    lines = [folded(line) for line in kitchen.pdf.notes[14].splitlines()]
    assert [line for line in expected if line not in lines] == []


def test_a_note_called_in_a_note_stands_at_the_foot_too(kitchen: Editions) -> None:
    page = next(page for page in kitchen.pdf.pages if 7 in page.notes)
    assert page.notes[7].endswith("it calls another.[15]")
    assert page.notes[15] == "Called from a note only."


def test_a_note_in_the_title_is_neither_at_the_head_of_pages_nor_in_the_bookmarks(
    print_edition: Build,
) -> None:
    text = f"Title [#a]_\n===========\n\n:date: 2026-11-24\n:language: en\n\n{filler(900)}\n\n.. [#a] Note.\n"
    pdf = print_edition(text, whole=True)
    assert pdf.pages[1].head == "Title"
    assert pdf.outline[0][1] == "Title"
    assert pdf.notes == {1: "Note."}


@pytest.mark.slow
def test_a_very_long_note_is_listed_whole(print_edition: Build) -> None:
    words = " ".join(f"word{index}" for index in range(700))
    pdf = print_edition(f"Text. [#a]_\n\n.. [#a] {words}\n")
    assert stands_in(words, pdf.listed("Notes")[1])


# Links and bookmarks -------------------------------------------------------------------------------------


def test_bookmarks_are_the_headings_with_their_levels_and_without_note_numbers(kitchen: Editions) -> None:
    assert [(level, title) for level, title, _ in kitchen.pdf.outline] == [
        (0, "Everything at once in one"),
        (1, "Lists and blocks"),
        (2, "A heading with a note"),
        (3, "Third level"),
        (1, "Tables and pictures"),
        (1, "Far away"),
        (1, "Sources"),
    ]


def test_each_bookmark_leads_to_its_heading(kitchen: Editions) -> None:
    for _, title, place in kitchen.pdf.outline:
        page = kitchen.pdf.pages[place.page - 1]
        near = [char for char in page.inner if -40 < char.y - place.y <= 1]
        assert stands_in(title, re.sub(r"\[\d+\]", "", page.text_of(near)))


def test_links_to_other_places_are_live_and_as_written(kitchen: Editions) -> None:
    links = {(link.text, link.uri) for link in kitchen.pdf.links if link.uri}
    assert links == {
        ("small.example", "https://small.example/"),
        ("small.example", "https://small.example/a?b=1&c=2"),
        ("anna@example.org", "mailto:anna@example.org"),
        ("a link", "https://note.example/"),
    }


def test_a_link_to_a_heading_leads_there(kitchen: Editions) -> None:
    calls = [call for page in kitchen.pdf.pages for call in page.calls]
    place = kitchen.pdf.place_of("Lists and blocks")
    links = [link for link in kitchen.pdf.links if link.text.startswith("Lists and") and link not in calls]
    assert [link.target and link.target.page for link in links] == [place.page]
    assert links[0].target is not None
    assert abs(links[0].target.y - place.y) < 30


def test_no_link_leads_nowhere(kitchen: Editions) -> None:
    assert [link for link in kitchen.pdf.links if not link.uri and not link.target] == []


# Line ends -----------------------------------------------------------------------------------------------

GERMAN = "Silbentrennung"
LEGAL = {
    "de": {"Sil", "Silben", "Silbentren"},
    "en": {"rep", "repre", "repres", "represen", "represent", "representa"},
}


def broken(pdf: PdfFile, word: str) -> set[str]:
    """The beginnings at which `word` is divided at line ends."""
    found = set()
    for match in re.finditer(rf"\w+{SOFT}\w+", pdf.text):
        before, _, after = match[0].partition(SOFT)
        if before + after == word:
            found.add(before)
    return found


def words_of_all_lengths(word: str) -> str:
    return "\n\n".join(f"{'i' * length} " + f"{word} " * 12 for length in range(1, 30, 2))


@pytest.mark.parametrize(("language", "word"), [("de", GERMAN), ("en", "representation")])
def test_words_are_divided_as_the_articles_language_does(
    print_edition: Build, language: str, word: str
) -> None:
    text = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n{words_of_all_lengths(word)}\n"
    found = broken(print_edition(text, whole=True), word)
    assert len(found) > 1
    assert found <= LEGAL[language]


def test_the_same_word_is_divided_otherwise_in_another_language(print_edition: Build) -> None:
    text = "Title\n=====\n\n:date: 2026-11-24\n:language: {}\n\n" + words_of_all_lengths(GERMAN)
    german, english = (broken(print_edition(text.format(tag), whole=True), GERMAN) for tag in ("de", "en"))
    assert english
    assert german != english


def test_headings_and_code_are_never_divided(print_edition: Build) -> None:
    heading = " ".join(["representation"] * 20)
    text = f"{heading}\n{'=' * len(heading)}\n\nText ``{heading}``.\n"
    assert SOFT not in print_edition(text).everything


# Page ends -----------------------------------------------------------------------------------------------


def paragraphs(lengths: Iterable[int]) -> str:
    """Paragraphs of numbered words, so that each line of the finished pages tells which one it is of."""
    parts = []
    for number, length in enumerate(lengths, start=1):
        if number % 5 == 0:
            parts.append(f"Heading {number}\n" + "=" * 12)
        parts.append(" ".join(f"P{number:03}" for _ in range(length)))
    return "\n\n".join(parts)


@pytest.fixture(scope="session")
def breaks(print_edition: Build) -> list[list[str]]:
    """The lines of many pages, each as its first word."""
    lengths = [20 + (number * 37) % 90 for number in range(1, 75)]
    pdf = print_edition(article(":contents: no", paragraphs(lengths)), whole=True)
    assert len(pdf.pages) > 6
    return [[line_text(line).split()[0] for line in page.lines] for page in pdf.pages]


@pytest.mark.slow
def test_no_line_of_a_paragraph_stands_alone_on_a_page(breaks: list[list[str]]) -> None:
    divided = 0
    for before, after in pairwise(breaks):
        if before[-1] == after[0]:
            divided += 1
            assert before.count(before[-1]) > 1
            assert after.count(after[0]) > 1
    assert divided > 2


def test_no_heading_is_last_on_a_page(breaks: list[list[str]]) -> None:
    assert sum(lines.count("Heading") for lines in breaks) == 14
    assert [lines[-1] for lines in breaks if not lines[-1].startswith("P")] == []


TABLE = ".. list-table::\n   :header-rows: 1\n\n   * - Country of the row\n     - Number\n" + "".join(
    f"   * - Country {number}\n     - {number}\n" for number in range(1, 100)
)


def test_the_head_of_a_table_is_repeated_on_each_of_its_pages(print_edition: Build) -> None:
    pages = print_edition(TABLE).pages
    with_rows = [page for page in pages if re.search(r"^Country \d", page.text, re.MULTILINE)]
    assert len(with_rows) > 2
    assert [page.text.count("Country of the row") for page in with_rows] == [1] * len(with_rows)


def test_no_row_of_a_long_table_is_lost(print_edition: Build) -> None:
    assert re.findall(r"^Country (\d+) (\d+)", print_edition(TABLE).text, re.MULTILINE) == [
        (str(number), str(number)) for number in range(1, 100)
    ]


# Contents ------------------------------------------------------------------------------------------------


def sections(number: int, words: int) -> str:
    parts = []
    for index in range(1, number + 1):
        parts += [f"Section {index}\n==========", filler(words, index)]
        parts += [f"Part {index}\n----------", filler(words)]
    return "\n\n".join(parts)


def contents(pdf: PdfFile) -> list[tuple[str, int]]:
    """The entries of the contents list and the page numbers beside them."""
    lines = [line_text(line) for line in pdf.pages[0].lines]
    if "Contents" not in lines:
        return []
    entries = (re.fullmatch(r"((?:Section|Part) \d+) (\d+)", line) for line in lines)
    return [(match[1], int(match[2])) for match in entries if match]


def test_a_long_article_has_a_contents_list_with_the_right_pages(print_edition: Build) -> None:
    pdf = print_edition(sections(8, 260))
    wanted = [(title, place.page) for level, title, place in pdf.outline if level]
    assert len(wanted) == 16
    assert contents(pdf) == wanted
    assert wanted[-1][1] > 5


def test_entries_of_the_contents_list_lead_to_their_headings(print_edition: Build) -> None:
    pdf = print_edition(sections(8, 260))
    assert len(pdf.outline) == 17
    for _, title, place in pdf.outline[1:]:
        links = [link for link in pdf.pages[0].links if re.fullmatch(rf"\d*\s?{title}\s?\d*", link.text)]
        assert {link.target and link.target.page for link in links} == {place.page}


def test_a_short_article_has_no_contents_list(print_edition: Build) -> None:
    assert contents(print_edition(sections(8, 20))) == []


def test_an_author_may_have_a_contents_list(print_edition: Build) -> None:
    short = print_edition(article(":contents: yes", sections(8, 20)), whole=True)
    assert len(contents(short)) == 16


def test_an_author_may_have_none(breaks: list[list[str]]) -> None:
    assert "Contents" not in breaks[0]
    assert sum(lines.count("Heading") for lines in breaks) > 10


# What the file says of itself ----------------------------------------------------------------------------


def test_title_authors_and_subject_are_in_the_metadata(kitchen: Editions) -> None:
    values = kitchen.pdf.document.get_metadata_dict()
    assert values["Title"] == "Everything at once in one"
    assert values["Author"] == "Anna Përkohshme; Bob & Carol"
    assert values["Subject"] == "All that stands in an article, <small> & large."
    assert values["Keywords"] == "notes, infobox, pages"


def test_the_dates_are_those_of_the_article(kitchen: Editions) -> None:
    values = kitchen.pdf.document.get_metadata_dict()
    assert values["CreationDate"].startswith("D:20260309000000")
    assert values["ModDate"].startswith("D:20260309000000")


def test_the_same_is_in_the_xmp_metadata(kitchen: Editions) -> None:
    with kitchen.pdf.pike.open_metadata() as xmp:
        assert xmp["dc:title"] == "Everything at once in one"
        assert list(xmp["dc:creator"]) == ["Anna Përkohshme", "Bob & Carol"]
        assert xmp["xmp:CreateDate"].startswith("2026-03-09T00:00:00")


def test_the_language_of_the_document_is_the_articles(print_edition: Build) -> None:
    text = "Titel\n=====\n\n:date: 2026-03-09\n:language: de-AT\n\nText.\n"
    assert str(print_edition(text, whole=True).pike.Root.Lang) == "de-AT"


def test_a_reader_shows_the_title_not_the_file_name(kitchen: Editions) -> None:
    assert bool(kitchen.pdf.pike.Root.ViewerPreferences.DisplayDocTitle)


def test_the_document_is_tagged(kitchen: Editions) -> None:
    assert bool(kitchen.pdf.pike.Root.MarkInfo.Marked)
    assert "/StructTreeRoot" in kitchen.pdf.pike.Root


# Fonts ---------------------------------------------------------------------------------------------------

OURS = re.compile(r"Source-Serif|Source-Sans-Pro|IBM-Plex-Mono|Noto-|STIX-Two-Math|DejaVu-Sans$")


def test_all_fonts_are_embedded_and_ours(kitchen: Editions) -> None:
    fonts = kitchen.pdf.fonts
    assert len(fonts) > 5
    assert [name for name, embedded in fonts.items() if not embedded or not OURS.match(name)] == []


def test_letters_beyond_the_text_face_are_drawn_and_can_be_copied(kitchen: Editions) -> None:
    for text in ("ѣ and Приштина,", "ἀρχή,", "Përkohshme,", "20 ₵,", "😀"):
        assert stands_in(text, kitchen.pdf.text)


def test_no_empty_box_is_drawn(kitchen: Editions) -> None:
    """Glyph 0 of a font is its empty box: codes are glyph numbers here (Identity-H)."""
    codes = set()
    for page in kitchen.pdf.pike.pages:
        fonts = page.Resources.Font
        font = None
        for operands, operator in instructions(page):
            if str(operator) == "Tf":
                font = fonts[str(operands[0])]
            if str(operator) in ("Tj", "TJ") and font is not None and font.get("/Encoding") == "/Identity-H":
                strings = operands[0] if str(operator) == "TJ" else operands
                for string in strings:
                    if isinstance(string, pikepdf.String):
                        raw = bytes(string)
                        codes |= {raw[index : index + 2] for index in range(0, len(raw), 2)}
    assert len(codes) > 50
    assert b"\0\0" not in codes


def test_a_letter_that_no_font_has_is_a_finding_on_its_line(
    tmp_path: Path, read_text_article: Callable[..., Read]
) -> None:
    from pipeline.write.engine.coverage import check_glyphs

    article, found, _ = read_text_article("one\n\ntwo\nthree \U00013000\n\nfour\n")
    assert article is not None
    assert found == []
    (finding,) = check_glyphs(article)
    assert (finding.code, finding.line) == ("glyph-missing", 10)
    assert "U+13000" in finding.message


def test_a_script_that_no_font_has_is_one_finding(
    tmp_path: Path, read_text_article: Callable[..., Read]
) -> None:
    """There were 29 for an article in Tibetan, each of which said "write it otherwise"."""
    from pipeline.write.engine.coverage import check_glyphs

    article, _, _ = read_text_article("one\n\nབོད་ཀྱི་སྐད་ཡིག ދިވެހިރާއްޖެ\n\nབཀྲ་ཤིས\n")
    assert article is not None
    found = check_glyphs(article)
    assert [(finding.line, finding.message.partition("(")[2].partition(")")[0]) for finding in found] == [
        (9, "Tibetan"),
        (9, "Thaana"),
    ]
    assert all("folder fonts of styles" in finding.message for finding in found)


def test_the_draft_shows_a_sign_for_a_letter_that_no_font_has_and_is_valid(
    finished: Callable[..., Result],
) -> None:
    text = "Text \U00013000 and *more \U00013001x* and :strong:`\U00013000`.\n"
    result = finished(text, draft=True)
    path = next(output.path for output in result.outputs if output.path.suffix == ".pdf")
    assert validate_pdf(path) == []
    assert {finding.code for finding in result.findings} == {"glyph-missing"}
    pdf = PdfFile(path.read_bytes())
    said = re.findall(rb"ActualText <feff(\w+)>", pdf.pike.pages[0].Contents.read_bytes())
    assert said == [b"d80cdc00", b"d80cdc01", b"d80cdc00"]  # in UTF-16


def test_an_infobox_is_never_split_between_pages(print_edition: Callable[..., PdfFile]) -> None:
    paragraph = "The relations between the two countries are shaped by agreements on trade. " * 5
    box = ".. infobox:: Late box\n\n" + "".join(f"   :Field {n}: {'some words ' * 6}\n" for n in range(6))
    for before in range(3, 6):
        edition = print_edition(f"{paragraph}\n\n" * before + box + f"\n{paragraph}\n\n" * 3)
        places = {edition_page for edition_page, page in enumerate(edition.pages) if "Late box" in page.text}
        rows = {
            index for index, page in enumerate(edition.pages) for n in range(6) if f"Field {n}" in page.text
        }
        assert rows == places


def test_a_contents_list_stands_behind_an_infobox_that_leads(print_edition: Callable[..., PdfFile]) -> None:
    box = ".. infobox:: The box\n\n   :One: two\n\nLead.\n\n"
    sections = "".join(f"Part {n}\n-------\n\nText.\n\n" for n in range(3))
    text = f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n:contents: yes\n\n{box}{sections}"
    page = print_edition(text, whole=True).pages[0].text
    assert page.index("The box") < page.index("Contents") < page.index("Lead")
