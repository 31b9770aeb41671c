"""The call of a note makes no line and no row higher, and its link is as high as its type."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.support.quick import slow_but
from tests.support.readback import PdfFile
from tests.support.seen import letters_of

Build = Callable[..., PdfFile]

NOTES = ".. [#a] First.\n.. [#b] Second.\n"
ROWS = [
    ("Capital", "Valletta"),
    ("Population", "542,000 [#a]_"),
    ("Currency", "Euro"),
    ("Union", "2004 [#b]_"),
]
ROWS += [("Again", "yes [#a]_"), ("Alone", "no")]
INFOBOX = ".. infobox:: Malta\n\n" + "".join(f"   :{name}: {value}\n" for name, value in ROWS)
TABLE = ".. list-table::\n\n" + "".join(f"   * - {name}\n     - {value}\n" for name, value in ROWS)
FIELDS = "Facts\n-----\n\n" + "".join(f":{name}: {value}\n" for name, value in ROWS)


KINDS = {"infobox": INFOBOX, "table": TABLE, "fields": FIELDS}


@pytest.mark.parametrize(
    ("notes", "kind"),
    slow_but(
        {("both", "infobox"), ("end", "table"), ("both", "fields")},
        [(notes, kind) for notes in ("both", "end") for kind in KINDS],
    ),
)
def test_rows_with_and_without_a_call_are_alike(print_edition: Build, notes: str, kind: str) -> None:
    text = KINDS[kind]
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n:notes: {notes}\n\n"
    page = print_edition(f"{head}{text}\n{NOTES}", whole=True).pages[0]
    labels = [letters_of(page, name)[0].y for name, _ in ROWS]
    values = [letters_of(page, value.split()[0])[0].y for _, value in ROWS]
    assert values == pytest.approx(labels, abs=0.05)
    steps = [above - below for above, below in pairwise(labels)]
    assert steps == pytest.approx([steps[0]] * len(steps), abs=0.05)


LINES = "The old road leads over a hill and down to a small town, where one rests. "
CALLED = LINES.replace("hill", "hill [#a]_").replace("town", "town [#b]_")
PLACES = {
    "text": "{}\n",
    "heading": "{}\n" + "-" * 400 + "\n\nText.\n",
    "caption": ".. table:: {}\n\n   ===  ===\n   one  two\n   ===  ===\n",
    "quotation": "Text.\n\n  {}\n",
    "definition": "term\n  {}\n",
    "list": "- {}\n",
    "box": ".. note:: {}\n",
    "sidebar": ".. sidebar:: Aside\n\n   {}\n\nText.\n",
}


@pytest.mark.parametrize("place", slow_but({"text", "heading", "caption", "list", "sidebar"}, PLACES))
def test_lines_with_and_without_calls_are_alike(print_edition: Build, place: str) -> None:
    """The words before the calls stand where they stand without them, and so does the next line."""
    heights = []
    for words in (CALLED * 2, LINES * 2):
        page = print_edition(f"{PLACES[place].format(words.strip())}\n{NOTES}Call [#a]_ [#b]_\n").pages[0]
        lines = [line[0].y for line in page.lines if len(line) > 12 and line[0].y < 700]
        heights.append([above - below for above, below in pairwise(lines[:2])])
    assert heights[0] == pytest.approx(heights[1], abs=0.05)


def test_the_link_of_a_call_is_as_high_as_its_type(print_edition: Build) -> None:
    for text in (INFOBOX, TABLE, FIELDS):
        page = print_edition(f"{text}\n{NOTES}").pages[0]
        assert page.calls
        for call in page.calls:
            letter = next(
                char for char in page.inner if call.rect[0] <= char.x < call.rect[2] and char.text in "12"
            )
            assert call.rect[1] <= letter.y
            assert call.rect[3] >= letter.y + 0.65 * letter.size
