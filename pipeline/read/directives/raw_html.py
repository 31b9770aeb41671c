"""``.. raw:: html`` and roles made of ``raw``: HTML as far as both editions can carry it (see `html`).

Raw text of another format is for another program: no edition shows it, and a warning for each format says so.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives, states

from pipeline.read.directives.include_csv import only_utf8
from pipeline.read.input.inclusions import Refused
from pipeline.read.input.reading import reading
from pipeline.read.input.refused import place_of, refusing
from pipeline.tree.report import report

FORMATS: Final = frozenset(("html", "html4", "html5", "xhtml"))
"""The formats of raw text that are read."""


class Raw(Directive):
    """``.. raw:: html``: its content, or a file below the source root (``:file:``)."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {
        "file": directives.path,
        "url": directives.unchanged,
        "encoding": directives.encoding,
        "class": directives.class_option,
    }

    @refusing
    def run(self) -> list[nodes.Node]:
        """The nodes that the HTML stands for."""
        document = self.state.document
        inline = isinstance(self.state, states.SubstitutionDef)
        if "url" in self.options:
            raise Refused(
                "insertion-refused", 'raw text can\'t come from a network: save it and use ":file:"'
            )
        source, line = place_of(self)
        if not is_html(document, self.arguments[0], source, line):
            return [nodes.Text("")] if inline else []
        text, places = self._text()

        from pipeline.read.html.fragment import Fragment

        def place(number: int) -> tuple[str, int]:
            return places[min(number, len(places)) - 1]

        fragment = Fragment(text, document, place, reading(document).language)
        if inline:
            return fragment.inlines() or [nodes.Text("")]
        made = fragment.blocks()
        for node in made:
            if isinstance(node, nodes.Element):
                node["classes"] += self.options.get("class", [])
        return made

    def _text(self) -> tuple[str, list[tuple[str, int]]]:
        """The text, and file and line of each of its lines."""
        if "file" not in self.options:
            self.assert_has_content()
            places = [(source, line + 1) for source, line in self.content.items]
            return "\n".join(self.content), places
        if any(self.content):
            raise Refused("directive-error", "the raw text has a file and a content: keep one of them")
        only_utf8(self.options.get("encoding"))
        files = reading(self.state.document).files
        text, found = files.read(self.options["file"], files.origin(place_of(self)[0]))
        return text, [(found, number) for number in range(1, text.count("\n") + 2)]


def raw_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Any,
    options: dict[str, Any] | None = None,
    content: Any = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The role from which ``.. role:: name(raw)`` makes others, with ``:format: html``."""
    document, reporter = inliner.document, inliner.reporter
    form = (options or {}).get("format")
    if form is None:
        message = 'the role "raw" has no format: define one with .. role:: name(raw) and :format: html'
        return _faulty(message, rawtext, lineno, inliner)
    if not is_html(document, form, *reporter.get_source_and_line(lineno)):
        return [], []
    from pipeline.read.html.fragment import Fragment  # it loads lxml

    fragment = Fragment(nodes.unescape(text, True), document, None, reading(document).language)
    made = fragment.inlines()
    if fragment.said:
        return _faulty(next(iter(fragment.said)), rawtext, lineno, inliner)
    for node in made:
        node.rawsource = rawtext  # by which their line is found
    return made, []


def _faulty(
    message: str, rawtext: str, lineno: int, inliner: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """The place of a fault in a line, in docutils' own way: it becomes a finding with the others."""
    found = inliner.reporter.error(f"Raw text: {message}", line=lineno)
    return [inliner.problematic(rawtext, rawtext, found)], [found]


raw_role.options = {"format": directives.unchanged}  # type: ignore[attr-defined]


def is_html(document: nodes.document, argument: str, source: str, line: int) -> bool:
    """Whether raw text is HTML. If it is for other programs only, a warning tells of each format once."""
    formats = argument.lower().split()
    if FORMATS.intersection(formats):
        return True
    named = reading(document).raw_formats
    for name in formats:
        if name not in named:
            named.add(name)
            mark = nodes.inline()
            mark.source, mark.line = source, line
            message = f'no edition shows raw text of the format "{name[:30]}": write it in reStructuredText'
            report(document, "rst-unsupported", message, mark)
    return False
