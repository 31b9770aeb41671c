"""No message of WeasyPrint about a style sheet reaches a desk in its own words."""

from __future__ import annotations

import pytest

from pipeline.files import cache
from pipeline.findings import Finding
from pipeline.styles import Sheet
from pipeline.write.engine import load
from pipeline.write.engine.render import watched


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "h1 { colour: red; }",
            '"colour: red" does nothing: nothing is called "colour" (did you mean "color"',
        ),
        ("h1 { color: rot; }", "color has no such value"),
        ("h1 { font-size: 11; }", "a length has a unit: type font-size: 11pt;"),
        ("h1 { font-size: 11,5pt; }", "type font-size: 11.5pt;"),
        ("h1 { font-size: 11 pt; }", "no space stands before the unit: type font-size: 11pt;"),
        ("h1 { color: red ! importent; }", "write !important"),
        ("h1 { color: 003399; }", "as in #003399"),
        ("@page { @top-middle { content: 'X'; } }", "@top-middle does nothing: no box"),
        ("@pages { size: a4; }", '(did you mean "page"?)'),
        ("h1:headng { color: red; }", 'below "h1:headng" does nothing'),
    ],
)
def test_its_messages_are_in_plain_words(text: str, said: str) -> None:
    found: list[Finding] = []
    load.load(cache.folder())
    import weasyprint

    with watched("article.rst", found, Sheet("theme", text)):
        weasyprint.CSS(string=text)
    assert len(found) == 1
    assert said in found[0].message, found
    assert "Ignored" not in found[0].message
    assert "<AtRule" not in found[0].message
