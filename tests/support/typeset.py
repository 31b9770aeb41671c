"""Pages of HTML set by WeasyPrint as Despatch loads it, for tests of the engine room."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.findings import Finding
from pipeline.styles import Sheet
from pipeline.write.engine.boxes import boxes_on, is_image, is_text
from pipeline.write.engine.render import parsed, render

__all__ = ["boxes_on", "is_image", "is_text", "letters_set", "lines_of", "pages_of", "typeset"]

MONO = '* { font-family: "IBM Plex Mono"; font-size: 10px; line-height: 10px; margin: 0; padding: 0 }\n'
"""Each letter is 6 pixels wide, each line 10 pixels high."""


def typeset(body: str, sheet: str) -> Any:
    """Lay out the body of an English page; nothing may be warned about."""
    findings: list[Finding] = []
    page = f'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><body>{body}</body></html>'
    document = render(parsed(page), [Sheet("test", MONO + sheet)], {}, date(2026, 11, 24), "test", findings)
    assert findings == []
    return document


def lines_of(page: Any) -> list[str]:
    """The lines on a page, from above to below; what stands in one row, from left to right, is one."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for box in boxes_on(page):
        if is_text(box) and box.text.strip():
            rows.setdefault(round(box.position_y), []).append((box.position_x, box.text))
    return ["".join(text for _, text in sorted(rows[row])).strip() for row in sorted(rows)]


def pages_of(document: Any) -> list[list[str]]:
    """The lines of each page."""
    return [lines_of(page) for page in document.pages]


def letters_set(monkeypatch: pytest.MonkeyPatch, body: str, sheet: str) -> int:
    """How many letters Pango is given to set, again and again, until a page is laid out."""
    typeset("<p>first</p>", sheet)  # WeasyPrint is loaded
    from weasyprint.text.line_break import Layout

    count, set_text = 0, Layout.set_text

    def counting_set_text(layout: Any, text: str, *rest: Any, **named: Any) -> Any:
        nonlocal count
        count += len(text)
        return set_text(layout, text, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Layout, "set_text", counting_set_text)
        typeset(body, sheet)
    return count
