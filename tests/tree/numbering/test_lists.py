"""Lists of figures, tables, listings and boxes: what they name, and how both editions show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from docutils import nodes

from pipeline.build import Result
from pipeline.read.reader import parse_text
from tests.support.articles import HEAD
from tests.support.readback import EpubFile, PdfFile

BODY: Final = """.. figure:: {name}
   :alt: a

   Green *hills*. [#a]_

.. only:: print

   .. figure:: {name}
      :alt: b

      Paper alone.

.. table:: Trade

   == ==
   1  2
   == ==

.. infobox:: Malta

   :Capital: Valletta

.. admonition:: A box

   Text.

.. note:: Without a title.

.. [#a] A note.
"""


def listed(kind: str, head: str = HEAD) -> tuple[str, list[str], list[str]]:
    """The title of a list, its entries, and what they lead to."""
    document, found = parse_text(head + f".. list-of:: {kind}\n\n" + BODY.format(name="a.png"))
    assert found == []
    (topic,) = document.findall(nodes.topic)
    places = {name: node for node in document.findall(nodes.Element) for name in node["ids"]}
    links = list(topic.findall(nodes.reference))
    return (
        topic[0].astext(),
        [link.astext() for link in links],
        [places[link["refid"]].tagname for link in links],
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("figures", ("Figures", ["Green hills", "Paper alone"], ["figure", "figure"])),
        ("Table", ("Tables", ["Trade"], ["table"])),
        ("boxes", ("Boxes", ["Malta", "A box"], ["infobox_title", "admonition"])),
    ],
)
def test_what_is_listed(kind: str, expected: tuple[str, list[str], list[str]]) -> None:
    assert listed(kind) == expected


def test_the_list_has_the_numbers_and_the_words_of_the_language() -> None:
    head = HEAD.replace(":language: en", ":language: de\n:numbered: figures")
    title, entries, _ = listed("figures", head)
    assert (title, entries[0]) == ("Abbildungen", "Abb.\u00a01: Green hills")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (".. list-of:: code", "rst-unsupported", "no listing has a caption"),
        (".. list-of:: maps", "directive-error", "write one of figures, tables, code, boxes"),
    ],
)
def test_a_list_of_nothing(line: str, code: str, said: str) -> None:
    _, found = parse_text(f"{HEAD}{line}\n\nText.\n")
    (one,) = found
    assert (one.code, one.line) == (code, HEAD.count("\n") + 1)
    assert said in one.message


def test_both_editions_have_the_list(finished: Callable[..., Result], pictures: dict[str, bytes]) -> None:
    name = "drawing.svg"
    body = ".. list-of:: figures\n\n.. list-of:: tables\n\n" + BODY.format(name=name)
    pdf, epub = (output.path.read_bytes() for output in finished(body, pictures).outputs)
    book = EpubFile(epub)
    entries = ["".join(link.itertext()) for _, link in book.find("//h:nav[contains(@class, 'list-of')]//h:a")]
    assert entries == ["Green hills", "Trade"]
    marks = {
        link.get("{http://www.idpf.org/2007/ops}type")
        for _, link in book.find("//h:nav[@id='landmarks']//h:a")
    }
    assert {"loi", "lot"} <= marks
    words = " ".join(PdfFile(pdf).text.split())
    assert "Green hills 1 Paper alone 2 Trade 2" in words
