"""Lines of both directions: what stands from left to right, by the boxes in which words are set."""

from __future__ import annotations

import itertools
import random
from typing import Any

from tests.support.typeset import boxes_on, is_text, typeset

PAGE = "@page { size: 400px; margin: 0 } [dir=rtl] { direction: rtl } [dir=ltr] { direction: ltr }"


def seen(text: str, sheet: str = "", *, lines: int = 1) -> list[Any]:
    """The words of a paragraph from left to right, line by line."""
    rows: dict[int, list[tuple[float, float, str]]] = {}
    for box in boxes_on(typeset(f"<p>{text}</p>", PAGE + sheet).pages[0]):
        if is_text(box) and box.text.strip():
            rows.setdefault(round(box.position_y), []).append((box.position_x, box.width, box.text.strip()))
    found = []
    for row in sorted(rows):
        boxes = sorted(rows[row])
        # Nothing lies over anything.
        assert all(x + width <= after[0] + 0.1 for (x, width, _), after in itertools.pairwise(boxes))
        found.append([word for _, _, word in boxes])
    assert len(found) == lines
    return found[0] if lines == 1 else found


def test_a_phrase_runs_on_through_elements() -> None:
    assert seen("one אב <b>גד</b> הו two") == ["one", "הו", "גד", "אב", "two"]
    assert seen("one אב <a href='#x'>גד <i>הו</i></a> זח two") == ["one", "זח", "הו", "גד", "אב", "two"]
    assert seen('<span dir="rtl">אב <b>one two</b> גד</span>') == ["גד", "one two", "אב"]


def test_numbers_and_marks_stand_where_they_are_read() -> None:
    assert seen("one אב <b>12</b> הו, two") == ["one", "הו", "12", "אב", ", two"]
    assert seen("x (<b>אב</b>) <i>גד</i>!") == ["x (", "אב", ")", "גד", "!"]
    assert seen("one אב<i>1</i> הו two") == ["one", "הו", "1", "אב", "two"]


def test_a_passage_is_one_thing_in_its_line() -> None:
    assert seen('one <span dir="rtl">אב</span> <span dir="rtl">גד</span> two') == ["one", "אב", "גד", "two"]
    assert seen('one <span dir="rtl">אב, <b>xy</b></span> גד two') == ["one", "xy", "אב,", "גד two"]
    passage = 'one <span dir="rtl">אב</span>, <b>גד</b> הו two'
    assert seen(passage) == ["one", "אב", ",", "הו", "גד", "two"]


def test_a_call_is_no_part_of_the_number_before_it() -> None:
    call = '<a dir="ltr" href="#x">3</a>'
    assert seen(f'<span dir="rtl">אב 12{call} גד</span>') == ["גד", "3", "12", "אב"]
    assert seen(f'<span dir="rtl">אב 12.{call} גד</span>') == ["גד", "3", "אב 12."]


def test_each_line_is_ordered_by_itself() -> None:
    assert seen("aaaa אבגד <b>הוזח</b> יכלמ bbbb", "p { width: 72px }", lines=3) == [
        ["aaaa", "אבגד"],
        ["יכלמ", "הוזח"],
        ["bbbb"],
    ]


def test_a_number_takes_after_the_letters_of_the_line_and_the_element_before_it() -> None:
    """Rule W2: behind an Arabic letter, "12%" is a number and, at its left, a sign."""
    sheet = PAGE + "p { width: 75px; line-height: 40px }"
    for text, wanted in (
        ('<span dir="rtl">ab <b>م</b> 12%.</span>', [["%.", "12", "م", "ab"]]),
        ("aaaa مم <i>مم</i> 5-6 مم b", [["aaaa", "مم", "مم"], ["مم", "6", "-", "5", "b"]]),
    ):
        lines: dict[int, list[tuple[float, str]]] = {}
        for box in boxes_on(typeset(f"<p>{text}</p>", sheet).pages[0]):
            if is_text(box) and box.text.strip():
                lines.setdefault(int(box.position_y // 40), []).append((box.position_x, box.text.strip()))
        assert [[word for _, word in sorted(lines[row])] for row in sorted(lines)] == wanted


def test_what_stands_around_an_element_stays_with_it() -> None:
    page = typeset("<p>a אב<b>גד</b>הו b</p>", PAGE + "b { padding: 0 7px 0 3px }").pages[0]
    boxes = sorted((box.position_x, box.width, box.text.strip()) for box in boxes_on(page) if is_text(box))
    assert [text for _, _, text in boxes] == ["a", "הו", "גד", "אב", "b"]
    gaps = [round(after[0] - x - width) for (x, width, _), after in itertools.pairwise(boxes)]
    assert gaps == [0, 3, 7, 0]
    (bold,) = [box for box in boxes_on(page) if box.element_tag == "b" and not is_text(box)]
    assert (round(bold.position_x + 3), round(bold.width)) == (round(boxes[2][0]), round(boxes[2][1]))


def test_any_line_is_ordered_as_the_standard_says() -> None:
    """Against python-bidi, on lines of words and numbers in two directions."""
    from bidi import get_display

    chance = random.Random(7)
    for _ in range(40):
        words = [chance.choice(["ab", "cd", "אב", "גד", "12", "הו"]) for _ in range(7)]
        marked = [f"<b>{word}</b>" if chance.random() < 0.4 else word for word in words]
        line = "".join(_set(" ".join(marked)))
        assert line == get_display(" ".join(words), base_dir="L").replace(" ", ""), marked


def _set(text: str) -> list[str]:
    """The letters of a line from left to right."""
    from bidi import get_display

    found = []
    for box in boxes_on(typeset(f"<p>{text}</p>", PAGE).pages[0]):
        if is_text(box) and box.text.strip():
            base = "R" if box.style["direction"] == "rtl" else "L"
            found.append((box.position_x, get_display(box.text, base_dir=base).replace(" ", "")))
    return [text for _, text in sorted(found)]


def test_a_number_that_begins_a_line_from_the_right_takes_after_the_latin_word_before_it() -> None:
    """Rule W7: behind "NATO", "2008," runs from left to right, also where a line ends between them."""
    sheet = PAGE + "p { width: 120px; font-size: 20px; line-height: 40px }"
    lines: dict[int, list[tuple[float, str]]] = {}
    for box in boxes_on(typeset('<p dir="rtl">אבגדה NATO 2008, KFOR (5) הו</p>', sheet).pages[0]):
        if is_text(box) and box.text.strip():
            lines.setdefault(int(box.position_y // 40), []).append((box.position_x, box.text.strip()))
    found = [[word for _, word in sorted(lines[row])] for row in sorted(lines)]
    assert found == [["NATO", "אבגדה"], ["2008, KFOR"], ["הו", "(5)"]]


def test_brackets_that_a_line_ends_between_are_a_pair() -> None:
    """Rule N0: the bracket behind "KFOR" is one of Hebrew, as the one before "NATO" is."""
    from pipeline.tree.languages.bidi import embedding_levels
    from pipeline.write.engine.patches.bidi import _holds_alone

    text = "אב (NATO KFOR) €5"
    assert not _holds_alone(text, embedding_levels()(text, 1), 1)
    sheet = PAGE + "p { width: 140px; font-size: 20px; line-height: 40px }"
    lines: dict[int, list[tuple[float, str]]] = {}
    for box in boxes_on(typeset(f'<p dir="rtl">{text}</p>', sheet).pages[0]):
        if is_text(box) and box.text.strip():
            lines.setdefault(int(box.position_y // 40), []).append((box.position_x, box.text.strip()))
    assert [[word for _, word in sorted(lines[row])] for row in sorted(lines)][1] == ["€5", ")", "KFOR"]
