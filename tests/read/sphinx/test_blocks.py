"""What authors who come from Sphinx expect, and names that nobody knows: one finding for each."""

# ruff: noqa: E501 - the sources of the tests have one line each

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes
from docutils.parsers.rst import directives, roles

from pipeline.read.sphinx import blocks, code
from pipeline.read.sphinx.roles import ROLES
from pipeline.tree.labels import labels_for
from pipeline.tree.nodes import explained, fault, fault_block
from tests.support.articles import Editions, Parsed, Read
from tests.support.references import packed

# Roles ------------------------------------------------------------------------------------------------------

SHOWN: dict[str, tuple[str, str, type[nodes.Element]]] = {
    "a key": (":kbd:`Ctrl+C`", "Ctrl+C", nodes.inline),
    "a file": (r":file:`/etc/{name}`", "/etc/name", nodes.literal),
    "a sample": (":samp:`a{b}c`", "abc", nodes.literal),
    "a command": (":command:`rm`", "rm", nodes.strong),
    "a menu": (":menuselection:`&File --> Open`", "File \u2023 Open", nodes.inline),
    "a button": (":guilabel:`R&D && &Go`", "RD & Go", nodes.inline),
    "an option": (":option:`--jobs`", "--jobs", nodes.literal),
    "a class": (":class:`Foo`", "Foo", nodes.literal),
    "the last name": (":py:meth:`~a.b.Foo.run`", "run()", nodes.literal),
    "no link": (":py:class:`!Foo`", "Foo", nodes.literal),
    "words of the author": (":py:func:`the runner <a.run>`", "the runner", nodes.literal),
    "another domain": (":c:func:`malloc`", "malloc()", nodes.literal),
    "another project": (":external+python:py:class:`int`", "int", nodes.literal),
    "no reference": (":ref:`!kfor`", "kfor", nodes.inline),
    "a vulnerability": (":cve:`2020-1`", "CVE-2020-1", nodes.reference),
}


@pytest.mark.parametrize("name", SHOWN)
def test_words_of_a_kind(parse: Callable[[str], Parsed], name: str) -> None:
    text, shown, kind = SHOWN[name]
    document, found = parse(f"One {text} two.\n")
    assert found == []
    paragraph = list(document.findall(nodes.paragraph))[-1]
    assert paragraph.astext() == f"One {shown} two."
    assert isinstance(paragraph[1], kind)


def test_an_abbreviation_is_explained_once(parse: Callable[[str], Parsed]) -> None:
    document = parse(":abbr:`KFOR (Kosovo Force)`, :abbr:`KFOR (Kosovo Force)`, :abbr:`EU`.\n").document
    assert list(document.findall(nodes.paragraph))[-1].astext() == "KFOR (Kosovo Force), KFOR, EU."
    assert [node["title"] for node in document.findall(explained)] == ["Kosovo Force"] * 2


def test_every_role_and_directive_is_known_to_docutils() -> None:
    assert {*ROLES} <= {*roles._roles}
    assert {*blocks.DIRECTIVES, *code.DIRECTIVES} <= {*directives._directives}


# Directives -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr", "de", "nl", "it", "pt", "es", "sq", "pl"])
def test_labels_are_those_of_the_language(parse: Callable[[str], Parsed], language: str) -> None:
    from pipeline.read.reader import parse_text

    text = f"T\n=\n\n:date: 2026-11-24\n:language: {language}\n\n"
    document, found = parse_text(
        text + ".. versionadded:: 2.1\n\n   x\n\n.. deprecated:: 3 Because.\n\n.. seealso:: y\n"
    )
    labels = labels_for(language)
    assert [finding.code for finding in found] == []
    shown = document.astext()
    assert f"{labels['version-added'].format(version='2.1')}: x" in shown
    assert f"{labels['version-deprecated'].format(version='3')}: Because." in shown
    assert labels["see-also-title"] in shown


def test_a_glossary(parse: Callable[[str], Parsed]) -> None:
    text = ".. glossary::\n   :sorted:\n\n   zeta : letter\n      Last.\n\n   .. a remark\n\n   alpha\n   Alfa\n      First.\n\n      Twice.\n"
    document, found = parse(text)
    assert found == []
    items = list(document.findall(nodes.definition_list_item))
    assert [[term.astext() for term in item.findall(nodes.term)] for item in items] == [
        ["alpha", "Alfa"],
        ["zeta"],
    ]
    assert items[1].next_node(nodes.classifier).astext() == "letter"
    assert items[0].next_node(nodes.term).line == 15  # of the article


FAULTS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "a glossary without a definition": (".. glossary::\n\n   a\n", [("directive-error", 3)]),
    "a glossary that begins indented": (".. glossary::\n\n      a\n   b\n", [("directive-error", 1)]),
    "a term twice": (".. glossary::\n\n   a\n      x\n\n   A\n      y\n", [("target-duplicate", 6)]),
    "markup in a term": (".. glossary::\n\n   a *b\n      x\n", [("markup-unclosed", 3)]),
    "seealso without content": (".. seealso::\n", [("directive-error", 1)]),
    "a listing without content": (".. code-block:: python\n", [("directive-error", 1)]),
    "lines that can't be read": (
        ".. code-block:: python\n   :emphasize-lines: x\n\n   a\n", [("directive-error", 1)],
    ),
    "an index without entries": (".. index::\n\nx\n", [("directive-error", 1)]),
    "a list of articles": (".. toctree::\n\n   a\n\n.. toctree::\n\n   b\n", [("rst-unsupported", 1), ("rst-unsupported", 1), ("rst-unsupported", 5)]),
    "rules of a grammar": (".. productionlist:: a: `b`\n   b: c\n", []),
    "what describes nothing": (".. autoclass:: Foo\n   :members:\n", [("directive-unknown", 1)]),
    "a heading in one edition": (".. only:: print\n\n   A\n   -\n\n   x\n", [("rst-error", 4)]),
    "unseen": (".. sectionauthor:: Ann\n.. tabularcolumns:: |l|\n.. highlight:: none\n.. currentmodule:: a\n", []),
    "a file from outside": (".. literalinclude:: /etc/passwd\n", [("insertion-refused", 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_findings(parse: Callable[[str], Parsed], name: str) -> None:
    text, expected = FAULTS[name]
    assert parse(text).found == expected


def test_descriptions(parse: Callable[[str], Parsed]) -> None:
    text = ".. py:method:: run(a, *, b)\n   stop()\n   :async:\n\n   Runs.\n\n   :param a: one\n\n.. option:: --jobs N\n\n.. class:: a.Foo\n\n   Text.\n"
    document, found = parse(text)
    assert found == []
    terms = [term.astext() for term in document.findall(nodes.term)]
    assert terms == ["run(a, *, b)", "stop()", "--jobs N", "a.Foo"]
    assert "one" in document.astext()


def test_class_of_docutils_is_still_there(parse: Callable[[str], Parsed]) -> None:
    document = parse(".. class:: special\n\nText.\n").document
    assert "special" in list(document.findall(nodes.paragraph))[-1]["classes"]


def test_a_listing(parse: Callable[[str], Parsed]) -> None:
    text = ".. code-block:: python\n   :caption: The *caption*\n   :lineno-start: 5\n   :emphasize-lines: 2-\n   :dedent: 2\n   :name: l\n\n     a = 1\n       b = 2\n     c\n\n:ref:`l`\n"
    document, found = parse(text)
    assert found == []
    block = document.next_node(nodes.literal_block)
    assert block.astext() == "5 a = 1\n6   b = 2\n7 c"
    marked = [node.astext() for node in block.findall(nodes.inline) if "hll" in node["classes"]]
    assert marked == ["6   b = 2\n", "7 c"]
    assert document.next_node(nodes.reference).astext() == "The caption"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ("", "one\n  two\nthree\nfour"),
        ("   :lines: 2-3\n   :dedent:\n", "  two\nthree"),
        ("   :start-after: one\n   :end-before: four\n", "  two\nthree"),
        ("   :start-at: two\n   :end-at: three\n   :lineno-match:\n   :linenos:\n", "2   two\n3 three"),
        ("   :lines: 4\n   :prepend: zero\n   :append: five\n", "zero\nfour\nfive"),
    ],
)
def test_a_file_as_a_listing(
    read_text_article: Callable[..., Read], tmp_path: Path, options: str, shown: str
) -> None:
    (tmp_path / "script.sh").write_text("one\n  two\nthree\nfour\n", encoding="utf-8")
    article, found, _ = read_text_article(f".. literalinclude:: script.sh\n{options}\n")
    assert found == []
    assert article is not None
    assert article.document.next_node(nodes.literal_block).astext() == shown


def test_a_file_without_the_text_that_is_looked_for(
    read_text_article: Callable[..., Read], tmp_path: Path
) -> None:
    (tmp_path / "script.sh").write_text("one\n", encoding="utf-8")
    assert read_text_article(".. literalinclude:: script.sh\n   :start-at: two\n").found == [
        ("directive-error", 1)
    ]


# Names that nobody knows ------------------------------------------------------------------------------------


def test_an_unknown_name_is_one_finding(read_text_article: Callable[..., Read]) -> None:
    text = (
        ":isue:`1`\n\n"
        + "x :isue:`2` :isue:`3`\n\n" * 6
        + ".. nots::\n\n   y\n\n.. nots::\n\nTwo :isue:`4`\n-------------\n\nz\n"
    )
    _, found, findings = read_text_article(text)
    assert found == [("role-unknown", 1), ("directive-unknown", 15)]
    assert (
        findings[0].message == 'no role is called "isue" (again on lines 9, 11, 13, 15 and in 5 more places)'
    )
    assert findings[1].message == 'no directive is called "nots" (did you mean "note"?) (again on line 25)'


def test_a_draft_keeps_the_words_and_notes_of_an_unknown_directive(
    read_text_article: Callable[..., Read],
) -> None:
    text = ".. nonsense:: title\n   :option: x\n\n   Words *in* it. [#a]_\n\n   .. nonsense::\n\n      Deeper.\n\n.. [#a] Note.\n"
    article, found, _ = read_text_article(text, draft=True)
    assert article is not None
    assert found == [("directive-unknown", 1)]
    outer, inner = article.document.findall(fault_block)
    assert outer[0].astext() == ".. nonsense:: title\n   :option: x"
    assert outer[1].astext().startswith("Words in it.")
    assert "Deeper." in inner.astext()
    assert article.document.next_node(nodes.footnote_reference) is not None


@pytest.mark.parametrize(
    "content",
    [
        "digraph {\n     a -> b;\n\n   x\n  y\n }",
        "Heading\n   -------\n\n   x",
        "*open",
        "----------\n\n   x",
        ":ref:`a` |none\n",
    ],
)
def test_what_does_not_read_as_text_is_shown_as_it_was_written(
    read_text_article: Callable[..., Read], content: str
) -> None:
    article, found, _ = read_text_article(f".. graphviz::\n\n   {content}\n", draft=True)
    assert article is not None
    assert found[0] == ("directive-unknown", 1)
    (block,) = (node for node in article.document.findall(fault_block) if "graphviz" in node["title"])
    assert [type(child) for child in block] == [nodes.literal_block]
    assert content.split(maxsplit=1)[0] in block.astext()


def test_deep_unknown_directives_cost_little(parse: Callable[[str], Parsed]) -> None:
    """Each is parsed for a trial: a trial in a trial would double the work at each level."""
    text = "".join("   " * n + f".. n{n % 3}::\n\n" for n in range(24)) + "   " * 24 + "End.\n"
    assert [code for code, _ in parse(text).found] == ["directive-unknown"] * 3


def test_an_unknown_role_shows_its_words(read_text_article: Callable[..., Read]) -> None:
    article = read_text_article("One :nonsense:`the words <target>` two.\n", draft=True).article
    assert article is not None
    assert [node.astext() for node in article.document.findall(fault)] == ["the words"]


def test_roles_of_one_article_are_not_those_of_the_next(parse: Callable[[str], Parsed]) -> None:
    assert parse(".. role:: mine\n\n:mine:`x`\n").found == []
    assert parse(":mine:`x`\n").found == [("role-unknown", 1)]


def test_a_default_role_is_forgotten_in_a_trial(parse: Callable[[str], Parsed]) -> None:
    document, found = parse(".. default-role:: strong\n\n.. nonsense::\n\n   `a`\n\n`b`\n")
    assert found == [("directive-unknown", 3)]
    assert [node.astext() for node in document.findall(nodes.strong)] == ["a", "b"]


@pytest.mark.parametrize(("mark", "shown"), [("A.", "A."), ("-", "-"), ("(iv)", "(iv)"), ("12)", "12)")])
def test_a_note_that_is_the_mark_of_a_list_is_told(
    read_text_article: Callable[..., Read], mark: str, shown: str
) -> None:
    _, found, findings = read_text_article(f"x [#a]_\n\n.. [#a] {mark}\n\ny\n")
    assert found == [("note-empty", 3)]
    assert f'read as the mark of a list, "{shown}": write a backslash' in findings[0].message
    assert read_text_article(f"x [#a]_\n\n.. [#a] \\{mark}\n\ny\n").found == []


# Both editions ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_both_editions_say_it(references: Editions) -> None:
    for text in (references.pdf.everything, references.epub.text):
        for words in (
            "New in version 2.1: Something new.",
            "Deprecated since version 3.",
            "The middle",
            "note verbale verbal note A note in the third person.",
            "run(a, b) run(c) Runs.",
            "Ctrl+C, /etc/name/x, rm, Baz, run(), Cancel, File \u2023 Open, word.",
            "A listing",
        ):
            assert packed(words) in packed(text), words
