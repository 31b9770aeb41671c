"""What is mistyped in a desk's style sheet has its line, and what to type."""

from __future__ import annotations

import pytest
import tinycss2

from pipeline import styles
from pipeline.look.sheet_faults import faults
from pipeline.look.style_sheets import parted, without_faces

OURS = [sheet.text for sheet in styles.sheets(*styles.SHEETS)]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("h1 {\n  color: red\n  font-size: 11pt;\n}\n", 2, "a semicolon is missing: type color: red;"),
        ("h1 { color: red; }\nh2 { color: blue;\n\nem { color: red; }\n", 2, "is not closed: type }"),
        ("h1 { color: red; }\n}\n", 2, "this } closes nothing"),
        ("h1 {\n  color = red;\n}\n", 2, "type color: red;"),
        ("h1 { color; red; }\n", 1, "type color: red;"),
        ("body {\n  font-family: “Arial”;\n}\n", 2, "curly ones: type straight ones"),
        ("// my heading\nh1 { color: red; }\n", 1, "between /* and */"),
        ("# my heading\nh1 { color: red; }\n", 1, "between /* and */"),
        ("$blue: #003;\nh1 { color: $blue; }\n", 1, "written --name: value;"),
        ("h1 { color: red; }\n/* my heading\nh2 { color: red; }\n", 2, "write */ where it ends"),
        ("<style>\nh1 { color: red; }\n", 1, "has no tags"),
        (":root {\n  --acent: red;\n}\n", 2, "did you mean --accent?"),
        ("h1 {\n  color: var(--acent);\n}\n", 2, "did you mean --accent?"),
        ("p { margin: 0; }\n.infobx { color: red; }\n", 2, 'did you mean "infobox"?'),
        ("p {\n  width: calc(100% - ); }\n", 2, "calc(100% - 2em)"),
        ("p { width: calc(100% -1em); }\n", 1, "a space at both sides"),
        ("p { width: calc(2 * (1em +)); }\n", 1, "calc() has values"),
    ],
)
def test_what_is_mistyped_has_its_line(text: str, line: int, said: str) -> None:
    found = faults(text, OURS)
    assert [one.line for one in found] == [line], found
    assert said in found[0].said


@pytest.mark.parametrize(
    "text",
    [
        *OURS,
        '/* “a remark” // # $x: */\nq::before { content: "“"; }\n',
        ":root { --own: red; }\n.own-box { color: var(--own); }\n",
        "@page { size: a4; @left-middle { content: 'A = B' } }\n",
        'a { background: url("https://example.org/a.png"); }\n',
        "p { width: calc(100% - var(--wide)); margin: CALC((1em + 2px) * 2 / 3) }\n",
        "p { margin: 0 calc(min(1em, 2%) - calc(-1px)) }\n",
        "a:hover,\np:first-child {\n  color: red\n}\n",
        "p { margin:\n    0 1pt; color: red }\n",
    ],
)
def test_what_is_right_has_none(text: str) -> None:
    assert not faults(text, OURS)


def test_what_is_no_css_is_left_out_of_an_edition() -> None:
    sheet = styles.Sheet("theme", "h1 { color: red; }\n<style> }\n<b", own=True)
    assert any(rule.type == "error" for rule in tinycss2.parse_stylesheet(sheet.text))
    assert "color: red" in parted(sheet)[1]
    assert without_faces(sheet, ["x.ttf"])
