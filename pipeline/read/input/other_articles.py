"""Other articles that an article names (``:doc:``, ``.. toctree::``): their titles, read from their files."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from docutils.transforms import Transform
from docutils.utils import column_width

from pipeline.files.confined import OutsideError, TooLargeError, name_below, names_below, read_below
from pipeline.findings import suggest
from pipeline.read.input.decoding import decode
from pipeline.read.input.inclusions import Files
from pipeline.read.input.reading import reading
from pipeline.tree.nodes import article_reference, cross_reference, fault
from pipeline.tree.report import report, source_of
from pipeline.tree.transforms.source_lines import SetHeadingLines

ENDING: Final = ".rst"
HEAD: Final = 20_000
"""A title is looked for in so many characters."""
MAX_NAMES: Final = 2000
"""So many articles are named in a list, or looked at for the nearest name."""

_RULE: Final = re.compile(r"([!-/:-@\[-`{-~])\1+\s*")
_FIELD: Final = re.compile(r"^:title:[ ]+(\S.*)$", re.MULTILINE | re.IGNORECASE)
_ROLE: Final = re.compile(r":[\w:+-]+:`([^`<]*?)(?:\s*<[^`>]*>)?`")
_MARKS: Final = re.compile(r"(\*\*|\*|``|`|\\)(?=\S)|(?<=\S)(\*\*|\*|``|`_*|\|)")


def title_in(text: str) -> str:
    """The title of an article, from its source: the first heading, or the field ``title``; "" for none."""
    lines = text[:HEAD].split("\n")
    for number, line in enumerate(lines[:-1]):
        below = lines[number + 1]
        heading = line.strip()
        if not heading or _RULE.fullmatch(line) or not _RULE.fullmatch(below):
            continue
        if line[:1].isspace() and not (number and _RULE.fullmatch(lines[number - 1])):
            continue  # an indented line has its rules above and below
        if len(below.rstrip()) >= min(4, column_width(heading)):
            return _plain(heading)
    field = _FIELD.search(text[:HEAD])
    return _plain(field[1]) if field else ""


def _plain(text: str) -> str:
    """A heading without its markup."""
    return " ".join(_MARKS.sub("", _ROLE.sub(r"\1", text)).split())


class Missing(Exception):
    """An article that is not there; its text says so and names the nearest one."""


def find(files: Files, written: str, source: str | None) -> tuple[str, str]:
    """Path below the source root and title of another article.

    :param written: as the author wrote it, without ending: from the folder of the file or, with a slash
        before it, from the source root.
    :param source: the file that names it, as lines carry it.
    :raises Missing: when there is none.
    """
    here = files.origin(source).below or files.article
    if files.root is None:
        raise Missing(f'there is no article "{written}" here')
    folder = "" if written.startswith("/") else posixpath.dirname(here)
    name = written.strip("/") + ("" if written.endswith(ENDING) else ENDING)
    try:
        below = name_below(name, folder)
        data = read_below(files.root, below)
        files.consulted[below] = files.root / below
    except (OSError, OutsideError, TooLargeError) as error:
        near = suggest(written.strip("/"), articles_below(files.root, folder))
        raise Missing(f'there is no article "{written}" below the source folder{near}') from error
    text, _ = decode(data, below)
    return below, title_in(text) or posixpath.basename(below).removesuffix(ENDING)


def articles_below(root: Path, folder: str) -> list[str]:
    """The articles below a folder of the source root, as an author there names them."""
    return [name.removesuffix(ENDING) for name in names_below(root / folder, ENDING)[:MAX_NAMES]]


class NameArticles(Transform):
    """Put the titles of articles where ``:doc:`` names them; the article itself becomes a link."""

    default_priority = SetHeadingLines.default_priority  # listed behind it: headings have their lines

    def apply(self, **kwargs: Any) -> None:
        """Find each article; what ``:any:`` names may be something else."""
        files = reading(self.document).files
        for node in list(self.document.findall(cross_reference)):
            if node["kind"] not in {"doc", "any"}:
                continue
            try:
                below, title = find(files, node["goal"], source_of(node))
            except Missing as missing:
                if node["kind"] == "doc":
                    report(self.document, "target-unknown", str(missing), node)
                    node.replace_self(fault(node.rawsource, node.astext(), title=str(missing)))
                continue
            if below == files.article:
                node["kind"] = "article"
            else:
                words = node.astext() if node["explicit"] else ""
                node.replace_self(named(node.rawsource, below, words, title))


def named(raw: str, below: str, text: str, title: str) -> article_reference:
    """The name of another article: the author's words, or its title."""
    named: list[nodes.Node] = [nodes.Text(text)] if text else [nodes.title_reference("", title)]
    return article_reference(raw, "", *named, uri=below)
