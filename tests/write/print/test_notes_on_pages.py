"""Every note stands once, on the page of its first call, whatever is around it.

WeasyPrint 70 loses notes and moves them; `pipeline.write.engine.patches` mends that from outside. Without the
repairs each of the articles made here has a note on another page than its call, or none at all.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from docutils import nodes

from pipeline.findings import Finding
from pipeline.read.reader import read
from pipeline.styles import Sheet
from pipeline.tree.article import Article
from pipeline.write.print import edition
from pipeline.write.print.layout import layout
from pipeline.write.xhtml.document import page
from tests.support.high_source import PLAIN

# A small page has many breaks.
SMALL = Sheet("test", "@page { size: A5; margin: 15mm; }")


class Writer:
    """Writes an article at random, with notes in all places that may have them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.notes: list[str] = []
        self.density = self.random.choice([0.1, 0.3, 0.6])

    def words(self, count: int) -> str:
        return " ".join(self.random.choice(PLAIN) for _ in range(count))

    def call(self) -> str:
        if self.notes and self.random.random() < 0.15:
            return f" [#{self.random.choice(self.notes)}]_"
        self.notes.append(f"n{len(self.notes)}")
        return f" [#{self.notes[-1]}]_"

    def text(self) -> str:
        sentences = []
        for _ in range(self.random.randint(1, 7)):
            sentence = self.words(self.random.randint(3, 25)) + "."
            while self.random.random() < self.density:
                sentence += self.call()
            sentences.append(sentence)
        return " ".join(sentences)

    def block(self) -> list[str]:
        kind = self.random.choice("pppplqdct")
        if kind == "l":
            return [f"- {self.text()}" for _ in range(self.random.randint(1, 6))]
        if kind == "d":
            return [line for _ in range(3) for line in (self.words(2), f"   {self.text()}")]
        if kind == "q":
            return [f"    {self.text()}"]
        if kind == "c":
            rows = range(self.random.randint(2, 25))
            head = [f".. list-table:: {self.words(4)}{self.call()}", ""]
            return head + [f"   {part}" for _ in rows for part in self._row(self.words(4) + self.call())]
        if kind == "t":
            head = [".. list-table::", "   :header-rows: 1", "", f"   * - Head{self.call()}", "     - Two"]
            rows = range(self.random.randint(1, 9))
            return head + [f"   {part}" for _ in rows for part in self._row(self.text())]
        return [self.text()]

    def _row(self, text: str) -> list[str]:
        return [f"* - {self.words(3)}", f"  - {text}"]

    def article(self) -> str:
        lines = ["Title", "=====", "", ":date: 2026-01-02", ":language: en", ""]
        if self.random.random() < 0.6:
            lines += [".. infobox:: Box", "", f"   :a: {self.words(6)}{self.call()}"]
            lines += [f"   :b: {self.words(12)}{self.call()}", ""]
        lines += [self.text(), ""]
        for _ in range(self.random.randint(1, 4)):
            heading = self.words(3) + (self.call() if self.random.random() < 0.2 else "")
            lines += [heading, "-" * len(heading), ""]
            for _ in range(self.random.randint(1, 6)):
                lines += [self.words(6), "", *self.block(), ""]
        lines += ["Notes", "-----", ""]
        lines += [f".. [#{name}] {self.words(self.random.choice([3, 10, 30, 60]))}" for name in self.notes]
        return "\n".join(lines) + "\n"


def misplaced(article: Article) -> list[str]:
    """The notes that do not stand exactly once, on the page of their first call."""
    metadata, findings = article.metadata, list[Finding]()
    text = page(metadata.title, metadata.language, edition.article_xhtml(article), classes="print")
    sheets = [*edition.print_sheets("a4"), SMALL]
    document = layout(text, sheets, {}, metadata.date, "x", findings)
    assert findings == []
    where: dict[str, list[int]] = {}
    for number, sheet in enumerate(document.pages, start=1):
        for name in sheet.anchors:
            where.setdefault(name, []).append(number)
    wrong = []
    for note in article.document.findall(nodes.footnote):
        foot, call = where.get(f"foot_{note['ids'][0]}", []), where[note["backrefs"][0]]
        if foot != call[:1]:
            wrong.append(f"note {note[0].astext()}: called on {call}, stands on {foot}")
    return wrong


def check(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "article.rst"
    path.write_text(Writer(seed).article(), encoding="utf-8")
    article, findings = read(path)
    assert article is not None, findings
    assert misplaced(article) == []


@pytest.mark.parametrize(
    "seed", [pytest.param(13, marks=pytest.mark.slow), pytest.param(14, marks=pytest.mark.slow), 21]
)
def test_notes_stand_on_the_page_of_their_call(seed: int, tmp_path: Path) -> None:
    check(seed, tmp_path)
