"""Names of directives and roles: which are known, and what becomes of those that are not.

A name that nobody knows is one finding, however often it stands in the text. In a draft each place is marked,
and what stands there is shown: as text where it can be read as text, else as it was written.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from docutils import nodes, utils
from docutils.parsers.rst import Directive, Parser, directives, roles, states
from docutils.parsers.rst.directives import misc
from docutils.transforms import Transform
from docutils.utils import unescape

from pipeline.findings import listed, suggest
from pipeline.read.input.bounds import BoundedInliner
from pipeline.read.input.reading import UnknownName, reading
from pipeline.read.sphinx import object_descriptions
from pipeline.read.sphinx.roles import role_of, split
from pipeline.tree.languages.language_names import tag_of
from pipeline.tree.nodes import fault, fault_block
from pipeline.tree.report import line_of, report, source_of
from pipeline.tree.state import give_state
from pipeline.tree.transforms.source_lines import SetHeadingLines

CODES: Final = {"directive": "directive-unknown", "role": "role-unknown"}
SHOWN_LINES: Final = 4
"""So many of the further places of an unknown name are told by their lines."""


def _unknown(document: nodes.document, kind: str, name: str) -> UnknownName:
    found = reading(document).unknown
    key = (kind, name.lower())
    if key not in found:
        message = f'no {kind} is called "{name}"{suggest(name.lower(), _known(kind))}'
        if kind == "role" and name.lower().startswith("lang-"):
            tag = tag_of(name.lower().removeprefix("lang-"))
            message = f'no role is called "{name}": the tag of this language is {tag}, so write :lang-{tag}:'
            if not tag:
                written = name.partition("-")[2]
                message = (
                    f'no language has the tag "{written}": write one such as nl or sr-Latn, :lang-nl:`words`'
                )
        if kind == "role" and name.lower() in ROLES_MEANT:
            message = f'no role is called "{name}": write {ROLES_MEANT[name.lower()]}'
        if kind == "directive" and name.lower() in DIRECTIVES_MEANT:
            message = f'no directive is called "{name}": write {DIRECTIVES_MEANT[name.lower()]}'
        if kind == "directive" and object_descriptions.describes(name):
            message = f'"{name}" has nothing to show: no program is read, so write the text below it'
        found[key] = UnknownName(kind, name, message)
    return found[key]


def _known(kind: str) -> list[str]:
    """The names that are proposed: those that the manual has, and of the others what documents use."""
    names = DOCUMENTED[kind]
    if kind == "role":
        return [*names, *(one for one, there in roles._roles.items() if _is_proposed(one, there))]
    return [*names, *(name for name in directives._directives if ":" not in name and name not in names)]


def _is_proposed(name: str, role: Any) -> bool:
    return bool(name) and ":" not in name and name[:5] != "lang-" and role is not roles.unimplemented_role


ROLES_MEANT: Final = {
    **{
        written: f":lang-{tag}:`words`"
        for tag in ("ar", "de", "en", "es", "fr", "it", "nl", "pt", "ru", "zh")
        for written in (tag, f"lang_{tag}", f"lang{tag}")
    },
    **dict.fromkeys(("lang", "language"), ":lang-nl:`words`, with the tag of the language"),
    **dict.fromkeys(("fig", "figure", "table", "tab", "num"), ":numref:`name`, or :ref:`name`"),
    **dict.fromkeys(("footcite", "citep", "autocite", "parencite", "footcite:p"), ":cite:p:`key`"),
    **dict.fromkeys(("citet", "textcite", "footcite:t"), ":cite:t:`key`"),
    **dict.fromkeys(("bold", "b"), "**words**"),
    **dict.fromkeys(("italic", "italics", "i", "em"), "*words*"),
    **dict.fromkeys(("note", "footnote", "fn"), "[#name]_"),
    **dict.fromkeys(("link", "url", "href"), "`words <address>`_"),
    **dict.fromkeys(("section", "sec", "heading"), ":ref:`name`"),
    **dict.fromkeys(("underline", "u", "ul"), "*words*: underlining is left to links"),
    **dict.fromkeys(("strike", "s", "del", "strikethrough"), "the words alone: nothing is struck out here"),
    **dict.fromkeys(("smallcaps", "sc", "caps", "smcp"), "the words alone: no edition has small capitals"),
    **dict.fromkeys(("fact", "value", "figure-of"), "|name|, with the name that the fact has in facts.toml"),
    **dict.fromkeys(
        ("today", "date", "now"), "the date as it is to be read, or |today| and .. |today| date::"
    ),
    **dict.fromkeys(("quote", "q"), "“words”"),
    **dict.fromkeys(("nbsp", "br", "newline"), "a no-break space as it is, or lines that begin with |"),
    **dict.fromkeys(("small", "big", "color", "red", "highlight", "mark"), "**words** or *words*"),
}
"""Roles that there are not, and what is written instead."""

DIRECTIVES_MEANT: Final = {
    **dict.fromkeys(("remarque", "nota", "hinweis", "anmerkung", "opmerking", "примечание"), ".. note::"),
    "info": ".. note::, or .. infobox:: Title",
    **dict.fromkeys(("achtung", "warnung", "avertissement", "advertencia", "waarschuwing"), ".. warning::"),
    **dict.fromkeys(("bild", "imagen", "afbeelding", "picture", "photo", "img"), ".. image:: or .. figure::"),
    **dict.fromkeys(("abbildung", "figura", "fig"), ".. figure::"),
    **dict.fromkeys(("tabelle", "tableau", "tabla", "tabel", "таблица"), ".. list-table::"),
    **dict.fromkeys(("inhalt", "sommaire", "inhoud", "indice", "toc", "содержание"), ".. contents::"),
    **dict.fromkeys(("footnote", "endnote", "fn"), ".. [#name] and the text of the note"),
    **dict.fromkeys(("newpage", "seitenumbruch", "page", "page-break"), ".. pagebreak::"),
    **dict.fromkeys(("box", "callout", "textbox", "panel", "alert"), ".. note::, or .. admonition:: Title"),
    **dict.fromkeys(("table-list", "tablelist", "listed-table"), ".. list-table::"),
    **dict.fromkeys(("table-csv", "csvtable", "csv"), ".. csv-table::"),
    **dict.fromkeys(
        ("author", "authors", "language", "lang-tag", "version", "keywords"),
        "a field below the title, :author: Ann Peeters",
    ),
    **dict.fromkeys(("comment", "kommentar", "commentaire", "todo"), "two dots, a space and the remark"),
    **dict.fromkeys(("tabs", "tab", "tab-set", "tab-item"), "a heading for each, for paper has no tabs"),
    **dict.fromkeys(
        ("grid", "grid-item", "grid-item-card", "card"), ".. list-table::, or a heading for each"
    ),
    **dict.fromkeys(("dropdown", "collapse", "toggle"), ".. admonition:: Title, for nothing opens on paper"),
    **dict.fromkeys(("mermaid", "plantuml", "uml", "drawio"), ".. figure:: and the drawing as SVG"),
    **dict.fromkeys(("youtube", "video", "vimeo", "audio"), "`words <address>`_, a link to it"),
    "footbibliography": ".. bibliography::",
    **dict.fromkeys(
        ("include-pdf", "pdf-include", "pdf", "pdfembed"), "the PDF into the manifest of a packet"
    ),
    **dict.fromkeys(("quote", "blockquote", "citation", "zitat"), "the quotation, indented"),
}
"""Directives that there are not, and what is written instead."""

DOCUMENTED: Final = {
    "role": (
        *("ref", "page", "term", "eq", "para", "cite:p", "cite:t", "index", "numref", "doc", "math", "sub"),
        *("sup", "subscript", "superscript", "code", "literal", "emphasis", "strong", "title-reference"),
        *("raw", "abbreviation", "acronym", "any", "download", "guilabel", "menuselection", "kbd", "command"),
        *("file", "program", "samp", "abbr"),
    ),
    "directive": (
        *("infobox", "lang", "date", "include", "csv-table", "list-table", "table", "figure", "image"),
        *("note", "warning", "attention", "caution", "danger", "error", "hint", "important", "tip"),
        *("admonition", "index", "glossary", "bibliography", "only", "contents", "sectnum", "header"),
        *("footer", "math", "code", "code-block", "literalinclude", "topic", "sidebar", "rubric", "epigraph"),
        *("highlights", "pull-quote", "compound", "container", "parsed-literal", "line-block", "meta"),
        *("title", "replace", "unicode", "class", "role", "default-role", "raw", "seealso", "versionadded"),
        *("versionchanged", "deprecated", "centered", "hlist", "toctree", "target-notes"),
        *("tabularcolumns", "productionlist"),
    ),
}
"""Names of roles and directives that there are, by their documentation."""


class ReportUnknown(Transform):
    """One finding of each unknown name: at its first place, with the lines of the others."""

    default_priority = SetHeadingLines.default_priority  # listed behind it: headings have their lines

    def apply(self, **kwargs: Any) -> None:
        """Report them in the order of their first places."""
        for unknown in reading(self.document).unknown.values():
            places = [
                (source or source_of(node), line or line_of(node)) for node, source, line in unknown.places
            ]
            source, first = places[0]
            message = unknown.message + _again(source, [place for place in places[1:] if place != places[0]])
            report(self.document, CODES[unknown.kind], message, unknown.places[0][0], line=first)


def _again(source: str | None, places: list[tuple[str | None, int | None]]) -> str:
    """Where else a name stands: the first lines, and how many there are beyond them."""
    lines = list(dict.fromkeys(line for other, line in places if other == source and line))
    shown = lines[:SHOWN_LINES]
    rest = sum(1 for other, line in places if other != source or line not in shown)
    parts = [str(line) for line in shown]
    if rest:
        parts.append(f"in {rest} more place{'s' if rest > 1 else ''}")
    where = "on lines " if len(shown) > 1 else "on line " if shown else ""
    return f" (again {where}{listed(parts)})" if parts else ""


@contextlib.contextmanager
def known_names() -> Iterator[None]:
    """Let docutils find our names, and what stands in for unknown ones, while an article is parsed.

    Roles that the article defines are forgotten behind it: docutils would keep them for the next article.
    """
    kept_directive, kept_role, kept_roles = directives.directive, roles.role, dict(roles._roles)

    def directive(name: str, language: Any, document: nodes.document) -> Any:
        found, messages = kept_directive(name, language, document)
        if found is not None:
            return found, messages
        if object_descriptions.is_silent(name):
            return object_descriptions.Silent, []
        return (_Described if object_descriptions.describes(name) else UnknownDirective), []

    def role(name: str, language: Any, line: int, reporter: Any) -> Any:
        found, messages = kept_role(name, language, line, reporter)
        if found is roles.unimplemented_role:
            found, messages = None, []  # ``:i:``, of which docutils knows the name only
        return (found, messages) if found is not None else (role_of(name) or UnknownRole(name), [])

    directives.directive, roles.role = directive, role
    try:
        yield
    finally:
        directives.directive, roles.role = kept_directive, kept_role
        roles._roles.clear()
        roles._roles.update(kept_roles)


class UnknownRole:
    """What stands in for a role that nobody knows: its words, as a fault."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(
        self, name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A `fault` with the words."""
        unknown = _unknown(inliner.document, "role", self.name)
        node = fault(raw, split(text)[0] if text else unescape(raw), title=unknown.message)
        unknown.places.append((node, None, None))
        return [node], []


class DefaultRole(misc.DefaultRole):
    """``.. default-role::``: docutils' own; a role that nobody knows is a fault here already."""

    def run(self) -> list[nodes.Node]:
        """Set the role, and mark the place where it is not known."""
        found: list[nodes.Node] = super().run()
        role = roles._roles.get("")
        if not isinstance(role, UnknownRole):
            return found or [nodes.comment()]
        unknown = _unknown(self.state.document, "role", role.name)
        node = fault_block(self.block_text, nodes.literal_block("", self.block_text), title=unknown.message)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        for part in (node, node[0]):
            part.source, part.line = source, line
        unknown.places.append((node, source, line))
        return [*found, node]


class NewRole(misc.Role):
    """``.. role::``: docutils' own; a remark stands in its place, which goes with what holds nothing else."""

    def run(self) -> list[nodes.Node]:
        """Define the role."""
        return super().run() or [nodes.comment()]


class UnknownDirective(Directive):
    """What stands in for a directive that nobody knows: a fault with what it holds."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Show the head as it was written and, where it reads as text, the body as text."""
        document = self.state.document
        unknown = _unknown(document, "directive", self.name)
        source, line = self.state_machine.get_source_and_line(self.lineno)
        node: nodes.Element
        if isinstance(self.state, states.SubstitutionDef):
            node = fault(self.block_text, self.block_text, title=unknown.message)
        else:
            node = fault_block(self.block_text, title=unknown.message)
            node.source, node.line = source, line
        unknown.places.append((node, source, line))
        if isinstance(node, fault_block):
            self._show(node)
        return [node]

    def _show(self, node: nodes.Element) -> None:
        body = self.content if self.content and self._reads() else None
        text = self._head() if body is not None else self.block_text.rstrip()
        literal = nodes.literal_block(text, text)
        literal.source, literal.line = node.source, node.line
        node += literal
        if body is not None:
            self.state.nested_parse(body, self.content_offset, node)

    def _head(self) -> str:
        """The lines of the directive before its content."""
        lines = self.block_text.split("\n")
        start = self.content_offset - self.lineno + 1
        return "\n".join(lines[: max(1, start)]).rstrip()

    def _reads(self) -> bool:
        """Whether the content can be read as text without a message: it is parsed for a trial."""
        document = self.state.document
        state = reading(document)
        if state.on_trial:
            return True
        settings = copy.copy(document.settings)
        on_trial = state.for_trial()
        give_state(settings, on_trial)
        settings.record_dependencies = utils.DependencyList()
        trial = utils.new_document(str(document.get("source")), settings)
        said: list[int] = []
        trial.reporter.attach_observer(lambda message: said.append(message["level"]))
        kept = dict(roles._roles)
        text = ".. compound::\n\n" + "\n".join(f"   {line}" for line in self.content)
        try:
            Parser(inliner=BoundedInliner()).parse(text, trial)
        except Exception:  # docutils raises all kinds of things on odd text
            return False
        finally:
            roles._roles.clear()
            roles._roles.update(kept)
        bodies = [child for part in trial for child in part]
        good = all(isinstance(child, (nodes.Body, nodes.Invisible)) for child in bodies)
        return good and max(said, default=0) < 2 and not on_trial.findings


class _Described(object_descriptions.Description):
    """A description; one that has nothing to show is no better than an unknown directive."""

    def run(self) -> list[nodes.Node]:
        """Show it."""
        if self.says():
            return super().run()
        given = (self.name, self.arguments, self.options, self.content, self.lineno)
        place = (self.content_offset, self.block_text, self.state, self.state_machine)
        return UnknownDirective(*given, *place).run()
