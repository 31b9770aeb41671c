"""References of the tree as each edition must show them: pages in print, words in an ebook; the index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from docutils import nodes

from pipeline.check.tree.walk import Walk
from pipeline.check.vocabulary.facts import Kind
from pipeline.tree import nodes as own
from pipeline.tree.nodes import index_list, index_locator, page_reference
from pipeline.tree.parts import ids_in


class ReferenceReader(Walk):
    """A part of the walk of `facts`."""

    def ids_only_in(self, edition: str) -> frozenset[str]:
        """The ids of what one edition alone shows."""
        parts = (part for part in self.document.findall(own.only) if part["type"] == edition)
        return frozenset(name for part in parts for name in ids_in(part))

    def visit_only(self, node: own.only) -> None:
        """What one edition alone shows."""
        if (node["type"] == "print") == self.print:
            with self.having(only=True):
                self.children(node)

    def visit_page_reference(self, node: page_reference) -> None:
        """A reference by page: the number in print, the words in an ebook; the author's words in both."""
        links = self.linked(node["refid"])
        shown = len(links) > len(self.links)
        worded = "worded" in node["classes"] or not shown
        with self.having(links=links):
            if worded or not self.print:
                with self.having(only=self.only or not worded):
                    self.children(node)
            if worded and shown:
                last = self.build.row.pieces[-1]  # what follows without a space belongs to it, in an ebook
                self.build.row.pieces[-1] = replace(last, also=(f"{last.text},",), only=True)
            if self.print and shown:
                before, _, after = self.labels["on-page"].partition("{page}")
                if worded:
                    self.build.space()
                self.say(before, only=True)
                self.thing(Kind.PAGE, "", only=True)
                self.say(after, only=True)

    def visit_index_list(self, node: index_list) -> None:
        """The index: without entries that lead nowhere in this edition, and letters without entries."""
        self.apart("index", node, self._index)

    def _index(self, node: index_list) -> None:
        for letter, entries in zip(node.children[::2], node.children[1::2], strict=True):
            self.if_it_leads(entries, partial(self.visit, letter))
            self.visit(entries)

    def if_it_leads(self, part: nodes.Element, read: Callable[[], None]) -> None:
        """Read a part of the index, unless it leads nowhere here; where only here, the other has it not."""
        names = {link["refid"] for link in part.findall(nodes.reference)}
        # Another entry leads here; or this one should lead to another, and there is none (in a draft).
        named = not names or any(item["ids"] for item in part.findall(nodes.list_item))
        if named or not self.absent_ids.issuperset(names):
            with self.having(only=self.only or (not named and self.own_ids.issuperset(names))):
                read()

    def visit_index_locator(self, node: index_locator) -> None:
        """A place: in print its page, unless another names it; in an ebook the section, once."""
        absent = node["refid"] in self.absent_ids
        if absent or (not self.print and "again" in node["classes"]):
            return
        links = self.linked(node["refid"])
        if self.print:
            with self.having(links=links):
                self.build.space()
                self.say(",", optional=True, only=True)
                self.build.space()
                self.thing(Kind.PAGE, "", optional=True, only=True)
            return
        first = not isinstance(node.parent[node.parent.index(node) - 1], index_locator)
        last = self.build.row.pieces[-1]
        self.build.row.pieces[-1] = replace(last, also=(last.text + (":" if first else ";"),))
        self.build.space()
        with self.having(links=links, only=True):
            self.children(node)
