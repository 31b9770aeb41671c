"""Single constructs of docutils, and what becomes of them in the tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docutils import nodes

from pipeline.read.reader import parse_text
from pipeline.tree.image_files import natural_size
from pipeline.tree.metadata import metadata_of
from tests.support.articles import Parsed, Read

Parse = Callable[[str], Parsed]
ReadText = Callable[..., Read]


# Header and footer ---------------------------------------------------------------------------------------


def test_header_and_footer_stay_in_the_tree(parse: Parse) -> None:
    document, found = parse("One.\n\n.. header:: Mine *only*\n\n.. footer::\n\n   Two\n\n   lines\n")
    assert found == []
    (decoration,) = document.findall(nodes.decoration)
    assert [part.tagname for part in decoration] == ["header", "footer"]
    assert [part.astext().split() for part in decoration] == [["Mine", "only"], ["Two", "lines"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (".. header:: A note [#a]_ here\n\nOne [#a]_.\n\n.. [#a] Note.\n", [("rst-unsupported", 1)]),
        (".. footer::\n\n   Kept.\n\n   - not\n   - kept\n\nOne.\n", [("rst-unsupported", 5)]),
        (f".. header:: {'word ' * 60}\n\nOne.\n", [("rst-unsupported", 1)]),
        (f".. footer:: {'word ' * 40}\n\nOne.\n", []),
        (".. header::\n\n   .. image:: dot.png\n      :alt: A dot\n\nOne.\n", []),
    ],
)
def test_what_no_page_has_room_for_is_a_warning(
    parse: Parse, text: str, found: list[tuple[str, int]]
) -> None:
    document, reported = parse(text)
    assert reported == found
    assert not list(document.findall(nodes.decoration)) or not any(
        isinstance(node, (nodes.bullet_list, nodes.footnote_reference))
        for node in next(iter(document.findall(nodes.decoration))).findall()
    )


# Words of docutils' own ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Attention", "Danger", "Attention!"]),
        ("de", ["Achtung", "Gefahr", "Attention!"]),
        ("es", ["Atención", "Peligro", "Attention!"]),
    ],
)
def test_admonitions_are_named_without_a_cry(language: str, titles: list[str]) -> None:
    text = (
        f"T\n=\n\n:date: 2026-11-24\n:language: {language}\n\n"
        ".. attention:: One.\n\n.. danger:: Two.\n\n.. admonition:: Attention!\n\n   Three.\n"
    )
    document, _ = parse_text(text)
    assert [box[0].astext() for box in document.findall(nodes.admonition)] == titles


def test_abstract_and_dedication_are_named_in_the_language_and_describe_the_article() -> None:
    document, found = parse_text(
        "T\n=\n\n:date: 2026-11-24\n:language: fr\n:dedication: À toi.\n"
        ":abstract: Un *résumé*\n   en deux lignes.\n\nUn.\n"
    )
    assert found == []
    topics = list(document.findall(nodes.topic))
    assert [topic[0].astext() for topic in topics] == ["Dédicace", "Résumé"]
    assert metadata_of(document).description == "Un résumé en deux lignes."


# Records -------------------------------------------------------------------------------------------------


def test_meta_fills_what_the_fields_leave_open(parse: Parse) -> None:
    document, found = parse(
        "One.\n\n.. meta::\n   :description lang=fr: Non\n   :description lang=en-GB: Yes\n"
        "   :keywords: a, b\n   :viewport: wide\n   :http-equiv=refresh: 5\n"
    )
    assert found == []
    record = metadata_of(document)
    assert (record.description, record.keywords) == ("Yes", ("a", "b"))


def test_a_field_counts_more_than_meta() -> None:
    document, _ = parse_text(
        "T\n=\n\n:date: 2026-11-24\n:language: en\n:description: Mine\n\nOne.\n\n"
        ".. meta::\n   :description: Other\n"
    )
    assert metadata_of(document).description == "Mine"


def test_the_title_directive_names_the_record_and_not_the_heading(parse: Parse) -> None:
    document, found = parse("One.\n\n.. title:: Another title\n")
    assert found == []
    assert metadata_of(document).title == "Another title"
    assert metadata_of(document).short_title == "Title"
    assert document.next_node(nodes.title).astext() == "Title"


def test_the_title_directive_stands_in_for_a_heading() -> None:
    document, found = parse_text(".. title:: From above\n\n:date: 2026-11-24\n:language: en\n\nOne.\n")
    assert "meta-title-missing" not in {finding.code for finding in found}
    assert document.next_node(nodes.title).astext() == "From above"


def test_an_address_keeps_its_lines() -> None:
    document, _ = parse_text(
        "T\n=\n\n:address: Street 1\n   1000  Town\n:date: 2026-11-24\n:language: en\n\nOne.\n"
    )
    assert metadata_of(document).address == "Street 1\n1000 Town"


# Code ----------------------------------------------------------------------------------------------------


def test_doctests_are_marked_up_and_say_the_same(parse: Parse) -> None:
    text = ">>> print('a\\n')  # b\na\n\n>>> 1/0\nTraceback (most recent call last):\nZeroDivisionError: x\n"
    document, found = parse(text)
    assert found == []
    blocks = list(document.findall(nodes.doctest_block))
    assert "\n\n".join(block.astext() for block in blocks) == text.rstrip("\n")
    assert {"gp", "nb"} <= {name for mark in blocks[0].findall(nodes.inline) for name in mark["classes"]}


# Sizes of images -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "width", "height"),
    [
        (":scale: 50", "2px", None),
        (":width: 3cm\n   :scale: 50", "1.5cm", None),
        (":height: 30\n   :scale: 200", None, "60px"),
        (":width: 40\n   :height: 20", "40px", "20px"),
        (":width: 50%", "50%", None),
        (":scale: 100", None, None),
    ],
)
def test_scales_become_lengths(
    images: Path, read_text_article: ReadText, options: str, width: str | None, height: str | None
) -> None:
    article, found, _ = read_text_article(f".. image:: dot.png\n   :alt: A dot\n   {options}\n")
    assert found == []
    assert article is not None
    image = article.document.next_node(nodes.image)
    assert (image.get("width"), image.get("height"), image.get("scale")) == (width, height, None)


@pytest.mark.parametrize(
    ("options", "figure", "image"),
    [
        (":figwidth: image", "4px", None),
        (":figwidth: image\n   :width: 30mm", "30mm", "100%"),
        (":figwidth: image\n   :height: 30px", "40px", None),
        (":figwidth: 50%\n   :align: left", "50%", None),
        (":align: left", "4px", None),
        (":align: right\n   :width: 40%", "40%", "100%"),
        (":align: center\n   :width: 40%", None, "40%"),
    ],
)
def test_figures_go_by_their_images(
    images: Path, read_text_article: ReadText, options: str, figure: str | None, image: str | None
) -> None:
    text = f".. figure:: dot.png\n   :alt: A dot\n   {options}\n\n   A caption.\n"
    article, found, _ = read_text_article(text)
    assert found == []
    assert article is not None
    node = article.document.next_node(nodes.figure)
    assert (node.get("width"), node[0].get("width"), node["classes"]) == (figure, image, [])


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="30"', (40, 30)),
        ('width="1in" viewBox="0 0 20 10"', (96, 48)),
        ('height="72pt" viewBox="0 0 20 10"', (192, 96)),
        ('viewBox="0,0,100,25"', (300, 75)),
        ('width="100%" height="100%" viewBox="0 0 10 10"', (300, 300)),
        ('width="3furlong"', (300, 150)),
        ("", (300, 150)),
    ],
)
def test_drawings_have_the_size_that_they_give(
    tmp_path: Path, attributes: str, size: tuple[float, float]
) -> None:
    (tmp_path / "a.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>')
    assert natural_size("a.svg", tmp_path) == pytest.approx(size)


def test_a_picture_that_is_none_has_some_size(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    for name in ("a.png", "missing.png", "../outside.png"):
        assert natural_size(name, tmp_path) == (300, 150)


# Classes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["details", "kbd", "q", "s"])
def test_classes_that_html_has_elements_for_lose_nothing(name: str) -> None:
    from pipeline.write.xhtml.dialect import EBOOK
    from pipeline.write.xhtml.document import body_of
    from pipeline.write.xhtml.translator import Translator

    text = (
        "T\n=\n\n:date: 2026-11-24\n:language: en\n\n"
        f".. role:: mine\n   :class: {name}\n\nA :mine:`word`.\n\n"
        '.. role:: py(code)\n   :language: python\n\n:py:`"text"`\n\n'
        f".. class:: {name}\n\nterm\n   definition\n"
    )
    document, _ = parse_text(text)
    document["ids"] = ["t"]
    xhtml: Any = Translator(document, EBOOK).render(body_of(document))
    assert "<details" not in xhtml
    assert "<dl" in xhtml
    assert (
        "<kbd>word</kbd>" if name == "kbd" else "<s>word</s>" if name == "s" else f'"{name}">word<'
    ) in xhtml
    assert '<span class="s2">&quot;text&quot;</span>' in xhtml
