"""An article that is saved again and again, with the changes that authors make."""

from __future__ import annotations

from random import Random

WORDS = (
    *("the", "the", "representation", "of", "international", "a", "road", "leads", "negotiations", "and"),
    *("over", "Pristina", "in", "Peja", "agreement", "which", "was", "signed", "*twice*", "by", "both"),
)
HEAD = "Title\n=====\n\n:date: 2026-11-24\n:language: en\n\n"


class Text:
    """An article, as blocks that are changed at random."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.count = 0
        self.blocks = [self.block() for _ in range(self.dice.randint(5, 22))]
        self.contents = self.dice.random() < 0.5
        self.notes = self.dice.random() < 0.5

    def words(self, most: int) -> str:
        """Some words."""
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(1, most)))

    def block(self) -> str:
        """A block; ``@`` stands for a number that is its own."""
        kinds = ("p", "p", "p", "p", "note", "note", "heading", "table", "figure", "list", "infobox", "page")
        self.count += 1
        number, text = str(self.count), self.words(70).capitalize()
        match self.dice.choice(kinds):
            case "note":
                note = f".. [#n{number}] {self.words(30).capitalize()}."
                return f"{text}. [#n{number}]_ {self.words(50)}.\n\n{note}"
            case "heading":
                title = f"{self.words(6).replace('*', '').capitalize()} {number}"
                return f"{title}\n{'-' * len(title)}\n\n{text}."
            case "table":
                rows = "".join(
                    f"   * - {self.words(4)}\n     - {self.words(9)}\n     - {number}\n"
                    for _ in range(self.dice.randint(2, 12))
                )
                return f".. list-table:: Table of {self.words(3)}\n   :header-rows: 1\n\n{rows}".rstrip()
            case "figure":
                size = self.dice.choice((40, 70, 100))
                return f".. figure:: dot.png\n   :alt: A dot\n   :width: {size}%\n\n   {text}."
            case "list":
                items = [f"- {self.words(12)}" for _ in range(self.dice.randint(1, 7))]
                return "\n".join(items)
            case "infobox":
                return (
                    ".. infobox:: Relations\n   :type: bilateral-relations\n\n   :party1: Kosovo\n"
                    f"   :party2: Belgium\n   :established: {self.words(9)}"
                )
            case "page":
                return f".. _place{number}:\n\n{text}, see page :page:`place{number}`. {self.words(40)}."
        return f"{text}. {self.words(60)}, {self.words(60)}."

    def edit(self) -> None:
        """One change, as an author makes it."""
        place = self.dice.randrange(len(self.blocks))
        match self.dice.choice(("word", "word", "word", "insert", "remove", "other", "row", "number")):
            case "insert":
                self.blocks.insert(place, self.block())
            case "remove" if len(self.blocks) > 2:
                del self.blocks[place]
            case "other":
                self.blocks[place] = self.block()
            case "row" if "list-table" in self.blocks[place]:
                self.blocks[place] += f"\n   * - {self.words(5)}\n     - {self.words(5)}\n     - x"
            case "number":  # all that follows may have other numbers
                self.blocks.insert(0, self.block())
            case _:
                words = self.blocks[place].split(" the ")
                cut = self.dice.randrange(len(words))
                self.blocks[place] = " the ".join(words[: cut + 1])
                if cut + 1 < len(words):
                    self.blocks[place] += f" these {self.words(3)} " + " the ".join(words[cut + 1 :])

    def __str__(self) -> str:
        contents = ".. contents::\n\n" if self.contents else ""
        notes = "\n\nNotes\n-----\n" if self.notes else ""
        return HEAD + contents + "\n\n".join(self.blocks) + notes + "\n"
