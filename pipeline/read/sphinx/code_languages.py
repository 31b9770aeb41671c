"""Languages of code, by the names that Pygments has for them; one that nobody knows is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from docutils import nodes
from docutils.parsers.rst import roles

from pipeline.findings import listed, nearest
from pipeline.tree.report import report

_PLAIN: Final = frozenset(("", "none", "default", "guess", "rest", "ipython", "ipython2", "ipython3"))
"""What Sphinx and IPython know beside Pygments, and set without colours where it is not known."""


def tell_unknown(document: nodes.document, language: str, line: int) -> bool:
    """Report a language that Pygments does not know.

    :param language: as it was typed.
    :param line: from 1.
    :returns: whether it was reported.
    """
    from pygments.lexers import find_lexer_class_by_name  # only where code has a language
    from pygments.util import ClassNotFound

    if language.lower() in _PLAIN:
        return False
    try:
        find_lexer_class_by_name(language)
    except ClassNotFound:
        near = listed([f'"{name}"' for name in nearest(language, _names())], "or")
        cure = f"did you mean {near}?" if near else "write its usual name, such as python, or text"
        said = f'no language of code is called "{language}", so that it is set without colours: {cure}'
        report(document, "markup-misread", said, line=line)
        return True
    return False


@cache
def _names() -> tuple[str, ...]:
    return tuple(_each())


def _each() -> Iterator[str]:
    from pygments.lexers import get_all_lexers

    for _, aliases, _, _ in get_all_lexers(plugins=False):
        yield from aliases


def code_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Any,
    options: dict[str, Any] | None = None,
    content: list[str] | None = None,
) -> Any:
    """docutils' own role ``code``, with a language that nobody knows left out and told.

    The parameters and what is returned are those of a role of docutils.
    """
    given = dict(options or {})
    language = given.get("language", "")
    if language and tell_unknown(inliner.document, language, lineno):
        given["language"] = ""
    return roles.code_role(name, rawtext, text, lineno, inliner, given, content or [])


code_role.options = roles.code_role.options  # type: ignore[attr-defined]
