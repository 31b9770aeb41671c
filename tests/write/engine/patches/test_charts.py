"""Words of charts are set whole, in the face and the colour of the page."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2

from tests.support.typeset import typeset

WORDS = "الصادرات"
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart-drawing" viewBox="0 0 200 60"><text x="0" y="40"'
    f' text-anchor="end" direction="rtl" font-size="30" fill="currentColor">{WORDS}</text></svg>'
)
TEXT = f'<p dir="rtl">{WORDS}</p>'
PAGE = (
    "@page { size: 200px 60px; margin: 0 } svg, p { display: block; width: 200px; margin: 0; color: #ff0000; "
    'font: 30px/60px "Noto Sans Arabic"; text-align: left }'
)


def ink(body: str) -> tuple[tuple[int, ...], Any]:
    """The size of what is drawn, and its purest colour."""
    picture = pypdfium2.PdfDocument(io.BytesIO(typeset(body, PAGE).write_pdf()))[0].render(scale=4).to_pil()
    left, top, right, bottom = picture.convert("L").point(lambda value: 255 * (value < 200)).getbbox()
    colours = {pixel for _, pixel in picture.convert("RGB").getcolors(1 << 20)}
    return (right - left, bottom - top), min(colours, key=lambda one: (one[1] + one[2], -one[0]))


def test_words_of_a_chart_are_set_whole_in_the_face_of_the_page() -> None:
    (width, height), colour = ink(CHART)
    (wanted, high), red = ink(TEXT)
    assert abs(width - wanted) <= 2
    assert abs(height - high) <= 2
    assert colour == red == (255, 0, 0)
    # Words for which the drawing has no room are made narrower, and end at its edge.
    long = CHART.replace('x="0"', 'x="20" font-weight="600"').replace(WORDS, WORDS * 9)
    (width, _), _ = ink(long)
    assert 3 * 172 < width <= 3 * 180  # a pixel of CSS is three of the picture
