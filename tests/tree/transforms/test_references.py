"""Cross references: by title, by page, to terms and articles; and what one edition alone shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from pipeline.build import Order, build_one
from pipeline.check.article import check
from pipeline.read.input.other_articles import title_in
from pipeline.read.reader import read
from pipeline.tree.nodes import article_reference, only, page_reference
from pipeline.write.print import decisions
from pipeline.write.print.page_numbers import numbers_of
from tests.support.articles import HEAD, Editions, Parsed, Read
from tests.support.paths import DATA
from tests.support.readback import text_of
from tests.support.references import OTHER, packed

# Both editions ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_check_finds_nothing(references: Editions) -> None:
    article, _ = read(references.result.article)
    assert article is not None
    report = check(article, references.result.outputs[0].path.parent, validators=False)
    assert [str(finding) for finding in report.findings] == []
    assert report.counts["calls"][0] == report.counts["calls"][2]


@pytest.mark.slow
def test_print_names_the_page_and_the_ebook_the_title(references: Editions) -> None:
    force, trade = (references.pdf.place_of(heading).page for heading in ("The Force", "Trade"))
    assert 1 < force < trade
    printed = f"Kosovo, page {force} and the trade section, page {trade}. (See page {trade}.)"
    assert packed(printed) in packed(references.pdf.text)
    assert packed("Kosovo, The Force and the trade section. (See Trade.)") in packed(references.epub.text)


def test_references_by_page_lead_to_their_places(references: Editions) -> None:
    trade = references.pdf.place_of("Trade")
    links = [link for link in references.pdf.pages[0].links if link.text.endswith(f"page {trade.page}")]
    assert len(links) == 2
    assert all(link.target is not None and link.target.page == trade.page for link in links)
    for href, link in references.epub.find("//h:a[contains(@class, 'page-reference')]"):
        target = references.epub.element(references.epub.target(href, link.get("href")))
        assert text_of(link) in text_of(target)


def test_titles_captions_and_terms(references: Editions) -> None:
    for text in (references.pdf.text, references.epub.text):
        for words in (
            "As The Force says, and in other words, the table Exports of goods and Figure 1.",
            "Another article, or The Other Article, is not this one",
            "A note verbale and an Aide-Mémoire",
            "The listing is A listing.",
            "KFOR (Kosovo Force) is KFOR.",
        ):
            assert packed(words) in packed(text)


def test_one_edition_only(references: Editions) -> None:
    printed, screen = references.pdf.everything, references.epub.text
    assert "Paper only." in printed
    assert "Paper only." not in screen
    assert "Screen only." not in printed
    assert "Screen only." in screen
    assert "Both editions." in printed
    assert "Both editions." in screen


def test_notes_have_the_same_numbers_in_both(references: Editions) -> None:
    listed = references.pdf.listed("Notes")
    notes = [text_of(note).split() for _, note in references.epub.find("//*[@epub:type='footnote']")]
    assert sorted(listed) == [int(words[0]) for words in notes] == [1, 2, 3]
    assert listed[3].startswith("Of screens.")
    assert notes[2][1:3] == ["Of", "screens."]
    assert 2 in references.pdf.notes
    assert 3 not in references.pdf.notes
    backs = [
        len(note.findall(".//*[@role='doc-backlink']"))
        for _, note in references.epub.find("//*[@epub:type='footnote']")
    ]
    assert backs == [2, 0, 1]


def test_a_link_to_what_is_not_shown_is_no_link(references: Editions) -> None:
    assert not [link for link in references.pdf.links if "what screens have" in link.text]


def test_wrong_page_numbers_are_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The damage that matters: numbers that are not those of the pages that the links lead to."""
    path = tmp_path / "article.rst"
    text = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\nSee :page:`Two`.\n\nTwo\n---\n\nText.\n"
    path.write_text(text, encoding="utf-8")
    right = numbers_of
    monkeypatch.setattr(
        decisions, "numbers_of", lambda document: {name: f"{n}7" for name, n in right(document).items()}
    )
    assert not build_one(path, Order(("pdf", "epub"), tmp_path)).failed
    article, _ = read(path)
    assert article is not None
    found = check(article, tmp_path, validators=False).findings
    assert [finding.code for finding in found] == ["check-link"]
    assert "names page 17, and the link there leads to page 1" in found[0].message


# The tree ---------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, str]] = {
    "an unknown name": (":ref:`traed`\n\n.. _trade:\n\nTrade\n-----\n\nx\n", 'did you mean "trade"?'),
    "an unknown page": (
        ":page:`Trad`\n\nTrade\n-----\n\nx\n",
        'nothing is called "Trad" here (did you mean "trade"?)',
    ),
    "a term without a glossary": (":term:`note`\n", 'no glossary has the term "note"'),
    "a term with a slip": (":term:`nota`\n\n.. glossary::\n\n   note\n      x\n", 'did you mean "note"?'),
    "no title": (":ref:`here`\n\n.. _here:\n\nA paragraph.\n", "has no title: write the words to show"),
    "an article": (":doc:`nowhere`\n", 'there is no article "nowhere" here'),
    "two places": (":ref:`a`\n\nA\n-\n\nx\n\nA\n-\n\ny\n", '"a" is the name of two places'),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_reference_to_nothing_is_a_finding_with_the_nearest_name(
    parse: Callable[[str], Parsed], read_text_article: Callable[..., Read], name: str
) -> None:
    text, message = FAULTS[name]
    assert ("target-unknown", 1) in parse(text).found
    article, _, findings = read_text_article(text, draft=True)
    assert article is not None
    if name != "an article":
        assert message in " ".join(finding.message for finding in findings)


def test_an_article_that_is_not_there_names_the_nearest(
    read_text_article: Callable[..., Read], tmp_path: Path
) -> None:
    (tmp_path / "malta.rst").write_text("Malta\n=====\n", encoding="utf-8")
    findings = read_text_article("See :doc:`matla` and :doc:`malta`.\n").findings
    assert [finding.message for finding in findings] == [
        'there is no article "matla" below the source folder (did you mean "malta"?)'
    ]


@pytest.mark.parametrize("goal", ["../treaty", "/../treaty", "/etc/passwd", "file:///etc/passwd"])
def test_no_article_outside_the_source_root_is_read(
    read_text_article: Callable[..., Read], tmp_path: Path, goal: str
) -> None:
    (tmp_path.parent / "treaty.rst").write_text("Treaty\n======\n", encoding="utf-8")
    article, found, findings = read_text_article(f":doc:`{goal}`\n", draft=True)
    assert found == [("target-unknown", 1)]
    assert article is not None
    assert "Treaty" not in article.document.astext()
    assert "Treaty" not in findings[0].message


def test_a_heading_takes_a_page_reference_as_a_plain_link(parse: Callable[[str], Parsed]) -> None:
    document = parse(".. contents::\n\nSee :page:`Two`\n---------------\n\nx\n\nTwo\n---\n\ny\n").document
    assert not list(document.findall(page_reference))
    entry = document.next_node(nodes.list_item)
    assert entry is not None
    assert len(list(entry.findall(nodes.reference))) == 1


def test_the_name_of_another_article_carries_its_path(
    read_text_article: Callable[..., Read], tmp_path: Path
) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "other.rst").write_text(OTHER, encoding="utf-8")
    article = read_text_article(
        "See :doc:`parts/other`, :doc:`/parts/other` and :doc:`it <parts/other>`.\n"
    ).article
    assert article is not None
    named = list(article.document.findall(article_reference))
    assert [(node["uri"], node.astext()) for node in named] == [
        ("parts/other.rst", "The Other Article"),
        ("parts/other.rst", "The Other Article"),
        ("parts/other.rst", "it"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Plain\n=====\n", "Plain"),
        ("====\nOver\n====\n", "Over"),
        (" ======\n", ""),
        ("========\n  Indented\n========\n", "Indented"),
        (".. a remark\n\n:field: x\n\nA *b* ``c`` :ref:`d <e>`\n--------------------\n", "A b c d"),
        (":title: From the field\n\nNo heading.\n", "From the field"),
        ("Nothing here.\n\nAt all.\n", ""),
        ("text\n\n----------\n\nReal\n----\n", "Real"),
        ("東京都の話\n==========\n", "東京都の話"),
    ],
)
def test_titles_of_other_articles(text: str, title: str) -> None:
    assert title_in(text) == title


CONDITIONS = {
    **{"print": ["print"], "latex": ["print"], "html": ["ebook"], "epub or html": ["ebook"]},
    **{"not print": ["ebook"], "not (html or epub)": ["print"], "PRINT and not html": ["print"]},
    **{"man": [], "print and epub": [], "not man": None, "print or ebook": None},
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(parse: Callable[[str], Parsed], condition: str) -> None:
    """``None``: shown in both editions, with nothing around it."""
    document, found = parse(f".. only:: {condition}\n\n   Text.\n")
    shown = [node["type"] for node in document.findall(only)]
    assert shown == (CONDITIONS[condition] or [])
    assert ("Text." in document.astext()) == (CONDITIONS[condition] != [])
    assert found == ([("rst-unsupported", 1)] if CONDITIONS[condition] == [] else [])


@pytest.mark.parametrize("condition", ["print and", "(print", "print)", "print ebook", "and", "a & b"])
def test_conditions_that_can_not_be_read(parse: Callable[[str], Parsed], condition: str) -> None:
    assert parse(f".. only:: {condition}\n\n   Text.\n").found == [("directive-error", 1)]


def test_references_in_substitutions_and_notes(parse: Callable[[str], Parsed]) -> None:
    text = (
        "|it| [#a]_\n\n.. |it| replace:: see :ref:`t`\n\n.. _t:\n\nTwo\n---\n\nx\n\n.. [#a] See :page:`t`.\n"
    )
    document, found = parse(text)
    assert found == []
    assert "see Two" in " ".join(document.astext().split())


def test_same_source_same_tree(parse: Callable[[str], Any]) -> None:
    text = (DATA / "references.rst").read_text(encoding="utf-8").split("\n\n", 2)[2]
    assert parse(text).document.pformat() == parse(text).document.pformat()


# Names of two things ------------------------------------------------------------------------------------

FIGURE = ".. _chart:\n\n.. figure:: dot.png\n   :alt: Dot\n\n   Exports (see :ref:`{}`)\n\n"
SECTION = ".. _outlook:\n\nOutlook (see :ref:`{}`)\n------------------------------\n\nText.\n\n"
TABLE = ".. _numbers:\n\n.. table:: Numbers by year\n\n   ===  ===\n   one  two\n   ===  ===\n\n"


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1)])
def test_a_reference_to_what_holds_a_reference_shows_words(
    read_text_article: Callable[..., Read], images: Path, order: tuple[int, ...]
) -> None:
    parts = ["The :ref:`chart`.\n\n", FIGURE.format("outlook"), SECTION.format("numbers"), TABLE]
    result = read_text_article("".join(parts[number] for number in order))
    assert result.found == []
    assert result.article is not None
    text = " ".join(result.article.document.astext().split())
    assert "The Exports (see Outlook (see Numbers by year))." in text
    assert "Outlook (see Numbers by year)" in text


def test_references_in_a_circle_are_a_finding(read_text_article: Callable[..., Read], images: Path) -> None:
    found = read_text_article(FIGURE.format("outlook") + SECTION.format("chart")).findings
    assert [finding.code for finding in found] == ["target-unknown"]
    assert "holds a reference that leads back here: write the words to show" in found[0].message


PORTS = "Ports\n-----\n\nThree. [{0}]_\n\nShips\n-----\n\nSee {1}.\n\nNotes\n-----\n\n.. [{0}] Odesa.\n"


@pytest.mark.parametrize("link", ["Ports_", "`ports`_", ":ref:`Ports`", "`the ports <Ports_>`__"])
@pytest.mark.parametrize("note", ["#ports", "Ports"])
def test_a_link_by_the_name_of_a_heading_and_a_note_leads_to_the_heading(
    parse: Callable[[str], Parsed], link: str, note: str
) -> None:
    document, found = parse(PORTS.format(note, link))
    assert found == []
    (reference,) = [
        node
        for node in document.findall(nodes.reference)
        if "Ports" in node.astext() or "ports" in node.astext()
    ]
    section = next(node for node in document.findall(nodes.section) if node[0].astext() == "Ports")
    assert reference["refid"] in section["ids"]


def test_a_link_by_the_name_of_a_note_alone_leads_to_the_note(parse: Callable[[str], Parsed]) -> None:
    document, found = parse("Three. [#ports]_ See Ports_.\n\n.. [#ports] Odesa.\n")
    assert found == []
    (reference,) = document.findall(nodes.reference)
    assert reference["refid"] == "ports"


@pytest.mark.parametrize("link", ["`Trade`_", "Trade_", ":ref:`Trade`"])
def test_a_link_to_one_of_two_headings_names_both(read_text_article: Callable[..., Read], link: str) -> None:
    text = f"North\n-----\n\nTrade\n~~~~~\n\nOne.\n\nSouth\n-----\n\nTrade\n~~~~~\n\nSee {link}.\n"
    (finding,) = read_text_article(text).findings
    assert (finding.code, finding.line) == ("target-unknown", HEAD.count("\n") + 15)
    lines = [HEAD.count("\n") + line for line in (4, 12)]
    assert f"lines {lines[0]} and {lines[1]}" in finding.message
    assert ":ref:`" in finding.message
    assert ".. _name:" in finding.message
