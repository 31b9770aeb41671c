"""Conditions of ``.. only::``: the tags of editions, and the names of versions of a packet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.findings import suggest

TAGS: Final = {
    "print": frozenset(("print", "pdf", "latex", "builder_latex", "format_latex")),
    "ebook": frozenset(("ebook", "epub", "html", "builder_epub", "builder_html", "format_html")),
}
"""The tags of each edition, for ``.. only::``: ours, and those that Sphinx's builders have."""

_TOKEN: Final = re.compile(r"\s*(\(|\)|[\w-]+)")
_JOINED: Final = frozenset(("and", "or", "not", "(", ")"))


@dataclass(frozen=True)
class PacketVersion:
    """The version of a packet that an article is read for.

    :param name: of the version; empty for the whole packet.
    :param known: the names of all versions of the packet.
    """

    name: str
    known: tuple[str, ...]


def tag_of(version: PacketVersion | None) -> frozenset[str]:
    """The tag that is set for a version of a packet; none for the whole packet, and where there is none."""
    return frozenset((version.name,)) if version is not None and version.name else frozenset()


def faults(
    asked: Condition, text: str, version: PacketVersion | None, *, shown: bool
) -> Iterator[tuple[str, str]]:
    """What is wrong with the tags of a condition: the code of each finding, and what it says.

    :param text: the condition, as it is typed.
    :param version: that the article is read for; ``None`` for the article by itself.
    :param shown: whether any edition shows the passage.
    """
    known = version.known if version is not None else ()
    strange = [tag for tag in asked.versions if tag not in known]
    for tag in strange:
        meant = suggest(tag, known) if version is not None else ""
        if meant:  # a passage that is meant for one version would stand in another
            yield "packet-version", f'the packet has no version "{tag}"{meant}'
            return
    if not shown and (strange or not asked.versions):
        also = ""
        if strange:
            here = "the manifest has no version of that name" if version is not None else ""
            also = f"; {here}" if here else "; a version of that name of a packet does (--version)"
        yield (
            "rst-unsupported",
            f'no edition is "{text}", so that none shows this: the editions are print and ebook{also}',
        )


class Condition:
    """Tags with ``and``, ``or``, ``not`` and brackets.

    :ivar versions: the tags that are of no edition, in small letters: names of versions of packets.
    :raises ValueError: when it can't be read.
    """

    def __init__(self, text: str) -> None:
        self.words = _TOKEN.findall(text)
        if "".join(self.words) != "".join(text.split()):
            raise ValueError("write tags, and, or, not, and brackets")
        tags = dict.fromkeys(word.lower() for word in self.words if word.lower() not in _JOINED)
        self.versions = [tag for tag in tags if not any(tag in own for own in TAGS.values())]

    def holds(self, tags: frozenset[str]) -> bool:
        """Whether it is true where these tags are set."""
        self.left = list(self.words)
        value = self._either(tags)
        if self.left:
            raise ValueError(f'"{self.left[0]}" is one too many')
        return value

    def _either(self, tags: frozenset[str]) -> bool:
        value = self._both(tags)
        while self.left and self.left[0].lower() == "or":
            self.left.pop(0)
            value = self._both(tags) or value
        return value

    def _both(self, tags: frozenset[str]) -> bool:
        value = self._single(tags)
        while self.left and self.left[0].lower() == "and":
            self.left.pop(0)
            value = self._single(tags) and value
        return value

    def _single(self, tags: frozenset[str]) -> bool:
        negated = False
        while self.left and self.left[0].lower() == "not":
            self.left.pop(0)
            negated = not negated
        if not self.left or self.left[0] == ")" or self.left[0].lower() in {"and", "or"}:
            raise ValueError("a tag is missing")
        word = self.left.pop(0)
        if word == "(":
            value = self._either(tags)
            if not self.left or self.left.pop(0) != ")":
                raise ValueError("a bracket is not closed")
        else:
            value = word.lower() in tags
        return value != negated
