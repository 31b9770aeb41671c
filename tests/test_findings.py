"""Findings: what they say, how they sort, what they suggest."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.findings import CODES, Finding, Severity, in_order, suggest
from tests.support.paths import REPOSITORY

PACKAGE = REPOSITORY / "pipeline"


def test_a_finding_reads_like_a_compiler_message() -> None:
    finding = Finding("note-undefined", "source/a.rst", 41, 'no note is called "kfro"')
    assert str(finding) == 'source/a.rst:41: error [note-undefined]: no note is called "kfro"'


def test_a_finding_about_a_whole_file_has_no_line() -> None:
    assert str(Finding("file-tab", "a.rst", None, "tabs")) == "a.rst: warning [file-tab]: tabs"


def test_a_code_that_is_not_listed_is_refused() -> None:
    with pytest.raises(KeyError):
        Finding("no-such-code", "a.rst", 1, "")


def test_the_code_alone_decides_the_severity() -> None:
    error, warning = Finding("file-empty", "a", 1, ""), Finding("file-tab", "a", 1, "")
    assert (error.severity, error.is_error) == (Severity.ERROR, True)
    assert (warning.severity, warning.is_error) == (Severity.WARNING, False)


def test_findings_are_sorted_by_line_and_given_once() -> None:
    late, early, whole = (Finding("file-tab", "a", line, "x") for line in (9, 2, None))
    assert in_order([late, early, late, whole]) == [whole, early, late]


def test_findings_on_one_line_keep_their_order() -> None:
    first, second = Finding("role-unknown", "a", 3, "z"), Finding("file-tab", "a", 3, "a")
    assert in_order([first, second]) == [first, second]


def test_the_nearest_name_is_suggested() -> None:
    assert suggest("kfro", ["kfor", "nato"]) == ' (did you mean "kfor"?)'


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert suggest("pristina", ["kfor", "nato"]) == ""


def test_codes_are_written_alike_and_explained() -> None:
    for code, (_, explanation) in CODES.items():
        assert code == code.lower()
        assert code.isascii()
        assert explanation
        assert not explanation.endswith(".")


def test_every_listed_code_is_given_somewhere_and_every_given_code_is_listed() -> None:
    def strings(path: Path) -> set[str]:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        return {
            node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    written = {s for path in PACKAGE.rglob("*.py") if path.name != "findings.py" for s in strings(path)}
    assert sorted(set(CODES) - written) == []
