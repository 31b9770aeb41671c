"""A row that is broken leaves room for the notes that its later cells call."""

from __future__ import annotations

from tests.support.typeset import pages_of, typeset

PAGE = """
@page { size: 120px 100px; margin: 0 }
table { border-spacing: 0 }
td { vertical-align: top }
.note { float: footnote; footnote-policy: line; display: block }
.note::footnote-call, .note::footnote-marker { content: none; line-height: 0; vertical-align: baseline }
* { orphans: 1; widows: 1 }
"""


def test_a_row_is_broken_above_the_notes_that_it_calls() -> None:
    lines = "<br/>".join("abcdefghijkl")
    row = f'<tr><td>{lines}</td><td>x<span class="note">n</span></td></tr>'
    pages = pages_of(typeset(f"<p>1</p><table>{row}</table>", PAGE))
    assert pages == [["1", "ax", *"bcdefg", "n"], [*"hijkl"]]


def test_a_row_that_goes_on_for_pages_is_broken_above_the_notes_of_each() -> None:
    lines, others = ("<br/>".join(letters) for letters in ("abcdefghijklmnop", "ABCDEFGHIJKLMN"))
    other = others.replace("B", 'B<span class="note">1</span>').replace("J", 'J<span class="note">2</span>')
    pages = pages_of(typeset(f"<table><tr><td>{lines}</td><td>{other}</td></tr></table>", PAGE))
    first = ["aA", "bB", "cC", "dD", "eE", "fF", "gG", "hH", "1"]
    assert pages == [first, ["iI", "jJ", "kK", "lL", "mM", "nN", "o", "p", "2"]]
