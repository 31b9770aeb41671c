"""Options that ``table``, ``list-table``, ``csv-table`` and ``figure`` have beside docutils' own."""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.directives.tables import RSTTable

from pipeline.tree.nodes import COLUMN, NOTES_BELOW, SOURCE_LINE
from pipeline.tree.report import report
from pipeline.tree.state import state_of

ALIGNED: Final = ("left", "right", "center", "decimal")
"""How the cells of a column can be aligned."""


def column_align(argument: str) -> list[str]:
    """The words of ``:column-align: left right decimal``.

    :raises ValueError: for another word.
    """
    words = argument.replace(",", " ").lower().split()
    words = ["center" if word == "centre" else word for word in words]
    for word in words:
        if word not in ALIGNED:
            known = ", ".join(f'"{one}"' for one in ALIGNED)
            raise ValueError(f'"{word}" unknown; choose from {known}', word)
    return words


def below(argument: str) -> str:
    """The word of ``:notes:``.

    :raises ValueError: for another one than "below".
    """
    return directives.choice(argument, ("below",))


SOURCE: Final[dict[str, Any]] = {"source": directives.unchanged_required}
"""The options of a figure."""
OPTIONS: Final[dict[str, Any]] = {**SOURCE, "column-align": column_align, "notes": below}
"""The options of a table."""


def finish(directive: Any, found: list[nodes.Node]) -> list[nodes.Node]:
    """Do what these options say.

    :param directive: with the options, as docutils hands them over.
    :param found: what the directive has made: a table or a figure first, or a message.
    :returns: the same, with a source line behind a table or in a figure.
    """
    first = found[0] if found else None
    if isinstance(first, nodes.table) and "column-align" in directive.options:
        _align(directive, first)
    if isinstance(first, nodes.table) and "notes" in directive.options:
        first["classes"].append(NOTES_BELOW)
    written = directive.options.get("source")
    if not written or not isinstance(first, (nodes.table, nodes.figure)):
        return found
    words, messages = directive.state.inline_text(written, directive.lineno)
    line = nodes.paragraph(written, "", *words, classes=[SOURCE_LINE])
    line.source, line.line = directive.state_machine.get_source_and_line(directive.lineno)
    state_of(directive.state.document).source_lines.append(line)
    if isinstance(first, nodes.table):
        return [first, line, *found[1:], *messages]
    legend = next((part for part in first if isinstance(part, nodes.legend)), None)
    if legend is None:
        legend = nodes.legend()
        legend.source, legend.line = line.source, line.line
        first += legend
    legend += line
    return [*found, *messages]


def _align(directive: Any, table: nodes.table) -> None:
    """Give each column its class; the last word holds for those that follow, too."""
    words = directive.options["column-align"]
    columns = list(table.findall(nodes.colspec))
    if len(words) > len(columns):
        _, line = directive.state_machine.get_source_and_line(directive.lineno)
        message = (
            f'the option "column-align" has {len(words)} words, and the table {len(columns)} columns: '
            "write one for each column"
        )
        report(directive.state.document, "directive-error", message, line=line)
    for number, column in enumerate(columns):
        column["classes"].append(f"{COLUMN}{words[min(number, len(words) - 1)]}")


class Table(RSTTable):
    """``.. table::``: docutils' own, with these options."""

    option_spec = RSTTable.option_spec | OPTIONS

    def run(self) -> list[nodes.Node]:
        """The table, and its source line."""
        return finish(self, list(super().run()))
