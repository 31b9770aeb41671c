"""What is known of an article while it is read, and stands in no node of its tree.

docutils hands the settings of a document to whatever works on it: the state travels with them. A copy of a
document shares it, and what is known of single nodes is known of those very nodes, not of their copies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from docutils import nodes

from pipeline.findings import Finding

_NAME: Final = "despatch_state"


class IndexPlace(NamedTuple):
    """A place that the index names.

    :param kind: of the entry (``single``, ``pair``, …); `text`: its parts, as the author wrote them.
    :param main: whether it is the principal place.
    :param id: of the place in the tree.
    :param line: in the source, from 1, if known.
    """

    kind: str
    text: str
    main: bool
    id: str
    line: int | None


class Number(NamedTuple):
    """The number of a caption or a section.

    :param text: as it is shown: "2.3".
    :param label: with its word, in the language of the article: "Figure 2.3".
    """

    text: str
    label: str


@dataclass
class State:
    """What directives and transforms leave for those that come after them.

    :param findings: what was found so far.
    :param language: language tag that the source names, known before the metadata is read.
    :param field_lines: lines of the metadata fields, by name, one for each time that it is given.
    :param labelled: the formulas that an author gave a label.
    :param index: the places that the index names, in the order of the text.
    :param linked_images: the images of figures that are links: docutils may put a message in their place.
    :param called_in_text: the notes that are called by markup that is read as text.
    :param numbers: what numbered captions and sections are called, each as it is shown: "2.3", "Figure 2.3".
    :param source_lines: the lines that say where a table or a figure comes from, which want their word.
    :param remarks: what no edition shows (`pipeline.tree.article.Remark`), in the order of parsing.
    :param hidden_calls: the names of the notes that are called there.
    :param raised: the markings of passages that are shown: the article has none that is lower.
    """

    findings: list[Finding] = field(default_factory=list)
    language: str = "en"
    field_lines: dict[str, list[int]] = field(default_factory=dict)
    labelled: list[nodes.math_block] = field(default_factory=list)
    index: list[IndexPlace] = field(default_factory=list)
    linked_images: dict[nodes.figure, nodes.image] = field(default_factory=dict)
    called_in_text: set[nodes.Element] = field(default_factory=set)
    numbers: dict[nodes.Node | None, Number] = field(default_factory=dict)
    source_lines: list[nodes.paragraph] = field(default_factory=list)
    remarks: list[Any] = field(default_factory=list)
    hidden_calls: set[str] = field(default_factory=set)
    raised: list[str] = field(default_factory=list)


def state_of(document: nodes.document) -> State:
    """The state of a document; a new one where it has none yet."""
    state = getattr(document.settings, _NAME, None)
    if not isinstance(state, State):
        state = State()
        give_state(document.settings, state)
    return state


def give_state(settings: Any, state: State) -> None:
    """Let documents with these settings of docutils have `state`."""
    setattr(settings, _NAME, state)
