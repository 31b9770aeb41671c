"""Places in a source, as the engine reads them."""

from __future__ import annotations

import pytest

from pipeline.cite.locators import as_read


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
        ("p. 3 & 5", "en", "{3 & 5}"),
        ("pp. 3-4, 7 and 9, and more", "en", "{3-4, 7 and 9}, and more"),
        ("S. 3 und 5", "de", "{3 und 5}"),
        ("chap. 2 & 3", "en", ", {chapter 2 & 3}"),
        ("chap. 2 and 3", "en", ", chapter 2 and 3"),
        ("3 & 5a", "en", "3 & 5a"),
        ("12 and elsewhere", "en", "12 and elsewhere"),
        ("", "en", ""),
    ],
)
def test_places(place: str, language: str, read: str) -> None:
    assert as_read(place, language) == read
