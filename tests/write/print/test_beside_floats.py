"""What stands beside infoboxes and figures: nothing covers anything, each box holds what is in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.build import Result
from tests.support.quick import slow_but
from tests.support.readback import PdfFile
from tests.support.seen import covered, letters_of
from tests.support.verdicts import complaints

Build = Callable[..., PdfFile]

FLAG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
    b'<rect width="90" height="60" fill="#224"/></svg>'
)
FILES = {"flag.svg": FLAG}
LEFT, RIGHT = 90.7, 476.2
"""The sides of the text on A4, in points."""
BOX = """.. infobox:: Malta

   :Capital: Valletta
   :Languages: Maltese, English
   :Currency: Euro
   :President: Head of state
   :Parliament: One chamber
   :Member: European Union

"""
WORDS = "These are the words of a box beside the infobox, and they fill more than a single line of it."
BOXES = {
    "admonition": f".. note::\n\n   {WORDS}\n",
    "own admonition": f".. admonition:: Line to take\n\n   {WORDS}\n",
    "topic": f".. topic:: Background\n\n   {WORDS}\n",
    "highlights": f".. highlights::\n\n   {WORDS}\n",
    "pull quote": f".. pull-quote::\n\n   {WORDS}\n",
    "version": f".. versionchanged:: 2.0\n   {WORDS}\n",
    "code": f"::\n\n   {WORDS}\n",
    "code with colours": f".. code:: python\n\n   text = '{WORDS}'\n",
    "columns": ".. hlist::\n   :columns: 2\n\n" + "".join(f"   * These are words {n}\n" for n in range(6)),
}


def figure(side: str, width: int = 100) -> str:
    return f".. figure:: flag.svg\n   :alt: Flag\n   :align: {side}\n   :width: {width}px\n\n   The flag.\n\n"


FEW = {"admonition", "topic", "pull quote", "code", "columns"}


@pytest.mark.parametrize("kind", slow_but(FEW, BOXES))
@pytest.mark.parametrize("paper", ["a4", pytest.param("letter", marks=pytest.mark.slow)])
def test_a_box_stands_beside_an_infobox(print_edition: Build, kind: str, paper: str) -> None:
    pdf = print_edition(f"{BOX}Lead.\n\n{BOXES[kind]}\nLast.\n", paper=paper)
    page = pdf.pages[0]
    frame = min(char.x for char in letters_of(page, "Capital"))
    own = [char for char in page.inner if char.x < frame - 15]
    assert covered(pdf) == ""
    assert max(char.right for char in own) < frame - 12
    assert letters_of(page, "These")[0].y > letters_of(page, "European Union")[0].y
    assert letters_of(page, "Last.")[0].x < frame


@pytest.mark.parametrize(
    ("side", "kind"),
    slow_but(
        {*(("left", kind) for kind in FEW), ("right", "admonition")},
        [(side, kind) for side in ("left", "right") for kind in BOXES],
    ),
)
def test_a_box_stands_beside_a_figure(print_edition: Build, kind: str, side: str) -> None:
    pdf = print_edition(f"Lead.\n\n{figure(side)}Text.\n\n{BOXES[kind]}\n", FILES)
    assert covered(pdf) == ""
    page = pdf.pages[0]
    words = [char for char in page.inner if char.y < letters_of(page, "Text.")[0].y - 5]
    words = [char for char in words if char.y > letters_of(page, "Theflag.")[0].y + 5]
    assert words
    if side == "left":
        assert min(char.x for char in words) > LEFT + 75
    else:
        assert max(char.right for char in words) < RIGHT - 75


def test_a_box_that_has_too_little_room_stands_below(print_edition: Build) -> None:
    pdf = print_edition(f"{figure('left', 380)}{BOXES['admonition']}\n", FILES)
    page = pdf.pages[0]
    assert covered(pdf) == ""
    assert letters_of(page, "Thesearethewords")[0].y < letters_of(page, "Theflag.")[0].y
    assert letters_of(page, "Thesearethewords")[0].x < LEFT + 20


@pytest.mark.slow
def test_a_box_that_is_moved_below_a_figure_does_not_leave_its_page(print_edition: Build) -> None:
    for lines in range(30, 36):
        text = "".join(f"Line {n}.\n\n" for n in range(lines))
        pdf = print_edition(f"{text}{figure('left', 380)}{BOXES['admonition']}\n", FILES)
        assert all(char.y > 80 for page in pdf.pages for char in page.inner)


def test_the_marks_of_a_list_are_not_in_the_figure_beside_it(print_edition: Build) -> None:
    pdf = print_edition(f"{figure('left')}- first\n- second\n\n#. third\n#. fourth\n", FILES)
    marks = [char for char in pdf.pages[0].inner if char.text in "•12" and char.y < 700]
    assert len(marks) == 4
    assert min(char.x for char in marks) > LEFT + 75


def test_infoboxes_and_sidebars_stand_below_each_other(print_edition: Build) -> None:
    sidebar = ".. sidebar:: Aside\n\n   A few words.\n\n"
    pdf = print_edition(f"{BOX}Lead.\n\n{BOX.replace('Malta', 'Cyprus')}More.\n\n{sidebar}Last.\n")
    page = pdf.pages[0]
    assert covered(pdf) == ""
    titles = [letters_of(page, words)[0] for words in ("Malta", "Cyprus", "Aside")]
    assert [round(char.x) for char in titles[:2]] == [round(titles[0].x)] * 2
    assert titles[0].y - titles[1].y > 100
    assert titles[1].y - titles[2].y > 100
    assert letters_of(page, "Last.")[0].right < titles[0].x
    assert letters_of(page, "Last.")[0].x < LEFT + 2


def test_two_infoboxes_from_right_to_left_stand_below_each_other(print_edition: Build) -> None:
    text = (
        f"Title\n=====\n\n:date: 2026-11-24\n:language: ar\n\n{BOX}Lead.\n\n{BOX.replace('Malta', 'Cyprus')}"
    )
    pdf = print_edition(text, whole=True)
    assert covered(pdf) == ""
    page = pdf.pages[0]
    assert letters_of(page, "Malta")[0].y - letters_of(page, "Cyprus")[0].y > 100


def test_figures_of_one_side_stand_below_each_other_and_below_the_infobox(print_edition: Build) -> None:
    pdf = print_edition(
        f"{BOX}Lead.\n\n{figure('right')}{figure('right').replace('The flag', 'A copy')}Text.\n", FILES
    )
    page = pdf.pages[0]
    heights = [letters_of(page, words)[0].y for words in ("EuropeanUnion", "Theflag", "Acopy")]
    assert heights[0] - heights[1] > 40
    assert heights[1] - heights[2] > 40


@pytest.mark.parametrize("box", [".. topic:: Ports", ".. admonition:: Ports", ".. note::"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_box_holds_the_figure_in_it(print_edition: Build, box: str, side: str) -> None:
    inner = "".join(f"   {line}\n" if line else "\n" for line in figure(side).splitlines())
    page = print_edition(f"{box}\n\n   Three basins.\n\n{inner}\nThis is behind.\n", FILES).pages[0]
    behind, caption = letters_of(page, "Thisisbehind.")[0], letters_of(page, "Theflag.")[0]
    assert behind.y < caption.y - 15
    assert behind.x < LEFT + 2


def test_a_contents_list_beside_an_infobox_ends_where_that_begins(print_edition: Build) -> None:
    sections = "".join(f"Part {n}\n------\n\nText.\n\n" for n in range(4))
    head = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n:contents: yes\n\n"
    beside = print_edition(f"{head}{BOX}Lead.\n\n{sections}", whole=True).pages[0]
    alone = print_edition(f"{head}Lead.\n\n{sections}", whole=True).pages[0]
    frame = letters_of(beside, "Capital")[0].x
    assert frame - 30 < letters_of(beside, "Part21")[-1].right < frame - 12
    assert RIGHT - 2 < letters_of(alone, "Part21")[-1].right < RIGHT + 1


@pytest.mark.parametrize(("kind", "width"), [("figure", "90%"), ("image", "130mm")])
def test_what_leaves_no_room_beside_it_stands_in_the_text(
    finished: Callable[..., Result], kind: str, width: str
) -> None:
    wide = f".. {kind}:: flag.svg\n   :alt: Flag\n   :align: right\n   :width: {width}\n\n"
    result = finished(f"{'Lead. ' * 40}\n\n{wide}Next\n----\n\nText.\n", FILES)
    assert complaints(result) == []
