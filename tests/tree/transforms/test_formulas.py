"""Numbers of labelled formulas: the same in both editions, beside their formula, where `:eq:` says."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pytest
from docutils import nodes

from pipeline.build import Result
from tests.support.articles import Parsed
from tests.support.damage import elements
from tests.support.readback import XHTML, EpubFile, PdfFile, text_of
from tests.support.verdicts import complaints

WIDE = r"\begin{pmatrix} " + " & ".join(letter * 30 for letter in "abcde") + r" \end{pmatrix}"

ARTICLE = rf"""
As :eq:`sum` and :eq:`euler` show; see :ref:`wide`, and :eq:`the first <euler>` on :page:`euler`.

.. math:: e^{{i\pi}} + 1 = 0
   :label: euler

.. math:: x = y

.. math::
   :name: named

   z = 1

.. only:: print

   .. math:: p = 1
      :label: printed

.. math::
   :label: sum

   a = b

   c = d

.. math:: {WIDE}
   :label: wide
"""


@pytest.fixture(scope="module")
def result(finished: Callable[..., Result]) -> Result:
    return finished(ARTICLE)


def test_the_editions_agree(result: Result) -> None:
    assert complaints(result) == []


def test_print_shows_the_numbers_at_the_edge_and_clear_of_the_formulas(result: Result) -> None:
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[0]
    numbers = {}
    for line in page.lines:
        text = "".join(char.text for char in line).strip()
        if text[-3:] in {f"({number})" for number in range(1, 5)}:
            numbers[text[-3:]] = line[-3:]
    assert list(numbers) == ["(1)", "(2)", "(3)", "(4)"]
    assert len({round(chars[-1].right) for chars in numbers.values()}) == 1
    with pikepdf.open(result.outputs[0].path) as pdf:
        boxes = [[float(side) for side in element.A.BBox] for element in elements(pdf, "Formula")]
    for left, low, right, high in boxes:
        for chars in numbers.values():
            beside = low - 3 <= chars[0].y <= high + 3
            assert not beside or right < chars[0].x or left > chars[-1].right


def test_the_ebook_shows_them_and_leads_to_the_formulas(result: Result) -> None:
    book = EpubFile(result.outputs[1].path.read_bytes())
    shown = [text_of(number) for _, number in book.find("//*[@class='equation-number']")]
    assert shown == ["(1)", "(3)", "(4)"]  # the second is in print alone
    links = {
        text_of(link): book.target(href, link.get("href")) for href, link in book.find("//h:p/h:a[@href]")
    }
    for words, number in (("(1)", "(1)"), ("(3)", "(3)"), ("(4)", "(4)"), ("the first", "(1)")):
        goal = book.element(links[words])
        assert goal.tag.endswith("}math")
        around = next(
            part for part in goal.iterancestors() if "equation" in (part.get("class") or "").split()
        )
        assert text_of(around.find(f"{XHTML}p")) == number


def test_a_formula_without_a_label_has_no_number(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. math:: a\n   :name: x\n\nSee x_.\n")
    assert found == []
    assert not list(document.findall(nodes.container))


def test_a_class_of_that_name_is_the_authors(parse: Callable[[str], Parsed]) -> None:
    document, _ = parse(".. container:: equation\n\n   a\n\n.. math:: b\n   :label: x\n")
    classes = [node["classes"] for node in document.findall(nodes.container)]
    assert classes == [["own-equation"], ["equation"]]


def test_a_formula_that_can_not_be_read_keeps_its_number_in_a_draft(finished: Callable[..., Result]) -> None:
    result = finished(".. math:: \\frac{\n   :label: x\n\nSee :eq:`x`.\n", draft=True)
    assert "See (1)." in EpubFile(result.outputs[1].path.read_bytes()).text
