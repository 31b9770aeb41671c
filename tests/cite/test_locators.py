"""Places in a source, as the engine reads them."""

from __future__ import annotations

import pytest

from pipeline.cite.locators import as_read, rejoined


@pytest.mark.parametrize(
    ("place", "language", "read"),
    [
        ("p. 12", "en", "12"),
        ("pp. 12-13, and elsewhere", "de", "12-13, and elsewhere"),
        ("p. iv", "en", ", p. iv"),
        ("chap. 3", "en-GB", ", chapter 3"),
        ("chap.3", "en-GB", ", chapter 3"),
        ("Kap. 3", "de", ", Kap. 3"),
        ("s. 2", "en", ", section 2"),
        ("s. 2", "pl", "2"),
        ("art. 5", "en", ", art. 5"),
        (", art. 5", "en", ", art. 5"),
        ("see chapter 3", "en", "see chapter 3"),
        ("and elsewhere", "en", "and elsewhere"),
        ("12", "en", "12"),
        ("\u00a7 3", "en", "\u00a7 3"),
        ("p. 3 & 5", "en", "3, 5"),
        ("pp. 3-4, 7 and 9, and more", "en", "3-4, 7, 9, and more"),
        ("S. 3 und 5", "de", "3, 5"),
        ("chap. 2 & 3", "en", ", chapter 2, 3"),
        ("arts. 2 and 3", "en", ", arts. 2, 3"),
        ("pp. 100 - 103", "en", "100-103"),
        ("p12", "en", "12"),
        ("Ch. II", "en", "{}, Ch. II"),
        ("annex II", "en", "{}, annex II"),
        ("passim", "en", ", passim"),
        ("3 & 5a", "en", "3 & 5a"),
        ("12 and elsewhere", "en", "12 and elsewhere"),
        ("", "en", ""),
    ],
)
def test_places(place: str, language: str, read: str) -> None:
    assert as_read(place, language) == read


@pytest.mark.parametrize(
    ("text", "place", "shown"),
    [
        ("T (1949), pp. 12, 15, 20", "pp. 12, 15 and 20", "T (1949), pp. 12, 15 and 20"),
        ("T, 12, 15, pp. 12, 15", "12 & 15", "T, 12, 15, pp. 12 & 15"),
        (
            "pp. 1234\u201338, 1250\u201351",
            "pp. 1234-1238 und 1250 - 1251",
            "pp. 1234\u201338 und 1250\u201351",
        ),
        ("pp. 12, 15", "pp. 12, 15", "pp. 12, 15"),
        ("Ibid", "pp. 12 and 15", "Ibid"),
        ("pp. 12, 150", "pp. 12 and 15", "pp. 12, 150"),
    ],
)
def test_what_joins_numbers_stays_as_it_is_written(text: str, place: str, shown: str) -> None:
    assert rejoined(text, place) == shown
