"""A layout begins with the pages of the one before it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.findings import Finding
from pipeline.styles import Sheet
from pipeline.write.engine.render import parsed, render
from tests.support.typeset import MONO, lines_of, pages_of

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
