"""Random articles of high things: tables whose rows fill pages, long figures and boxes, notes in all of them.

What `random_source` makes is odd and short, and fits on a page; these are plain and long, and are broken
between pages at all places. They are right: neither reading nor building them may say anything.
"""

from __future__ import annotations

import random
import textwrap

PLAIN = (
    "the relations between countries are shaped by agreements treaties trade energy security cooperation "
    "parliament minister ambassador mission envoy development"
).split()
WORDS = [*PLAIN, "Österreich", "Versorgungssicherheit"]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="90"><path d="M0 0h30v90H0z"/></svg>'
"""The image ``tall.svg`` that the articles name."""


class HighArticle:
    """One article, always the same for a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.notes = self.headings = 0

    def text(self) -> str:
        """What follows the metadata."""
        blocks = [self._paragraphs()]
        if self._now_and_then(0.5):
            blocks.insert(0, self._infobox())
        kinds = (
            *(self._paragraphs, self._paragraphs, self._table, self._table, self._table, self._box),
            *(self._figure, self._lines, self._bullets, self._code, self._terms, self._fields, self._heading),
        )
        blocks += [self.random.choice(kinds)() for _ in range(self.random.randint(2, 6))]
        notes = [f".. [#n{number}] {self._words(3, 40)}." for number in range(1, self.notes + 1)]
        return "\n\n".join([*blocks, "\n".join(notes)]) + "\n"

    def _now_and_then(self, chance: float) -> bool:
        return self.random.random() < chance

    def _count(self, *counts: int) -> range:
        return range(self.random.choice(counts))

    def _words(self, least: int, most: int) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(least, most)))

    def _sentence(self, least: int = 3, most: int = 60) -> str:
        sentence = f"{self._words(least, most)}."
        if self._now_and_then(0.3):
            self.notes += 1
            sentence += f" [#n{self.notes}]_"
        return sentence

    def _paragraphs(self) -> str:
        return "\n\n".join(self._sentence(5, 120) for _ in self._count(1, 2, 3))

    def _lines(self) -> str:
        return "\n".join(f"| {self._words(1, 4)}" for _ in self._count(2, 5, 20, 50, 90))

    def _bullets(self) -> str:
        return "\n".join(f"- {self._sentence(1, 12)}" for _ in self._count(2, 5, 20, 60))

    def _code(self) -> str:
        lines = "\n".join(f"   {self._words(1, 12)}" for _ in self._count(2, 8, 30, 48, 55, 110))
        return f"::\n\n{lines}"

    def _blocks(self) -> str:
        return self.random.choice((self._paragraphs, self._lines, self._bullets))()

    def _cell(self) -> str:
        image = f".. image:: tall.svg\n   :alt: Tall\n   :height: {self.random.choice((1, 5, 12, 18, 24))}cm"
        kinds = (
            *(lambda: self._words(1, 4),) * 10,
            *(lambda: self._sentence(5, self.random.choice((20, 80, 300))),) * 5,
            *(self._lines, self._lines, self._bullets, self._code, lambda: image),
        )
        return self.random.choice(kinds)()

    def _table(self) -> str:
        columns, rows = self.random.randint(1, 6), self.random.choice((1, 2, 3, 6, 12))
        head = int(rows > 1 and self._now_and_then(0.75))
        title = self._words(1, 6) if self._now_and_then(0.6) else ""
        widths = " ".join(str(self.random.randint(5, 50)) for _ in range(columns))
        lines = [f".. list-table:: {title}", *(["   :header-rows: 1"] if head else [])]
        lines += [f"   :widths: {self.random.choice(('auto', widths))}", ""]
        for row in range(rows):
            for column in range(columns):
                cell = self._words(1, 2) if row < head else self._cell()
                lines.append(("     - " if column else "   * - ") + textwrap.indent(cell, " " * 7).lstrip())
        return "\n".join(lines)

    def _box(self) -> str:
        name = self.random.choice(
            ("note", "warning", "topic", "sidebar", "epigraph", "pull-quote", "container")
        )
        title = self._words(1, 3) if name in {"topic", "sidebar"} else ""
        quoted = name in {"epigraph", "pull-quote"}
        content = self.random.choice((self._paragraphs, self._lines))() if quoted else self._blocks()
        return f".. {name}:: {title}\n\n{textwrap.indent(content, '   ')}"

    def _figure(self) -> str:
        lines = [
            ".. figure:: tall.svg",
            "   :alt: Tall",
            f"   :height: {self.random.choice((1, 4, 9, 17))}cm",
        ]
        if self._now_and_then(0.8):
            lines.append(f"   :align: {self.random.choice(('left', 'right', 'center'))}")
        legend = self._blocks() if self._now_and_then(0.4) else ""
        return "\n".join([*lines, "", f"   {self._sentence(2, 10)}", "", textwrap.indent(legend, "   ")])

    def _infobox(self) -> str:
        longest = self.random.choice((2, 8, 30))
        fields = "".join(
            f"   :f{n}: {self._sentence(1, longest)}\n" for n in self._count(1, 4, 12, 25, 45, 70)
        )
        return f".. infobox:: {self._words(1, 3)}\n\n{fields}"

    def _terms(self) -> str:
        terms = (
            f"{self._words(1, 4)}\n{textwrap.indent(self._blocks(), '    ')}" for _ in self._count(1, 2, 4)
        )
        return "\n\n".join(terms)

    def _fields(self) -> str:
        return "\n\n".join(
            f":{self._words(1, 3)} {number}:\n{textwrap.indent(self._blocks(), '    ')}"
            for number in self._count(1, 2, 4)
        )

    def _heading(self) -> str:
        self.headings += 1
        heading = f"{self._words(1, 8)} {self.headings}"
        return f"{heading}\n{'-' * len(heading)}"
