"""Calls of notes side by side, notes under rubrics, images in infoboxes: both finished editions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build import Order, Result, build_one
from pipeline.check.article import check
from pipeline.read.reader import read
from pipeline.write.xhtml import core
from tests.support.articles import HEAD
from tests.support.readback import EPUB, EpubFile, PdfFile, folded
from tests.support.seen import letters_of
from tests.support.verdicts import complaints

Print = Callable[..., PdfFile]
Ebook = Callable[..., EpubFile]

NOTES = "".join(f".. [#n{number}] Note {number}.\n" for number in range(1, 13))
ALL = "All. " + " ".join(f"[#n{number}]_" for number in range(1, 13))
JULY = "In July, [#n1]_ [#n2]_ and in May. [#n3]_"
CALLS = f"{ALL}\n\n{JULY}\n\n.. list-table::\n\n   * - Yes [#n11]_ [#n12]_\n\n{NOTES}"


def test_a_comma_parts_two_calls_in_print(print_edition: Print) -> None:
    page = print_edition(CALLS).pages[0]
    line = letters_of(page, "Yes11,12")
    comma, first, yes = line[5], line[3], line[0]
    assert comma.y == pytest.approx(first.y)
    assert comma.size == pytest.approx(first.size)
    assert comma.y > yes.y + 1
    assert "".join(char.text for char in letters_of(page, "InJuly,1,2andinMay.3"))


def test_a_comma_parts_two_calls_in_the_ebook(ebook_edition: Ebook) -> None:
    (_, july), *_ = [
        (name, p) for name, p in ebook_edition(CALLS).find("//h:p") if "July" in "".join(p.itertext())
    ]
    assert folded("".join(july.itertext())) == "In July,1, 2 and in May.3"
    raised = [element.tag.rpartition("}")[2] for element in july]
    assert raised == ["sup"] * 4


def test_the_call_is_raised_by_an_element_around_its_link(ebook_edition: Ebook) -> None:
    calls = ebook_edition(CALLS).find("//h:a[@epub:type='noteref']")
    assert len(calls) == 17
    for _, call in calls:
        assert call.getparent().tag.endswith("}sup")
        assert "".join(call.itertext()) == "".join(call.getparent().itertext())


@pytest.mark.slow
def test_the_check_misses_the_comma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source" / "article.rst"
    source.parent.mkdir()
    source.write_text(HEAD + CALLS, encoding="utf-8")
    article, _ = read(source)
    assert article is not None

    def codes() -> set[tuple[str, str]]:
        build_one(source, Order(("pdf", "epub"), tmp_path))
        findings = check(article, tmp_path, validators=False).findings
        return {(finding.code, finding.message[:3]) for finding in findings}

    assert codes() == set()
    monkeypatch.setattr(core, "calls_apart", lambda _: "")
    assert {("check-text", "PDF"), ("check-text", "EPU")} <= codes()


CHAPTERS = "".join(
    f"Chapter {name}\n---------\n\nText of {name}. [#]_\n\n"
    f".. rubric:: Footnotes\n\n.. [#] Note of {name}.\n\n"
    for name in "AB"
)


def test_each_note_stands_under_its_rubric(print_edition: Print, ebook_edition: Ebook) -> None:
    text = folded(ebook_edition(CHAPTERS).text)
    assert text.index("Note of A") < text.index("Chapter B") < text.index("Note of B")
    page = print_edition(CHAPTERS).pages[0]
    places = ("Chapter A", "1Note of A.p.1", "Chapter B", "2Note of B.p.1")
    heights = [letters_of(page, place)[0].y for place in places]
    assert heights == sorted(heights, reverse=True)


def test_the_lists_are_marked_as_notes_and_not_the_chapters(ebook_edition: Ebook) -> None:
    for text in (CHAPTERS, CHAPTERS.split("Chapter B")[0]):
        book = ebook_edition(text)
        marked = book.find("//h:*[@role='doc-endnotes']")
        assert {element.get("class") for _, element in marked} == {"note-list"}
        assert len(marked) == text.count("rubric")
        (landmark,) = [
            link
            for link in book.nav.iter("{http://www.w3.org/1999/xhtml}a")
            if link.get(f"{EPUB}type") == "endnotes"
        ]
        assert book.element(book.target("nav.xhtml", landmark.get("href"))) is not None


def test_a_chapter_with_a_rubric_of_notes_is_in_print_when_those_stand_at_the_foot(
    print_edition: Print,
) -> None:
    head = HEAD.rstrip() + "\n:notes: foot\n\n"
    text = print_edition(head + CHAPTERS, whole=True).pages[0].text
    assert "Text of A" in text
    assert "Footnotes" not in text


def test_a_paragraph_stands_below_the_image_of_an_infobox(print_edition: Print, ebook_edition: Ebook) -> None:
    flag = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40"/></svg>'
    )
    text = (
        ".. infobox:: Malta\n\n   :Flag:\n      .. image:: flag.svg\n         :alt: Flag\n\n"
        "      Adopted in 1964.\n   :Capital: Valletta\n"
    )
    page = print_edition(text, {"flag.svg": flag}).pages[0]
    label, value, frame = (letters_of(page, words)[0] for words in ("Flag", "Adopted in 1964.", "Valletta"))
    assert value.y < label.y - 20
    assert value.x == pytest.approx(frame.x, abs=0.5)
    ((_, words),) = ebook_edition(text, {"flag.svg": flag}).find("//h:td/h:p")
    assert words.text == "Adopted in 1964."


def test_a_cell_beside_one_that_reaches_down_has_its_room(ebook_edition: Ebook) -> None:
    table = "+---+-------+---+\n| a | b     | c |\n|   +---+---+   |\n|   | d | e |   |\n+---+---+---+---+\n"
    cells = ebook_edition(table).find("//h:td")
    assert [cell.get("class") for _, cell in cells] == [None, None, None, "not-first", "not-last"]


@pytest.mark.parametrize(
    ("language", "comma"), [("ar", "\u060c"), ("fa", "\u060c"), ("he", ","), ("en", ",")]
)
def test_authors_and_calls_have_the_comma_of_their_language(
    finished: Callable[..., Result], language: str, comma: str
) -> None:
    names = ":author: Ann Peeters\n:author: Bo Jansen\n"
    head = f"Title\n=====\n\n{names}:date: 2026-11-24\n:language: {language}\n"
    text = f"{head}\nText. [#a]_ [#b]_\n\n.. [#a] One.\n.. [#b] Two.\n"
    result = finished(text, whole=True, formats=("pdf", "epub"))
    assert complaints(result) == []
    book = EpubFile(result.outputs[1].path.read_bytes())
    words = ["".join(found.itertext()) for _, found in book.find("//h:p[@class='byline']")]
    assert words == [f"Ann Peeters{comma} Bo Jansen"]
    assert [found.text for _, found in book.find("//h:sup[@class='between-calls']")] == [f"{comma}\u00a0"]


@pytest.mark.parametrize(("language", "digits"), [("fa", "۱۲"), ("ar", "12"), ("my", "12")])
def test_numbers_of_pages_are_in_the_digits_of_the_date(
    finished: Callable[..., Result], language: str, digits: str
) -> None:
    """In the contents, the list of notes and the foot; beside words of English, they are those of English."""
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n.. contents::\n\n"
    text = f"{head}First\n-----\n\nText. [#a]_\n\n.. pagebreak::\n\nNotes\n-----\n\n.. [#a] Note.\n"
    result = finished(text, whole=True, formats=("pdf", "epub"))
    assert complaints(result) == []
    first, second = PdfFile(result.outputs[0].path.read_bytes()).pages
    foot = [char.text for char in second.chars if char.y < 75 and char.text.isdigit()]
    assert foot.count(digits[1]) >= 2
    shown = {char.text for char in first.chars if 75 < char.y < first.height - 190 and char.text.isdigit()}
    assert set(digits) <= shown
