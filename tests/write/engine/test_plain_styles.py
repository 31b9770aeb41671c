"""The values of an element are those that WeasyPrint finds, though not all of them are found by it."""

from __future__ import annotations

import inspect
from typing import Any

from tests.support.typeset import typeset

SHEET = """
:root { --wide: 3em; --shade: red; color: #123; direction: ltr }
section { margin-inline-start: 2em; padding: 1% 2em; border: 1px solid; float: left; page: wide }
p { margin-left: var(--wide); margin-inline-end: 1em; letter-spacing: inherit; width: calc(3em + 10%) }
.back { direction: rtl; text-decoration: underline; position: relative; font: italic 2em/1.5 serif }
.lost { margin-top: var(--wide); color: var(--shade); left: initial; float: inherit }
.back p { border-inline-start-width: 2px; column-gap: 1em; text-decoration: inherit; top: 2px }
td { border-block-end-width: 3px; vertical-align: inherit; page: auto }
"""
PAGE = (
    '<section><p>One <em>two</em></p><div class="back"><p>Three <span class="lost">four</span></p></div>'
    '<table><tr><td class="lost">five</td></tr></table></section><p class="back lost">Six</p>'
)


def test_all_values_are_those_that_weasyprint_finds() -> None:
    document = typeset(PAGE, SHEET)
    from weasyprint.css import INITIAL_VALUES, ComputedStyle

    theirs: Any = inspect.getclosurevars(ComputedStyle.__missing__).nonlocals["missing"]
    found = [box.style for box in document.pages[0]._page_box.descendants()]
    found = [style for style in found if type(style) is ComputedStyle]
    assert len(found) > 10
    for style in found:
        for name in INITIAL_VALUES:
            ours, fresh = fresh_copy(style), fresh_copy(style)
            assert ours[name] == theirs(fresh, name), name


def fresh_copy(style: Any) -> Any:
    """The same style, of which nothing is known yet but what is declared."""
    copy = style.copy()
    copy.clear()
    copy.specified.clear()
    return copy
