"""Citations as sphinxcontrib-bibtex writes them: the role ``cite``, the directive ``bibliography``."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.utils import unescape

from pipeline.tree.nodes import bibliography_place, citation_mark
from pipeline.tree.report import report

KINDS: Final = {
    **dict.fromkeys(("cite", "cite:p", "cite:ps", "cite:cp"), "p"),
    **dict.fromkeys(("cite:t", "cite:ts", "cite:ct", "cite:cts"), "t"),
    **dict.fromkeys(("cite:year", "cite:yearpar"), "year"),
}
"""The roles: in brackets or as a note; with the author as a word of the sentence; without the author."""

# One source: {words before}key{words behind}. Braces hold commas.
_ONE: Final = re.compile(
    r"\s*(?:\{(?P<before>[^{}]*)\})?\s*(?P<key>[^{},\s]+)\s*(?:\{(?P<after>[^{}]*)\})?\s*(?:,|$)"
)


class CitationError(ValueError):
    """The text of a citation can't be read."""


def parse(text: str) -> list[tuple[str, str, str]]:
    """Take the text of a citation apart.

    :param text: ``{see}key{p. 12}, key2``.
    :returns: for each source its key, the words before it and those behind it.
    :raises CitationError: where it is none; the message says what to write.
    """
    found, at = [], 0
    while at < len(text):
        match = _ONE.match(text, at)
        if match is None or match.end() == at:
            rest = " ".join(text[at:].split())[:40]
            raise CitationError(
                f'"{rest}" is no source: write its key, as in :cite:p:`smith2020`, with words before and '
                "behind it in braces, as in :cite:p:`{see}smith2020{p. 12}, jones2021`"
            )
        before, after = (" ".join((match[name] or "").split()) for name in ("before", "after"))
        found.append((match["key"], before, after))
        at = match.end()
    if not found or text.rstrip().endswith(","):
        raise CitationError("a citation names a source: write its key, as in :cite:p:`smith2020`")
    return found


def cite(name: str, raw: str, text: str, line: int, inliner: Any, *_: Any, **__: Any) -> Any:
    """``:cite:p:`key```: a source is cited."""
    sources, wrong = [], ""
    try:
        sources = parse(unescape(text))
    except CitationError as error:
        wrong = str(error)
    return [citation_mark(raw, kind=KINDS[name.lower()], sources=sources, wrong=wrong)], []


class Bibliography(Directive):
    """``.. bibliography::``: the sources that the article cites, here; with ``:all:``, all that there are."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(("all", "cited"), directives.flag),
        # Those of sphinxcontrib-bibtex that say how it looks: a citation style says it here.
        **dict.fromkeys(
            ("style", "list", "enumtype", "start", "labelprefix", "keyprefix"), directives.unchanged
        ),
    }

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        source, line = self.state_machine.get_source_and_line(self.lineno)
        files = self.arguments[0].split() if self.arguments else []
        place = bibliography_place(files=files, everything="all" in self.options)
        place.source, place.line = source, line
        for name in sorted(set(self.options) - {"all", "cited"}):
            message = (
                f'the option "{name}" of a bibliography is not used: the citation style says how it looks'
            )
            report(self.state.document, "rst-unsupported", message, line=line)
        return [place]


ROLES: Final = dict.fromkeys(KINDS, cite)
DIRECTIVES: Final[dict[str, type[Directive]]] = {"bibliography": Bibliography}
