"""Figures and tables go past the text that follows, where much of a page would stay white."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from pipeline.build import Result
from pipeline.check.article import check
from pipeline.read.reader import read
from tests.support.readback import PdfFile
from tests.support.seen import letters_of

WORDS = "The Council met and heard the reports of the working parties on trade before it came to an end. "
BEFORE = f"Before\n======\n\nIn front. {WORDS * 17}\n\n"
FIGURE = ".. figure:: dot.png\n   :alt: A dot\n\n   The caption{call}\n\n"
TABLE = (
    ".. csv-table:: The caption\n   :source: Eurostat\n\n   "
    + "\n   ".join(", ".join(f"word{row} expression{column}" for column in range(12)) for row in range(4))
    + "\n\n"
)
AFTER = f"First after it{{call}}. {WORDS * 4}\n\nSecond after it. {WORDS * 6}\n\n"
NEXT = f"Next\n====\n\nThird after it. {WORDS * 3}\n"


def picture(width: int = 600, height: int = 620) -> bytes:
    """A picture that needs more than half of a page."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def pages_of(result: Result) -> dict[str, int]:
    """On which page each passage begins."""
    wanted = ("The caption", "First after", "Second after", "Third after", "In front")
    pages = PdfFile(result.outputs[0].path.read_bytes()).pages
    texts = [" ".join("".join(char.text for char in page.chars).split()) for page in pages]
    return {
        words: next(number for number, text in enumerate(texts, 1) if words in text)
        for words in wanted
        if any(words in text for text in texts)
    }


def proved(result: Result) -> None:
    """What the check says of both editions: nothing."""
    article, _ = read(result.article)
    assert article is not None
    report = check(article, Path(result.outputs[0].path).parent, validators=False)
    assert [str(one) for one in report.findings] == []


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_figure_goes_past_the_text_that_follows(finished: Callable[..., Result], paper: str) -> None:
    text = BEFORE + FIGURE.format(call="") + AFTER.format(call="") + NEXT
    result = finished(text, {"dot.png": picture()}, paper=paper)
    where = pages_of(result)
    assert where["First after"] == where["Second after"] == where["In front"] == 1
    assert where["The caption"] == 2
    proved(result)  # and is read where it was written


def test_a_figure_goes_past_no_heading(finished: Callable[..., Result]) -> None:
    result = finished(BEFORE + FIGURE.format(call="") + NEXT, {"dot.png": picture()})
    assert pages_of(result) == {"In front": 1, "The caption": 2, "Third after": 2}
    proved(result)


def test_what_a_colon_or_a_break_leads_to_stays(finished: Callable[..., Result]) -> None:
    for behind in ("This is how it looks:\n\n", ".. pagebreak::\n\n"):
        text = BEFORE + behind + FIGURE.format(call="") + AFTER.format(call="") + NEXT
        where = pages_of(finished(text, {"dot.png": picture()}))
        assert where["First after"] == where["The caption"] == 2


def test_notes_keep_the_order_of_their_numbers(finished: Callable[..., Result]) -> None:
    text = BEFORE + FIGURE.format(call=" [#a]_") + AFTER.format(call=" [#b]_") + NEXT
    result = finished(f"{text}\n.. [#a] One.\n.. [#b] Two.\n", {"dot.png": picture()})
    where = pages_of(result)
    assert where["The caption"] == where["First after"] == 2
    proved(result)


@pytest.mark.slow
def test_a_turned_table_leaves_no_page_nearly_empty(finished: Callable[..., Result]) -> None:
    result = finished(f"Before\n======\n\nIn front.\n\n{TABLE}{AFTER.format(call='')}{NEXT}")
    where = pages_of(result)
    assert where["In front"] == where["First after"] == where["Second after"] == 1
    assert (where["The caption"], where["Third after"]) == (2, 3)
    sizes = [page.width > page.height for page in PdfFile(result.outputs[0].path.read_bytes()).pages]
    assert sizes == [False, True, False]
    proved(result)


@pytest.mark.parametrize("heading", [pytest.param("", marks=pytest.mark.slow), "Behind it\n=========\n\n"])
def test_what_stands_beside_the_text_goes_past_it_too(finished: Callable[..., Result], heading: str) -> None:
    """Nor does the heading above it wait for the next page."""
    figure = FIGURE.format(call="").replace("   :alt", "   :align: right\n   :width: 6cm\n   :alt")
    text = f"{BEFORE}{heading}{figure}{AFTER.format(call='')}{NEXT}"
    result = finished(text, {"dot.png": picture(400, 900)})
    where = pages_of(result)
    assert where["First after"] == where["In front"] == 1
    assert where["The caption"] == 2
    proved(result)


def test_the_number_of_a_note_stands_beside_what_floats(finished: Callable[..., Result]) -> None:
    """It stood on the image, and the check took its edge for a touch."""
    figure = FIGURE.format(call=" [#a]_").replace("   :alt", "   :align: left\n   :width: 4cm\n   :alt")
    result = finished(f"{figure}Text.\n\nNotes\n=====\n\n.. [#a] Of the caption.\n", {"dot.png": picture()})
    page = PdfFile(result.outputs[0].path.read_bytes()).pages[0]
    caption = letters_of(page, "The caption")[0]
    number = next(char for char in letters_of(page, "1Of the caption"))
    assert number.x > caption.x + 100
    proved(result)
