"""Rows that are as high as a page, and the notes that their cells call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.readback import PdfFile

Build = Callable[..., PdfFile]


def positions(lines: int, call: int, notes: str = "both") -> str:
    """A table with a high row; its column `call` calls a note, the last one behind the first line."""
    sentence = (
        "One line of text that stands for a sentence of the delegation, and goes over into a second line."
    )
    cells = ["Cyprus", "", "Note verbale"]
    cells[call] += " [#nv]_"
    items = "".join(f"{'       ' if number else ''}#. {sentence}\n" for number in range(lines))
    body = (items.rstrip() + cells[1] + "\n") if call == 1 else items
    return (
        f"Positions\n=========\n\n:date: 2026-11-24\n:language: en\n:notes: {notes}\n\n"
        "Of the delegations\n------------------\n\n.. list-table:: Positions\n   :header-rows: 1\n"
        "   :widths: 15 65 20\n\n   * - Delegation\n     - Position\n     - Source\n"
        f"   * - Malta\n     - Supports.\n     - Press\n   * - {cells[0]}\n     - {body}     - {cells[2]}\n"
        "   * - Latvia\n     - Abstains.\n     - Press\n\n.. [#nv] Note verbale of 3 November 2026.\n"
    )


def quick_or_slow(lines: int, call: int) -> Any:
    """The lowest is quick."""
    quick = (lines, call) == (18, 0)
    return pytest.param(lines, call, marks=() if quick else pytest.mark.slow)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "call"), [quick_or_slow(lines, call) for lines in (18, 24, 40) for call in (0, 1, 2)]
)
def test_a_high_row_with_a_note_takes_no_more_pages_than_without(
    print_edition: Build, lines: int, call: int
) -> None:
    at_end = print_edition(positions(lines, call, "end"), whole=True)
    pdf = print_edition(positions(lines, call), whole=True)
    assert len(pdf.pages) == len(at_end.pages)
    assert "Of the delegations" in pdf.pages[0].text
    assert "One line of text" in pdf.pages[0].text
    calls = [page.number for page in pdf.pages for link in page.calls if link.text == "1"]
    at_foot = [page.number for page in pdf.pages if 1 in page.notes]
    listed = "3 November" in pdf.pages[calls[0] - 1].text  # then it is not set at the foot as well
    assert at_foot == ([] if listed else calls[:1])
