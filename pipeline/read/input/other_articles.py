"""Other articles that an article names (``:doc:``, ``.. toctree::``): their titles, read from their files."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.transforms import Transform
from docutils.utils import column_width

from pipeline.confined import OutsideError, TooLargeError, name_below, read_below
from pipeline.findings import suggest
from pipeline.read.input.decoding import decode
from pipeline.read.input.inclusions import Files, files_of
from pipeline.tree.nodes import article_reference, cross_reference, fault
from pipeline.tree.report import report
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
_ENTRY: Final = re.compile(r"^(.+?)\s*<([^<>]+)>$")


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
        near = suggest(written.strip("/"), _names(files.root, folder))
        raise Missing(f'there is no article "{written}" below the source folder{near}') from error
    text, _ = decode(data, below)
    return below, title_in(text) or posixpath.basename(below).removesuffix(ENDING)


def _names(root: Path, folder: str) -> list[str]:
    """The articles below a folder of the source root, as an author there names them."""
    found = []
    for path in sorted((root / folder).rglob(f"*{ENDING}"))[:MAX_NAMES]:
        found.append(path.relative_to(root / folder).as_posix().removesuffix(ENDING))
    return found


class NameArticles(Transform):
    """Put the titles of articles where ``:doc:`` names them; the article itself becomes a link."""

    default_priority = SetHeadingLines.default_priority  # listed behind it: headings have their lines

    def apply(self, **kwargs: Any) -> None:
        """Find each article; what ``:any:`` names may be something else."""
        files = files_of(self.document)
        for node in list(self.document.findall(cross_reference)):
            if node["kind"] not in {"doc", "any"}:
                continue
            try:
                below, title = find(files, node["goal"], _file_of(node))
            except Missing as missing:
                if node["kind"] == "doc":
                    report(self.document, "target-unknown", str(missing), node)
                    node.replace_self(fault(node.rawsource, node.astext(), title=str(missing)))
                continue
            if below == files.article:
                node["kind"] = "article"
            else:
                words = node.astext() if node["explicit"] else ""
                node.replace_self(_named(node.rawsource, below, words, title))


def _file_of(node: nodes.Node) -> str | None:
    at: nodes.Node | None = node
    while at is not None and not at.source:
        at = at.parent
    return at.source if at is not None else None


def _named(raw: str, below: str, text: str, title: str) -> article_reference:
    """The name of another article: the author's words, or its title."""
    named: list[nodes.Node] = [nodes.Text(text)] if text else [nodes.title_reference("", title)]
    return article_reference(raw, "", *named, uri=below)


class Toctree(Directive):
    """``.. toctree::``: the articles that it lists, by their titles. It does not bind them into one book."""

    has_content: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {
        **{"maxdepth": directives.unchanged, "name": directives.unchanged, "class": directives.class_option},
        **{"caption": directives.unchanged_required, "numbered": directives.unchanged},
        **dict.fromkeys(("glob", "hidden", "includehidden", "titlesonly", "reversed"), directives.flag),
    }

    def run(self) -> list[nodes.Node]:
        """A list of titles, and a warning for the first such directive of an article."""
        document = self.state.document
        source, line = self.state_machine.get_source_and_line(self.lineno)
        if not document.settings.setdefault("despatch_toctree", False):
            document.settings.despatch_toctree = True
            message = (
                "a toctree is shown as a list of titles: "
                "an article is a book of its own, a packet binds several"
            )
            report(document, "rst-unsupported", message, line=line)
        if "hidden" in self.options:
            return [nodes.comment()]
        listing = nodes.bullet_list(classes=["toctree"])
        self.missing: list[str] = []
        entries = self._entries(source)
        if self.missing:
            message = f"articles of a toctree are not below the source folder: {', '.join(self.missing[:5])}"
            report(document, "rst-unsupported", message, line=line)
        for named in entries:
            item = nodes.list_item("", nodes.paragraph("", "", named))
            listing += item
        if not listing.children:
            return [nodes.comment()]
        found: list[nodes.Node] = [listing]
        caption = self.options.get("caption")
        if caption:
            found.insert(0, nodes.rubric(caption, "", *self.state.inline_text(caption, self.lineno)[0]))
        for node in found:
            for part in node.findall(nodes.Element):
                if not isinstance(part, nodes.Inline):
                    part.source, part.line = part.source or source, part.line or line
        self.add_name(listing)
        return found

    def _entries(self, source: Any) -> list[nodes.Element]:
        files, entries = files_of(self.state.document), []
        lines = [line.strip() for line in self.content if line.strip() and line.strip() != "self"]
        for line in reversed(lines) if "reversed" in self.options else lines:
            match = _ENTRY.match(line)
            text, goal = (match[1], match[2]) if match else ("", line)
            if re.match(r"[a-z]+://", goal):
                entries.append(nodes.reference(line, text or goal, refuri=goal))
                continue
            for name in self._expanded(files, goal, source):
                try:
                    below, title = find(files, name, source)
                except Missing:
                    self.missing.append(name)
                    entries.append(nodes.inline(line, text or name))
                    continue
                if below != files.article:
                    entries.append(_named(line, below, text, title))
        return entries

    def _expanded(self, files: Files, goal: str, source: Any) -> list[str]:
        """The articles that a pattern stands for, in the order of their names."""
        if "glob" not in self.options or not any(sign in goal for sign in "*?[") or files.root is None:
            return [goal]
        here = files.origin(source).below or files.article
        folder = "" if goal.startswith("/") else posixpath.dirname(here)
        pattern = re.compile(_regular(goal.strip("/")))
        return [name for name in _names(files.root, folder) if pattern.fullmatch(name)]


def _regular(pattern: str) -> str:
    """A regular expression for a pattern of file names; ``*`` and ``?`` do not pass over a slash."""
    import fnmatch

    text = fnmatch.translate(pattern.replace("**", "\x01"))
    return text.replace(".*", "[^/]*").replace("\x01", ".*").replace("\\\x01", ".*")
