"""Numbers of captions in any mix of things with and without them: the same in both editions, counted once."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.read.reader import read
from pipeline.write.xhtml.dialect import EBOOK, PRINT, Dialect
from pipeline.write.xhtml.document import body_of
from pipeline.write.xhtml.translator import Translator

WORDS = {"figure": "Figure", "chart": "Figure", "table": "Table", "code": "Listing"}
BODIES = {
    "figure": ".. figure:: dot.png\n   :alt: A dot\n\n   {caption}\n",
    "chart": ".. chart::\n   :caption: {caption}\n\n   Year;A\n   2020;1\n   2021;-2\n",
    "table": ".. table:: {caption}\n\n   ===  ===\n   a    b\n   ===  ===\n   1    2\n   ===  ===\n",
    "code": ".. code-block:: text\n   :caption: {caption}\n\n   words\n",
}
AROUND = {
    "": "",
    "box": ".. admonition:: A box\n\n",
    "print": ".. only:: print\n\n",
    "ebook": ".. only:: ebook\n\n",
    "quotation": ".. epigraph::\n\n",
    "include": "",
}
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f"
    "0005fe02fe0def46b80000000049454e44ae426082"
)


@dataclass(frozen=True)
class Thing:
    kind: str
    around: str
    numbered: bool
    chapter: bool


THINGS = st.lists(
    st.builds(
        Thing, st.sampled_from(sorted(BODIES)), st.sampled_from(sorted(AROUND)), st.booleans(), st.booleans()
    ),
    min_size=1,
    max_size=7,
)


def source(things: list[Thing], folder: Path, by_chapter: bool) -> str:
    """The article; what is included is written into its folder."""
    wish = ", sections, by chapter" if by_chapter else ""
    parts = [f"Title\n=====\n\n:date: 2026-11-24\n:language: en\n:numbered: figures, tables, code{wish}\n"]
    parts.append("Chapter 0\n---------\n\nWords.\n")
    for number, thing in enumerate(things):
        if thing.chapter:
            parts.append(f"Chapter {number + 1}\n---------\n\nWords.\n")
        body = BODIES[thing.kind].format(caption=f"Caption {number}")
        text = f".. _n{number}:\n\n{'' if thing.numbered else '.. class:: unnumbered' + chr(10) * 2}{body}"
        if thing.around == "include":
            (folder / f"part{number}.txt").write_text(text, encoding="utf-8")
            text = f".. include:: part{number}.txt\n"
        elif thing.around:
            text = AROUND[thing.around] + indent(text, "   ")
        parts.append(text)
    parts += [f"See :numref:`n{number}`.\n" for number, thing in enumerate(things) if thing.numbered]
    return "\n".join(parts)


def expected(things: list[Thing], by_chapter: bool) -> list[str]:
    """The label of each thing, "" for none."""
    chapter, found = 1, []
    counts: dict[tuple[str, int], int] = {}
    for thing in things:
        chapter += thing.chapter
        if not thing.numbered:
            found.append("")
            continue
        place = (WORDS[thing.kind], chapter if by_chapter else 0)
        counts[place] = counts.get(place, 0) + 1
        found.append(f"{place[0]} {f'{chapter}.' if by_chapter else ''}{counts[place]}")
    return found


def shown(path: Path, dialect: Dialect) -> tuple[dict[int, str], list[str]]:
    """What an edition shows: the label of each caption by its number in the source; what references say."""
    article, findings = read(path)
    assert article is not None, findings
    assert findings == []
    document = article.document.deepcopy()
    body = etree.fromstring(
        f"<body xmlns:epub='x'>{Translator(document, dialect).render(body_of(document))}</body>"
    )
    labels, called = {}, []
    for element in body.iter("figcaption", "caption", "div", "p"):
        text = " ".join("".join(element.itertext()).split())
        match = re.fullmatch(r"(?:(\w+ [\d.]*\d)\. )?Caption (\d+)", text)
        if match:
            labels[int(match[2])] = match[1] or ""
        elif element.tag == "p" and text.startswith("See "):
            called.append(text.removeprefix("See ").rstrip("."))
    return labels, called


@pytest.mark.slow
@given(THINGS, st.booleans())
def test_captions_have_the_same_numbers_in_both_editions(things: list[Thing], by_chapter: bool) -> None:
    wanted = expected(things, by_chapter)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "dot.png").write_bytes(DOT)
        path = folder / "article.rst"
        path.write_text(source(things, folder, by_chapter), encoding="utf-8")
        for edition, dialect in (("print", PRINT), ("ebook", EBOOK)):
            other = {"print": "ebook", "ebook": "print"}[edition]
            labels, called = shown(path, dialect)
            assert labels == {
                number: label
                for number, (thing, label) in enumerate(zip(things, wanted, strict=True))
                if thing.around != other
            }
            assert called == [label for label in wanted if label]
