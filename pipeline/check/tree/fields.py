"""Terms, fields, options and attributions of the tree: what stands between their parts in the editions."""

from __future__ import annotations

from dataclasses import replace

from docutils import nodes

from pipeline.check.tree.walk import Walk
from pipeline.check.vocabulary.facts import Kind, Span, visible
from pipeline.check.vocabulary.places import at


class FieldReader(Walk):
    """A part of the walk of `facts`."""

    def visit_classifier(self, node: nodes.classifier) -> None:
        """A classifier, behind a colon or not."""
        self.say(":", optional=True)
        self.build.space()
        self.children(node)

    def visit_field(self, node: nodes.Element) -> None:
        """A field or an option: in print, what it is stands beside what is said of it."""
        start = self.build.index
        self.children(node)
        self.build.row.beside.append(Span(start, self.build.index, at(node)))

    visit_option_list_item = visit_field

    def visit_field_name(self, node: nodes.field_name) -> None:
        """The name of a field, with a colon or without."""
        start = self.build.index
        self.children(node)
        last = self.build.row.pieces[-1] if self.build.index > start else None
        if last is not None and last.kind is Kind.WORD:
            self.build.row.pieces[-1] = replace(last, also=(*last.also, last.text + ":"))
        else:
            self.say(":", optional=True)

    def visit_option_group(self, node: nodes.option_group) -> None:
        """The ways to write one option."""
        for number, option in enumerate(node):
            if number:
                self.say(",")
                self.build.space()
            for part in option:
                if isinstance(part, nodes.option_argument):
                    self.say(part.get("delimiter", " "))
                self.children(part)

    def visit_attribution(self, node: nodes.attribution) -> None:
        """Whose words these are, behind a dash or not."""
        shown = (nodes.footnote_reference, nodes.image, nodes.math)
        parts = (
            part
            for part in node.findall()
            if isinstance(part, shown) or (isinstance(part, nodes.Text) and visible(part.astext()))
        )
        lead = next(parts, None)
        first = visible(lead.astext())[:1] if isinstance(lead, nodes.Text) else ""
        if not first.strip():  # no word that the dash could join
            self.say("—", optional=True)
            self.children(node)
            return
        start = self.build.index
        self.children(node)
        piece = self.build.row.pieces[start]
        self.build.row.pieces[start] = replace(piece, also=("—" + piece.text,))
