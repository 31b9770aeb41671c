"""Which lines of an article are remarks: they travel with no edition, its source inside a PDF included.

docutils knows a remark where it parses one, and nothing else does: two dots in a listing are text. What it
takes for a remark is noted there, line by line, each with the file that it comes from.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import states

from pipeline.tree.article import Remark
from pipeline.tree.state import state_of

_comment = states.Body.comment


def note_remarks() -> None:
    """Make docutils' parser note remarks, in this process, from now on."""
    states.Body.comment = _noting


def _noting(body: states.Body, match: Any) -> tuple[list[nodes.Node], bool]:
    """As docutils' own, which reads a remark from ``..`` to the last line that is indented."""
    machine = body.state_machine
    first = machine.line_offset
    result: tuple[list[nodes.Node], bool] = _comment(body, match)
    if result[0] and result[0][0].astext().strip():
        lines = machine.input_lines
        places = range(first, min(machine.line_offset + 1, len(lines)))
        texts = tuple(lines[at].strip() for at in places)
        source, line = lines.items[first]
        below = getattr(source, "below", "")
        state_of(body.document).remarks.append(Remark(below, line or 0, texts))
    return result
