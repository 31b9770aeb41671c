"""Facts from ``facts.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.tree.languages.values import as_text, percent_text

FACTS = """[turnout]
value = 41.2
unit = "%"
note = "Central Election Commission, https://kqz-ks.org/results"
date = 2025-02-09

["exports to Kosovo"]
value = 2345678
unit = "euros"
note = "Foreign Trade Agency."

[capital]
value = "Pristina"

[founded]
value = 2008-02-17
"""


def article(
    folder: Path, text: str, facts: str | None = FACTS, language: str = "en"
) -> tuple[nodes.document | None, list[Finding]]:
    if facts is not None:
        (folder / "facts.toml").write_text(facts, encoding="utf-8")
    path = folder / "article.rst"
    head = f"Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n\n"
    path.write_text(head + text, encoding="utf-8")
    found, findings = read(path)
    return (found.document if found is not None else None), findings


def test_a_fact_is_its_value_with_a_note(tmp_path: Path) -> None:
    text = """Turnout was |turnout|, and |Turnout| it stays. [#own]_ Exports are |exports to Kosovo|.
|capital| was free on |founded|.

.. [#own] My own, of |turnout|.
"""
    document, findings = article(tmp_path, text)
    assert findings == []
    assert document is not None
    paragraph = next(node for node in document.findall(nodes.paragraph) if "Turnout" in node.astext())
    assert paragraph.astext() == (
        "Turnout was 41.2%1, and 41.2%1 it stays.2 Exports are 2,345,678\u00a0euros3.\n"
        "Pristina was free on 17 February 2008."
    )
    first, second, third = document.findall(nodes.footnote)
    assert first[1].astext() == "Central Election Commission, https://kqz-ks.org/results, 9 February 2025."
    assert [link["refuri"] for link in first.findall(nodes.reference)] == ["https://kqz-ks.org/results"]
    assert len(first["backrefs"]) == 3
    assert second[1].astext() == "My own, of 41.2%1."
    assert third[1].astext() == "Foreign Trade Agency."


def test_facts_of_one_source_share_a_note_and_a_table_with_notes_below_has_its_own(tmp_path: Path) -> None:
    facts = (
        '[a]\nvalue = 1\nnote = "Office"\n[b]\nvalue = 2\nnote = "Office"\n[c]\nvalue = 3\nnote = "Bank"\n'
    )
    table = ".. csv-table:: T\n   :notes: below\n\n   |a|, |c|\n"
    document, findings = article(tmp_path, f"|a|, |b|, |c| and |a|.\n\n{table}", facts)
    assert findings == []
    assert document is not None
    calls = [call.astext() for call in document.findall(nodes.footnote_reference)]
    assert calls == ["1", "1", "2", "1", "a", "b"]
    assert [note[-1].astext() for note in document.findall(nodes.footnote)].count("Office.") == 2


def test_a_fact_is_written_in_the_language_of_the_article(tmp_path: Path) -> None:
    document, _ = article(tmp_path, "Le taux fut de |turnout|.", language="fr")
    assert document is not None
    assert "41,2\u00a0%1." in document.astext()
    assert "9 février 2025" in document.astext()


def test_a_substitution_of_the_article_goes_before(tmp_path: Path) -> None:
    document, findings = article(tmp_path, "It is |capital|.\n\n.. |capital| replace:: Brussels\n")
    assert findings == []
    assert document is not None
    assert "Brussels" in document.astext()


@pytest.mark.parametrize(
    ("text", "facts", "code", "line", "words"),
    [
        ("It is |turnuot|.", FACTS, "substitution-undefined", 7, 'did you mean "turnout"'),
        ("It is |turnout|.", None, "substitution-undefined", 7, ""),
        ("It is |turnout|.", "[turnout]\nvalue = x\n", "facts-file", 2, "not TOML"),
        ("It is |turnout|.", "[turnout]\nvalu = 1\n", "facts-file", 1, 'did you mean "value"'),
        ("It is |turnout|.", "\nturnout = 1\n", "facts-file", 2, "no table"),
        ("It is |turnout|.", "[turnout]\nvalue = [1]\n", "facts-file", 1, "no value"),
        ("It is |turnout|.", "[turnout]\nvalue = nan\n", "facts-file", 1, "no number"),
        ("It is |turnout|.", "[turnout]\nvalue = 1\ndate = 3\n", "facts-file", 1, "2026-11-24"),
    ],
)
def test_findings(tmp_path: Path, text: str, facts: str | None, code: str, line: int, words: str) -> None:
    document, findings = article(tmp_path, text, facts)
    assert document is None
    first = next(finding for finding in findings if finding.code == code)
    assert first.line == line
    assert words in first.message


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "−41.2%, 0.000000000001"),
        ("nb", "−41,2\u00a0%, 0,000000000001"),
        ("uk", "−41,2%, 0,000000000001"),
        ("tr", "−%41,2, 0,000000000001"),
    ],
)
def test_shares_and_small_numbers(language: str, shown: str) -> None:
    assert f"{percent_text(as_text(-41.2, language), language)}, {as_text(1e-12, language)}" == shown


def test_a_fact_that_is_wrong_is_said_once(tmp_path: Path) -> None:
    _, findings = article(tmp_path, "It is |turnout|, yes |turnout|.", "[turnout]\nvalu = 1\n")
    assert [finding.code for finding in findings] == ["facts-file"]
