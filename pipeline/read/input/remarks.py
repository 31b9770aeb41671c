"""Which lines of an article are remarks: they travel with no edition, its source inside a PDF included.

docutils knows a remark where it parses one, and nothing else does: two dots in a listing are text. What it
takes for a remark is noted there, line by line, each with the file that it comes from.
"""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes
from docutils.nodes import fully_normalize_name
from docutils.parsers.rst import Directive, states

from pipeline.read.input.reading import reading
from pipeline.tree.article import Remark
from pipeline.tree.state import state_of

_comment = states.Body.comment
_CALL: Final = re.compile(r"\[#?([^\[\]]+)\]_")


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


def note_hidden(directive: Directive) -> None:
    """Note a passage that no edition shows: its text does not travel, and notes called there stay out."""
    state, text = reading(directive.state.document), directive.block_text
    state.hidden_calls |= {fully_normalize_name(name) for name in _CALL.findall(text)}
    source, line = directive.content.items[0]
    texts = tuple(one.strip() for one in text.splitlines())
    withheld = state.version is not None and bool(state.version.name)
    state.remarks.append(Remark(getattr(source, "below", ""), line or 0, texts, withheld))
