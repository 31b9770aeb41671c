"""Lines that know their files: an article may read in others, and a finding names the one that is meant."""

from __future__ import annotations

from docutils import nodes


class Line(int):
    """A line of a source text, from 1, that knows its file: an article may read in others.

    :param file: as findings name it; "" for the article itself.
    """

    file: str = ""

    def __new__(cls, number: int, file: str = "") -> Line:
        """A number with its file."""
        self = super().__new__(cls, number)
        self.file = file
        return self


def at(node: nodes.Node) -> Line | None:
    """The line on which a node begins."""
    return Line(node.line, str(node.source or "")) if node.line else None


def below(line: int | None, count: int) -> int | None:
    """The line that stands so many lines below, in the same file."""
    return Line(line + count, getattr(line, "file", "")) if line else None
