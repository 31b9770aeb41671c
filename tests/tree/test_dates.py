"""Which day is meant by a date that is not written as year, month and day."""

from __future__ import annotations

import pytest

from pipeline.tree.languages.dates import meant_by


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("24 November 2026", "en"),
        ("24. November 2026", "de"),
        ("Dienstag, 24. November 2026", "de"),
        ("24 novembre 2026", "fr"),
        ("24 de noviembre de 2026", "es"),
        ("24 ноября 2026", "ru"),
        ("November 24, 2026", "nl"),
        ("Nov. 24th, 2026", "en"),
        ("24.11.2026", "de"),
        ("24/11/2026", "en"),
        ("11/24/2026", "en"),
        ("2026/11/24", "en"),
        ("20261124", "en"),
        ("2026–11–24", "en"),
        ("2026年11月24日", "zh"),
        ("٢٠٢٦-١١-٢٤", "ar"),
        ("２０２６-１１-２４", "ja"),
        ("2026-11-24T10:00:00", "en"),
        ("“2026-11-24”", "en"),
    ],
)
def test_the_day_is_found(text: str, language: str) -> None:
    assert meant_by(text, language) == "2026-11-24"


@pytest.mark.parametrize(
    "text", ["11/12/2026", "2026-11", "31.02.2026", "today", "24 Nivôse 2026", "", "2026-13-01", "24.11.26"]
)
def test_what_is_not_certain_is_not_guessed(text: str) -> None:
    assert meant_by(text, "fr") == ""


def test_an_unknown_language_is_no_fault() -> None:
    assert meant_by("24 November 2026", "xx-klingon") == "2026-11-24"
