"""Charts of the tree: what they show in words, and their values as a table."""

from __future__ import annotations

from typing import Any

from pipeline.check.vocabulary.facts import Kind
from pipeline.check.vocabulary.places import at
from pipeline.tree.nodes import CHART_TABLE, alternative, chart
from pipeline.tree.numbering.words import words_for


def read_chart(node: chart, reader: Any) -> None:
    """What a chart shows, with all values in print; and its table, folded in an ebook, or in both.

    :param reader: the walk of `facts`.
    """
    both = CHART_TABLE in node["classes"]
    shown = both or not reader.print
    text = alternative(node, with_values=not shown)
    reader.thing(Kind.IMAGE, text, line=at(node), within="chart")
    kept, reader.only = reader.only, reader.only or not both
    if shown and not both:
        reader.phrase(words_for(reader.metadata.language).table["data"])
    if shown:
        reader.children(node)
    reader.only = kept
