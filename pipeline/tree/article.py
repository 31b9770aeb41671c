"""What passes from the readers to the writers: an article is a tree, with its name and its source root."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from docutils import nodes
from docutils.utils import column_width

from pipeline.tree.metadata import Metadata, metadata_of

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
_NOTE: Final = re.compile(r"\.\. \[[^\]]*\]\s*$")
"""How a note begins: without its text it would be an empty one."""
_MARKUP_OR_QUOTE: Final = re.compile(r'(<!--.*?-->|<[^>]*>)|"', re.DOTALL)


class Remark(NamedTuple):
    """What stands in a source and no edition shows.

    :param name: of the file, below the source root; "" for the article itself.
    :param line: its first line, from 0, about: a file may be read in from its middle.
    :param texts: its lines, without white space around them.
    :param withheld: whether it is kept from who gets this version of a packet: it never travels.
    """

    name: str
    line: int
    texts: tuple[str, ...]
    withheld: bool = False


@dataclass(frozen=True)
class Source:
    """A text that an article is made of: the article itself, or a file that it reads in.

    :param name: path below the source root, with ``/`` between folders.
    :param path: where it is.
    :param data: its bytes, as they were read.
    """

    name: str
    path: Path
    data: bytes


@dataclass(frozen=True)
class Article:
    """One article, read and checked.

    :param name: the file's name without its ending; built files are named after it.
    :param document: the intermediate tree. Writers copy it before they change it.
    :param root: the source root: every file that the tree names lies below it.
    :param source: path of the article.
    :param data: its bytes, as they were read.
    :param inserted: the files that were read into its text, in the order of their first use.
    :param consulted: files from which it takes a word: articles whose titles stand in it.
    :param remarks: what no edition shows.
    :param names_versions: whether passages of it are for some versions of a packet only.
    """

    name: str
    document: nodes.document
    root: Path
    source: Path
    data: bytes
    inserted: tuple[Source, ...] = ()
    consulted: tuple[Path, ...] = ()
    remarks: tuple[Remark, ...] = ()
    names_versions: bool = False

    @property
    def metadata(self) -> Metadata:
        """Title, authors, date and so on, read from the tree."""
        return metadata_of(self.document)

    @property
    def images(self) -> tuple[Path, ...]:
        """The image files that the tree names, in the order of their first use."""
        uris = dict.fromkeys(image["uri"] for image in self.document.findall(nodes.image))
        return tuple(path for uri in uris if (path := self.root / uri).is_file())

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that the article was made from, each once: itself, texts read in, images, titles."""
        texts = (self.source.resolve(), *(source.path for source in self.inserted))
        return tuple(dict.fromkeys((*texts, *self.images, *self.consulted)))

    def attached(self, *, remarks: bool = False) -> tuple[Source, ...]:
        """The texts that travel with the article's PDF: as `sources`, without remarks.

        :param remarks: whether they stay.
        """
        out = [remark for remark in self.remarks if remark.withheld or not remarks]
        root = self.root
        own = self.source.resolve().relative_to(root).as_posix() if out else ""

        def clean(source: Source) -> Source:
            path = source.path.resolve()
            below = path.relative_to(root).as_posix() if path.is_relative_to(root) else source.name
            found = [remark for remark in out if (remark.name or own) == below]
            return replace(source, data=without_remarks(source.data, found)) if found else source

        return tuple(map(clean, self.sources()))

    def sources(self) -> tuple[Source, ...]:
        """The texts that make up the article, itself first.

        The names fit together: who saves the texts under them can build the article again.
        """
        path = self.source.resolve()
        name = path.relative_to(self.root).as_posix() if self.inserted else f"{self.name}.rst"
        others = (source for source in self.inserted if source.path != path)
        return (Source(name, self.source, self.data), *others)


def without_remarks(data: bytes, remarks: Iterable[Remark]) -> bytes:
    """A source without its remarks; what else stands in it keeps its line.

    Of a remark, the two dots stay: they may part what stands before and behind it.

    :param data: UTF-8.
    """
    lines = _LINE.findall(data.decode("utf-8", "surrogateescape"))
    for remark in remarks:
        start = _found(lines, remark)
        for number, text in enumerate(remark.texts if start is not None else ()):
            if text:
                at = (start or 0) + number
                head, _, tail = lines[at].expandtabs(8).partition(text)
                head = _NOTE.sub("", head)
                left = ".." if number == 0 else ""
                if tail.strip():  # a table: its lines keep their widths
                    left = left.ljust(column_width(text))
                lines[at] = f"{head}{left}{tail}"
                if not lines[at].strip():
                    lines[at] = tail[len(tail.rstrip("\r\n")) :] if tail else ""
    return "".join(lines).encode("utf-8", "surrogateescape")


def _found(lines: list[str], remark: Remark) -> int | None:
    """Where a remark stands: at its line, or at the nearest one with the same texts."""
    count = len(remark.texts)
    places = sorted(range(len(lines) - count + 1), key=lambda at: abs(at - remark.line))
    for at in places:
        if all(text in lines[at + number].expandtabs(8) for number, text in enumerate(remark.texts)):
            return at
    return None


def xml_of(document: nodes.document) -> str:
    """A tree as XML, indented, for people who look at it.

    :param document: the tree.
    :returns: the same text with every Python: from 3.13 on, its library leaves ``"`` in a text as it is.
    """
    text: str = document.asdom().toprettyxml(indent="  ")
    return _MARKUP_OR_QUOTE.sub(lambda match: match[1] or "&quot;", text)
