"""``:tab:`C.2, p. 14```: a role that refers to what is filed in a packet (see `tree.numbering.tabs`)."""

from __future__ import annotations

import re
from typing import Any, Final

from docutils import nodes

from pipeline.read.sphinx.roles import split
from pipeline.tree.nodes import tab_reference
from pipeline.tree.transforms.references import words

_PAGED: Final = re.compile(r"(.+?)\s*,\s*(?:[^\W\d_]{1,8}\.?\s*)?([0-9]{1,6})", re.DOTALL)


def tab_role(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """A tab, and a page of what is filed there: ``C.2``, ``C.2, p. 14``, ``words <C.2>``."""
    shown, goal, explicit = split(text)
    paged = _PAGED.fullmatch(goal)
    tab, page = (paged[1], int(paged[2])) if paged is not None else (goal, 0)
    node = tab_reference(raw, "", title=tab, start=page, prefix=shown if explicit else "")
    own: list[nodes.Node] = [words(inliner.document, "tab-named", tab=tab)]
    own += [nodes.Text(goal[len(tab) :])] if paged is not None else []
    node += [nodes.Text(f"{shown} ("), *own, nodes.Text(")")] if explicit else own
    return [node], []
