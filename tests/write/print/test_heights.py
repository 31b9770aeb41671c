"""What is higher than a page is broken where it stands, and nothing runs off the foot of the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.build import Result
from tests.support.quick import slow_but
from tests.support.readback import PdfFile
from tests.support.verdicts import complaints

Finished = Callable[..., Result]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="90"><path d="M0 0h9v90H0z"/></svg>'


def file_of(finished: Finished, text: str, paper: str | None = None) -> PdfFile:
    """The print edition of an article; both editions were compared with it."""
    result = finished(text, {"dot.svg": SVG}, formats=("pdf", "epub"), paper=paper)
    assert result.findings == []
    assert complaints(result) == []
    return PdfFile(result.outputs[0].path.read_bytes())


def pages_of(finished: Finished, text: str, paper: str | None = None) -> list[str]:
    """The text of each of its pages."""
    return [page.text for page in file_of(finished, text, paper).pages]


def lines(count: int, before: str = "   - ") -> str:
    return "".join(f"{before}line{number}\n" for number in range(count))


BESIDE = {
    "infobox": ".. infobox:: Facts\n\n" + "".join(f"   :f{n}: line{n}\n" for n in range(70)),
    "sidebar": f".. sidebar:: Beside\n\n{lines(70)}",
    "figure": f".. figure:: dot.svg\n   :alt: A dot\n   :align: right\n\n   Under it\n\n{lines(70)}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", slow_but({"infobox", "figure"}, BESIDE))
def test_what_stands_beside_the_text_and_is_higher_than_a_page_stands_in_it(
    finished: Finished, name: str
) -> None:
    pages = pages_of(finished, f"Before.\n\n{BESIDE[name]}\nAfter.\n")
    assert len(pages) > 1
    words = [word for page in pages for word in page.split() if word.startswith("line")]
    assert words == [f"line{number}" for number in range(70)]


@pytest.mark.slow
def test_a_long_figure_beside_the_text_keeps_its_notes(finished: Finished) -> None:
    legend = "".join(f"   - {'administration ' * 8}line{n}. [#n{n}]_\n" for n in range(30))
    notes = "".join(f".. [#n{n}] Note {n}.\n" for n in range(30))
    figure = f".. figure:: dot.svg\n   :alt: A dot\n   :align: left\n\n   Under it\n\n{legend}"
    pages = pages_of(finished, f"Before.\n\n{figure}\n{'After it. ' * 80}\n\n{notes}")
    assert [word for page in pages for word in page.split() if word.startswith("line")] == [
        f"line{n}.[{n + 1}]" for n in range(30)
    ]


def test_words_under_a_small_image_beside_the_text_have_room(finished: Finished) -> None:
    figure = ".. figure:: dot.svg\n   :alt: A dot\n   :align: right\n\n   Understandable words\n"
    (page,) = pages_of(finished, f"Before.\n\n{figure}\nAfter.\n")
    assert {"Understandable", "words"} <= set(page.split())


KEPT = {
    "lines": lines(90, "| "),
    "code": f"Code::\n\n{lines(120, '   ')}",
    "topic": f".. topic:: Box\n\n{lines(90, '   | ')}",
    "note": f".. note::\n\n{lines(90, '   | ')}",
    "pull-quote": f".. pull-quote::\n\n{lines(70, '   | ')}",
    "field": f":Field:\n{lines(90, '   | ')}",
    "table": f".. list-table:: Table\n   :header-rows: 1\n\n   * - Head\n   * - |\n{lines(90, '       | ')}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", slow_but({"lines", "code", "note", "table", "field"}, KEPT))
def test_what_is_kept_whole_and_is_higher_than_a_page_begins_where_it_stands(
    finished: Finished, name: str
) -> None:
    pages = pages_of(finished, f"Before.\n\n{KEPT[name]}\nAfter.\n")
    assert "line5" in pages[0].split()


@pytest.mark.slow
@pytest.mark.parametrize("count", slow_but({51}, (44, 48, 50, 51, 53, 56, 60, 110)))
def test_a_table_keeps_its_caption_and_its_head_where_a_row_fills_the_page(
    finished: Finished, count: int
) -> None:
    rows = f"   * - ::\n\n{lines(count, '          ')}     - y [#a]_\n   * - short\n     - x\n"
    text = f"Before.\n\n.. list-table:: Caption\n   :header-rows: 1\n\n   * - Head\n     - B\n{rows}"
    pages = pages_of(finished, f"{text}\nAfter.\n\n.. [#a] A note at the foot.\n")
    with_table = [page.split() for page in pages if "line" in page or "short" in page]
    assert all("Head" in words for words in with_table)
    assert "Caption" in with_table[0]


@pytest.mark.slow
def test_a_table_of_narrow_columns_begins_where_it_stands(finished: Finished) -> None:
    words = "administration of the agreement " * 45
    cells = "     - x\n" * 4
    head, row = f"   * - Head\n{cells}     - Text\n", f"   * - {{}}\n{cells}     - {words}\n"
    table = f".. list-table:: Caption\n   :header-rows: 1\n   :widths: 20 20 20 20 20 20\n\n{head}"
    pages = pages_of(finished, f"Before.\n\n{table}{row.format('first')}{row.format('second')}")
    assert {"Caption", "first"} <= set(pages[0].split())
    assert all("Head" in page.split() for page in pages)


@pytest.mark.parametrize("above", slow_but({24}, (24, 27, 30, 33)))
def test_what_a_field_is_called_is_read_before_what_is_said_of_it(finished: Finished, above: int) -> None:
    image = ".. |tall| image:: dot.svg\n   :alt: Tall\n   :height: 3cm\n"
    text = f"{lines(above, '| ')}\n{image}\n:|tall|:\n{lines(60, '    | ')}"
    assert len(pages_of(finished, text)) > 1


@pytest.mark.slow
def test_code_in_a_cell_is_broken_with_its_row(finished: Finished) -> None:
    code = "::\n\n" + "".join(f"          line{n} administration of agreements\n" for n in range(12))
    table = ".. list-table::\n   :widths: 10 10 80\n\n   * - Head\n     - B\n     - C\n"
    row = f"   * - {code}     - {'administration ' * 60}\n     - {'word ' * 20}\n"
    pages = pages_of(finished, f"{'Before it. ' * 250}\n\n{table}{row}")
    first = next(page for page in pages if "Head" in page)
    assert ("line0" in first) == ("administration" in first)


@pytest.mark.slow
@pytest.mark.parametrize("paper", slow_but({"letter"}, ["a4", "letter"]))
def test_a_high_image_in_a_table_leaves_room_for_the_head_and_a_note(finished: Finished, paper: str) -> None:
    image = "   * - .. image:: dot.svg\n          :alt: Tall\n          :height: 24.5cm\n     - word. [#n]_\n"
    table = f".. list-table::\n   :header-rows: 1\n\n   * - Head\n     - B\n{image}   * - last\n     - x\n"
    text = f"Before.\n\n{table}\n.. [#n] {'administration ' * 40}\n"
    assert sum("Head" in page for page in pages_of(finished, text, paper)) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("paper", slow_but({"a4"}, ["a4", "letter"]))
def test_an_infobox_does_not_reach_into_the_notes(finished: Finished, paper: str) -> None:
    """The text beside it calls so many notes that they take half the page."""
    box = "".join(f"   :f{n}: line{n} [#a{n}]_\n" for n in range(16))
    text = "".join(f"Sentence. [#b{n}]_ " for n in range(3))
    notes = "".join(f".. [#a{n}] Of the infobox.\n" for n in range(16))
    notes += "".join(f".. [#b{n}] {'administration ' * 50}\n" for n in range(3))
    print_edition = file_of(finished, f".. infobox:: Facts\n\n{box}\n{text}\n\n{notes}", paper)
    shown = 0
    for page in print_edition.pages:
        for line in page.lines:
            if "line" in "".join(char.text for char in line):
                shown += 1
                assert min(char.y for char in line) > page.foot_top
    assert shown == 16


WORDS = "The administration of agreements was the matter of the day, and the parties were heard on it. "
LONG = {
    "code": f"Code::\n\n{lines(26, '   ')}",
    "topic": f".. topic:: Box\n\n{lines(24, '   | ')}",
    "note": f".. note::\n\n   line0 {WORDS * 18}\n",
    "pull-quote": f".. pull-quote::\n\n{lines(24, '   | ')}",
    "field": f":short: x\n:Field: line0 {WORDS * 17}\n",
    "option": f"-a  line0 {WORDS * 17}\n",
    "row": f".. list-table:: Table\n   :header-rows: 1\n\n   * - A\n     - B\n"
    f"   * - line0\n     - {WORDS * 15}\n",
    "definition": f"Term\n   .. code-block:: text\n\n{lines(24, '      ')}",
    "heading": f"Next\n====\n\nThe box says this:\n\n.. note::\n\n   line0 {WORDS * 17}\n",
}


# A box, code, a field, a row and what a heading leads to: the others are set as one of these.
QUICK = {("code", "a4"), ("note", "letter"), ("field", "a4"), ("row", "letter"), ("heading", "a4")}


@pytest.mark.parametrize(
    ("name", "paper"), slow_but(QUICK, [(name, paper) for name in LONG for paper in ("a4", "letter")])
)
def test_what_is_kept_whole_leaves_no_third_of_a_page_white(
    finished: Finished, name: str, paper: str
) -> None:
    """It is higher than that, and begins where it stands; what is lower stays in one piece."""
    text = f"{WORDS * (14 if name == 'heading' else 18)}\n\n{LONG[name]}\nAfter.\n"
    pages = pages_of(finished, text, paper)
    assert "line0" in pages[0].split(), pages
    assert "After." in pages[1].split()


def test_what_is_lower_than_a_part_of_a_page_stays_in_one_piece(finished: Finished) -> None:
    pages = pages_of(finished, f"{WORDS * 26}\n\nCode::\n\n{lines(10, '   ')}\nAfter.\n")
    assert not any("line0" in page.split() for page in pages[:1])
    assert {"line0", "line9"} <= set(pages[1].split())


@pytest.mark.slow
def test_a_question_in_bold_goes_with_its_answer(finished: Finished) -> None:
    questions = "".join(f"**Question {n}?**\n\nThe answer. {WORDS * 3}\n\n" for n in range(26))
    pages = pages_of(finished, questions, "letter")
    assert len(pages) > 1
    assert [page for page in pages if page.rstrip().endswith("?")] == []


DATES = """\
.. list-table::
   :header-rows: 1
   :widths: 18 82

   * - A date and time
     - Event
   * - 17 September 2000
     - {words}
   * - 9 May 2001
     - {words}

.. list-table::

   * - Director
     - 07:30–08:00
     - {words}
   * - Head of Mission
     - 08:00–09:30
     - {words}
"""


def test_dates_and_spans_of_time_stand_in_one_line(finished: Finished) -> None:
    (page,) = pages_of(finished, DATES.format(words=WORDS * 2))
    lines = [" ".join(line.split()) for line in page.splitlines()]
    for words in ("17 September 2000", "Head of Mission", "08:00–09:30"):
        assert any(words in line for line in lines), lines


def test_a_short_table_stays_in_one_piece(finished: Finished) -> None:
    """It has room for its head and two of its rows at the foot of the page."""
    rows = "".join(f"   line{number}, {number}\n" for number in range(5))
    text = f"{filler(31)}\n\n.. csv-table:: Table\n   :header: Name, Value\n\n{rows}\nAfter.\n"
    for page in pages_of(finished, text):
        assert len({"line0", "line4"} & set(page.split())) != 1


def filler(count: int) -> str:
    return "".join(f"| Line {number}\n" for number in range(count))


def test_a_row_that_is_parted_has_room_above_it_on_each_page(finished: Finished) -> None:
    cell = "".join(f"\n\n       line{number}" for number in range(60))
    text = f".. list-table::\n   :header-rows: 1\n\n   * - Head\n     - B\n   * - x\n     -{cell.lstrip()}\n"
    text = text.replace("     -line0", "     - line0")
    for page in file_of(finished, text).pages[:2]:
        rows = sorted(
            {round(char.y, 1) for line in page.lines for char in line if char.text in "Hl"}, reverse=True
        )
        head = next(y for y in rows if any(char.text == "H" and round(char.y, 1) == y for char in page.chars))
        below = next(y for y in rows if y < head)
        assert head - below > 20


def test_a_box_with_few_words_beside_a_figure_is_not_parted(finished: Finished) -> None:
    """Its frame went on to the foot of the page without the figure, which stood in the next one."""
    picture = (
        ".. figure:: dot.svg\n      :alt: A dot\n      :align: right\n      :height: 4cm\n\n      Under it\n"
    )
    text = f"{WORDS * 23}\n\n.. topic:: Box\n\n   line0\n\n   {picture}\n{WORDS * 9}\n"
    pages = pages_of(finished, text)
    assert ["line0" in page.split() for page in pages] == ["Under it" in page for page in pages]
