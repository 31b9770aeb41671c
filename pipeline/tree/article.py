"""What passes from the readers to the writers: an article is a tree, with its name and its source root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from docutils import nodes

from pipeline.tree.metadata import Metadata, metadata_of


@dataclass(frozen=True)
class Article:
    """One article, read and checked.

    :param name: the file's name without its ending; built files are named after it.
    :param document: the intermediate tree. Writers copy it before they change it.
    :param root: the source root: every file that the tree names lies below it.
    :param source: path of the article.
    """

    name: str
    document: nodes.document
    root: Path
    source: Path

    @property
    def metadata(self) -> Metadata:
        """Title, authors, date and so on, read from the tree."""
        return metadata_of(self.document)
