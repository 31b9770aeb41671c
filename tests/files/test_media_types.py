"""The media types of files: from a table of our own."""

from __future__ import annotations

import pytest

from pipeline.files.media_types import media_type, text_type
from pipeline.read.review.images_and_links import FORMATS


@pytest.mark.parametrize("ending", FORMATS)
def test_each_image_format_that_an_article_may_show_has_its_type(ending: str) -> None:
    assert media_type(f"images/a picture{ending}").startswith("image/")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Minutes.DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("archive.tar.zip", "application/zip"),
        ("notes.of.nobody", "application/octet-stream"),
        ("Makefile", "application/octet-stream"),
        (".png", "application/octet-stream"),
    ],
)
def test_a_name_tells_the_type(name: str, kind: str) -> None:
    assert media_type(name) == kind


def test_what_an_article_reads_in_is_text() -> None:
    assert text_type("parts/table.CSV") == "text/csv"
    assert text_type("code/run.py") == "text/plain"
