"""Marks that are characters of their own stand over their letters, in the PDF as it is drawn."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.support.quick import slow_but
from tests.support.typeset import boxes_on, is_text, pages_of, typeset


@pytest.mark.parametrize("word", ["ກໍ່", "ຕັ້", "ශ්\u200dරී"])
def test_what_follows_a_mark_stands_behind_it(word: str) -> None:
    """The last letter, of another face than the mark before it, ends where its line was laid out to end."""
    sheet = "@page { size: 400px 100px; margin: 20px } p { line-height: 60px }"
    style = "font: 40px 'Source Sans Pro', sans-serif"
    document = typeset(f'<p style="{style}">{word}I</p>', sheet)
    (text,) = (box for box in boxes_on(document.pages[0]) if is_text(box))
    page = pypdfium2.PdfDocument(document.write_pdf())[0]
    picture = page.render(scale=4 / 3).to_pil().convert("L").point(lambda value: 255 if value < 128 else 0)
    box = picture.getbbox()
    assert box is not None
    assert box[2] == pytest.approx(text.position_x + text.width, abs=6)


CLUSTERS = ["е\u0301", "ọ\u0300", "ɛ\u0303", "m\u0310", "G\u0303", "r\u0325"]
STYLES = ["", "font-style: italic", "font-weight: 600"]


@pytest.mark.parametrize(
    ("cluster", "style"),
    slow_but(
        {*((cluster, "") for cluster in CLUSTERS), *((CLUSTERS[0], style) for style in STYLES)},
        [(cluster, style) for style in STYLES for cluster in CLUSTERS],
    ),
)
def test_a_mark_stands_over_its_letter(cluster: str, style: str) -> None:
    sheet = "@page { size: 200px; margin: 20px } p { font: 40px 'Source Serif Pro' } "
    document = typeset(f'<p style="{style}; font-size: 40px; line-height: 60px"> n {cluster} n</p>', sheet)
    page = pypdfium2.PdfDocument(document.write_pdf())[0]
    picture = page.render(scale=4).to_pil().convert("L").point(lambda value: 255 if value < 128 else 0)
    box = picture.getbbox()
    assert box is not None
    columns = [any(picture.getpixel((x, y)) for y in range(box[1], box[3])) for x in range(*box[::2])]
    edges = [x for x in range(1, len(columns)) if columns[x] != columns[x - 1]]
    assert len(edges) == 4, edges  # three pieces of ink: no mark stands beside its letter
    # As far from one neighbour as from the other: the mark does not hang out at one side.
    assert edges[1] - edges[0] == pytest.approx(edges[3] - edges[2], abs=20)


def test_a_line_of_korean_ends_between_words() -> None:
    words = "이것은 줄바꿈이 낱말 사이에서만 일어나는지를 (확인하기) 위한 긴 한국어 문장이다.".split()
    for width in range(90, 200, 10):
        sheet = f"@page {{ size: {width}px 400px; margin: 0 }}"
        document = typeset(f'<p lang="ko">{" ".join(words)}</p>', sheet)
        found = [word for page in pages_of(document) for line in page for word in line.split()]
        assert found == words
