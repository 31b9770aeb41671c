"""Bounds of an article, so that none can blow up: what lies beyond is a finding before the work starts.

Each bound is far from what people write, and near enough that work below it ends in bounded time. What no
bound foresees meets the limits of the process (`pipeline.limits`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from docutils import nodes
from docutils.parsers.rst import states
from docutils.transforms import Transform
from docutils.transforms.references import Substitutions

from pipeline.findings import Finding
from pipeline.read.input.unspaced_scripts import UnspacedInliner
from pipeline.tree.nodes import fault
from pipeline.tree.report import line_of, report, source_of

MAX_BYTES: Final = 16 * 1024 * 1024
"""The largest article, in bytes: some thousands of pages."""

MAX_LINE: Final = 100_000
"""The longest line of an article, in characters: some forty pages."""

MAX_WORD: Final = 10_000
"""The longest word, in characters, of scripts that part words by spaces. Breaking it into lines takes time
that grows with its square: at this bound, some seconds."""

MAX_COLONS: Final = 1_000
"""Colons in one word. docutils looks at each for the beginning of a role that ends with the word."""

MAX_NESTING: Final = 30
"""How deep blocks may stand one in another. A list item, a quotation, a table cell, a definition, the content
of a directive: each is one level. docutils and WeasyPrint fail at 46 levels and more."""

MAX_SECTIONS: Final = MAX_NESTING
"""How deep sections may stand one in another. Beyond six, no edition shows a difference."""

MAX_EXPANSION: Final = 1_000_000
"""How many characters all substitutions together may put into an article."""

MAX_SEARCH: Final = 300_000_000
"""Marks that are opened and not closed in one paragraph, times its characters. docutils searches the rest of
the paragraph for the end of each: at this bound, for some seconds."""

MAX_NOTES: Final = 5_000
"""Notes in an article. The typesetter sets all notes of a page anew for each that is called on it: at this
bound, for some minutes."""

MAX_BLOCKS: Final = 100_000
"""Paragraphs, headings, cells, lines of verse, pictures and the like, all together. At about this number, an
article of paragraphs of a line each needs all the memory that it is given (`pipeline.limits`)."""

_OPENED: Final = re.compile(r"(?<!\S)(?:\*\*?|``?|_`|\||:[\w.+:-]+:`)(?=\S)")
_LONG_WORD: Final = re.compile(f"[\x21-\u0dff]{{{MAX_WORD + 1},}}")
_CLOSED: Final = re.compile(r"(?<=\S)[*`|](?!\w)")
_LEVELS: Final = (
    nodes.Admonition, nodes.block_quote, nodes.compound, nodes.container, nodes.definition,
    nodes.description, nodes.entry, nodes.field_body, nodes.figure, nodes.line_block, nodes.list_item,
    nodes.sidebar, nodes.topic,
)  # fmt: skip


class BeyondBoundError(Exception):
    """An article goes beyond a bound.

    :param code: a code that begins with ``limit-``.
    :param source: the file, if known.
    :param line: where, from 1, if known.
    """

    def __init__(self, code: str, message: str, source: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.source = source
        self.line = line

    def finding(self, shown: str, line: int | None) -> Finding:
        """The finding; the arguments are the file and the line that are meant where nothing else is known."""
        return Finding(self.code, self.source or shown, self.line or line or 1, str(self))


def check_size(text: str, shown: str) -> list[Finding]:
    """Report the lines that are too long, and the words that would keep docutils busy.

    :param text: an article.
    :param shown: how findings name it.
    """
    return [
        Finding("limit-size", shown, number, message)
        for number, line in enumerate(text.split("\n"), start=1)
        if len(line) > MAX_COLONS
        for message in _too_long(line)
    ]


def _too_long(line: str) -> Iterator[str]:
    if len(line) > MAX_LINE:
        yield f"the line has {len(line):,} characters: break it"
    elif len(line) > MAX_WORD and _LONG_WORD.search(line):
        yield f"a word has more than {MAX_WORD:,} characters: divide it"
    elif any(word.count(":") > MAX_COLONS for word in line.split()):
        yield f"a word has more than {MAX_COLONS:,} colons: take them out, or divide it"


# While the text is parsed --------------------------------------------------------------------------------


class BoundedInliner(UnspacedInliner):
    """Looks at a paragraph before docutils searches it for marks."""

    # docutils makes its patterns of what stands in the class itself, and not in those above it.
    locals().update({name: value for name, value in vars(states.Inliner).items() if isinstance(value, str)})

    def parse(self, text: str, lineno: int, memo: Any, parent: nodes.Element) -> Any:
        """As in docutils.

        :raises BeyondBoundError: for a paragraph with so many open marks that the search would take minutes.
        """
        if len(text) * sum(map(text.count, "`*|")) > MAX_SEARCH:  # a quick look first
            left = len(_OPENED.findall(text)) - len(_CLOSED.findall(text))
            if left * len(text) > MAX_SEARCH:
                what = f"a paragraph of {len(text):,} characters opens {left:,} marks and does not close them"
                where = memo.document.reporter.get_source_and_line(lineno)
                raise BeyondBoundError("limit-size", f"{what}: close them, or divide the paragraph", *where)
        return super().parse(text, lineno, memo, parent)


class BoundedMachine(states.NestedStateMachine):
    """Counts how deep it stands in others of its kind."""

    depth = 0

    def run(
        self, input_lines: Any, input_offset: int, memo: Any, node: Any, match_titles: bool = True
    ) -> Any:
        """As in docutils.

        :raises BeyondBoundError: when blocks are nested more deeply than `MAX_NESTING`.
        """
        above = self.parent_state_machine
        inside = not isinstance(node, (nodes.document, nodes.section, *_LISTS))
        self.depth = getattr(above, "depth", 0) + inside
        if self.depth > MAX_NESTING:
            raise _too_deep(memo.document.current_source, memo.document.current_line)
        return super().run(input_lines, input_offset, memo, node, match_titles)


# Sequences, whose members are what is nested.
_LISTS: Final = (
    nodes.bullet_list, nodes.enumerated_list, nodes.definition_list, nodes.field_list, nodes.option_list,
    nodes.line_block, nodes.docinfo,
)  # fmt: skip


def bound_nesting() -> None:
    """Make docutils' parser count levels, in this process, from now on."""
    states.RSTState.nested_sm = BoundedMachine


def _too_deep(
    source: str | None, line: int | None, what: str = "lists, quotes or other blocks"
) -> BeyondBoundError:
    message = f"{what} stand more than {MAX_NESTING} levels deep one in another: divide them"
    return BeyondBoundError("limit-nesting", message, source, line)


def check_depth(document: nodes.document) -> None:
    """Look once more when all is parsed: some nodes are nested by other roads.

    :raises BeyondBoundError: when blocks or sections are nested too deeply.
    """
    waiting: list[tuple[nodes.Element, int, int]] = [(document, 0, 0)]
    while waiting:
        node, blocks, sections = waiting.pop()
        if blocks > MAX_NESTING:
            raise _too_deep(source_of(node), node.line or line_of(node))
        if sections > MAX_SECTIONS:
            raise _too_deep(source_of(node), node.line or line_of(node), "sections")
        for child in node:
            if isinstance(child, nodes.Element):
                level, section = isinstance(child, _LEVELS), isinstance(child, nodes.section)
                waiting.append((child, blocks + level, sections + section))


def check_amount(document: nodes.document) -> None:
    """Count what the typesetter would be busy with for many minutes.

    :raises BeyondBoundError: for more than `MAX_NOTES` notes, or `MAX_BLOCKS` blocks.
    """
    notes = blocks = 0
    for node in document.findall(nodes.Element):
        notes += isinstance(node, (nodes.footnote, nodes.citation))
        text = isinstance(node, nodes.TextElement) and not isinstance(node, nodes.Inline)
        blocks += text or isinstance(node, nodes.image)
        for count, most, what in (
            (notes, MAX_NOTES, "notes"),
            (blocks, MAX_BLOCKS, "paragraphs, cells, lines and the like"),
        ):
            if count > most:
                message = f"the article has more than {most:,} {what}: divide it"
                raise BeyondBoundError("limit-size", message, source_of(node), node.line or line_of(node))


# Before substitutions are put in -------------------------------------------------------------------------


class BoundSubstitutions(Transform):
    """Cuts circles of substitutions, and adds up what they will put in, before they do."""

    default_priority = Substitutions.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Look at the definitions, then at each reference.

        :raises BeyondBoundError: for more than `MAX_EXPANSION` characters.
        """
        definitions = self.document.substitution_defs
        sizes: dict[str, int] = {}
        for key in definitions:
            self._measure(key, sizes, ())
        total = 0
        for call in self.document.findall(nodes.substitution_reference):
            total += sizes.get(self._key(call), 0)
            if total > MAX_EXPANSION:
                message = (
                    f"with |{call.astext()[:40]}|, substitutions put in more than {MAX_EXPANSION:,} "
                    "characters: write out what they stand for"
                )
                raise BeyondBoundError("limit-expansion", message, source_of(call), line_of(call))

    def _key(self, call: nodes.substitution_reference) -> str:
        """The name of the definition that is meant (case matters where two differ in nothing else)."""
        name: str = call["refname"]
        if name in self.document.substitution_defs:
            return name
        return str(self.document.substitution_names.get(name.lower(), ""))

    def _measure(self, key: str, sizes: dict[str, int], above: tuple[str, ...]) -> int:
        """The characters that stand for a name, those of the names in it included; a node counts as one."""
        if key in sizes or key not in self.document.substitution_defs:
            return sizes.get(key, 0)
        definition = self.document.substitution_defs[key]
        if len(above) > MAX_NESTING:
            raise _too_deep(definition.source, definition.line, "substitutions")
        size = 1
        circular = []
        for node in definition.findall():
            size += len(node) if isinstance(node, nodes.Text) else 1
            if isinstance(node, nodes.substitution_reference):
                if self._key(node) in (*above, key):
                    circular.append(node)
                else:
                    size += self._measure(self._key(node), sizes, (*above, key))
        self._cut(key, circular)
        sizes[key] = size
        return size

    def _cut(self, key: str, calls: list[nodes.substitution_reference]) -> None:
        """Put faults in the places of calls that lead back to where they are."""
        message = f"the substitution |{key}| stands for itself in the end: write out what it stands for"
        for number, call in enumerate(calls):
            if not number:
                report(self.document, "substitution-undefined", message, call)
            call.replace_self(fault(call.rawsource, call.rawsource, title=message))
