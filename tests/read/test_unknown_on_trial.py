"""What stands below an unknown directive is parsed on trial first; nothing of that is left."""

from __future__ import annotations

import time

from pipeline.read.reader import parse_text

HEAD = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\n"


def test_an_abbreviation_is_explained_where_it_is_shown_first() -> None:
    text = ":abbr:`EU (European Union)`.\n\n.. nothing::\n\n   :abbr:`KFOR (Kosovo Force)` is there.\n"
    document, _ = parse_text(HEAD + text)
    assert "KFOR (Kosovo Force) is there." in document.astext()


def test_a_term_of_a_glossary_is_explained_once() -> None:
    glossary = ".. glossary::\n\n   {}\n      Words.\n\n"
    inside = "".join(f"   {line}\n" for line in glossary.format("KFOR").splitlines())
    _, findings = parse_text(HEAD + glossary.format("EU") + ".. nothing::\n\n" + inside)
    assert [finding.code for finding in findings] == ["directive-unknown"]


def test_raw_text_that_no_edition_shows_is_named_where_it_is_left_out() -> None:
    raw = ".. raw:: latex\n\n   Words.\n\n"
    inside = "".join(f"   {line}\n" for line in raw.splitlines())
    _, findings = parse_text(HEAD + ".. nothing::\n\n" + inside + "\n" + raw)
    assert [finding.code for finding in findings] == ["directive-unknown", "rst-unsupported"]


def test_marks_that_are_not_closed_do_not_keep_it_busy() -> None:
    before = time.process_time()
    _, findings = parse_text(HEAD + ".. nothing::\n\n" + "   `a\n" * 20_000)
    assert time.process_time() - before < 5
    assert [finding.code for finding in findings] == ["directive-unknown"]
