"""Numbered captions and references by number: one sequence, in the words of the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from docutils import nodes

from pipeline.build import Result
from pipeline.read.reader import parse_text
from tests.support.readback import EpubFile, PdfFile

HEAD: Final = "Title\n=====\n\n:date: 2026-11-24\n:language: {}\n:numbered: {}\n\n"

FIGURE: Final = ".. _{0}:\n\n.. figure:: {0}.png\n   :alt: {0}\n\n   {1}\n\n"


def parsed(body: str, numbered: str = "figures, tables, code", language: str = "en") -> nodes.document:
    """The tree of a text without findings."""
    document, found = parse_text(HEAD.format(language, numbered) + body)
    assert [str(one) for one in found] == []
    return document


def captions(document: nodes.document) -> list[str]:
    """What captions say, in order."""
    return [plain(node) for node in document.findall(nodes.caption)]


def plain(node: nodes.Node) -> str:
    """Its words, white space folded."""
    return " ".join(node.astext().split())


@pytest.mark.parametrize(
    ("language", "caption", "called"),
    [
        ("en", "Figure 1. Hills.", "Figure 1"),
        ("de-AT", "Abb. 1: Hills.", "Abb. 1"),
        ("fr", "Figure 1 – Hills.", "Figure 1"),
        ("ru", "Рис. 1. Hills.", "Рис. 1"),
        ("ja", "図1 Hills.", "図1"),
        ("hu", "1. ábra. Hills.", "1. ábra"),
        ("lt", "1 pav. Hills.", "1 pav."),
        ("fa", "شکل ۱. Hills.", "شکل ۱"),
        ("sr-Latn", "Slika 1. Hills.", "Slika 1"),
        ("mt", "Figure 1. Hills.", "Figure 1"),
    ],
)
def test_the_words_are_those_of_the_language(language: str, caption: str, called: str) -> None:
    document = parsed(
        FIGURE.format("hills", "Hills.") + "See :numref:`hills`, :ref:`hills`.\n", "figures", language
    )
    assert captions(document) == [caption]
    numbered, named = document.findall(nodes.reference)
    assert (plain(numbered), plain(named)) == (called, "Hills")
    foreign = [node for node in document.findall(nodes.inline) if "language-en" in node["classes"]]
    assert bool(foreign) == (language == "mt")


def test_each_kind_has_its_sequence_and_what_has_no_caption_has_none() -> None:
    document = parsed(
        FIGURE.format("a", "One") + ".. figure:: b.png\n   :alt: b\n\n"
        ".. class:: unnumbered\n\n.. figure:: c.png\n   :alt: c\n\n   None\n\n"
        ".. table:: First\n\n   == ==\n   1  2\n   == ==\n\n"
        "== ==\n1  2\n== ==\n\n"
        ".. code-block:: sh\n   :caption: List\n\n   ls\n\n" + FIGURE.format("d", "Two")
    )  # fmt: skip
    assert captions(document) == ["Figure 1. One", "None", "Figure 2. Two"]
    assert next(plain(table[0]) for table in document.findall(nodes.table)) == "Table 1. First"
    assert "Listing 1. List" in document.astext().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("hills", "Figure 2"),
        ("Fig. {number} <hills>", "Fig. 2"),
        ("the map (%s) <hills>", "the map (2)"),
        ("{name}, no. {number} <hills>", "Hills of the U.S., no. 2"),
        ("just words <hills>", "just words"),
        ("trade", "Table 1"),
        ("list", "Listing 1"),
    ],
)
def test_a_reference_by_number(written: str, words: str) -> None:
    document = parsed(
        FIGURE.format("a", "One") + FIGURE.format("hills", "Hills of the U.S.")
        + ".. table:: Trade\n   :name: trade\n\n   == ==\n   1  2\n   == ==\n\n"
        ".. code-block:: sh\n   :caption: List\n   :name: list\n\n   ls\n\n"
        f"See :numref:`{written}`.\n"
    )  # fmt: skip
    (link,) = document.findall(nodes.reference)
    assert plain(link) == words
    assert link["refid"] in {name for node in document.findall(nodes.Element) for name in node["ids"]}


CHAPTERS: Final = (
    FIGURE.format("lead", "Lead") + "One\n---\n\n" + FIGURE.format("a", "A") + "Below\n^^^^^\n\n"
    + FIGURE.format("b", "B") + ".. _two:\n\nTwo\n---\n\n" + FIGURE.format("c", "C")
    + ".. _deep:\n\nDeep\n^^^^\n\nSee :numref:`a`, :numref:`b`, :numref:`c`, :numref:`lead`, :numref:`two`, "
    ":numref:`part %s <deep>`, :ref:`deep`.\n"
)  # fmt: skip


def test_numbers_by_chapter_and_of_sections() -> None:
    document = parsed(CHAPTERS, "figures, sections, by chapter")
    assert captions(document) == ["Figure 1. Lead", "Figure 1.1. A", "Figure 1.2. B", "Figure 2.1. C"]
    words = [plain(link) for link in document.findall(nodes.reference)]
    assert words == ["Figure 1.1", "Figure 1.2", "Figure 2.1", "Figure 1", "section 2", "part 2.1", "Deep"]
    titles = [plain(section[0]) for section in document.findall(nodes.section)]
    assert titles == ["1 One", "1.1 Below", "2 Two", "2.1 Deep"]


def test_sectnum_says_how_sections_are_numbered() -> None:
    document = parsed(
        ".. sectnum::\n   :start: 4\n   :prefix: A\n   :suffix: .\n\n" + CHAPTERS, "figures, by chapter"
    )
    words = [plain(link) for link in document.findall(nodes.reference)]
    assert words == [
        "Figure A4.1",
        "Figure A4.2",
        "Figure A5.1",
        "Figure 1",
        "section A5",
        "part A5.1",
        "Deep",
    ]


def test_a_section_may_be_without_a_number() -> None:
    document = parsed(".. class:: unnumbered\n\nSummary\n-------\n\nText.\n\nOne\n---\n\nText.\n", "sections")
    assert [plain(section[0]) for section in document.findall(nodes.section)] == ["Summary", "1 One"]


@pytest.mark.parametrize(
    ("numbered", "body", "code", "said"),
    [
        ("no", FIGURE.format("a", "A"), "target-unnumbered", "write :numbered: figures below the title"),
        ("tables", FIGURE.format("a", "A"), "target-unnumbered", "write :numbered: figures below the title"),
        ("figures", ".. _a:\n\n.. figure:: a.png\n   :alt: a\n\n", "target-unnumbered", "write one"),
        (
            "figures",
            ".. _a:\n\n.. class:: unnumbered\n\n.. figure:: a.png\n   :alt: a\n\n   A\n\n",
            "target-unnumbered",
            'the class "unnumbered" takes it',
        ),
        (
            "no",
            ".. sectnum::\n   :depth: 1\n\nOne\n---\n\n.. _a:\n\nOther\n~~~~~\n\n",
            "target-unnumbered",
            "deeper than those that are numbered",
        ),
        ("figures", ".. _a:\n\nOther\n-----\n\n", "target-unnumbered", "write :numbered: sections"),
        ("figures", ".. _a:\n\nA paragraph.\n\n", "target-unnumbered", "with :ref:"),
        ("figures", FIGURE.format("ab", "A"), "target-unknown", 'did you mean "ab"?'),
    ],
)  # fmt: skip
def test_a_reference_by_number_to_what_has_none(numbered: str, body: str, code: str, said: str) -> None:
    text = HEAD.format("en", numbered) + body + "See\n:numref:`a`.\n"
    document, found = parse_text(text)
    (one,) = found
    assert (one.code, one.line) == (code, text.count("\n"))
    assert said in one.message
    assert "{" not in document.astext()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("figurse", 'did you mean "figures"?'),
        ("figures, all of it", "all of it"),
        ("figures, by chapter", "sections"),
    ],
)
def test_what_can_not_be_numbered(written: str, said: str) -> None:
    _, found = parse_text(HEAD.format("en", written) + FIGURE.format("a", "A"))
    (one,) = found
    assert (one.code, one.line) == ("meta-value", 6)
    assert said in one.message


def test_captions_that_name_each_other_end() -> None:
    body = FIGURE.format("a", "A :numref:`{name} <b>`") + FIGURE.format("b", "B :numref:`{name} <a>`")
    document, found = parse_text(HEAD.format("en", "figures") + body)
    assert [one.code for one in found] == ["target-unknown"]
    assert "Figure\u00a02. B" in document.astext()


def test_both_editions_have_the_numbers(finished: Callable[..., Result], pictures: dict[str, bytes]) -> None:
    name = next(iter(pictures))
    body = f".. _hills:\n\n.. figure:: {name}\n   :alt: hills\n\n   Hills.\n\nSee :numref:`hills`.\n"
    result = finished(HEAD.format("en", "figures") + body, pictures, whole=True)
    pdf, epub = (output.path.read_bytes() for output in result.outputs)
    for text in (PdfFile(pdf).text, EpubFile(epub).text):
        assert "Figure 1. Hills. See Figure 1." in " ".join(text.split())


@pytest.mark.parametrize(("language", "numbers"), [("en", ["1.", "2."]), ("fa", ["۱.", "۲."])])
def test_a_source_line_is_no_paragraph_that_counts(language: str, numbers: list[str]) -> None:
    table = (
        ".. table:: T\n   :source: Agency\n\n   ===  ===\n   a    b\n   ===  ===\n   1    2\n   ===  ===\n\n"
    )
    document = parsed(f"One.\n\n{table}Two.\n", "paragraphs", language)
    found = [
        node.astext() for node in document.findall(nodes.inline) if "paragraph-number" in node["classes"]
    ]
    assert found == numbers
