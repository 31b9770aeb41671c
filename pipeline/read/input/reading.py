"""What is known of an article while it is parsed: its files, and what its directives and roles remember."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from docutils import nodes

from pipeline.read.input.conditions import PacketVersion
from pipeline.read.input.inclusions import Files
from pipeline.tree.state import State, state_of


@dataclass
class UnknownName:
    """A directive or role that is not known, with its places: node, file and line.

    :param kind: ``directive`` or ``role``.
    """

    kind: str
    name: str
    message: str
    places: list[tuple[nodes.Element, str | None, int | None]] = field(default_factory=list)


@dataclass(kw_only=True)
class Reading(State):
    """The state of a document, with what only those need who read it.

    :param files: the files that it reads in.
    :param moment: what the directive ``date`` gives; ``None`` as long as no date is known.
    :param unknown: names that nobody knows, by kind and name in small letters.
    :param terms: those that a glossary explains, folded.
    :param abbreviations: those that are explained already, with what they stand for.
    :param highlight: language of the listings that name none.
    :param raw_formats: formats of raw text that a warning has named.
    :param toctree_shown: whether a warning has said what becomes of a ``toctree``.
    :param citations: the citations of sources (`pipeline.read.citations.place`), once they have their places.
    :param on_trial: whether a part is parsed only to see whether it can be.
    :param version: of a packet, that the article is read for; ``None`` for the article by itself.
    :param names_versions: whether passages of it are for some versions of a packet only.
    """

    files: Files
    moment: datetime | None = None
    unknown: dict[tuple[str, str], UnknownName] = field(default_factory=dict)
    terms: set[str] = field(default_factory=set)
    abbreviations: set[tuple[str, str]] = field(default_factory=set)
    highlight: str = ""
    raw_formats: set[str] = field(default_factory=set)
    toctree_shown: bool = False
    citations: Any = None
    on_trial: bool = False
    version: PacketVersion | None = None
    names_versions: bool = False

    def for_trial(self) -> Reading:
        """A state for a part that is parsed on trial: what it leaves there is not known here."""
        sources, consulted = dict(self.files.sources), dict(self.files.consulted)
        return Reading(
            language=self.language,
            files=replace(self.files, findings=[], sources=sources, consulted=consulted),
            moment=self.moment,
            terms=set(self.terms),
            abbreviations=set(self.abbreviations),
            highlight=self.highlight,
            raw_formats=set(self.raw_formats),
            toctree_shown=self.toctree_shown,
            on_trial=True,
            version=self.version,
        )


def reading(document: nodes.document) -> Reading:
    """What is known of the article that is being read.

    :raises TypeError: when the reader of `pipeline.read.reader` is not at work.
    """
    state = state_of(document)
    if not isinstance(state, Reading):
        raise TypeError("this document is not read by the reader of articles")
    return state
