"""Columns of numbers are aligned at the right in both editions, and no number is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docutils import nodes

from pipeline.build import Result
from pipeline.read.reader import parse_text
from pipeline.write.xhtml.numbers import fractions
from tests.support.articles import HEAD
from tests.support.readback import EpubFile, PdfFile
from tests.support.seen import letters_of


def table(*values: str, head: str = "Exports of the year") -> str:
    rows = "".join(f"   * - Row {number}\n     - {value}\n" for number, value in enumerate(values))
    return f".. list-table::\n   :header-rows: 1\n   :widths: 85 15\n\n   * - Name\n     - {head}\n{rows}\n"


def test_numbers_end_at_one_side_and_are_not_broken(print_edition: Callable[..., PdfFile]) -> None:
    values = ["1 200", "+235.9 %", "\u22127", "n/a", "12,500.75"]
    page = print_edition(table(*values)).pages[0]
    ends = [letters_of(page, value)[-1].right for value in values]
    assert ends == pytest.approx([ends[0]] * len(ends), abs=0.5)


@pytest.mark.parametrize(
    ("values", "numeric"),
    [
        (("1 200", "+235.9 %", "", "n/a"), True),
        (("1", "2 [#a]_"), True),
        (("۱۲٫۵ [#a]_", "۱٬۲۰۰"), True),
        (("١٢٪", "-٥"), True),
        (("1", "two"), False),
        (("1", "2 and 3"), False),
        (("1",), False),
        (("", "n/a"), False),
        (("2024-11-24", "2024-11-25"), False),
        (("\u2212 4", "\u20ac 1,000"), True),
    ],
)
def test_which_columns_hold_numbers(
    ebook_edition: Callable[..., EpubFile], values: tuple[str, ...], numeric: bool
) -> None:
    note = "\nText. [#a]_\n\n.. [#a] Note.\n"
    cells = ebook_edition(table(*values) + note).find("//h:tr/*[2]")
    assert {cell.get("class") for _, cell in cells} == {"numeric" if numeric else None}


def test_a_column_beside_a_cell_that_reaches_down(ebook_edition: Callable[..., EpubFile]) -> None:
    text = "+---+----+\n| a | 10 |\n|   +----+\n|   | 20 |\n+---+----+\n"
    assert [cell.get("class") for _, cell in ebook_edition(text).find("//h:td")] == [
        None,
        "numeric",
        "not-first numeric",
    ]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_long_line_of_the_date_is_one_line(print_edition: Callable[..., PdfFile], paper: str) -> None:
    head = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n:version: 12\n"
    text = f"{head}:status: Draft for consultation with all partners\n\nText.\n"
    page = print_edition(text, whole=True, paper=paper).pages[0]
    foot = [char for char in page.chars if char.y < 75 and not char.text.isspace()]
    assert len({round(char.y) for char in foot}) == 1
    line = "".join(char.text for char in sorted(foot, key=lambda char: char.x))
    assert line == "24November2026·Version12·Draftforconsultationwithallpartnerspage1of1"


def test_decimal_signs_stand_below_one_another_in_any_direction(finished: Callable[..., Result]) -> None:
    text = table("12.5", "1,234.25", "7", head="القيمة").replace(
        "   :widths: 85 15\n", "   :widths: 85 15\n   :column-align: left decimal\n"
    )
    head = "العنوان\n=======\n\n:date: 2026-11-24\n:language: ar\n\n"
    result = finished(head + text, whole=True)
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[0]
    units = [letters_of(page, value)[at].right for value, at in (("12.5", 1), ("1,234.25", 4), ("7", 0))]
    assert units == pytest.approx([units[0]] * 3, abs=1)
    book = EpubFile(result.outputs[1].path.read_bytes())
    style = book.read("style.css").decode()
    assert 'td.numeric[dir="ltr"] > p { text-align: right; }' in style


@pytest.mark.parametrize(
    ("language", "values", "lacking"),
    [
        # A thousand has no fraction in its language; digits have half an em, signs a quarter.
        ("en", ("1,234", "2.5", "(7.25)"), {"1,234": 1.55, "2.5": 0.8}),
        ("de", ("1.234", "2,5", "7,25"), {"1.234": 1.25, "2,5": 0.5}),
        ("de", ("1.25", "2.5", "7"), {"2.5": 0.5, "7": 1.25}),
        ("en", ("1,25", "2,5", "7"), {"2,5": 0.5, "7": 1.25}),
        ("de", ("1.234", "2.345", "7"), {}),
    ],
)
def test_what_a_number_lacks_behind_its_decimal_sign(
    language: str, values: tuple[str, ...], lacking: dict[str, float]
) -> None:
    rows = "".join(f"   * - a\n     - {value}\n" for value in values)
    text = f"{HEAD}.. list-table::\n   :column-align: left decimal\n\n{rows}"
    document, _ = parse_text(text)
    found = fractions(next(document.findall(nodes.tgroup)), language)
    assert {place.astext(): width for place, width in found.items()} == lacking


@pytest.mark.parametrize("asked", ["", "   :column-align: left right\n", "   :column-align: left decimal\n"])
def test_calls_of_notes_hang_beside_their_numbers(print_edition: Callable[..., PdfFile], asked: str) -> None:
    """The units of all numbers stand below one another, whatever is called behind them."""
    text = table("75 [#a]_", "1 200", "93 [#a]_ [#b]_").replace("   :widths", f"{asked}   :widths")
    page = print_edition(f"{text}\n.. [#a] One.\n.. [#b] Two.\n").pages[0]
    ends = [letters_of(page, value)[-1].right for value in ("75", "1 200", "93")]
    assert ends == pytest.approx([ends[0]] * 3, abs=1)


def test_a_line_of_the_date_that_is_too_long_leaves_the_marking_its_room(
    print_edition: Callable[..., PdfFile],
) -> None:
    head = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n:version: 12\n:marking: restricted\n"
    status = "Draft for the comments of all partners and of their representations, second reading of the text"
    page = print_edition(f"{head}:status: {status}\n\nText.\n", whole=True).pages[0]
    foot = [char for char in page.chars if char.y < 78 and not char.text.isspace()]
    lines = {round(char.y): "" for char in sorted(foot, key=lambda char: -char.y)}
    for char in sorted(foot, key=lambda char: char.x):
        lines[round(char.y)] += char.text
    assert [line for line in lines.values() if "RESTRICTED" in line] == ["RESTRICTED"]
    assert len(lines) == 3


def test_a_long_running_title_has_the_whole_line(print_edition: Callable[..., PdfFile]) -> None:
    title = (
        "Relations with the neighbouring countries in matters of trade, energy and border controls, a review"
    )
    head = f"{title}\n{'=' * len(title)}\n\n:date: 2026-11-24\n:language: en\n\n"
    text = f"{head}Text.\n\n.. pagebreak::\n\nMore.\n"
    page = print_edition(text, whole=True).pages[1]
    lines = {round(char.y) for char in page.chars if char.y > page.height - 85 and not char.text.isspace()}
    assert len(lines) == 1
