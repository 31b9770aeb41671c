"""A style sheet is parsed once, unless that would hide something."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from pipeline.files import cache
from pipeline.write.engine import load
from pipeline.write.engine.sheets import parsed_sheet

load.load(cache.folder())

from weasyprint.css.counters import CounterStyle  # noqa: E402 - behind its fonts
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from pipeline.write.engine.fetch import BASE, RootedFetcher  # noqa: E402


def twice(text: str, folder: Path) -> tuple[Any, Any]:
    """A sheet for each of two documents."""
    first, second = (
        parsed_sheet(
            text, f"{BASE}styles/", RootedFetcher({"styles": [folder]}), FontConfiguration(), CounterStyle()
        )
        for _ in range(2)
    )
    return first, second


def test_a_sheet_is_parsed_once(tmp_path: Path) -> None:
    first, second = twice("p.once { color: red }", tmp_path)
    assert first is second


def test_the_second_document_has_its_counter_styles_too(tmp_path: Path) -> None:
    for _ in range(2):
        counters = CounterStyle()
        text = '@counter-style twice { system: cyclic; symbols: "x" }'
        parsed_sheet(
            text, f"{BASE}styles/", RootedFetcher({"styles": [tmp_path]}), FontConfiguration(), counters
        )
        assert "twice" in counters


def test_each_document_is_warned_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("weasyprint"), "propagate", True)
    first, second = twice("p.warned { colour: red }", tmp_path)
    assert first is not second
    assert sum("colour" in record.getMessage() for record in caplog.records) == 2


def test_a_file_that_it_names_is_read_again(tmp_path: Path) -> None:
    text = '@import url("other.css");'
    (tmp_path / "other.css").write_text("@page { size: A4 }")
    fetcher = RootedFetcher({"styles": [tmp_path]})
    first = parsed_sheet(text, f"{BASE}styles/", fetcher, FontConfiguration(), CounterStyle())
    (tmp_path / "other.css").write_text("")
    second = parsed_sheet(text, f"{BASE}styles/", fetcher, FontConfiguration(), CounterStyle())
    assert (len(first.page_rules), len(second.page_rules)) == (1, 0)


def test_each_document_has_its_fonts(tmp_path: Path) -> None:
    for source in ("local(SourceSerifPro-Regular)", "url(none.ttf)"):
        first, second = twice(f"@font-face {{ font-family: X; src: {source} }}", tmp_path)
        assert first is not second
