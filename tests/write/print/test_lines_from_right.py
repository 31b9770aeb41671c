"""Where the words of a line of both directions stand: faults that only our order of lines could make."""

from __future__ import annotations

from typing import Any

from tests.support.typeset import boxes_on, is_text, typeset

PAGE = "@page { size: 400px; margin: 0 } [dir=rtl] { direction: rtl }"


def test_the_space_at_the_end_of_a_line_moves_no_word() -> None:
    """A line that ends at an element is drawn with its last space, which is at the left of its words."""
    text = "ההה ההה <b>הההההההה</b> ההה <i>הההההה</i> AB <b>DE</b> הה <b>הההההההה</b>"
    document = typeset(f'<p dir="rtl">{text}</p>', PAGE + "p { width: 120px; font-size: 20px }")
    rows = sorted({round(box.position_y) for box in boxes_on(document.pages[0]) if is_text(box)})
    picture = drawn(document.write_pdf())
    edges = []
    for row in rows:
        line = picture.crop((0, row, picture.width, row + 20)).point(lambda value: 255 * (value < 128))
        edges.append(line.getbbox()[2])
    assert len(rows) > 3
    assert max(edges) - min(edges) <= 2, edges  # a letter leaves some room at its side


def test_a_line_from_left_to_right_that_ends_in_hebrew_begins_at_its_edge() -> None:
    document = typeset("<p>H HH אבג <b>אבגאבגאבגאבג</b></p>", PAGE + "p { width: 120px; font-size: 20px }")
    boxes = [box for box in boxes_on(document.pages[0]) if is_text(box) and box.text.strip()]
    assert min(box.position_x for box in boxes if "H" in box.text) == 0


def drawn(pdf: bytes) -> Any:
    """The first page in grey, a dot for each pixel of its style sheet."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return opened[0].render(scale=4 / 3, grayscale=True).to_pil().convert("L")
