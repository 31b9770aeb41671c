"""``.. toctree::``: other articles, by their titles."""

from __future__ import annotations

import posixpath
import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from pipeline.read.input.inclusions import Files
from pipeline.read.input.other_articles import Missing, articles_below, find, named
from pipeline.read.input.reading import reading
from pipeline.tree.report import give_place, report

_ENTRY: Final = re.compile(r"^(.+?)\s*<([^<>]+)>$")


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
        state = reading(document)
        if not state.toctree_shown:
            state.toctree_shown = True
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
        listing += [nodes.list_item("", nodes.paragraph("", "", entry)) for entry in entries]
        if not listing.children:
            return [nodes.comment()]
        found: list[nodes.Node] = [listing]
        caption = self.options.get("caption")
        if caption:
            found.insert(0, nodes.rubric(caption, "", *self.state.inline_text(caption, self.lineno)[0]))
        give_place(found, source, line)
        self.add_name(listing)
        return found

    def _entries(self, source: Any) -> list[nodes.Element]:
        files, entries = reading(self.state.document).files, []
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
                    entries.append(named(line, below, text, title))
        return entries

    def _expanded(self, files: Files, goal: str, source: Any) -> list[str]:
        """The articles that a pattern stands for, in the order of their names."""
        if "glob" not in self.options or not any(sign in goal for sign in "*?[") or files.root is None:
            return [goal]
        here = files.origin(source).below or files.article
        folder = "" if goal.startswith("/") else posixpath.dirname(here)
        pattern = re.compile(_regular(goal.strip("/")))
        return [name for name in articles_below(files.root, folder) if pattern.fullmatch(name)]


def _regular(pattern: str) -> str:
    """A regular expression for a pattern of file names; ``*`` and ``?`` do not pass over a slash."""
    import fnmatch

    text = fnmatch.translate(pattern.replace("**", "\x01"))
    return text.replace(".*", "[^/]*").replace("\x01", ".*").replace("\\\x01", ".*")
