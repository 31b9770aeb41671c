"""Notes at the foot stand on the page of their call, or move to the next one whole; none is lost."""

from __future__ import annotations

from tests.support.typeset import pages_of, typeset

PAGE = """
@page { size: 120px 100px; margin: 0; @footnote { margin: 0; border: none } }
span { float: footnote; display: block }
::footnote-call, ::footnote-marker { content: none }
table { border-spacing: 0 }
a::after { content: target-counter(attr(href), page) }
div { float: right; width: 30px }
"""
"""Ten lines. What goes on a page is counted in them."""
END = '<a href="#end"></a>'
"""Shows a number that is not known before the last page is set, so that this page is set again."""


def rows(*texts: str) -> str:
    return "<br/>".join(texts)


def note(*texts: str) -> str:
    return f"<span>{rows(*texts)}</span>"


def test_notes_do_not_make_room_for_a_line() -> None:
    body = f"<p>one{note('note 1')}</p><p>{rows(*'abcdef')}</p>"
    body += f"<p>{rows('A', 'B' + note('note 2'), 'C', 'D')}</p>"
    assert pages_of(typeset(body, f"{PAGE} span {{ footnote-policy: line }}")) == [
        ["one", *"abcdef", "note 1"],
        [*"ABCD", "note 2"],
    ]


def test_a_note_that_goes_to_the_next_page_leaves_no_margin() -> None:
    cell = rows(*"abcdefgh", "i" + note("n1", "n2"), "j")
    sheet = f"{PAGE} @page {{ @footnote {{ margin-top: 20px }} }} * {{ orphans: 1; widows: 1 }}"
    pages = pages_of(typeset(f"<table><tr><td>{cell}</td></tr></table>", sheet))
    assert pages == [[*"abcdefghi"], ["j", "n1", "n2"]]


def test_notes_of_the_page_before_are_not_lost() -> None:
    """The note of `g` has no room on its page; on the next one it leaves one line below the head."""
    high = [f"n{number}" for number in range(8)]
    cell = rows(*"abcdef", f"g{note(*high)}", *"hijklmnopqrst")
    body = f"<table><thead><tr><th>H</th></tr></thead><tbody><tr><td>{cell}</td></tr></tbody></table>"
    lines = [line for page in pages_of(typeset(body, PAGE)) for line in page]
    assert [line for line in lines if line in high] == high


def test_a_page_that_is_laid_out_again_gets_the_notes_of_the_page_before() -> None:
    body = f"<p>{rows(*'abcdefg', 'h' + note('n1', 'n2', 'n3'), *'ijkl', f'm{END}', *'nopqrstuvwxyz')}</p>"
    pages = pages_of(typeset(f'{body}<p id="end">end</p>', PAGE))
    assert pages == [[*"abcdefghi"], [*"jkl", "m4", *"nop", "n1", "n2", "n3"], [*"qrstuvwxyz"], ["end"]]


def test_a_page_that_is_laid_out_again_gets_the_rest_of_a_float() -> None:
    high = [f"F{number}" for number in range(14)]
    body = f"<p>a</p><div>{rows(*high)}</div><p>{rows(f'b{END}', *'cdefghijklmnop')}</p>"
    pages = pages_of(typeset(f'{body}<p id="end">end</p>', PAGE))
    assert pages == [["a", *high[:9]], [*high[9:], "b4", *"cdef"], [*"ghijklmnop"], ["end"]]
