"""The words of numbered captions, lists of them and source lines (``styles/numbers.toml``)."""

from __future__ import annotations

from dataclasses import dataclass

from docutils import nodes

from pipeline.tree.labels import words_in


@dataclass(frozen=True)
class Words:
    """The words of a language.

    :param table: by key, as `styles/numbers.toml` has them.
    :param foreign: whether they are English for want of others.
    """

    table: dict[str, str]
    foreign: bool

    def label(self, kind: str, number: str) -> str:
        """What a numbered thing is called: "Figure 3", in one line.

        :param kind: ``figure``, ``table``, ``code`` or ``section``.
        """
        return self.table[kind].replace("{number}", number).replace(" ", "\u00a0")

    def node(self, text: str, *classes: str) -> nodes.inline:
        """A text of these words as a node, which says that it is English where the article is not."""
        own = ["language-en"] if self.foreign else []
        return nodes.inline(text, text, classes=[*classes, *own])


def words_for(language: str) -> Words:
    """The words for a language tag (BCP 47): its own, those of its main language, else English."""
    words, known = words_in("numbers", language)
    return Words(words, foreign=not known)
