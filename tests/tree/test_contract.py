"""The contract of the tree: what is read keeps it, each clause notices when it is broken, drafts keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from pipeline.read.reader import parse_text
from pipeline.tree.contract import broken
from pipeline.tree.nodes import OWN, fault, fault_block, infobox, infobox_label, infobox_row
from tests.support.articles import HEAD, Read
from tests.support.quick import slow_but

TEXT = """\
.. infobox:: Box
   :type: bilateral-relations

   :party1: Belgium
   :party2: Kosovo
   :mission2: Embassy [#b]_

Lead. [#a]_ Again. [#a]_

.. image:: dot.png
   :alt: A dot

Section
-------

See Section_.

.. [#a] Alpha.
.. [#b] Beta.
"""


@pytest.fixture
def document(images: Path) -> nodes.document:
    """A tree that keeps the contract; its image lies in `images`."""
    tree, findings = parse_text(HEAD + TEXT)
    assert findings == []
    tree.next_node(nodes.image)["uri"] = "dot.png"
    return tree


def first(document: nodes.document, kind: type[nodes.Node]) -> nodes.Element:
    found = document.next_node(kind)
    assert isinstance(found, nodes.Element)
    return found


def test_what_is_read_keeps_the_contract(document: nodes.document, images: Path) -> None:
    assert broken(document, images) == []


def drop(kind: type[nodes.Node]) -> Callable[[nodes.document], None]:
    def change(document: nodes.document) -> None:
        node = first(document, kind)
        node.parent.remove(node)

    return change


def put(kind: type[nodes.Node], node: nodes.Element) -> Callable[[nodes.document], None]:
    def change(document: nodes.document) -> None:
        first(document, kind).append(node.deepcopy())

    return change


def give(kind: type[nodes.Node], **attributes: object) -> Callable[[nodes.document], None]:
    def change(document: nodes.document) -> None:
        first(document, kind).attributes.update(attributes)

    return change


def text(kind: type[nodes.Node], words: str) -> Callable[[nodes.document], None]:
    def change(document: nodes.document) -> None:
        first(document, kind).children = [nodes.Text(words)] if words else []

    return change


def swap_rows(document: nodes.document) -> None:
    box = first(document, infobox)
    box[1], box[2] = box[2], box[1]


def forget_the_line(document: nodes.document) -> None:
    first(document, nodes.paragraph).line = None


def empty_note(document: nodes.document) -> None:
    first(document, nodes.footnote)[1].children = []


def undate(document: nodes.document) -> None:
    drop(nodes.date)(document)


def unname(document: nodes.document) -> None:
    for found in list(document.findall(nodes.field)):
        if found[0].astext() == "identifier":
            found.parent.remove(found)


BREAKS: dict[str, tuple[int, Callable[[nodes.document], None]]] = {
    "a block inside a paragraph": (1, put(nodes.paragraph, nodes.paragraph("", "x"))),
    "an attribute that is none": (1, give(nodes.paragraph, colour="red")),
    "a row without a label": (1, drop(infobox_label)),
    "a pending node": (2, put(nodes.section, nodes.pending(None))),
    "a problematic node": (2, put(nodes.paragraph, nodes.problematic("", "x"))),
    "a message": (
        2,
        put(nodes.section, nodes.system_message("x", level=3, line=1, source="a", type="ERROR")),
    ),
    "a substitution": (2, put(nodes.paragraph, nodes.substitution_reference("|x|", "x", refname="x"))),
    "a name not resolved": (2, give(nodes.reference, refname="x")),
    "a fault": (2, put(nodes.paragraph, fault("x", "x", title="no"))),
    "a fault as a block": (2, put(nodes.section, fault_block(title="no"))),
    "a note with a wrong number": (3, text(nodes.label, "9")),
    "a call with a wrong number": (3, text(nodes.footnote_reference, "9")),
    "a note without an id": (3, give(nodes.footnote, ids=[])),
    "a note without back-references": (3, give(nodes.footnote, backrefs=[])),
    "a back-reference to nothing": (3, give(nodes.footnote, backrefs=["nowhere"])),
    "a note without text": (3, empty_note),
    "a note never called": (3, drop(nodes.footnote_reference)),
    "a link to nothing": (4, give(nodes.reference, refid="nowhere")),
    "a call to nothing": (4, give(nodes.footnote_reference, refid="nowhere")),
    "an id given twice": (4, give(nodes.paragraph, ids=["section"])),
    "a section without an id": (5, give(nodes.section, ids=[])),
    "no title": (5, drop(nodes.title)),
    "no identifier": (5, unname),
    "no date": (5, undate),
    "an infobox without a title": (6, text(infobox.content_model[0][0], "")),
    "rows in another order": (6, swap_rows),
    "an image that is not there": (7, give(nodes.image, uri="none.png")),
    "an image outside": (7, give(nodes.image, uri="../dot.png")),
    "an image with a rooted path": (7, give(nodes.image, uri="/etc/hostname")),
    "an image without words": (7, give(nodes.image, alt=" ")),
    "a block without a line": (7, forget_the_line),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_clause_is_noticed_and_named(document: nodes.document, images: Path, name: str) -> None:
    clause, change = BREAKS[name]
    change(document)
    findings = broken(document, images)
    assert {finding.code for finding in findings} == {"contract"}
    assert clause in {int(finding.message.partition(":")[0]) for finding in findings}


def test_an_image_that_a_link_hides_outside_is_not_taken(document: nodes.document, images: Path) -> None:
    (images / "dot.png").unlink()
    assert [finding.message[0] for finding in broken(document, images)] == ["7"]


def test_every_node_of_our_own_states_its_content() -> None:
    for kind in OWN:
        node = kind()
        node.append(nodes.section())
        with pytest.raises(nodes.ValidationError, match=kind.__name__):
            node.validate()


# Drafts: every fault has a place, and the contract holds all the same. {} is where a fault may stand.

INLINE: dict[str, tuple[str, str]] = {
    "emphasis": ("*x", "markup-unclosed"),
    "literal": ("``x", "markup-unclosed"),
    "role": (":nonsense:`x`", "role-unknown"),
    "target": ("nowhere_", "target-unknown"),
    "anonymous": ("`x`__", "target-unknown"),
    "substitution": ("|nowhere|", "substitution-undefined"),
    "note": ("[#nowhere]_", "note-undefined"),
    "nameless note": ("[#]_", "note-undefined"),
    "citation": ("[NOWHERE]_", "note-undefined"),
    "link": ("`x <javascript:x>`_", "link-scheme"),
    "formula": (":math:`\\end{cases}`", "rst-error"),
    "image": ("|none|", "image-missing"),
}
INLINE_PLACES = {
    "paragraph": "One {} two.\n",
    "list item": "- one\n- two {}\n",
    "heading": "One {} two\n-----------------------------------\n\nthree\n",
    "term": "one {}\n  two\n",
    "cell": "=== ==========================\na   b\nc   d {}\n=== ==========================\n",
    "caption": ".. figure:: dot.png\n   :alt: A dot\n\n   One {}\n",
    "title of a table": ".. table:: One {}\n\n   === ===\n   a   b\n   === ===\n",
    "title of an admonition": ".. admonition:: One {}\n\n   two\n",
    "title of an infobox": ".. infobox:: One {}\n\n   :a: b\n",
    "value of an infobox": ".. infobox:: One\n\n   :a: b {}\n",
    "label of an infobox": ".. infobox:: One\n\n   :a {}: b\n",
    "verse": "| one\n| two {}\n",
    "note": "One [#here]_\n\n.. [#here] two {}\n",
    "attribution": "..\n\n   one\n\n   -- two {}\n",
}
TAIL = "\n.. |none| image:: none.png\n   :alt: None\n"


def each_once(kinds: Iterable[str], places: Iterable[str]) -> list[Any]:
    """Kinds in places as parameters: each kind in one place, and each place with one kind, are quick."""
    kinds, places = list(kinds), list(places)
    quick = {(kind, places[number % len(places)]) for number, kind in enumerate(kinds)}
    quick |= {(kinds[number % len(kinds)], place) for number, place in enumerate(places)}
    return slow_but(quick, [(kind, place) for place in places for kind in kinds])


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        one
        for one in each_once(INLINE, INLINE_PLACES)
        # A colon ends the label of an infobox.
        if "label" not in one.values[1] or ":" not in INLINE[one.values[0]][0]
    ],
)
def test_a_draft_marks_a_fault_in_a_line_where_it_stands(
    read_text_article: Callable[..., Read], images: Path, kind: str, place: str
) -> None:
    source, code = INLINE[kind]
    body = INLINE_PLACES[place].format(source) + TAIL
    article, found, _ = read_text_article(body, draft=True)
    assert article is not None
    wrong = ".. |none|" if kind == "image" else source
    line = next(number for number, words in enumerate(body.split("\n"), start=1) if wrong in words)
    assert found == [(code, line)]
    article.document.validate()
    faults = list(article.document.findall(fault))
    assert len(faults) == 1
    assert faults[0]["title"]
    assert "article.rst" not in faults[0]["title"]
    assert broken(article.document, article.root, draft=True) == []
    assert read_text_article(body).article is None


BLOCKS: dict[str, tuple[str, str]] = {
    "directive": (".. nonsense:: x\n\n   y", "directive-unknown"),
    "option": (".. note::\n   :nonsense: x\n\n   y", "directive-error"),
    "raw": (".. raw:: html\n\n   <b>", "raw-refused"),
    "include": (".. include:: /etc/passwd", "insertion-refused"),
    "csv": (".. csv-table::\n   :file: /etc/passwd", "insertion-refused"),
    "table": ("=== ===\na   b\n=== ==", "rst-error"),
    "image": (".. image:: none.png\n   :alt: x", "image-missing"),
    "figure": (".. figure:: none.png\n   :alt: x\n\n   Caption [#here]_\n\n   Legend", "image-missing"),
    "image with a link": (".. image:: dot.png\n   :alt: x\n   :target: javascript:x", "link-scheme"),
    "formula": (".. math:: &", "rst-error"),
}
BLOCK_PLACES = {
    "body": "One.\n\n{}\n",
    "list item": "- one\n\n  {}\n- two\n",
    "alone in a list item": "- {}\n- one\n",
    "quote": "..\n\n   one\n\n   {}\n",
    "alone in a quote": "..\n\n   {}\n",
    "definition": "one\n  two\n\n  {}\n",
    "alone in a definition": "one\n  {}\n",
    "cell": ".. list-table::\n\n   * - one\n     - {}\n",
    "admonition": ".. note::\n\n   {}\n",
    "value of an infobox": ".. infobox:: One\n\n   :a:\n      {}\n",
    "note": "One [#x]_\n\n.. [#x] two\n\n   {}\n",
    "section": "One\n---\n\n{}\n",
}
HERE = "\nHere [#here]_\n\n.. [#here] Note.\n"


@pytest.mark.parametrize(("kind", "place"), each_once(BLOCKS, BLOCK_PLACES))
def test_a_draft_marks_a_fault_of_a_block_where_it_stands(
    read_text_article: Callable[..., Read], images: Path, kind: str, place: str
) -> None:
    source, code = BLOCKS[kind]
    frame = BLOCK_PLACES[place]
    column = frame.index("{}") - frame.rfind("\n", 0, frame.index("{}")) - 1
    body = frame.format(source.replace("\n", "\n" + " " * column)) + HERE
    article, found, findings = read_text_article(body, draft=True)
    assert article is not None, findings
    assert [name for name, _ in found] == [code]
    first_line = frame.count("\n", 0, frame.index("{}")) + 1
    assert first_line <= (found[0][1] or 0) <= first_line + source.count("\n")
    article.document.validate()
    faults = [
        node for node in article.document.findall(nodes.Element) if isinstance(node, (fault, fault_block))
    ]
    assert len(faults) == 1
    assert faults[0]["title"]
    assert broken(article.document, article.root, draft=True) == []


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (".. [#x] Never called.\n", ["note-uncited"]),
        ("a [#x]_\n\n.. [#x] One.\n.. [#x] Two.\n", ["note-duplicate"]),
        ("a [#x]_\n\n.. [#x]\n\nb\n", ["note-empty"]),
        ("a b_\n\n.. _b: c_\n", ["target-unknown"]),
        (".. _a: https://a.example/\n.. _a: https://b.example/\n\nx\n", ["target-duplicate"]),
        (".. |a| replace:: |b|\n\nx |a|\n", ["substitution-undefined"]),
        (".. |a| note:: x\n\ny\n", ["rst-warning"]),
        (".. image:: dot.png\n", ["image-alt-missing"]),
        (".. infobox::\n\n   :a: b\n", ["infobox-title-missing"]),
        (".. infobox:: T\n", ["infobox-empty"]),
        (".. infobox:: T\n\n   :a: b\n   :a: c\n", ["infobox-field-duplicate"]),
        (".. infobox:: T\n\n   :a:\n", ["infobox-field-empty"]),
        (".. infobox:: T\n\n   :a: b\n\n   - c\n", ["infobox-content"]),
        (".. infobox:: T\n   :type: nonsense\n\n   :a: b\n", ["infobox-type-unknown"]),
        (".. infobox:: T\n   :type: bilateral-relations\n\n   :party2: b\n", ["infobox-field-missing"]),
        ("x\n\n.. |a| replace:: b *c\n\n|a|\n", ["markup-unclosed", "rst-error"]),
    ],
)
def test_a_draft_is_made_in_spite_of(
    read_text_article: Callable[..., Read], images: Path, source: str, codes: list[str]
) -> None:
    article, found, findings = read_text_article(source, draft=True)
    assert article is not None, findings
    assert [code for code, _ in found] == codes
    article.document.validate()
    assert broken(article.document, article.root, draft=True) == []


def test_a_draft_needs_neither_date_nor_title(tmp_path: Path) -> None:
    from pipeline.read.reader import read

    path = tmp_path / "a.rst"
    path.write_text("Text.\n")
    article, findings = read(path, draft=True)
    assert article is not None
    assert not article.metadata.dated
    assert "meta-date-missing" in {finding.code for finding in findings}


def test_a_draft_without_faults_is_the_article(read_text_article: Callable[..., Read], images: Path) -> None:
    plain, draft = read_text_article(TEXT), read_text_article(TEXT, draft=True)
    assert plain.article is not None
    assert draft.article is not None
    assert plain.findings == draft.findings == []
    assert plain.article.document.pformat() == draft.article.document.pformat()


# What docutils accepts and its own validation would refuse.


@pytest.mark.parametrize(
    "source",
    [
        "one\n  .. remark\n",
        "..\n\n   .. remark\n\ny\n",
        ".. note::\n\n   .. remark\n",
        ".. admonition:: T\n\n   .. remark\n",
        ".. topic:: T\n\n   .. remark\n",
        "- .. remark\n- x\n",
        "one\n  .. _a: https://a.example/\n\na_\n",
        ".. container::\n\n   .. |a| replace:: b\n\n|a|\n",
        "x\n\n----\n\n.. remark\n",
        ".. rubric:: R\n\nx\n",
        ".. contents::\n\nA\n-\n\nx\n",
        ".. meta::\n   :description: x\n\ny\n",
        ".. sidebar:: T\n   :subtitle: S\n\n   x\n",
        "x `a <https://a.example/>`_ `a`_\n\n.. target-notes::\n",
        ".. _here:\n.. _there:\n\nx\n\nsee here_ there_ and _`inline` and inline_\n",
        ".. image:: dot.png\n   :alt: x\n   :target: https://a.example/\n",
        ".. csv-table:: T\n   :header: a, b\n\n   c, d\n",
        "-a  one\n-b  two\n",
        ">>> x\n1\n",
        ".. code:: python\n\n   x = 1\n",
        ".. math:: a_b\n",
        ".. parsed-literal::\n\n   x *y*\n",
        ".. compound::\n\n   x\n\n   y\n",
    ],
)
def test_sound_sources_of_all_kinds_keep_the_contract(
    read_text_article: Callable[..., Read], images: Path, source: str
) -> None:
    article, _, findings = read_text_article(source)
    assert findings == []
    assert article is not None


@pytest.mark.parametrize("source", ["x\n\n----\n", "----\n\nx\n", "x\n\n----\n\n----\n\ny\n"])
def test_a_rule_out_of_place_is_a_warning_and_goes(
    read_text_article: Callable[..., Read], source: str
) -> None:
    article, found, _ = read_text_article(source)
    assert article is not None
    assert {code for code, _ in found} <= {"rst-warning"}
    article.document.validate()


def test_every_block_knows_its_line(read_text_article: Callable[..., Read], images: Path) -> None:
    article, _, _ = read_text_article(TEXT)
    assert article is not None
    head = HEAD.count("\n")
    lines = {
        kind: article.document.next_node(kind).line - head
        for kind in (infobox, infobox_row, nodes.image, nodes.section, nodes.footnote)
    }
    assert lines == {infobox: 1, infobox_row: 4, nodes.image: 10, nodes.section: 13, nodes.footnote: 19}


@pytest.mark.parametrize(
    ("head", "line"), [(".. footer:: Of the _`desk`.\n\n", 3), ("x\n\n.. header:: Of the _`desk`.\n\n", 5)]
)
def test_a_link_to_what_stands_on_each_page_is_a_finding(
    parse: Callable[[str], Any], head: str, line: int
) -> None:
    assert parse(f"{head}See desk_.\n").found == [("target-unknown", line)]


def test_rules_without_anything_between_them_are_dropped(parse: Callable[[str], Any]) -> None:
    document = parse("One.\n\n----\n\n----\n\n----\n").document
    assert list(document.findall(nodes.transition)) == []


def test_a_quotation_of_which_only_its_source_is_left_keeps_the_contract(
    read_text_article: Callable[..., Any],
) -> None:
    read = read_text_article("Text.\n\n   .. header:: Secret\n\n   -- Somebody\n", draft=True)
    assert read.article is not None
    assert "contract" not in [finding.code for finding in read.findings]


def test_a_link_into_a_metadata_field_is_a_finding(read_text_article: Callable[..., Any]) -> None:
    found = read_text_article(":keywords: the _`desk`\n\nSee desk_.\n").found
    assert ("target-unknown", 3) in found
