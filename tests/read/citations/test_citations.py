"""Citations in an article: notes in one sequence, words in the text, the list of sources, findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from pipeline.desk import Desk, at
from pipeline.findings import Finding
from pipeline.read.citations.markup import CitationError, parse
from pipeline.read.reader import read
from pipeline.tree.article import Article

HEAD = (
    "Title\n=====\n\n:date: 2026-11-24\n:language: {language}\n:sources: refs.bib\n"
    ":citation-style: {style}\n\n"
)
BIB = """@book{malcolm, author={Malcolm, Noel}, title={Kosovo: A Short History},
  publisher={Macmillan}, date={1998}}
@article{newman, author={Newman, Edward and Visoka, Gëzim}, title={NATO in Kosovo},
  journaltitle={International Affairs}, volume=100, pages={631--653}, date={2024}, doi={10.1093/ia/iiae014}}
@online{kfor, author={{NATO}}, title={KFOR},
  url={https://nato.int/a_b?c=1&d=2}, urldate={2024-11-29}, date={2024}}
@book{unused, title={Never Cited}, date={bad}}
"""


def article(
    folder: Path, text: str, style: str = "oscola", language: str = "en", bib: str = BIB, draft: bool = False
) -> tuple[Article | None, list[Finding]]:
    (folder / "refs.bib").write_text(bib, encoding="utf-8")
    path = folder / "article.rst"
    path.write_text(HEAD.format(style=style, language=language) + text, encoding="utf-8")
    return read(path, draft=draft)


def good(folder: Path, text: str, **more: Any) -> nodes.document:
    found, findings = article(folder, text, **more)
    assert findings == []
    assert found is not None
    return found.document


def notes(document: nodes.document) -> list[str]:
    return [
        note.astext().replace("\n\n", " ").replace("\xa0", " ") for note in document.findall(nodes.footnote)
    ]


def paragraphs(document: nodes.document) -> list[str]:
    return [
        node.astext().replace("\xa0", " ")
        for node in document.findall(nodes.paragraph)
        if isinstance(node.parent, (nodes.document, nodes.section))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", [("a", "", "")]),
        ("{see}a{p. 12}, b_2", [("a", "see", "p. 12"), ("b_2", "", "")]),
        (" a ,{cf., also} b {pp. 1, 2} ", [("a", "", ""), ("b", "cf., also", "pp. 1, 2")]),
    ],
)
def test_citations_are_taken_apart(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "a b", "{see}", "a{p. 1", "a,", ",a", "a{{b}}"])
def test_what_is_no_citation(text: str) -> None:
    with pytest.raises(CitationError, match="key"):
        parse(text)


def test_numbers_in_notes_are_those_of_all_notes(tmp_path: Path) -> None:
    """Between two citations of one source stands a note of the author's own: not "ibid", but "(n 1)"."""
    text = """One :cite:p:`malcolm{p. 12}`. Two. [#own]_ Three :cite:p:`malcolm{p. 13}`, and
four :cite:p:`malcolm{p. 14}`. Again. [#own]_ Five :cite:p:`newman`; six :cite:p:`malcolm`.

.. [#own] My own words.
"""
    document = good(tmp_path, text)
    assert notes(document) == [
        "1 Noel Malcolm, Kosovo: A Short History (Macmillan 1998) 12.",
        "2 My own words.",
        "3 Malcolm (n 1) 13.",
        "4 Ibid 14.",
        "5 Edward Newman and Gëzim Visoka, ‘NATO in Kosovo’ (2024) 100 International Affairs 631 "
        "<https://doi.org/10.1093/ia/iiae014>.",
        "6 Malcolm (n 1).",
    ]
    assert paragraphs(document) == ["One.1 Two.2 Three,3 and\nfour.4 Again.2 Five;5 six.6"]


def test_a_citation_in_a_note_of_the_author_stands_there(tmp_path: Path) -> None:
    text = """One. [#a]_ Two :cite:p:`malcolm{p. 4}`.

.. [#a] See :cite:p:`malcolm{p. 3}`, and more.
"""
    first, second = notes(good(tmp_path, text))
    assert first == "1 See Noel Malcolm, Kosovo: A Short History (Macmillan 1998) 3, and more."
    assert second == "2 Ibid 4."


def test_the_author_is_a_word_of_the_sentence(tmp_path: Path) -> None:
    document = good(tmp_path, "As :cite:t:`newman{p. 5}` say.")
    assert paragraphs(document) == ["As Edward Newman and Gëzim Visoka1 say."]
    assert notes(document)[0].startswith("1 ‘NATO in Kosovo’")
    document = good(tmp_path, "As :cite:t:`newman{p. 640}` say.", style="apa")
    assert paragraphs(document)[0] == "As Newman & Visoka (2024, p. 640) say."
    document = good(tmp_path, "As :cite:t:`newman` say.", style="ieee", language="de")
    assert paragraphs(document)[0] == "As Newman und Visoka [1] say."


def test_the_call_stands_before_punctuation_in_french(tmp_path: Path) -> None:
    assert paragraphs(good(tmp_path, "Un mot :cite:p:`malcolm`.", language="fr")) == ["Un mot1."]
    assert paragraphs(good(tmp_path, "“A word :cite:p:`malcolm`.” And")) == ["“A word.”1 And"]
    calls = good(tmp_path, "A :cite:p:`malcolm` :cite:p:`newman`. B")
    assert paragraphs(calls) == ["A.12 B"]


def test_words_are_nodes_of_the_tree(tmp_path: Path) -> None:
    document = good(tmp_path, "A :cite:p:`malcolm` and :cite:p:`kfor`.")
    first, second = document.findall(nodes.footnote)
    assert [node.astext() for node in first.findall(nodes.emphasis)] == ["Kosovo: A Short History"]
    (link,) = second.findall(nodes.reference)
    assert link["refuri"] == "https://nato.int/a_b?c=1&d=2"
    assert not list(document.findall(nodes.raw))


def test_a_style_in_the_text_links_to_the_list(tmp_path: Path) -> None:
    document = good(tmp_path, "A :cite:p:`malcolm{p. 3}` and :cite:p:`{see}newman, malcolm`.", style="apa")
    assert paragraphs(document) == ["A (Malcolm, 1998, p. 3) and (see Newman & Visoka, 2024; Malcolm, 1998)."]
    (listing,) = document.findall(nodes.bullet_list)
    assert listing["classes"] == ["bibliography"]
    assert [item["ids"] for item in listing] == [["source-malcolm"], ["source-newman"]]
    goals = [link["refid"] for link in document.findall(nodes.reference) if "refid" in link]
    assert set(goals) == {"source-malcolm", "source-newman"}
    assert listing.parent[0].astext() == "Sources"
    assert notes(document) == []


def test_the_address_of_a_doi_is_one_link(tmp_path: Path) -> None:
    """Only what stands behind "https://doi.org/" was linked."""
    bib = "@article{d, author={Dow, C.}, title={T}, journaltitle={J}, date={2020}, doi={10.1000/x}}\n"
    document = good(tmp_path, "A :cite:p:`d`.", bib=bib)
    (link,) = (one for one in document.findall(nodes.reference) if "refuri" in one)
    assert (link.astext(), link["refuri"]) == ("https://doi.org/10.1000/x", "https://doi.org/10.1000/x")


def test_what_a_style_does_not_list_is_no_entry(tmp_path: Path) -> None:
    bib = BIB + "@letter{cable, author={Dupont, Jean}, title={Cable}, date={2024}}\n"
    document = good(tmp_path, "A :cite:p:`cable` and :cite:p:`malcolm`.", style="apa", bib=bib)
    (listing,) = document.findall(nodes.bullet_list)
    assert [item["ids"] for item in listing] == [["source-malcolm"]]
    assert "personal communication" in paragraphs(document)[0]


def test_numbers_follow_the_text_also_through_notes(tmp_path: Path) -> None:
    text = "Aye. [#a]_ B :cite:p:`newman`.\n\n.. [#a] C :cite:p:`malcolm`.\n"
    document = good(tmp_path, text, style="ieee")
    assert notes(document) == ["1 C [1]."]
    assert paragraphs(document)[0] == "Aye.1 B [2]."


def test_the_list_stands_where_the_author_wants_it(tmp_path: Path) -> None:
    text = "A :cite:p:`malcolm`.\n\nBooks\n=====\n\n.. bibliography::\n\nEnd\n===\n\nText.\n"
    document = good(tmp_path, text)
    (listing,) = document.findall(nodes.bullet_list)
    assert listing.parent[0].astext() == "Books"
    assert len(listing) == 1
    document = good(tmp_path, text.replace("::\n\nEnd", "::\n   :all:\n\nEnd"))
    (listing,) = document.findall(nodes.bullet_list)
    assert len(listing) == 4


def test_a_substitution_may_hold_a_citation(tmp_path: Path) -> None:
    text = "A |it| and |it|.\n\n.. |it| replace:: word :cite:p:`malcolm{p. 2}`\n"
    document = good(tmp_path, text)
    assert notes(document)[1] == "2 Ibid."
    assert paragraphs(document) == ["A word1 and word.2"]


def test_an_empty_section_of_that_name_takes_the_notes(tmp_path: Path) -> None:
    document = good(tmp_path, "A :cite:p:`malcolm`.\n\nNotes and References\n====================\n")
    (section,) = document.findall(nodes.section)
    assert section[0].astext() == "Notes and References"
    assert notes(document)


def test_a_note_of_one_edition_keeps_its_number(tmp_path: Path) -> None:
    text = "A :cite:p:`malcolm`.\n\n.. only:: print\n\n   B :cite:p:`newman`.\n\nC :cite:p:`malcolm`.\n"
    assert [note.split()[0] for note in notes(good(tmp_path, text))] == ["1", "2", "3"]


# Findings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("\nA :cite:p:`malcom`.", "cite-unknown", 10, 'did you mean "malcolm"'),
        ("A :cite:p:`malcolm, nobody`.", "cite-unknown", 9, '"nobody"'),
        ("A\n:cite:p:`a b`.", "cite-markup", 10, "`smith2020`"),
        ("A :cite:p:`malcolm`.\n\n.. bibliography::\n\n.. bibliography::\n", "cite-markup", 13, "second"),
        ("A.\n\n.. bibliography:: none.bib\n", "insertion-missing", 11, "none.bib"),
        ("A.\n\n.. bibliography:: ../x.bib\n", "insertion-refused", 11, "outside"),
    ],
)
def test_findings(tmp_path: Path, text: str, code: str, line: int, words: str) -> None:
    _, findings = article(tmp_path, text)
    assert (findings[0].code, findings[0].line) == (code, line), findings
    assert words in findings[0].message
    draft, _ = article(tmp_path, text, draft=True)
    assert draft is not None


def test_what_is_wrong_with_a_source_is_told_where_it_is_cited(tmp_path: Path) -> None:
    _, findings = article(tmp_path, "A :cite:p:`unused` and :cite:p:`unused`.")
    assert [(one.code, Path(one.source).name, one.line) for one in findings] == [
        ("cite-entry", "refs.bib", 7),
        ("cite-entry", "refs.bib", 7),
    ]
    assert good(tmp_path, "A :cite:p:`malcolm`.")


@pytest.mark.parametrize(
    ("style", "bib", "code", "line"),
    [
        ("oskola", BIB, "cite-style", 7),
        ("turabian-author-date", BIB, "cite-style", 7),
        ("apa", BIB + "@book{x, title={", "cite-sources", 8),
        ("apa", BIB + "@book{kfor, title={X}, date={2020}}", "cite-duplicate", 8),
        ("apa", "", "cite-unknown", 9),
    ],
)
def test_styles_and_files_that_can_not_be_used(
    tmp_path: Path, style: str, bib: str, code: str, line: int
) -> None:
    for draft in (False, True):
        found, findings = article(tmp_path, "A :cite:p:`malcolm`.", style=style, bib=bib, draft=draft)
        assert [(one.code, one.line) for one in findings] == [(code, line)]
        assert (found is not None) == draft


def test_what_a_broken_file_holds_is_not_unknown(tmp_path: Path) -> None:
    """The finding that is to be mended is the file's; a key that stands nowhere is one of its own."""
    bib = BIB + "@book{lost, title={X, date={2001}}"
    _, findings = article(tmp_path, "A :cite:p:`lost` and :cite:p:`nobody`.", bib=bib)
    errors = {one.code: (one.line, one.message) for one in findings if one.is_error}
    assert {code: line for code, (line, _) in errors.items()} == {"cite-sources": 8, "cite-unknown": 9}
    assert '"nobody"' in errors["cite-unknown"][1]
    path = tmp_path / "article.rst"
    path.write_text(path.read_text(encoding="utf-8").replace("refs.bib", "nope.bib"), encoding="utf-8")
    assert [one.code for one in read(path)[1] if one.is_error] == ["insertion-missing"]


def test_a_style_without_words_for_a_source(tmp_path: Path) -> None:
    """Its note was empty, and the author was told of the contract between parts of the program."""
    folder = tmp_path / "styles" / "csl"
    folder.mkdir(parents=True)
    style = '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="note"><info><title>x</title>'
    style += '</info><citation><layout><text variable="abstract"/></layout></citation></style>'
    (folder / "silent.csl").write_text(style, encoding="utf-8")
    with at(Desk(styles=tmp_path / "styles")):
        found, findings = article(tmp_path, "A :cite:p:`malcolm`.", style="silent")
    assert found is not None
    assert notes(found.document) == ["1 Malcolm, Kosovo: A Short History"]
    assert [(one.code, one.line) for one in findings] == [("cite-entry", 9)]
    assert '"silent" has no words for the source "malcolm"' in findings[0].message


def test_sources_are_cited_and_none_are_named(tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    path.write_text("Title\n=====\n\n:date: 2026-11-24\n:language: en\n\nA :cite:p:`a`.\n", encoding="utf-8")
    (finding,) = read(path)[1]
    assert (finding.code, finding.line) == ("cite-sources", 7)
    assert ":sources: refs.bib" in finding.message


def test_a_missing_engine_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    _, findings = article(tmp_path, "A :cite:p:`malcolm` :cite:p:`newman`.")
    assert [finding.code for finding in findings] == ["cite-engine"]
    assert 'pip install "despatch[cite]"' in findings[0].message


def test_an_engine_that_fails_leaves_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.cite import engine

    monkeypatch.setattr(engine, "SECONDS", 0.001)
    for draft in (False, True):
        found, findings = article(tmp_path, "A :cite:p:`malcolm`.", draft=draft)
        assert {finding.code for finding in findings} == {"cite-engine"}
        assert (found is not None) == draft


def test_the_same_source_gives_the_same_tree(tmp_path: Path) -> None:
    text = "A :cite:p:`newman, malcolm`, :cite:t:`kfor`.\n\n.. bibliography::\n   :all:\n"
    trees = {good(tmp_path, text, style="apa").pformat() for _ in range(2)}
    assert len(trees) == 1


# Labels of docutils' citations -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[Smith2020]_ argues it.", "Smith20201 argues it."),
        ("It is so. [Smith2020]_ argues it.", "It is so. Smith20201 argues it."),
        ("As [Smith2020]_ argues it.", "As Smith20201 argues it."),
        ("That is shown by [Smith2020]_.", "That is shown by Smith20201."),
        ("It is so (see [Smith2020]_).", "It is so (see Smith20201)."),
        ("It is so. [Smith2020]_ It is.", "It is so.1 It is."),
        ("It is so [Smith2020]_ and so.", "It is so1 and so."),
        ("It is so [Smith2020]_.", "It is so1."),
    ],
)
def test_a_label_that_is_a_word_stays_readable(tmp_path: Path, text: str, shown: str) -> None:
    document = good(tmp_path, f"{text}\n\n.. [Smith2020] A note.\n")
    assert paragraphs(document) == [shown]


def test_a_citation_in_a_field_is_told(tmp_path: Path) -> None:
    found = article(tmp_path, "Text.", language="en\n:author: Ann :cite:p:`newman`")[1]
    assert [(one.code, ":cite:p:`newman`" in one.message) for one in found if one.is_error] == [
        ("meta-value", True)
    ]


def test_a_source_in_a_note_of_the_author_has_brackets_once(tmp_path: Path) -> None:
    text = "One :cite:p:`malcolm`. Two. [#a]_\n\n.. [#a] See :cite:t:`malcolm` and :cite:t:`newman`.\n"
    _, second = notes(good(tmp_path, text))
    assert second.startswith("2 See Malcolm (ibid) and Edward Newman and Gëzim Visoka (")
    assert "((" not in second


def test_places_that_are_joined_by_a_word_are_several(tmp_path: Path) -> None:
    text = "A :cite:p:`malcolm{p. 3 & 5}`. B :cite:p:`malcolm{chap. 2 & 4}`."
    (words,) = paragraphs(good(tmp_path, text, style="apa"))[:1]
    assert words == "A (Malcolm, 1998, pp. 3 & 5). B (Malcolm, 1998, Chapters 2 & 4)."


def test_words_from_right_to_left_stand_apart(tmp_path: Path) -> None:
    source = "@book{m, author = {محمود, أحمد}, title = {كوسوفو والعالم}, date = {2017}}\n"
    (tmp_path / "right.bib").write_text(source, encoding="utf-8")
    head = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n:sources: right.bib\n:citation-style: apa\n\n"
    path = tmp_path / "article.rst"
    path.write_text(f"{head}A :cite:p:`m`.\n", encoding="utf-8")
    article, findings = read(path)
    assert article is not None
    assert findings == []
    apart = [
        one.astext() for one in article.document.findall(nodes.inline) if "language-ar" in one["classes"]
    ]
    assert apart == ["محمود", "محمود", "أحمد", "كوسوفو والعالم"]
