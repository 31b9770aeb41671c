"""Listings as authors know them from Sphinx: ``code-block``, ``literalinclude``, ``highlight``."""

from __future__ import annotations

import re
import textwrap
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives.body import CodeBlock
from docutils.statemachine import StringList

from pipeline.read.input.inclusions import Refused
from pipeline.read.input.reading import reading
from pipeline.read.input.refused import place_of, refusing
from pipeline.read.sphinx.code_languages import tell_unknown
from pipeline.tree.nodes import CAPTIONED, LISTING_CAPTION
from pipeline.tree.report import report

MARKED: Final = "hll"
"""The class of a line that stands out: Pygments' own name for it."""

_OWN: Final[dict[str, Any]] = {
    **{"linenos": directives.flag, "lineno-start": int, "emphasize-lines": directives.unchanged_required},
    **{"caption": directives.unchanged_required, "dedent": directives.unchanged, "force": directives.flag},
}


class Listing(CodeBlock):
    """``.. code-block:: python``: docutils' own, with a caption, line numbers and lines that stand out."""

    option_spec: ClassVar[dict[str, Any]] = {**CodeBlock.option_spec, **_OWN}
    arguments: list[str]
    content: StringList

    def run(self) -> list[nodes.Node]:
        """A literal block; with a caption, a container around it."""
        self.assert_has_content()
        if self.arguments:
            tell_unknown(self.state.document, self.arguments[0], place_of(self)[1])
        else:
            default = reading(self.state.document).highlight
            self.arguments = [default] if default else []
        if "linenos" in self.options or "lineno-start" in self.options:
            self.options.setdefault("number-lines", self.options.get("lineno-start", 1))
        if "dedent" in self.options:
            self.content = StringList(
                _dedented(list(self.content), self.options["dedent"]), items=self.content.items
            )
        caption, marked = self.options.get("caption"), self.options.get("emphasize-lines")
        for name in _OWN:
            self.options.pop(name, None)
        label = self.options.pop("name", None) if caption else None
        (block,) = super().run()
        source, line = place_of(self)
        block.source, block.line = source, line
        if marked:
            self._mark(block, marked, line)
        if not caption:
            return [block]
        words = nodes.paragraph(caption, "", *self.state.inline_text(caption, self.lineno)[0])
        words["classes"].append(LISTING_CAPTION)
        box = nodes.container(self.block_text, words, block, classes=[CAPTIONED])
        for node in (box, words):
            node.source, node.line = source, line
        if label:
            self.options["name"] = label
            self.add_name(box)
        return [box]

    def _mark(self, block: nodes.Element, text: str, line: int) -> None:
        """Put the lines that stand out into elements of their own."""
        rows = _rows(block)
        try:
            wanted = lines_in(text, len(rows))
        except ValueError as error:
            message = f'the lines to emphasize, "{text}", can\'t be read: {error}'
            report(self.state.document, "directive-error", message, line=line)
            return
        block.children = []
        for number, row in enumerate(rows, start=1):
            if number in wanted:
                block += nodes.inline("", "", *row, classes=[MARKED])
            else:
                block += row


def _rows(block: nodes.Element) -> list[list[nodes.Node]]:
    """The children of a block, line by line; the end of a line stays with it."""
    rows: list[list[nodes.Node]] = [[]]
    for child in block.children:
        text = child.astext()
        classes = child["classes"] if isinstance(child, nodes.Element) else []
        for part in text.splitlines(keepends=True):
            rows[-1].append(nodes.inline("", part, classes=list(classes)) if classes else nodes.Text(part))
            if part.endswith("\n"):
                rows.append([])
    return [row for row in rows if row]


def lines_in(text: str, count: int) -> set[int]:
    """The lines that ``1,3-5,8-`` names.

    :param count: how many lines there are.
    :raises ValueError: when it can't be read.
    """
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if match is None or not (match[1] or match[3]):
            raise ValueError("write numbers and ranges, such as 1,3-5")
        first = int(match[1] or 1)
        last = int(match[3]) if match[3] else count if match[2] else first
        found |= set(range(first, min(last, count) + 1))
    return found


def _dedented(lines: list[str], amount: str) -> list[str]:
    """Lines without so many leading spaces; without a number, as many as all of them have."""
    if not amount.strip():
        return textwrap.dedent("\n".join(lines)).split("\n")
    count = int(amount) if amount.strip().isascii() and amount.strip().isdigit() and len(amount) < 10 else 0
    return [line[min(count, len(line) - len(line.lstrip())) :] for line in lines]


class LiteralInclude(Directive):
    """``.. literalinclude:: parts/script.sh``: the text of a file below the source root, as a listing."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {
        **Listing.option_spec,
        **{"language": directives.unchanged_required, "lines": directives.unchanged_required},
        **dict.fromkeys(("start-after", "end-before", "start-at", "end-at"), directives.unchanged_required),
        **{"encoding": directives.encoding, "tab-width": int, "prepend": directives.unchanged},
        **{"append": directives.unchanged, "lineno-match": directives.flag},
    }

    @refusing
    def run(self) -> list[nodes.Node]:
        """Read the file and set the lines that the options choose."""
        files = reading(self.state.document).files
        text, _ = files.read(directives.path(self.arguments[0]), files.origin(place_of(self)[0]))
        text = text.expandtabs(self.options.get("tab-width", 8)).rstrip("\n")
        lines, first = self._chosen(text.split("\n"))
        options = {name: value for name, value in self.options.items() if name in Listing.option_spec}
        if "lineno-match" in self.options:
            options.setdefault("lineno-start", first)
        language = [self.options["language"]] if "language" in self.options else []
        source, line = place_of(self)
        content = StringList(lines, items=[(source, line - 1)] * len(lines))
        return Listing(
            "code-block", language, options, content, self.lineno, self.content_offset,
            self.block_text, self.state, self.state_machine,
        ).run()  # fmt: skip

    def _chosen(self, lines: list[str]) -> tuple[list[str], int]:
        """The lines that the options choose, and the number of the first of them."""
        start, end = 0, len(lines)
        for name, behind in (("start-after", 1), ("start-at", 0)):
            if name in self.options:
                start = self._find(name, lines, 0) + behind
        for name, behind in (("end-before", 0), ("end-at", 1)):
            if name in self.options:
                end = self._find(name, lines, start) + behind
        chosen = list(range(start, end))
        if "lines" in self.options:
            try:
                wanted = lines_in(self.options["lines"], len(lines))
            except ValueError as error:
                message = f'the option "lines" can\'t be read: {error}'
                raise Refused("directive-error", message) from error
            chosen = [number for number in chosen if number + 1 in wanted]
        if not chosen:
            raise Refused("directive-error", f'no line of "{self.arguments[0]}" is chosen by the options')
        around = [[self.options[name]] if name in self.options else [] for name in ("prepend", "append")]
        return [*around[0], *(lines[number] for number in chosen), *around[1]], chosen[0] + 1

    def _find(self, name: str, lines: list[str], start: int) -> int:
        text = self.options[name]
        for number in range(start, len(lines)):
            if text in lines[number]:
                return number
        raise Refused("directive-error", f'the text of "{name}" is not there: "{text[:60]}"')


class Highlight(Directive):
    """``.. highlight:: python``: the language of the listings below that name none."""

    required_arguments: ClassVar[int] = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "linenothreshold": directives.unchanged,
        "force": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Note the language."""
        tell_unknown(self.state.document, self.arguments[0], place_of(self)[1])
        reading(self.state.document).highlight = self.arguments[0]
        return [nodes.comment()]


DIRECTIVES: Final[dict[str, type[Directive]]] = {
    **dict.fromkeys(("code-block", "sourcecode", "code"), Listing),
    **{"literalinclude": LiteralInclude, "highlight": Highlight},
}
"""Our directives by name."""
