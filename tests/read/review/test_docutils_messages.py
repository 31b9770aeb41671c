"""Messages of docutils 0.23: each pattern is held against a source that causes its message.

An upgrade of docutils that words a message anew gives the wrong code here.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.read.review import docutils_messages
from tests.support.articles import Parsed, Read

SOURCES: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "directive": ("one\n\n.. nonsense:: two\n", [("directive-unknown", 3)]),
    "directive in a list": ("- one\n\n  .. nonsense::\n", [("directive-unknown", 3)]),
    "role": ("one\ntwo :nonsense:`three`\n", [("role-unknown", 2)]),
    "default role": (".. default-role:: nonsense\n", [("role-unknown", 1)]),
    "emphasis after emphasis": ("one *two*\n2 * 3\n*four* *five\n", [("markup-unclosed", 3)]),
    "emphasis": ("one\ntwo\nthree *four\nfive\n", [("markup-unclosed", 3)]),
    "strong": ("one\ntwo **three\n", [("markup-unclosed", 2)]),
    "literal": ("one\ntwo ``three\n", [("markup-unclosed", 2)]),
    "phrase": ("one\ntwo `three\n", [("markup-unclosed", 2)]),
    "role unclosed": ("one\ntwo :sup:`three\n", [("markup-unclosed", 2)]),
    "substitution unclosed": ("one\ntwo |three\n", [("markup-unclosed", 2)]),
    "inline target": ("one\ntwo _`three\n", [("markup-unclosed", 2)]),
    "heading": ("One\n---\n\nTwo\n~~~\n\nThree\n-----\n\nFour\n++++\n\nx\n", [("heading-level", 10)]),
    "underline": ("one\n\nA heading\n-----\n\nx\n", [("heading-underline", 4)]),
    "overline": ("one\n\n=====\nA heading\n=====\n\nx\n", [("heading-underline", 3)]),
    "very short underline": ("A heading\n--\n\nx\n", [("heading-underline", 2)]),
    "targets": (".. _a: http://x.example/\n.. _a: http://y.example/\n\nx\n", [("target-duplicate", 2)]),
    "two headings": ("A\n-\n\nx\n\nA\n-\n\nx\nA_\n", [("target-unknown", 10)]),
    "target": ("one\ntwo\nthree nowhere_\n", [("target-unknown", 3)]),
    "anonymous": ("one\n\n`two`__\n", [("target-unknown", 3)]),
    "indirect": ("one a_\n\n.. _a: b_\n", [("target-unknown", 3)]),
    "substitution": ("one\ntwo |three|\n", [("substitution-undefined", 2)]),
    "raw": ("one\n\n.. raw:: html\n\n   <b>\n", [("raw-refused", 5)]),
    "raw role": (".. role:: html(raw)\n   :format: html\n\none :html:`<b>`\n", [("raw-refused", 4)]),
    "include": ("one\n\n.. include:: /etc/passwd\n", [("insertion-refused", 3)]),
    "literal include": ("one\n\n.. include:: /etc/passwd\n   :literal:\n", [("insertion-refused", 3)]),
    "csv file": ("one\n\n.. csv-table::\n   :file: /etc/passwd\n", [("insertion-refused", 3)]),
    "csv address": ("one\n\n.. csv-table::\n   :url: http://x.example/\n", [("insertion-refused", 3)]),
    "argument": ("one\n\n.. image::\n", [("directive-error", 3)]),
    "option": ("one\n\n.. note::\n   :nonsense: x\n\n   y\n", [("directive-error", 4)]),
    "value": ("one\n\n.. contents::\n   :depth: x\n", [("directive-error", 4)]),
    "content": ("one\n\n.. note::\n", [("directive-error", 3)]),
    "placement": ("- .. sidebar:: One\n\n     two\n", [("directive-error", 1)]),
    "in a table": ("=== ====\na   b\nc   *d\n=== ====\n", [("markup-unclosed", 3)]),
    "in a heading": ("one\n\nTwo *three\n----------\n\nfour\n", [("markup-unclosed", 3)]),
    "in a note": ("one [#a]_\n\n.. [#a] two\n   three *four\n", [("markup-unclosed", 4)]),
    "in an infobox": (".. infobox:: T\n\n   :a: b\n   :c: d\n      e *f\n", [("markup-unclosed", 5)]),
    "in an infobox title": ("one\n\n.. infobox:: T *t\n\n   :a: one\n", [("markup-unclosed", 3)]),
    "table": ("one\n\n.. table:: Two\n\n   three\n", [("directive-error", 3)]),
    "list-table": (
        "one\n\n.. list-table::\n\n   * - a\n     - b\n   * - c\n", [("table-uneven", 7)],
    ),
    "list-table without cells": (".. list-table::\n\n   * a\n", [("directive-error", 3)]),
    "a header of all rows": (
        ".. list-table::\n   :header-rows: 1\n\n   * - a\n", [("directive-error", 2)],
    ),
    "image linked nowhere": ("one\n\n.. image:: dot.png\n   :target: a_\n", [("target-unknown", 3)]),
    "figure linked nowhere": ("one\n\n.. figure:: dot.png\n   :target: a_\n", [("target-unknown", 3)]),
    "role and link": ("one\ntwo :sub:`three`_\n", [("rst-error", 2)]),
    "two roles": ("one\ntwo :sub:`three`:sup:\n", [("rst-error", 2)]),
    "empty note": ("one [#a]_\n\n.. [#a]\n\ntwo\n", [("note-empty", 3)]),
    "empty citation": ("one [A]_\n\n.. [A]\n\ntwo\n", [("note-empty", 3)]),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_a_message_of_docutils_gets_its_code_and_its_line(parse: Callable[[str], Parsed], name: str) -> None:
    source, expected = SOURCES[name]
    assert parse(source).found == expected


def test_circular_substitutions_are_found(parse: Callable[[str], Parsed]) -> None:
    found = parse("|a|\n\n.. |a| replace:: |b|\n.. |b| replace:: |a|\n").found
    assert {code for code, _ in found} == {"substitution-undefined"}
    assert {1, 3, 4} >= {line for _, line in found if line}


def test_a_duplicate_target_that_is_used_is_found_where_it_is_used_too(
    parse: Callable[[str], Parsed],
) -> None:
    found = parse("a_\n\n.. _a: http://x.example/\n.. _a: http://y.example/\n").found
    assert found == [("target-unknown", 1), ("target-duplicate", 4)]


def test_an_error_that_no_pattern_knows_is_an_error_all_the_same(parse: Callable[[str], Parsed]) -> None:
    assert parse("=== ===\na   b\n=== ==\n").found == [("rst-error", 3)]


def test_a_warning_that_no_pattern_knows_is_a_warning(parse: Callable[[str], Parsed]) -> None:
    assert parse("- a\nb\n").found == [("rst-warning", 2)]


def test_what_docutils_merely_mentions_is_no_finding(parse: Callable[[str], Parsed]) -> None:
    assert parse("A\n-\n\nx\n\nA\n-\n\n3. y\n4. z\n").found == []


def test_every_pattern_is_held_against_a_source(
    parse: Callable[[str], Parsed], monkeypatch: pytest.MonkeyPatch
) -> None:
    used: set[str] = set()
    compiled = docutils_messages._COMPILED

    class Spy:
        def __init__(self, pattern: str) -> None:
            self.pattern = pattern

        def match(self, text: str) -> object:
            found = next(regex for regex, _ in compiled if regex.pattern == self.pattern).match(text)
            if found:
                used.add(self.pattern)
            return found

    spies = [(Spy(regex.pattern), code) for regex, code in compiled]
    monkeypatch.setattr(docutils_messages, "_COMPILED", spies)
    for source, _ in SOURCES.values():
        parse(source)
    assert {regex.pattern for regex, _ in compiled} - used == set()


def test_the_message_says_what_docutils_says_and_shows_the_first_words(
    parse: Callable[[str], Parsed],
) -> None:
    from pipeline.read.reader import parse_text

    _, findings = parse_text("T\n=\n\n:date: 2026-11-24\n:language: en\n\n=== ===\na   b\n=== ==\n")
    assert "not as long as its first one" in findings[0].message
    assert "“a b”" in findings[0].message


SHOWN = {
    "row": ("+---+---+\n| a | b |\n+---+---+\n| cc | d |\n+---+---+\n", "“| cc | d |”"),
    "margin": ("=== ===\na   b\n=== ===\nc   d\ntoo_long\n=== ===\n", "“too_long”"),
    "border": ("+---+---+\n| a | b |\n+---+--+\n", "“| a | b |”"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_message_shows_the_line_that_is_wrong_where_there_are_words_in_it(
    read_text_article: Callable[..., Read], name: str
) -> None:
    text, shown = SHOWN[name]
    finding = next(finding for finding in read_text_article(text).findings if finding.code == "rst-error")
    assert finding.message.endswith(shown)


TABLES: dict[str, tuple[str, str]] = {
    "right border": ("+---+---+\n| a | b |\n+---+--+\n", "this line of the table does not end where"),
    "no last line": ("+---+---+\n| a | b |\n\nx\n", "the table has no last line as its first one (+---+)"),
    "margin": ("=== ===\nabcd e\n=== ===\n", "in line 2 of the table, text stands between two columns"),
    "span": ("=== ===\na   b\n------\na   c\n=== ===\n", "in line 3 of the table, a line of ---"),
    "longer line": ("=== ====\na   b\n=== ===\n", "this line of the table is not as long"),
    "no end": ("=== ===\na   b\n=== ===\nx\n", "the table has no last line as its first one (===)"),
    "cells": ("+---+---+\n| a |   |\n+---+|--+\n| c   d |\n+---+---+\n", "do not make up cells"),
}


@pytest.mark.parametrize("name", TABLES)
def test_what_is_wrong_with_a_table_is_said_plainly(
    read_text_article: Callable[..., Read], name: str
) -> None:
    text, words = TABLES[name]
    found = read_text_article(text).findings
    assert any(words in finding.message for finding in found), found
    assert not any("alformed" in finding.message for finding in found)
