"""Charts of the tree: what they show in words, and their values as a table."""

from __future__ import annotations

from typing import Any

from pipeline.check.vocabulary.facts import Kind
from pipeline.check.vocabulary.places import at
from pipeline.tree.nodes import CHART_TABLE, chart
from pipeline.tree.numbering.words import words_for


def read_chart(node: chart, reader: Any) -> None:
    """What a chart shows, and its table: in the tags of print, folded up in an ebook, or seen in both.

    :param reader: the walk of `facts`.
    """
    reader.thing(Kind.IMAGE, " ".join(str(node["alt"]).split()), line=at(node), within="chart")
    if not reader.print and CHART_TABLE not in node["classes"]:
        reader.phrase(words_for(reader.metadata.language).table["data"], only=True)
    reader.children(node)
