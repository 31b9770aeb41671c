"""Formulas: drawn in the PDF, MathML in the EPUB, from the same source and with the same alternative text."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from pipeline.build import Result
from pipeline.check.article import Report, check
from pipeline.read.reader import read
from pipeline.tree.mathml import letters, mathml
from pipeline.write.math.outlines import EM, UnsetError, pieces
from pipeline.write.print.edition import write_pdf
from tests.support.articles import HEAD
from tests.support.damage import Book, drop, elements

ARTICLE = r"""
The text with :math:`a^2 + b^2 = c^2` in a line, a note [1]_, and :math:`p` beside p.

.. infobox:: Particle

   :mass: :math:`m_0`

A heading with :math:`\sqrt{2}`
===============================

.. math::
   :name: euler

   e^{i\pi} + 1 = 0

See euler_.

.. math::

   f(x) &= (x+1)^2 \\
        &= x^2 + 2x + 1

   g(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}

.. table:: A caption with :math:`\Delta t`

   ========== ==========
   :math:`n`  power
   ========== ==========
   :math:`2`  :math:`n^2`
   ========== ==========

- An item with :math:`\sin x`.

.. math:: \text{日本}

Long: :math:`(a+b)^5 = a^5 + 5a^4b + 10a^3b^2 + 10a^2b^3 + 5ab^4 + b^5 = (a+b)(a+b)(a+b)(a+b)(a+b) = s(a, b)`.

.. math:: \frac{a_0+a_1x+a_2x^2+a_3x^3+a_4x^4+a_5x^5+a_6x^6+a_7x^7+a_8x^8+a_9x^9+a_{10}x^{10}+a_{11}x^{11}+a_{12}x^{12}}{b}

.. [1] The note says :math:`\int_0^1 x\,dx`.
"""  # noqa: E501

DRAWN = [
    *("a^2 + b^2 = c^2", r"\int_0^1 x\,dx", "p", "m_0", r"\sqrt{2}", r"e^{i\pi} + 1 = 0"),
    "f(x) &= (x+1)^2 \\\\\n     &= x^2 + 2x + 1",
    r"g(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    *(r"\Delta t", "n", "2", "n^2", r"\sin x"),
]


@pytest.fixture(scope="module")
def result(finished: Callable[..., Result]) -> Result:
    return finished(ARTICLE)


@pytest.fixture(scope="module")
def pdf(result: Result) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(result.outputs[0].path) as opened:
        yield opened


def formulas(pdf: pikepdf.Pdf) -> list[Any]:
    return list(elements(pdf, "Formula"))


def folded(text: Any) -> str:
    return " ".join(str(text).split())


def test_each_formula_is_a_tagged_drawing_that_says_its_source(pdf: pikepdf.Pdf) -> None:
    spoken = [folded(element.Alt) for element in formulas(pdf)]
    assert {folded(source) for source in DRAWN} <= set(spoken)
    assert all("/K" in element for element in formulas(pdf))


def test_a_formula_stands_where_it_is_read(pdf: pikepdf.Pdf) -> None:
    """Inside its paragraph or heading; one that is displayed, beside paragraphs."""
    parents = {folded(element.Alt): str(element.P.S) for element in formulas(pdf)}
    assert parents["a^2 + b^2 = c^2"] == "/P"
    assert parents[r"\sqrt{2}"] == "/H2"
    assert parents[r"e^{i\pi} + 1 = 0"] in {"/Sect", "/Div"}
    assert parents[r"\Delta t"] == "/Caption"
    assert parents["n"] in {"/TH", "/P"}


def test_a_formula_says_where_it_stands(pdf: pikepdf.Pdf) -> None:
    for element in formulas(pdf):
        left, low, right, high = (float(side) for side in element.A.BBox)
        assert 0 < left < right < 596, element.Alt
        assert 0 < low < high < 842, element.Alt


def test_a_bookmark_reads_as_the_source(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        assert r"A heading with \sqrt{2}" in [folded(item.title) for item in outline.root[0].children]


def test_no_text_is_drawn_for_a_formula(result: Result) -> None:
    """Outlines are not copied with the text: the alternative text is what is read."""
    document = pypdfium2.PdfDocument(result.outputs[0].path)
    text = folded(document[0].get_textpage().get_text_bounded())
    assert "The text with in a line" in text.replace("\ufffe", "")


def test_what_cannot_be_drawn_shows_its_source_and_is_told(result: Result) -> None:
    (finding,) = [finding for finding in result.findings if finding.code == "math-unset"]
    assert finding.line == (HEAD + ARTICLE).splitlines().index(r".. math:: \text{日本}") + 1
    document = pypdfium2.PdfDocument(result.outputs[0].path)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert r"\text{日本}" in text


def test_the_editions_agree(result: Result, tmp_path: Path) -> None:
    report = checked(result, tmp_path)
    assert [str(finding) for finding in report.findings] == []
    wanted = len(DRAWN) + 3  # that is not drawn, and the long ones
    assert report.counts["formulas"] == (wanted, wanted, wanted)


def test_a_link_to_a_formula_lands_in_the_ebook(result: Result) -> None:
    book = Book.read(result.outputs[1].path.read_bytes())
    _, match = book.find(r'<math[^>]*id="euler"[^>]*>')
    assert 'display="block"' in match[0]
    assert r'alttext="e^{i\pi} + 1 = 0"' in match[0]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_formula_leaves_its_page_or_the_text(finished: Callable[..., Result], paper: str) -> None:
    result = finished(ARTICLE, paper=paper, formats=("pdf",))
    with pikepdf.open(result.outputs[0].path) as pdf:
        width = float(pdf.pages[0].mediabox[2])
        for element in formulas(pdf):
            # The infobox leans 14 mm into the margin.
            assert float(element.A.BBox[2]) < width - 70, element.Alt
        long = next(element for element in formulas(pdf) if str(element.Alt).startswith("(a+b)"))
        assert len(long.K) > 1  # broken between its pieces, all of them inside one element


def test_inline_formulas_stand_on_the_baseline(result: Result) -> None:
    """The p of the formula and the p of the text: their lowest points, read from the picture of the page."""
    with pikepdf.open(result.outputs[0].path) as pdf:
        box = [float(side) for side in next(e for e in formulas(pdf) if folded(e.Alt) == "p").A.BBox]
    page = pypdfium2.PdfDocument(result.outputs[0].path)[0]
    texts = page.get_textpage()
    found = texts.search("beside p.", match_case=True).get_next()
    assert found is not None
    _, low, _, high = texts.get_charbox(found[0] + len("beside "))
    assert box[1] == pytest.approx(low, abs=0.8)
    assert box[3] == pytest.approx(high, abs=0.8)


# Damage --------------------------------------------------------------------------------------------------


def checked(result: Result, folder: Path, *, pdf: bytes | None = None, epub: bytes | None = None) -> Report:
    article, findings = read(result.article)
    assert article is not None, findings
    (folder / "article.pdf").write_bytes(pdf or result.outputs[0].path.read_bytes())
    (folder / "article.epub").write_bytes(epub or result.outputs[1].path.read_bytes())
    return check(article, folder, validators=False)


def silence(element: Any) -> None:
    del element.Alt


def misread(element: Any) -> None:
    element.Alt = pikepdf.String("a^2 + b^2 = c^3")


@pytest.mark.parametrize("harm", [drop, silence, misread])
def test_a_damaged_formula_of_the_pdf_is_seen(
    result: Result, harm: Callable[[Any], None], tmp_path: Path
) -> None:
    buffer = BytesIO()
    with pikepdf.open(result.outputs[0].path) as pdf:
        harm(next(e for e in formulas(pdf) if folded(e.Alt) == "a^2 + b^2 = c^2"))
        pdf.save(buffer)
    report = checked(result, tmp_path, pdf=buffer.getvalue())
    assert ("check-math", 8) in {(finding.code, finding.line) for finding in report.findings}


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r'<math[^>]*alttext="a\^2.*?</math>', ""),
        (r'alttext="a\^2', 'alttext="a^3'),
        (r'alttext="a\^2[^"]*"', ""),
        (r"<mi>c</mi>", "<mi>d</mi>"),
    ],
    ids=["lost", "alternative text", "no alternative text", "shown"],
)
def test_a_damaged_formula_of_the_ebook_is_seen(
    result: Result, pattern: str, new: str, tmp_path: Path
) -> None:
    book = Book.read(result.outputs[1].path.read_bytes())
    book.change(pattern, new)
    report = checked(result, tmp_path, epub=book.write())
    assert ("check-math", 8) in {(finding.code, finding.line) for finding in report.findings}


# MathML and pieces ---------------------------------------------------------------------------------------

SOURCES = [
    *(r"\sin x", r"\lim_{x\to0} f", r"\dfrac{a}{b} + \tfrac{c}{d}", r"\vec{v}", r"\overbrace{a}^n"),
    *(r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", r"\left(\frac{a}{b}\right)^n", r"\boxed{x}", r"\phantom{x} y"),
    *(
        r"\sqrt[3]{x}",
        r"\mathbf{A}\mathbb{R}\mathcal{L}\mathfrak{g}",
        r"\binom{n}{k}",
        r"f''(x)",
        r"a \not= b",
    ),
    *(r"\sum_{i=1}^{n}", r"\iint\oint\bigcup", r"\langle x|y\rangle", r"10\,\mathrm{km}", "α + β", r"{}^2 x"),
]


@pytest.mark.parametrize("block", [False, True], ids=["line", "block"])
@pytest.mark.parametrize("source", SOURCES)
def test_it_is_well_formed_and_drawn(source: str, block: bool) -> None:
    root = ET.fromstring(mathml(source, block))
    named = [element for element in root.iter() if {"displaystyle", "scriptlevel"} & set(element.attrib)]
    assert {element.tag.rpartition("}")[2] for element in named} <= {"mstyle", "mtable"}  # as EPUBCheck asks
    for piece in pieces(source, block):
        assert 0 < piece.width < 20 * EM
        assert 0 < piece.above < 4 * EM
        assert 0 <= piece.below < 3 * EM
        ET.fromstring(piece.svg())


@pytest.mark.parametrize(
    ("source", "same"),
    [
        (r"a &= b\\ c &= d\\", r"a &= b\\ c &= d"),
        (r"\begin{pmatrix} a & b\\ c & d\\ \end{pmatrix}", r"\begin{pmatrix} a & b\\ c & d \end{pmatrix}"),
    ],
)
def test_a_line_end_behind_the_last_line_changes_nothing(source: str, same: str) -> None:
    one, other = pieces(source, True), pieces(same, True)
    assert [(piece.above, piece.below, piece.width) for piece in one] == [
        (piece.above, piece.below, piece.width) for piece in other
    ]


def test_an_empty_row_is_as_high_as_a_row() -> None:
    (gap,), (plain,) = pieces(r"a \\ \\ b", True), pieces(r"a \\ b", True)
    assert plain.above + plain.below + 900 < gap.above + gap.below < 2 * (plain.above + plain.below)


def test_nothing_is_drawn_as_an_empty_box() -> None:
    with pytest.raises(UnsetError, match="日"):
        pieces(r"x + \text{日}", False)
    with pytest.raises(UnsetError, match="nothing"):
        pieces(r"\quad", False)


def test_limits_stand_beside_their_operator_in_a_line() -> None:
    (line,), (block,) = pieces(r"\sum_{i=1}^{n}", False), pieces(r"\sum_{i=1}^{n}", True)
    assert line.width > block.width
    assert line.above < block.above


def test_a_brace_has_its_label_over_it_in_both_editions() -> None:
    assert "<mover>" in mathml(r"\overbrace{a}^n", False)
    assert "msup" not in mathml(r"\overbrace{a}^n", False)
    assert letters(mathml(r"\overbrace{a}^n", False)) == "a⏞n"


def test_a_long_formula_is_broken_behind_operators_only() -> None:
    parts = pieces("a = b + c - d < e + f + g + h + i + j + k + l", False)
    whole = pieces("a = b", False)
    assert len(parts) > 4
    assert len(whole) == 1
    assert all(first.left + first.width == pytest.approx(then.left) for first, then in pairwise(parts))


# The whole -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_outline_is_stored_once_and_the_bytes_are_the_same(result: Result) -> None:
    article, _ = read(result.article)
    assert article is not None
    text = article.document.deepcopy()
    first, again = write_pdf([article])[0], write_pdf([dataclasses.replace(article, document=text)])[0]
    assert first == again
    with pikepdf.open(BytesIO(first)) as pdf:
        forms = [
            item.read_bytes()
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
        ]
    assert len(forms) == len(set(forms)) > 30


@pytest.mark.slow
def test_articles_without_formulas_do_not_load_the_typesetter_of_formulas(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text(HEAD + "\nText.\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from pipeline.read.reader import read; "
        "from pipeline.write.print.edition import write_pdf; write_pdf([read(Path(sys.argv[1]))[0]]); "
        "sys.exit('ziamath' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.rst")], check=True, timeout=60)


def test_dark_and_large_type_reach_the_formulas_of_the_ebook(result: Result) -> None:
    """MathML takes the colour and the size of the text: nothing says otherwise."""
    book = Book.read(result.outputs[1].path.read_bytes())
    text = b"".join(data for name, data in book.items() if name.endswith("html")).decode()
    assert "<math" in text
    assert not re.search(r"<m\w+[^>]*\s(mathcolor|mathsize|style)=", text)
