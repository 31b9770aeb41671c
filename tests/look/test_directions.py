"""Style sheets are mirrored for texts from right to left, and for passages: read from finished editions."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest

from pipeline.build import Result
from pipeline.look.directions import turned_text
from tests.support.readback import EpubFile

ARABIC = """\
مذكرة
=====

:date: 2026-11-24
:language: ur
:contents: yes
:notes: both

نص تمهيدي. [#n]_

.. note::

   هذا تنبيه مهم.

:الاسم: الوزير
:المكان الدائم: القاهرة

.. lang:: en

   English words at the left.

القسم الأول
-----------

نص.

القسم الثاني الطويل
-------------------

نص.

.. [#n] حاشية
"""
POINT = 72 / 25.4


@pytest.fixture(scope="module")
def arabic(finished: Callable[..., Result]) -> Result:
    """An article from right to left, in a language for which there are no words of ours."""
    return finished(ARABIC, whole=True)


def boxes(result: Result, text: str) -> list[tuple[float, float]]:
    """Left and right end of each place of a text on the first page of a PDF, in points."""
    page = pypdfium2.PdfDocument(result.outputs[0].path)[0]
    words = page.get_textpage()
    found, searcher = [], words.search(text)
    while place := searcher.get_next():
        start, count = place
        rects = [words.get_charbox(number) for number in range(start, start + count)]
        found.append((min(box[0] for box in rects), max(box[2] for box in rects)))
    return found


def test_pages_are_turned_the_other_way(arabic: Result) -> None:
    with pikepdf.open(arabic.outputs[0].path) as pdf:
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"
    epub = EpubFile(arabic.outputs[1].path.read_bytes())
    (spine,) = epub.opf.findall("{*}spine")
    assert spine.get("page-progression-direction") == "rtl"


def test_an_english_article_says_nothing_of_the_kind(finished: Callable[..., Result]) -> None:
    result = finished("Text.\n")
    with pikepdf.open(result.outputs[0].path) as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences


def test_the_page_is_mirrored(arabic: Result) -> None:
    page = pypdfium2.PdfDocument(arabic.outputs[0].path)[0]
    left, right = 42 * POINT, page.get_width() - 32 * POINT
    # The text's own edge is the right one; a passage from left to right begins at the left.
    ((start, _),) = boxes(arabic, "English")
    assert start == pytest.approx(left, abs=1.5)
    # The number of the page stands at the left foot.
    ((start, _),) = boxes(arabic, "page")
    assert start == pytest.approx(left, abs=1.5)
    # Two lines stand in the box, off its edge; the others begin at the edge of the text.
    words, ends = page.get_textpage(), dict[int, float]()
    for number in range(words.count_chars()):
        _, bottom, end, _ = words.get_charbox(number)
        ends[round(bottom / 12)] = max(ends.get(round(bottom / 12), 0), end)
    assert sum(right - 15 < end < right - 5 for end in ends.values()) >= 2
    assert max(ends.values()) == pytest.approx(right, abs=6)


def test_the_numbers_of_the_contents_stand_one_below_the_other(arabic: Result) -> None:
    page = pypdfium2.PdfDocument(arabic.outputs[0].path)[0]
    words = page.get_textpage()
    marks = []
    for number in range(words.count_chars()):
        left, bottom, right, _ = words.get_charbox(number)
        if words.get_text_range(number, 1) == "1" and 560 < bottom < 720 and right < 300:
            marks.append(round(left, 1))
    assert len(marks) == 3
    assert len(set(marks)) == 1


def test_borrowed_words_say_that_they_are_english(arabic: Result) -> None:
    epub = EpubFile(arabic.outputs[1].path.read_bytes())
    found = [
        (name, text.strip())
        for name, page in epub.pages.items()
        for element in page.iter("{*}h1", "{*}h2", "{*}a", "{*}span")
        for text in [element.text or ""]
        if text.strip() in ("Contents", "Notes", "Pages", "Cover", "Title page")
        and element.get("lang") != "en"
    ]
    assert found == []
    links = [one for page in epub.pages.values() for one in page.iter("{*}a") if one.get("aria-label")]
    assert [one.get("lang") for one in links] == ["en"] * len(links) != []


def test_both_sides_of_a_passage_are_set() -> None:
    text = "ul { padding-left: 1em; } li { margin: 1px 2px 3px 4px; float: left; }"
    found = turned_text(text, rtl=False, mixed=True)
    assert '[dir="rtl"] ul, ul[dir="rtl"] { padding-left: 0; padding-right: 1em; }' in found
    assert '[dir="rtl"] li, li[dir="rtl"] { margin: 1px 4px 3px 2px; float: right; }' in found
    assert (
        '[dir="rtl"] [dir="ltr"] ul, [dir="rtl"] ul[dir="ltr"] { padding-right: 0; padding-left: 1em; }'
        in found
    )
    assert turned_text(text, rtl=False, mixed=False) == text


def test_start_and_end_are_the_sides_of_the_text() -> None:
    text = "p { margin-inline-start: 1em; float: inline-end; padding-inline: 1px 2px; }"
    assert turned_text(text, rtl=True, mixed=False) == (
        "p { margin-right: 1em; float: left; padding-right: 1px; padding-left: 2px; }"
    )
