"""What passes from the readers to the writers: an article is a tree, with its name and its source root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docutils import nodes

from pipeline.tree.metadata import Metadata, metadata_of


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
    """

    name: str
    document: nodes.document
    root: Path
    source: Path
    data: bytes
    inserted: tuple[Source, ...] = ()
    consulted: tuple[Path, ...] = ()

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

    def sources(self) -> tuple[Source, ...]:
        """The texts that make up the article, itself first.

        The names fit together: who saves the texts under them can build the article again.
        """
        path = self.source.resolve()
        name = path.relative_to(self.root).as_posix() if self.inserted else f"{self.name}.rst"
        others = (source for source in self.inserted if source.path != path)
        return (Source(name, self.source, self.data), *others)
