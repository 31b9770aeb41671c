"""What is said of one build: many findings of one kind take few lines."""

from __future__ import annotations

from pipeline.findings import Finding
from pipeline.terminal.screen import _counted


def counted(lines: list[int | None]) -> list[str]:
    found = [Finding("annex-untagged", "visit.toml", line, f"paper {line}") for line in lines]
    return [finding.message for finding in _counted(found)]


def test_two_hundred_findings_of_one_kind_are_three_short_lines() -> None:
    first, second, rest = counted(list(range(1, 201)))
    assert (first, second) == ("paper 1", "paper 2")
    where = "on lines 3, 4, 5, 6, 7, 8, 9, …, 200"
    assert rest == f"198 more of this kind, {where} (--all-findings shows each)"


def test_a_few_lines_are_all_named() -> None:
    assert counted([1, 2, 3, 4, 9])[-1] == "3 more of this kind, on lines 3, 4, 9 (--all-findings shows each)"
    assert counted([None] * 4)[-1] == "2 more of this kind (--all-findings shows each)"
