"""Directives that authors know from Sphinx and docutils does not have."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives.body import MathBlock
from docutils.statemachine import StringList

from pipeline.read.input.conditions import TAGS, Condition, faults, tag_of
from pipeline.read.input.reading import reading
from pipeline.read.input.remarks import note_hidden
from pipeline.read.sphinx.object_descriptions import Class
from pipeline.read.sphinx.roles import entries_of
from pipeline.tree import markings
from pipeline.tree.languages.collation import Alphabet
from pipeline.tree.nodes import GLOSSARY, index_mark, index_place, only
from pipeline.tree.report import give_place, report
from pipeline.tree.transforms.references import words


class Block(Directive):
    """What the directives below share."""

    has_content: ClassVar[bool] = True

    def place(self, *found: nodes.Node) -> list[nodes.Node]:
        """Give nodes, and those in them that have none, the file and the line of the directive."""
        give_place(found, *self.state_machine.get_source_and_line(self.lineno))
        return list(found)

    def parse(self, node: nodes.Element) -> None:
        """Parse the content into `node`."""
        if self.content:
            self.state.nested_parse(self.content, self.content_offset, node)

    def inline(self, text: str) -> list[nodes.Node]:
        """Parse a line of text."""
        found: list[nodes.Node] = self.state.inline_text(text, self.lineno)[0]
        return found


class Only(Block):
    """``.. only:: print``: content of one edition, or of a version of a packet.

    Tags may be joined by ``and``, ``or`` and ``not``. ``:marking:`` is that of the passage: what shows it is
    marked no lower.
    """

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {"marking": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Keep the content for the editions whose tags the condition is true for."""
        self.assert_has_content()
        condition, state = " ".join(self.arguments[0].split()), reading(self.state.document)
        try:
            asked = Condition(condition)
            shown = [edition for edition, tags in TAGS.items() if asked.holds(tags | tag_of(state.version))]
        except ValueError as error:
            raise self.error(
                f'The "only" directive can\'t read the condition "{condition}": {error}.'
            ) from error
        hidden, marking = self.place(nodes.comment()), self.options.get("marking", "")
        if marking and markings.level(marking) is None:
            report(self.state.document, "packet-marking-unknown", markings.unknown(marking), hidden[0])
        state.names_versions = state.names_versions or bool(asked.versions)
        for code, message in faults(asked, condition, state.version, shown=bool(shown)):
            report(self.state.document, code, message, hidden[0])
        if not shown:
            note_hidden(self)
            return hidden
        if marking:
            state.raised.append(markings.listed(marking))
        holder: nodes.Element = only(self.block_text, type=shown[0])
        self.parse(holder)
        return self.place(holder) if len(shown) == 1 else list(holder.children)


class VersionNote(Block):
    """``.. versionadded:: 2.1`` and its like: since when something is so."""

    required_arguments: ClassVar[int] = 1
    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    keys: ClassVar[dict[str, str]] = {
        "versionadded": "version-added",
        "versionchanged": "version-changed",
        "deprecated": "version-deprecated",
        "versionremoved": "version-removed",
    }

    def run(self) -> list[nodes.Node]:
        """A container whose first paragraph begins with the label."""
        label = words(self.state.document, self.keys[self.name.lower()], version=self.arguments[0])
        box = nodes.container(self.block_text, classes=["version-note", self.name.lower()])
        text = self.inline(self.arguments[1]) if len(self.arguments) > 1 else []
        if text:
            box += nodes.paragraph(self.arguments[1], "", *text)
        self.parse(box)
        first = box[0] if len(box) and isinstance(box[0], nodes.paragraph) else None
        if first is None:
            first = nodes.paragraph()
            box.insert(0, first)
        end = ": " if len(first) else "." if len(box) == 1 else ":"
        first.insert(0, [nodes.inline("", "", label, classes=["version-label"]), nodes.Text(end)])
        return self.place(box)


class SeeAlso(Block):
    """``.. seealso::``: a box that names what else to read."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """An admonition with a title of ours."""
        title = nodes.title("", "", words(self.state.document, "see-also-title"))
        box = nodes.admonition(self.block_text, title, classes=["seealso"])
        if self.arguments:
            box += nodes.paragraph(self.arguments[0], "", *self.inline(self.arguments[0]))
        self.parse(box)
        if len(box) == 1:
            raise self.error('The "seealso" directive has no content: name what else to read.')
        return self.place(box)


class Glossary(Block):
    """``.. glossary::``: terms that ``:term:`` refers to. Several terms may share a definition."""

    option_spec: ClassVar[dict[str, Any]] = {"sorted": directives.flag, "name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """A definition list with targets."""
        self.assert_has_content()
        listing = nodes.definition_list(self.block_text, classes=[GLOSSARY])
        messages: list[nodes.Node] = []
        items = [self._item(terms, start, end, messages) for terms, start, end in self._groups()]
        if "sorted" in self.options:
            alphabet = Alphabet(reading(self.state.document).language)
            items.sort(key=lambda item: alphabet.key(item[0].astext()))
        listing += items
        self.add_name(listing)
        return [*self.place(listing), *messages]

    def _groups(self) -> list[tuple[list[int], int, int]]:
        """Lines of terms, and the lines of their definition (from, to), by their numbers in the content."""
        groups: list[tuple[list[int], int, int]] = []
        terms: list[int] = []
        number, count = 0, len(self.content)
        while number < count:
            line = self.content[number]
            if not line.strip() or re.match(r"\.\.(\s|$)", line):
                number += 1
                while line.strip() and number < count and self.content[number][:1] in {" ", ""}:
                    number += 1
            elif not line[:1].isspace():
                terms.append(number)
                number += 1
            else:
                start = number
                while number < count and (not self.content[number].strip() or self.content[number][0] == " "):
                    number += 1
                if not terms:
                    raise self.error('The "glossary" directive begins with a term, which is not indented.')
                groups.append((terms, start, number))
                terms = []
        if terms:
            term = self.content[terms[0]].strip()
            place = self.state_machine.get_source_and_line(self.content_offset + terms[-1] + 1)
            self.state.despatch_place = place
            raise self.error(
                f'The "glossary" directive has no definition of "{term}": indent it below the term.'
            )
        return groups

    def _item(
        self, terms: list[int], start: int, end: int, messages: list[nodes.Node]
    ) -> nodes.definition_list_item:
        document = self.state.document
        item = nodes.definition_list_item()
        for number in terms:
            text, colon, classifier = self.content[number].partition(" : ")
            line = self.content_offset + number + 1
            children, said = self.state.inline_text(text.strip(), line)
            term = nodes.term(text, "", *children)
            term.source, term.line = self.state_machine.get_source_and_line(line)
            document.set_id(term, suggested_prefix=nodes.make_id(f"term {term.astext()}"))
            self._check(term)
            item += term
            messages += said
            if colon:
                item += nodes.classifier(classifier, "", *self.state.inline_text(classifier.strip(), line)[0])
        body: StringList = self.content[start:end]
        indent = min(len(line) - len(line.lstrip()) for line in body if line.strip())
        body.trim_left(indent)
        definition = nodes.definition()
        self.state.nested_parse(body, self.content_offset + start, definition)
        item += definition
        return item

    def _check(self, term: nodes.term) -> None:
        seen = reading(self.state.document).terms
        key = " ".join(term.astext().split()).casefold()
        if key in seen:
            message = f'the term "{term.astext()}" is explained twice: the first place counts'
            report(self.state.document, "target-duplicate", message, line=term.line)
        seen.add(key)


class Columns(Block):
    """``.. hlist::``: a list of short items in columns."""

    option_spec: ClassVar[dict[str, Any]] = {"columns": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        """A container that the style sheets set in columns."""
        self.assert_has_content()
        columns = min(self.options.get("columns", 2), 4)
        box = nodes.container(self.block_text, classes=["hlist", f"columns-{columns}"])
        self.parse(box)
        return self.place(box)


class Centered(Block):
    """``.. centered::``: a line in the middle."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """A paragraph."""
        text = self.arguments[0]
        return self.place(nodes.paragraph(text, "", *self.inline(text), classes=["centered"]))


class Productions(Block):
    """``.. productionlist::``: rules of a grammar, set as code."""

    required_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """A literal block, the rules below one another."""
        lines = [*self.arguments[0].split("\n"), *self.content]
        rules = [line.replace("`", "").partition(":") for line in lines if ":" in line]
        width = max((len(name.strip()) for name, _, _ in rules), default=0)
        text = "\n".join(f"{name.strip():{width}} ::= {rule.strip()}" for name, _, rule in rules)
        if not text:
            raise self.error('The "productionlist" directive holds rules such as "name: words".')
        return self.place(nodes.literal_block(text, text))


class Index(Block):
    """``.. index:: single: KFOR``: entries of the index for what follows."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True
    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """A mark that a transform sets on the block that follows."""
        lines = [*(self.arguments[0].split("\n") if self.arguments else []), *self.content]
        entries = [entry for line in lines if line.strip() for entry in entries_of(line.strip())]
        if not entries:
            raise self.error('The "index" directive has no entry: write one behind the colons.')
        mark = index_mark(self.block_text, entries=entries)
        mark.source, mark.line = self.state_machine.get_source_and_line(self.lineno)
        found: list[nodes.Node] = [mark]
        if "name" in self.options:
            target = nodes.target()
            self.add_name(target)
            found.append(target)
        return self.place(*found)


class PrintIndex(Block):
    """``.. printindex::``: where the index stands."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """A mark that a transform replaces."""
        return self.place(index_place(self.block_text))


class Formula(MathBlock):
    """``.. math::`` with the options of Sphinx: ``:label:`` is a name that has the formula numbered.

    ``:nowrap:`` needs nothing.
    """

    option_spec: ClassVar[dict[str, Any]] = {
        **MathBlock.option_spec,
        "label": directives.unchanged_required,
        **dict.fromkeys(("nowrap", "no-wrap"), directives.flag),
    }

    def run(self) -> list[nodes.Node]:
        """docutils' own, under the name of the label."""
        label = self.options.pop("label", None)
        if label is not None:
            self.options.setdefault("name", label)
        for name in ("nowrap", "no-wrap"):
            self.options.pop(name, None)
        found: list[nodes.Node] = super().run()
        formulas = [node for node in found if isinstance(node, nodes.math_block)]
        for formula in formulas:
            formula.attributes.pop("name", None)  # docutils gives the second formula the option itself
        if label is not None:
            reading(self.state.document).labelled.extend(formulas[:1])
        return found


class Unseen(Block):
    """A directive that says nothing to the reader of an article (``sectionauthor``, ``highlight``)."""

    optional_arguments: ClassVar[int] = 1
    final_argument_whitespace: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """A remark, which goes with what would be empty without it."""
        return self.place(nodes.comment())


DIRECTIVES: Final[dict[str, type[Directive]]] = {
    **{"only": Only, "seealso": SeeAlso, "glossary": Glossary, "hlist": Columns, "acks": Columns},
    **dict.fromkeys(VersionNote.keys, VersionNote),
    **{"centered": Centered, "productionlist": Productions, "index": Index, "printindex": PrintIndex},
    **{"math": Formula, "class": Class},
    **dict.fromkeys(
        ("sectionauthor", "codeauthor", "moduleauthor", "tabularcolumns", "default-domain"), Unseen
    ),
}
"""Our directives by name."""
