"""The directive ``.. infobox::``: a title, a type and fields, each a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive

from pipeline.tree.infobox_types import DEFAULT_TYPE, infobox_types
from pipeline.tree.nodes import fault_block, infobox, infobox_label, infobox_row, infobox_title, infobox_value
from pipeline.tree.parts import has_content, shows
from pipeline.tree.report import report

_PAIR: Final = re.compile(r"[|\s*•-]*([^\W\d_][^:=|\n]{0,40}?)\s*[:=]\s*([^\s|][^\n]*)")
_IMAGE: Final = re.compile(r"[\w./ -]+\.(?:png|jpe?g|gif|svg|webp|tiff?)", re.IGNORECASE)
_OPTION: Final = re.compile(r":?\s?(type|class)\s?[:=]\s?(\S.*)")
_FIELD: Final = re.compile(r":(?![: ])([^:\\]|\\.|:(?!([ `]|$)))*(?<! ):( +|$)")


class Infobox(Directive):
    """The title stands behind the colons; ``:type:`` names the infobox type; every other field is a row.

    Options and fields are told apart by their names alone, so that an author may leave out the blank line
    between them.
    """

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Make the node; `NormalizeInfobox` brings it into the form of its type."""
        document = self.state.document
        box = infobox(self.block_text, type=DEFAULT_TYPE, cols=1)
        box.source, box.line = self.state_machine.get_source_and_line(self.lineno)
        words, body = self._split()
        title = self._title(words)
        box += title
        if not shows(title):
            message = "the infobox has no title: write it behind infobox::"
            report(document, "infobox-title-missing", message, box)
        holder = nodes.Element()
        self.state.nested_parse(self.content[body:], self.content_offset + body, holder)
        for child in list(holder):
            if isinstance(child, nodes.field_list):
                for field in child:
                    self._take(box, field)
            elif isinstance(child, (nodes.system_message, fault_block)):
                box += child
            elif not isinstance(child, (nodes.comment, nodes.target)):
                message = f"an infobox holds only fields such as :capital: Pristina; {_meant(box, child)}"
                report(document, "infobox-content", message, child, line=child.line or box.line)
                block = fault_block(child.rawsource, child, title=message)
                self._place(block, child)
                box += block
        self.add_name(box)
        return [box]

    def _split(self) -> tuple[str, int]:
        """The title, and the index of the content line with which the fields begin."""
        title: list[str] = []
        for index, line in enumerate(self.content):
            if not line.strip() or _FIELD.match(line.strip()):
                return " ".join(title), index
            missed = _OPTION.fullmatch(line.strip()) if index else None
            if missed is not None:
                said = f'"{line.strip()}" is read as a part of the title: write :{missed[1]}: {missed[2]}'
                place = self.content.items[index]
                report(self.state.document, "markup-misread", said, line=place[1] + 1)
            title.append(line.strip())
        return " ".join(title), len(self.content)

    def _title(self, text: str) -> infobox_title:
        children, _ = self.state.inline_text(text, self.lineno)
        title = infobox_title(text, "", *children)
        title.source, title.line = self.state_machine.get_source_and_line(self.lineno)
        return title

    def _take(self, box: infobox, field: nodes.field) -> None:
        name, body = field
        plain = " ".join(name.astext().split())
        if plain.lower() == "type":
            box["type"] = body.astext().strip().lower() or DEFAULT_TYPE
            return
        if plain.lower() == "class":
            box["classes"] += [nodes.make_id(word) for word in body.astext().split()]
            return
        for message in _misread(plain, body.astext().strip()):
            report(self.state.document, "markup-misread", message, field)
        label = infobox_label(name.rawsource, "", *name.children)
        value = infobox_value(body.rawsource, *body.children)
        row = infobox_row(field.rawsource, label, value, name=plain)
        for node in (row, label, value):
            self._place(node, field)
        box += row

    @staticmethod
    def _place(node: nodes.Node, like: nodes.Node) -> None:
        node.source, node.line = like.source, like.line


def _misread(name: str, value: str) -> Iterator[str]:
    """What to say of a field that is a row, and was not meant as one, or not so."""
    written, low = value.lower(), name.lower()
    row = "is read as a row of the infobox: write"
    if low == "wide" and not value:
        yield f'":wide:" {row} :class: wide'
    if _IMAGE.fullmatch(value):
        yield f'":{name}:" holds the name of an image as words: write .. image:: {value}'
    if name.endswith(":") and len(name) > 1:
        yield f'the name of the field ":{name}:" ends in a colon: write :{name.rstrip(": ")}:'
    named = low in ("typ", "types", "kind", "infobox-type")
    if written in infobox_types() and (written != DEFAULT_TYPE or named):
        yield f'":{name}: {written}" {row} :type: {written}'
    elif written == "wide" and low.startswith("clas"):
        yield f'":{name}: wide" {row} :class: wide'


def _meant(box: infobox, child: nodes.Node) -> str:
    """What an author may have meant by what is no field."""
    last = next((one for one in reversed(box.children) if isinstance(one, infobox_row)), None)
    listed = isinstance(child, (nodes.bullet_list, nodes.enumerated_list))
    if listed and last is not None and not has_content(last):
        return f"indent this list below :{last['name']}:, to which it belongs"
    words = child.astext() if isinstance(child, nodes.Element) else ""
    if last is not None and _is_glued(child) and re.match(r"[^:=\n]+(?:\n|$)", words):
        return f"if it belongs to :{last['name']}:, indent it further than that"
    if listed and last is not None:
        return f"indent this list below :{last['name']}:, to which it belongs"
    unclosed = re.match(r":([^\W\d_][\w-]*) ([^:\n]+)(?:\n|$)", child.rawsource or words)
    if unclosed is not None:
        return f"write :{unclosed[1]}: {unclosed[2].strip()[:30]}".rstrip()
    half = re.match(
        r":\s?([^\W\d_][^:\n]{0,40}?)\s?:\s?([^\n]*)|:([^\W\d_][\w-]*) ([^\n]+)", child.rawsource or words
    )
    if half is not None:
        name, value = (half[1], half[2]) if half[1] else (half[3], half[4])
        return f"write :{name}: {value[:30]}".rstrip()
    pair = _PAIR.match(words)
    return f"write :{pair[1]}: {pair[2][:30]}" if pair else "this is none"


def _is_glued(child: nodes.Node) -> bool:
    """Whether a paragraph stands right below a field, with no empty line between."""
    parent = child.parent
    index = parent.index(child) if parent is not None and isinstance(child, nodes.paragraph) else 0
    return index > 0 and isinstance(parent[index - 1], nodes.system_message)
