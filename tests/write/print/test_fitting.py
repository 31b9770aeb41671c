"""What is too wide or too long for its place: nothing is cut off, and nothing is lost."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.build import Result
from pipeline.read.reader import read
from pipeline.write.print import code_lines, floats, tables
from pipeline.write.print.edition import write_pdf
from pipeline.write.print.fitting import EDGE, SMALLEST, Place, decide
from pipeline.write.print.tables import Fit
from pipeline.write.xhtml import attributes
from tests.support.damage import elements
from tests.support.quick import slow_but
from tests.support.readback import PdfFile, PdfPage, folded
from tests.support.verdicts import complaints


def list_table(columns: int, rows: int = 2, *, name: str = "t", stub: bool = True, indent: str = "") -> str:
    """A table whose words are not to be broken; its cells name their places."""
    text = [f".. list-table:: Table {name}", "   :header-rows: 1"]
    text += ["   :stub-columns: 1"] if stub else []
    text += [""]
    for row in range(rows + 1):
        for column in range(1, columns + 1):
            cell = (
                f"Column{column}"
                if not row
                else f"{name}row{row}"
                if column == 1
                else f"{name}r{row}c{column}x"
            )
            text.append(f"   {'*' if column == 1 else ' '} - {cell}")
    return "\n".join(indent + line if line else line for line in text) + "\n\n"


WIDE = (
    "Before. [1]_\n\n"
    + "".join(f"Here are {count}.\n\n{list_table(count, name=f't{count}')}" for count in (8, 12, 16, 30, 60))
    + "Afterwards\n==========\n\n"
    + list_table(17, name="headed")
    + "- In a list:\n\n"
    + list_table(13, name="listed", indent="  ")
    + "Between.\n\n.. note:: In a box.\n\n"
    + list_table(14, name="boxed", indent="   ")
    + "The last words.\n\n.. [1] A note.\n\n   With a table:\n\n"
    + list_table(16, name="noted", indent="   ")
)


@pytest.fixture(scope="module")
def wide(finished: Callable[..., Result]) -> Result:
    return finished(WIDE)


@pytest.fixture(scope="module")
def printed(wide: Result) -> PdfFile:
    return PdfFile(wide.outputs[0].path.read_bytes())


def page_of(pdf: PdfFile, word: str) -> PdfPage:
    return next(page for page in pdf.pages if word in folded(page.text))


def outside(pdf: PdfFile, margin: float = 30) -> list[str]:
    """What is drawn nearer than `margin` points to an edge of its page, or beyond it."""
    return [
        f"{page.number}: {char.text} at {char.x:.0f}, {char.y:.0f}"
        for page in pdf.pages
        for char in page.chars
        if char.text.strip()
        and not (
            margin <= char.x
            and char.right <= page.width - margin
            and margin <= char.y <= page.height - margin
        )
    ]


# Tables --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_table_is_cut_off_and_the_check_is_silent(wide: Result, printed: PdfFile) -> None:
    assert complaints(wide) == []
    assert outside(printed) == []
    words = Counter(printed.everything.split())
    for count in (8, 12, 16, 30, 60):
        assert [c for c in range(2, count + 1) if words[f"t{count}r1c{c}x"] != 1] == []


def test_tables_are_set_smaller_then_across_then_turned_then_in_parts(printed: PdfFile) -> None:
    def width(word: str) -> float:
        return page_of(printed, word).width

    assert {width("t8r1c2x"), width("t12r1c2x")} == {width("Before.")}
    assert width("t16r1c2x") > width("Before.")
    assert width("t60r1c2x") == width("Before.")
    drawn = Counter(printed.everything.split())
    assert [drawn[f"t{count}row1"] for count in (8, 12, 16)] == [1, 1, 1]
    assert drawn["t60row1"] > drawn["t30row1"] > 1


def test_type_stays_readable(printed: PdfFile) -> None:
    sizes = [char.size for page in printed.pages for char in page.inner if not page.calls]
    assert min(sizes) >= SMALLEST * 0.7  # the calls of notes


def test_a_turned_page_holds_the_table_and_the_text_goes_on_upright(printed: PdfFile) -> None:
    assert "Here are 30." not in page_of(printed, "t16r1c2x").text
    assert page_of(printed, "Here are 30.").width < page_of(printed, "Here are 30.").height
    heading = page_of(printed, "headedr1c2x")
    assert "Afterwards" in heading.text  # a heading goes with its table
    assert [page.foot.split()[-3:] for page in printed.pages] == [
        [str(page.number), "of", str(len(printed.pages))] for page in printed.pages
    ]


def test_a_table_in_parts_is_one_table_whose_rows_are_whole(printed: PdfFile) -> None:
    captions = {"Table t60": 60, "Table boxed": 14, "Table noted": 16}
    found = {}
    for table in elements(printed.pike, "Table"):
        rows = [row for group in kids(table) for row in kids(group) if row.S == "/TR"]
        found[len(rows), len(kids(rows[0]))] = {len(kids(row)) for row in rows}
    assert {(3, count) for count in captions.values()} <= found.keys()
    assert all(counts == {columns} for (_, columns), counts in found.items())


def kids(element: Any) -> list[Any]:
    """The structure elements right below one."""
    below = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
    return [kid for kid in below if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


@pytest.mark.slow
def test_the_same_bytes_again(wide: Result) -> None:
    article, _ = read(wide.article)
    assert article is not None
    assert write_pdf([article])[0] == write_pdf([article])[0]


def test_spans_long_words_and_notes_in_cells(finished: Callable[..., Result]) -> None:
    cells = [f"{'W' * 30}{number}" for number in range(5)]
    result = finished(_grid([["Rowone", *cells]]) + "\n\n.. [1] The note of the first cell.\n")
    assert complaints(result) == []
    pdf = PdfFile(result.outputs[0].path.read_bytes())
    assert outside(pdf) == []
    (page,) = [page for page in pdf.pages if 1 in page.notes]
    assert "[1]" in page.text


def _grid(rows: list[list[str]]) -> str:
    """A grid table with two header rows and a head that spans all columns but the first."""
    width = 40
    bar, thick = ("+" + "+".join(mark * width for _ in range(6)) + "+" for mark in "-=")
    span = f"|{' Stub':<{width}}|{' Groupofallthecolumnstogether':<{5 * width + 4}}|"
    below = f"+{'':<{width}}+" + "+".join("-" * width for _ in range(5)) + "+"
    heads = f"|{'':<{width}}|" + "|".join(f"{f' Head{n}':<{width}}" for n in range(5)) + "|"
    lines = [bar, span, below, heads, thick]
    for row in rows:
        row[1] += " [1]_"
        lines += ["|" + "|".join(f"{f' {cell}':<{width}}" for cell in row) + "|", bar]
    return "\n".join(lines)


def test_rows_stay_whole_and_heads_come_again(finished: Callable[..., Result]) -> None:
    rows = "\n".join(f"   * - name{row}\n     - | line{row}a\n       | line{row}b\n" for row in range(60))
    high = "\n".join(f"       | high{number}" for number in range(90))
    head = "   :header-rows: 1\n\n   * - Head\n     - Lines\n"
    text = (
        f".. list-table:: Long\n{head}{rows}\n\n.. list-table:: High\n{head}   * - last\n     - |\n{high}\n"
    )
    pdf = PdfFile(finished(text, formats=("pdf",)).outputs[0].path.read_bytes())
    for page in pdf.pages:
        words = page.text.split()
        for row in range(60):
            assert (f"line{row}a" in words) == (f"line{row}b" in words) == (f"name{row}" in words)
        if any(word.startswith("name") for word in words):
            assert "Head" in words
    everything = pdf.everything.split()
    assert [number for number in range(90) if f"high{number}" not in everything] == []
    for caption, first in (("Long", "name0"), ("High", "last")):
        assert caption in page_of(pdf, first).text


# Deciding ------------------------------------------------------------------------------------------------


def place(*columns: float, **other: Any) -> Place:
    given: dict[str, Any] = {
        **{"columns": columns, "size": 10.0, "heads": 1, "room": 400.0, "left": 90.0, "right": 105.0},
        **{"height": 842.0, "margins": 195.0, "free": True, "leftwards": False},
    }
    return Place(**(given | other))


def test_type_shrinks_only_as_far_as_it_must_and_can() -> None:
    fit = decide(place(220, 220))
    assert (fit.place, fit.parts) == ("text", ())
    assert 8.9 < fit.size < 9.1
    assert decide(place(300, 300)).place == "page"
    assert decide(place(500, 400)).place == "turned"
    assert len(decide(place(*[100] * 30)).parts) > 2


def test_a_table_goes_into_the_margin_where_lines_end_first() -> None:
    narrow = decide(place(210, 210, 10, size=7.5))
    assert narrow.left == 0 < narrow.right <= 105 - EDGE
    mirrored = decide(place(210, 210, 10, size=7.5, leftwards=True))
    assert mirrored.right == 0 < mirrored.left <= 90 - EDGE
    broad = decide(place(335, 335))
    assert broad.right == pytest.approx(105 - EDGE)
    assert 0 < broad.left <= 90 - EDGE + 0.001


def test_in_a_box_a_table_stays_in_its_place() -> None:
    fit = decide(place(*[100] * 10, free=False))
    assert fit.place == "text"
    assert fit.parts[0][0] == 0
    assert [end for _, end in fit.parts[:-1]] == [first for first, _ in fit.parts[1:]]
    assert fit.parts[-1][1] == 10


@pytest.mark.parametrize("columns", [2, 3, 5, 17, 60, 200])
@pytest.mark.parametrize("width", [10.0, 90.0, 400.0, 2000.0])
def test_every_column_is_in_one_part_that_has_room_for_it(columns: int, width: float) -> None:
    fit = decide(place(*[width] * columns))
    if not fit.parts:
        return
    assert [first for first, _ in fit.parts] == [0, *(end for _, end in fit.parts[:-1])]
    room = 400 + 90 + 105 - 2 * EDGE
    for first, end in fit.parts:
        count = end - max(first, 1) + 1
        assert fit.broken or count * width * fit.size / 10 <= room + 0.1
    assert fit.size >= SMALLEST - 0.001


# The page's elements -------------------------------------------------------------------------------------


def table(text: str, fit: Fit) -> ET.Element:
    root = ET.fromstring(f"<body>{text}</body>")
    tables.set_tables(root, {0: fit})
    return root


def test_a_cell_over_two_parts_is_told_once() -> None:
    head = '<tr><th>s</th><th colspan="4" id="x">all<a class="noteref">1</a> of</th></tr>'
    rows = "<tr><th>r</th><td>a</td><td>b</td><td>c</td><td>d</td></tr>"
    text = f"<table><caption>C</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"
    root = table(text, Fit(8, "page", heads=1, parts=((0, 3), (3, 5))))
    first, then = root.iter("table")
    cells = list(then.iter("th")) + list(then.iter("td"))
    assert [attributes.AGAIN in (cell.get("class") or "").split() for cell in cells] == [
        True,
        True,
        True,
        False,
        False,
    ]
    wide = next(cell for cell in first.iter("th") if cell.get("id") == "x")
    assert (wide.get("colspan"), wide.get(attributes.SPAN)) == ("2", "4")
    assert [child.tag for child in then] == ["thead", "tbody"]
    assert "".join(then.itertext()) == "sall ofrcd"


def test_rows_that_reach_down_keep_their_columns() -> None:
    rows = '<tr><td rowspan="2">a</td><td>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr>'
    root = table(f"<table><tbody>{rows}</tbody></table>", Fit(8, heads=1, parts=((0, 2), (2, 3))))
    assert ["".join(part.itertext()) for part in root.iter("table")] == ["abd", "ace"]


def test_a_line_of_code_is_an_element_and_inline_elements_go_on() -> None:
    root = ET.fromstring('<body><pre>a <b id="i">b\nc</b>d\n\ne\n</pre></body>')
    code_lines.part_lines(root)
    parts = list(root.iter("span"))
    assert ["".join(part.itertext()) for part in parts] == ["a b", "cd", "", "e"]
    assert [bold.attrib for bold in root.iter("b")] == [{"id": "i"}, {}]


def test_a_figure_beside_the_text_is_kept_whole() -> None:
    root = ET.fromstring('<body><figure class="align-left"><p>x</p></figure><figure><p>y</p></figure></body>')
    floats.keep_figures(root)
    assert [[child.tag for child in figure] for figure in root] == [["div"], ["p"]]


# Long words and lines ------------------------------------------------------------------------------------

RUN = "".join(chr(97 + number % 26) for number in range(400))
ADDRESS = (
    "https://www.example.org/" + "/".join(f"part{number}" for number in range(40)) + "?query=" + "q" * 60
)

LONG = f"""
.. infobox:: {RUN[:120]}

   :{RUN[:60]}: {RUN[:90]}
   :short: {ADDRESS}

Paragraph {RUN} end, {ADDRESS}, ``{RUN}``, a note [1]_.

.. contents::

{RUN[:150]}
{"=" * 150}

- item {RUN}

{RUN[:150]}
   The definition.

:{RUN[:150]}: the body

--{RUN[:150]}=value  description

.. list-table::

   * - {ADDRESS}
     - {RUN}
     - word

| line {RUN}
| {" ".join(f"verse{number}" for number in range(60))}

::

   {" ".join(f"w{number}" for number in range(300))}
   {RUN}
     indented

.. code:: python
   :number-lines: 8

   value = [{", ".join(f'"v{number}"' for number in range(60))}]
   other = 1

>>> print("{RUN}")
out

日本国民は、正当に選挙された国会における代表者を通じて行動し、われらとわれらの子孫のために、諸国民との協和による成果と、わが国全土にわたつて

.. [1] Note {RUN} end.
"""


@pytest.fixture(scope="module")
def long(finished: Callable[..., Result]) -> Result:
    return finished(LONG)


@pytest.fixture(scope="module")
def long_pdf(long: Result) -> PdfFile:
    return PdfFile(long.outputs[0].path.read_bytes())


@pytest.mark.slow
def test_long_words_are_broken_and_nothing_is_lost(long: Result, long_pdf: PdfFile) -> None:
    assert complaints(long) == []
    assert outside(long_pdf) == []
    letters = "".join(long_pdf.everything.split()).replace("\u00ad", "").replace("-", "")
    assert letters.count(RUN) >= 7
    shown = set(long_pdf.everything.split())
    assert [number for number in range(300) if f"w{number}" not in shown] == []
    assert [number for number in range(60) if f"verse{number}" not in shown] == []


@pytest.mark.slow
def test_words_are_broken_only_where_they_must_be(long_pdf: PdfFile) -> None:
    """Inside inline elements, too: each value of the code is whole in its line."""
    drawn = long_pdf.everything
    assert [number for number in range(60) if f'"v{number}"' not in drawn] == []


@pytest.mark.slow
def test_wrapped_code_has_an_arrow_that_is_no_text(long_pdf: PdfFile) -> None:
    arrows = sum(page.Contents.read_bytes().count(b"0 -0.35 m") for page in long_pdf.pike.pages)
    assert arrows > 20
    assert not {"↪", "↳", "→"} & set(long_pdf.everything)


def test_wrapped_code_is_set_in(long_pdf: PdfFile) -> None:
    page = page_of(long_pdf, "w0 w1 w2")
    starts = {folded("".join(char.text for char in line)).split()[0]: line[0].x for line in page.lines}
    first = starts.pop("w0")
    others = [x for word, x in starts.items() if word[0] == "w" and word[1:].isdecimal()]
    assert len(others) > 5
    assert min(others) > first + 5


def test_the_numbers_of_lines_are_right_and_no_part_of_the_code(long: Result, long_pdf: PdfFile) -> None:
    assert "8 value" in folded(long_pdf.everything)
    assert "9 other" in folded(long_pdf.everything)
    from pipeline.check.pdf.facts import pdf_facts

    facts, opened = pdf_facts(long.outputs[0].path)
    assert opened is not None
    opened.pdf.close()
    read_out = [piece.text for piece in facts.text.pieces]
    assert "value" in read_out[:-1]
    assert read_out[read_out.index("value") - 1] != "8"


# Images --------------------------------------------------------------------------------------------------

IMAGES = {
    "wide.png": (3000, 400),
    "tall.png": (400, 3000),
    "small.png": (60, 40),
}
GIVEN: Mapping[str, tuple[str, ...]] = {
    "wide.png": ("", ":width: 3000px", ":width: 50cm", ":scale: 300"),
    "tall.png": ("", ":height: 60cm", ":width: 80%", ":height: 3000px"),
    "small.png": (":scale: 4000", ":width: 400%"),
    "big.svg": ("", ":width: 100%"),
}


@pytest.fixture(scope="module")
def images() -> dict[str, bytes]:
    from PIL import Image

    found = {}
    for name, size in IMAGES.items():
        buffer = BytesIO()
        Image.new("RGB", size, "navy").save(buffer, "PNG")
        found[name] = buffer.getvalue()
    found["big.svg"] = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="5000" height="9000" viewBox="0 0 5000 9000">'
        b'<rect x="50" y="50" width="4900" height="8900"/></svg>'
    )
    return found


@pytest.mark.parametrize("paper", slow_but({"a4"}, ["a4", "letter"]))
def test_images_are_fitted_into_the_page(
    finished: Callable[..., Result], images: dict[str, bytes], paper: str, tmp_path: Path
) -> None:
    text = "".join(
        f".. {kind}:: {name}\n   :alt: {kind} {name}\n   {option}\n\n"
        + ("   A caption.\n\n" if kind == "figure" else "")
        for name, options in GIVEN.items()
        for option in options
        for kind in ("image", "figure")
    )
    text += ".. figure:: tall.png\n   :alt: beside\n   :align: right\n   :width: 3cm\n   :target: https://example.org/\n\n"
    text += "   Whole caption.\n\n   A legend\n\n   of two paragraphs.\n\n" + "Words beside it. " * 60
    pdf = PdfFile(finished(text, images, paper=paper, formats=("pdf",)).outputs[0].path.read_bytes())
    figures = list(elements(pdf.pike, "Figure"))
    assert len(figures) == 2 * sum(len(options) for options in GIVEN.values()) + 1
    height = pdf.pages[0].height
    for figure in figures:
        left, low, right, high = (float(side) for side in figure.A.BBox)
        assert 60 < low < high < height - 60, figure.Alt
        assert 60 < left < right < pdf.pages[0].width - 60, figure.Alt
    page = page_of(pdf, "Whole caption.")
    assert "A legend" in page.text
    assert "of two paragraphs." in page.text
    assert tmp_path.is_dir()
