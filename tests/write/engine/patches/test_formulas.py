"""Formulas are drawn by outlines that are stored once, as high as the type around them."""

from __future__ import annotations

import io

import pikepdf

from tests.support.typeset import boxes_on, is_image, typeset

FORMULA = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="formula" viewBox="0 0 500 1000">'
    '<path d="M0 0L100 0L100 100Z" transform="translate(10 900)"/></svg>'
)
PAGE = "@page { size: 200px 100px; margin: 0 } svg { font-size: inherit } .big { font-size: 20px }"


def test_an_outline_is_stored_once() -> None:
    document = typeset(f"<p>{FORMULA}{FORMULA}</p><p>{FORMULA}</p>", PAGE)
    with pikepdf.open(io.BytesIO(document.write_pdf())) as pdf:
        forms = [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and "/BBox" in each]
        assert [form.read_bytes() for form in forms] == [b"0 0 m\n100 0 l\n100 100 l\nh\nf"]
        drawn = [step for step in pikepdf.parse_content_stream(pdf.pages[0]) if str(step.operator) == "Do"]
        assert len(drawn) == 3


def test_a_formula_is_as_high_as_the_type_around_it() -> None:
    (page,) = typeset(f'<p>{FORMULA}</p><p class="big">{FORMULA}</p>', PAGE).pages
    assert [(box.width, box.height) for box in boxes_on(page) if is_image(box)] == [(5, 10), (10, 20)]
