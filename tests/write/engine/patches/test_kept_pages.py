"""A layout begins with the styles and the pages of the one before it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.findings import Finding
from pipeline.styles import Sheet
from pipeline.write.engine.render import parsed, render
from tests.support.typeset import MONO, boxes_on, is_text, lines_of, pages_of

SHEET = f"{MONO} @page {{ size: 200px 30px; margin: 0 }} html {{ orphans: 1; widows: 1 }}"


def test_only_pages_that_have_changed_are_set_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word in the middle: the page is set anew that it stands on, and the one whose end looks at it."""

    def laid(words: list[str], earlier: Any = None) -> Any:
        text = "".join(f"<p>{word}</p>" for word in words)
        page = f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body>{text}</body></html>'
        findings: list[Finding] = []
        return render(parsed(page), [Sheet("test", SHEET)], {}, date(2026, 11, 24), "test", findings, earlier)

    words = [f"word{number}" for number in range(30)]
    document = laid(words)
    from weasyprint.layout import page

    numbers, make_page = [], page.make_page

    def counting_make_page(*arguments: Any) -> Any:
        numbers.append(arguments[4])
        return make_page(*arguments)

    monkeypatch.setattr(page, "make_page", counting_make_page)
    document = laid([*words[:15], "other", *words[16:]], document)
    assert numbers == [5, 6]
    assert lines_of(document.pages[5]) == ["other", "word16", "word17"]
    assert pages_of(document)[-1] == ["word27", "word28", "word29"]


def test_only_styles_that_may_have_changed_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word, and a paragraph: rules may tell its neighbours from what they were, and what stands in them."""

    def laid(sections: list[list[str]], earlier: Any = None) -> Any:
        text = "".join(
            f"<section>{''.join(f'<p><em>{word}</em></p>' for word in words)}</section>" for words in sections
        )
        page = f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body>{text}</body></html>'
        sheet = f"{SHEET} section {{ margin: 0 }} p + p em {{ font-style: normal }}"
        return render(parsed(page), [Sheet("test", sheet)], {}, date(2026, 11, 24), "test", [], earlier)

    sections = [[f"word{number}{letter}" for letter in "abc"] for number in range(9)]
    document = laid(sections)
    from weasyprint import css

    made: list[str] = []
    set_computed_styles = css.StyleFor.set_computed_styles

    def counting_set_computed_styles(self: Any, element: Any, *rest: Any, **named: Any) -> None:
        if hasattr(element, "tag") and "pseudo_type" not in named:  # not a page, not what is before or behind
            made.append(element.tag)
        set_computed_styles(self, element, *rest, **named)

    monkeypatch.setattr(css.StyleFor, "set_computed_styles", counting_set_computed_styles)
    sections[4][1] = "other"
    document = laid(sections, document)
    assert made == []
    sections[4].insert(0, "new")
    document = laid(sections, document)
    assert made == ["p", "em", "em"]  # all four paragraphs share one style
    slanted = [
        box.text
        for page in document.pages
        for box in boxes_on(page)
        if is_text(box) and box.style["font_style"] == "italic"
    ]
    assert slanted == [words[0] for words in sections]


def test_only_margins_that_show_something_else_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A word, another running head, and one page more."""
    head = "@page { size: 200px 80px; margin: 20px 0 20px; @top-left { content: element(head) }"
    sheet = (
        f"{MONO} {head} @bottom-left {{ content: counter(page) '/' counter(pages) }} }}"
        " html { orphans: 1; widows: 1 } .head { position: running(head) }"
    )

    def laid(head: str, words: list[str], earlier: Any = None) -> Any:
        text = "".join(f"<p>{word}</p>" for word in words)
        page = (
            '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body>'
            f'<div class="head">{head}</div>{text}</body></html>'
        )
        return render(parsed(page), [Sheet("test", sheet)], {}, date(2026, 11, 24), "test", [], earlier)

    words = [f"word{number}" for number in range(20)]
    document = laid("Head", words)
    from weasyprint.layout import page

    numbers: list[int] = []
    dimension = page.compute_variable_dimension

    def counting_dimension(context: Any, *rest: Any) -> None:
        numbers.append(context.current_page)
        dimension(context, *rest)

    monkeypatch.setattr(page, "compute_variable_dimension", counting_dimension)
    document = laid("Head", [*words[:9], "other", *words[10:]], document)
    assert set(numbers) == {2, 3}
    assert [lines[0] for lines in pages_of(document)] == ["Head"] * 5
    numbers.clear()
    document = laid("Other", [*words[:9], "other", *words[10:]], document)
    assert set(numbers) == {1, 2, 3, 4, 5}
    assert [lines[0] for lines in pages_of(document)] == ["Other"] * 5
    numbers.clear()
    document = laid("Other", [*words, "more"], document)
    assert set(numbers) == {1, 2, 3, 4, 5, 6}
    assert [lines[-1] for lines in pages_of(document)] == [f"{number}/6" for number in range(1, 7)]
